import { describe, expect, it } from '@jest/globals';
import { type GrantEvent, standingGrants } from '../../src/domain/index.ts';

let position = 0;

function event(
  kind: GrantEvent['kind'],
  other: Partial<GrantEvent> & { who?: string; hash?: string; id?: string; image?: string } = {},
) {
  const { who = 'owner', hash = 'one', id = 'app', image = 'registry.example/app', ...rest } = other;
  position += 1;
  return {
    position,
    kind,
    entry: {
      id,
      identity: { image },
      rule: 'base-needs-exception',
      base: 'debian-base',
      reason: 'needs-shell',
      text: '',
      owner: '',
      issue: '',
      expires: null,
      hash,
    },
    paths: ['Dockerfile'],
    head: 'a'.repeat(40),
    baseRef: 'main',
    by: { id: who.length, login: who, permission: 'maintain' },
    comment: { source: 'issue-comment', id: position, line: 0, hash: '' },
    policy: '',
    at: position,
    ...rest,
  } satisfies GrantEvent;
}

/** About the definition alone. */
function unnamed({ entry, ...rest }: ReturnType<typeof event>): GrantEvent {
  return { ...rest, entry: { ...entry, identity: { path: 'Dockerfile' } } };
}

function standing(events: readonly GrantEvent[], persons = 1) {
  const { grants, waiting } = standingGrants(events, { baseRef: 'main', persons });
  return {
    grants: grants.map(({ entry, by }) => `${entry.id}=${entry.hash} by ${by.join('+')}`),
    waiting: waiting.map(({ kind, entry }) => `${kind} ${entry.id}=${entry.hash}`),
  };
}

describe('what stands of the events of a pull request', () => {
  it.each<[string, readonly GrantEvent[], ReturnType<typeof standing>]>([
    ['nothing of none', [], { grants: [], waiting: [] }],
    ['a request waits', [event('request')], { grants: [], waiting: ['request app=one'] }],
    ['a grant answers it', [event('request'), event('grant')], { grants: ['app=one by owner'], waiting: [] }],
    ['a revoked grant is none', [event('grant'), event('revoke')], { grants: [], waiting: [] }],
    [
      'a grant after that stands again',
      [event('grant'), event('revoke'), event('grant', { hash: 'two' })],
      { grants: ['app=two by owner'], waiting: [] },
    ],
    [
      'one that says something else takes the place of the former',
      [event('grant'), event('grant', { hash: 'two' })],
      { grants: ['app=two by owner'], waiting: [] },
    ],
    [
      'one of that name about another image takes the place of the former',
      [event('grant'), event('grant', { hash: 'two', image: 'registry.example/other' })],
      { grants: ['app=two by owner'], waiting: [] },
    ],
    [
      'a name that is taken back is taken back for all that had it',
      [event('grant'), event('revoke', { hash: 'two', image: 'registry.example/other' })],
      { grants: [], waiting: [] },
    ],
    [
      'who asks for more takes nothing back',
      [event('grant'), event('request', { hash: 'two' })],
      { grants: ['app=one by owner'], waiting: ['request app=two'] },
    ],
    [
      'of two requests for one thing the newer waits, whoever asks',
      [event('request'), event('request', { who: 'another', hash: 'two' })],
      { grants: [], waiting: ['request app=two'] },
    ],
    [
      'requests for two images both wait',
      [event('request'), event('request', { id: 'b', image: 'registry.example/b', paths: ['b/Dockerfile'] })],
      { grants: [], waiting: ['request app=one', 'request b=one'] },
    ],
    [
      'a request for a definition goes when one for the name that it has since comes',
      [unnamed(event('request', { id: 'path' })), event('request')],
      { grants: [], waiting: ['request app=one'] },
    ],
    [
      'but not for another image of the same file, nor for another base',
      [
        unnamed(event('request', { id: 'path' })),
        event('request', { paths: ['Dockerfile', 'b/Dockerfile'] }),
        {
          ...unnamed(event('request', { id: 'alpine' })),
          entry: { ...event('request').entry, id: 'alpine', base: 'alpine' },
        },
      ],
      { grants: [], waiting: ['request path=one', 'request app=one', 'request alpine=one'] },
    ],
    [
      'what was granted for another base branch does not stand on this one',
      [event('grant', { baseRef: 'lax' })],
      { grants: [], waiting: [] },
    ],
  ])('%s', (_, events, expected) => {
    expect(standing(events)).toEqual(expected);
  });

  describe('where two persons are wanted', () => {
    it.each<[string, readonly GrantEvent[], readonly string[]]>([
      ['one is not enough', [event('grant')], []],
      ['the same one twice is one', [event('grant'), event('grant')], []],
      ['two are', [event('grant'), event('grant', { who: 'another' })], ['app=one by owner+another']],
      [
        'two that granted different entries are one each',
        [event('grant'), event('grant', { who: 'another', hash: 'two' })],
        [],
      ],
    ])('%s', (_, events, grants) => {
      expect(standing(events, 2).grants).toEqual(grants);
    });

    it('what one granted waits for the other', () => {
      expect(standing([event('grant')], 2).waiting).toEqual(['grant app=one']);
    });

    it('and stands before what is asked for the same since', () => {
      const later = event('request', { who: 'another', hash: 'two' });
      expect(standing([event('grant'), later], 2).waiting).toEqual(['grant app=one']);
    });
  });
});

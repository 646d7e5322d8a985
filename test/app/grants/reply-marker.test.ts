import { describe, expect, it } from '@jest/globals';
import { createReplyMarks, type ReplyPlace } from '../../../src/app/grants/index.ts';

const SECRET = 'a webhook secret of these tests';
const APP = 42;
const PLACE: ReplyPlace = { repositoryId: 100, number: 7 };
const STATEMENT = { source: 'issue-comment', commentId: 12, outcome: 'refused', events: [] } as const;

const marks = createReplyMarks([SECRET], APP);
const reply = marks.mark('`/plinth x`: you may not.', STATEMENT, PLACE);

describe('the mark of a reply', () => {
  it('names the comment that it answers, and the outcome', () => {
    expect(marks.read(reply, PLACE)).toEqual(STATEMENT);
  });

  it.each(['review', 'review-comment'] as const)('tells a %s from a comment of the same number', (source) => {
    const statement = { ...STATEMENT, source };
    const other = marks.mark('text', statement, PLACE);
    expect(marks.read(other, PLACE)).toEqual(statement);
    for (const body of [other.replace(`${source} 12`, '12'), reply.replace('reply 12', `reply ${source} 12`)])
      expect(marks.read(body, PLACE)).toBeNull();
  });

  it('is known again as GitHub’s form sends it back, with other ends of lines', () => {
    expect(marks.read(`${reply.replaceAll('\n', '\r\n')}\r\n`, PLACE)).toEqual(STATEMENT);
  });

  it('is the last line alone: what people wrote and a reply repeats marks nothing', () => {
    const [theirs = ''] = marks
      .mark('x', { ...STATEMENT, commentId: 99, outcome: 'done' }, PLACE)
      .split('\n')
      .slice(-1);
    expect(marks.read(marks.mark(theirs, STATEMENT, PLACE), PLACE)).toEqual(STATEMENT);
    for (const body of [
      `${reply}\n\nmore`,
      'a reply of an older version',
      '',
      '<!-- plinth:reply 12 done -->',
    ])
      expect(marks.read(body, PLACE)).toBeNull();
  });
});

describe('SEM-7.5: a reply counts for nothing', () => {
  it.each([
    ['whose text was edited', reply.replace('not', '')],
    ['that got a line before it', `By the way.\n${reply}`],
    ['that states another outcome', reply.replace('refused', 'done')],
    ['that answers another comment', reply.replace('reply 12', 'reply 13')],
    ['whose signature is another’s', reply.replace(/.{3} -->$/, 'AAA -->')],
    ['without a signature', reply.replace(/ \S{43} -->$/, ' -->')],
  ])('%s', (_, body) => {
    expect(body).not.toBe(reply);
    expect(marks.read(body, PLACE)).toBeNull();
  });

  it.each([
    ['to another pull request', { ...PLACE, number: 8 }],
    ['to another repository', { ...PLACE, repositoryId: 101 }],
  ])('that was copied %s', (_, place) => {
    expect(marks.read(reply, place)).toBeNull();
  });

  it.each([
    ['another App', createReplyMarks([SECRET], 43)],
    ['an App with another secret', createReplyMarks(['another secret, which is as long'], APP)],
  ])('to %s', (_, others) => {
    expect(others.read(reply, PLACE)).toBeNull();
  });
});

it('M08: while the secret is being changed, marks of both count, and new ones are of the new one', () => {
  const both = createReplyMarks(['the new secret of these tests', SECRET], APP);
  expect(both.read(reply, PLACE)).toEqual(STATEMENT);
  expect(marks.read(both.mark('text', STATEMENT, PLACE), PLACE)).toBeNull();
});

describe('what a reply says of exceptions', () => {
  const event = {
    position: 1,
    kind: 'grant',
    entry: {
      id: 'app',
      identity: { image: 'registry.example/app' },
      rule: 'base-needs-exception',
      base: 'debian-base',
      reason: 'needs-shell',
      text: 'a script --> `x`',
      owner: '',
      issue: '',
      expires: null,
      hash: 'f'.repeat(64),
    },
    paths: ['Dockerfile'],
    head: 'a'.repeat(40),
    baseRef: 'main',
    by: { id: 7, login: 'owner', permission: 'maintain' },
    comment: { source: 'issue-comment', id: 12, line: 0, hash: '' },
    policy: '',
    at: 1000,
  } as const;
  const granted = marks.mark('granted', { ...STATEMENT, events: [event] }, PLACE);
  const data = (some: unknown) => Buffer.from(JSON.stringify(some)).toString('base64url');

  it('is read again whole, and shows nothing to a reader', () => {
    expect(marks.read(granted, PLACE)?.events).toEqual([event]);
    expect(granted.split('\n').pop()).toMatch(/^<!-- [^>]* -->$/);
  });

  it.each([
    ['another entry', granted.replace(data([event]), data([{ ...event, kind: 'revoke' }]))],
    ['none any more', granted.replace(` ${data([event])}`, '')],
    ['some where it had none', reply.replace(' -->', ` ${data([event])} -->`)],
    ['what is no list', reply.replace(' -->', ` ${data({ length: 1 })} -->`)],
  ])('counts for nothing where it names %s', (_, body) => {
    expect(body).not.toBe(granted);
    expect(marks.read(body, PLACE)?.events ?? []).toEqual([]);
  });
});

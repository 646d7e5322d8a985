import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { readEvent } from '../../../src/app/events/index.ts';
import fc from '../../support/fast-check.ts';

interface Definition {
  readonly name: string;
  readonly examples: readonly object[];
}

const EXAMPLES = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@octokit/webhooks-examples'), 'utf8'),
) as readonly Definition[];

const APP = 42;
const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);
const REPOSITORY = { id: 5, name: 'app', owner: { login: 'acme' }, default_branch: 'main' };
const COMMON = { installation: { id: 9 }, repository: REPOSITORY, sender: { id: 3, type: 'User' } };

function pull(more: object = {}) {
  return {
    number: 7,
    state: 'open',
    draft: false,
    updated_at: '2026-01-02T03:04:05Z',
    head: { sha: HEAD, repo: { id: 5 } },
    base: { sha: BASE, ref: 'main', repo: { id: 5 } },
    ...more,
  };
}

function acts(event: string, payload: object) {
  return readEvent(event, { ...COMMON, ...payload }, { appId: APP })?.acts ?? [];
}

describe('pull_request', () => {
  it.each([
    ['opened', 'opened'],
    ['reopened', 'opened'],
    ['synchronize', 'pushed'],
    ['ready_for_review', 'ready'],
  ])('%s makes it due', (action, reason) => {
    expect(acts('pull_request', { action, pull_request: pull() })).toEqual([
      {
        kind: 'mark',
        number: 7,
        reason,
        patch: {
          headSha: HEAD,
          baseSha: BASE,
          baseRef: 'main',
          state: 'open',
          draft: false,
          fork: false,
          observedAt: Date.parse('2026-01-02T03:04:05Z'),
          // Nothing was said yet on what was opened just now; on a reopened one something may have been.
          ...(action === 'opened' ? { isNew: true } : {}),
        },
      },
    ]);
  });

  it('edited counts only with a changed base (A14)', () => {
    const edited = (changes: object) =>
      acts('pull_request', { action: 'edited', changes, pull_request: pull() });
    expect(edited({ title: { from: 'x' } })).toEqual([]);
    expect(edited({ base: { ref: { from: 'dev' } } })).toMatchObject([
      { kind: 'mark', reason: 'retargeted' },
    ]);
  });

  it('closed and converted_to_draft are noted, not due', () => {
    expect(acts('pull_request', { action: 'closed', pull_request: pull({ state: 'closed' }) })).toMatchObject(
      [{ kind: 'note', patch: { state: 'closed' } }],
    );
    expect(
      acts('pull_request', { action: 'converted_to_draft', pull_request: pull({ draft: true }) }),
    ).toMatchObject([{ kind: 'note', patch: { draft: true } }]);
  });

  it('labels, assignments and reviews are nothing', () => {
    for (const action of ['labeled', 'assigned', 'review_requested', 'auto_merge_enabled'])
      expect(acts('pull_request', { action, pull_request: pull() })).toEqual([]);
  });

  it('A05: what its title and description say is no command', () => {
    const text = { title: '/plinth recheck', body: '/plinth recheck' };
    for (const action of ['opened', 'edited', 'synchronize'])
      expect(acts('pull_request', { action, pull_request: pull(text) })).not.toContainEqual(
        expect.objectContaining({ kind: 'command' }),
      );
  });

  it.each([
    ['another repository', { id: 6 }],
    ['a deleted one', null],
  ])('a head in %s is a fork', (_lesson, repo) => {
    const payload = { action: 'opened', pull_request: pull({ head: { sha: HEAD, repo } }) };
    expect(acts('pull_request', payload)).toMatchObject([{ patch: { headSha: HEAD, fork: true } }]);
  });
});

describe('check runs and suites', () => {
  const run = (appId: unknown) => ({ check_run: { app: { id: appId }, head_sha: HEAD } });
  const suite = (appId: unknown) => ({ check_suite: { app: { id: appId }, head_sha: HEAD } });
  const marked = [{ kind: 'mark-head', head: HEAD }];

  it('a re-run of ours is found by its head: GitHub names no pull request for forks', () => {
    expect(acts('check_run', { action: 'rerequested', ...run(APP) })).toEqual(marked);
    expect(acts('check_suite', { action: 'rerequested', ...suite(APP) })).toEqual(marked);
  });

  it('our button re-checks; other buttons are not known yet', () => {
    const press = (identifier: string) =>
      acts('check_run', { action: 'requested_action', requested_action: { identifier }, ...run(APP) });
    expect(press('recheck')).toEqual(marked);
    expect(press('something')).toEqual([]);
  });

  it('A08: those of other apps are nothing of ours', () => {
    expect(acts('check_run', { action: 'rerequested', ...run(1) })).toEqual([]);
    expect(acts('check_run', { action: 'rerequested', ...run('42') })).toEqual([]);
    expect(acts('check_suite', { action: 'rerequested', ...suite(1) })).toEqual([]);
  });

  it('what GitHub asks for after every push follows from the pull request’s own event', () => {
    expect(acts('check_suite', { action: 'requested', ...suite(APP) })).toEqual([]);
    expect(acts('check_run', { action: 'created', ...run(APP) })).toEqual([]);
  });
});

describe.each([
  ['issue_comment', 'issue-comment', 'created', 'comment', 'issue', 'created_at'],
  ['pull_request_review', 'review', 'submitted', 'review', 'pull_request', 'submitted_at'],
  ['pull_request_review_comment', 'review-comment', 'created', 'comment', 'pull_request', 'created_at'],
] as const)('%s', (event, source, action, holds, about, written) => {
  const comment = (more: object = {}) => ({
    id: 11,
    node_id: 'C_11',
    body: 'Please.\n/plinth recheck\nsecret words',
    user: { id: 3, login: 'ada', type: 'User' },
    author_association: 'MEMBER',
    [written]: '2026-01-02T03:04:05Z',
    ...(event === 'issue_comment' ? { performed_via_github_app: null } : {}),
    ...more,
  });
  const pullOf = (more: object = {}) => ({
    number: 7,
    state: 'open',
    locked: false,
    ...(event === 'issue_comment' ? { pull_request: {} } : {}),
    ...more,
  });
  const submit = (given: { comment?: object; pull?: object; action?: string; sender?: object } = {}) =>
    acts(event, {
      action: given.action ?? action,
      [holds]: comment(given.comment),
      [about]: pullOf(given.pull),
      ...(given.sender === undefined ? {} : { sender: given.sender }),
    });

  it('keeps the command lines and nothing else of the comment', () => {
    expect(submit()).toEqual([
      {
        kind: 'command',
        comment: {
          source,
          id: 11,
          nodeId: 'C_11',
          number: 7,
          author: { id: 3, login: 'ada' },
          lines: '/plinth recheck',
          writtenAt: Date.parse('2026-01-02T03:04:05Z'),
        },
      },
    ]);
  });

  it.each([
    ['a dismissed review', { action: 'dismissed' }],
    ['a comment without a command', { comment: { body: 'fine' } }],
    ['a comment without words', { comment: { body: null } }],
    ['a bot', { comment: { user: { id: 3, login: 'x[bot]', type: 'Bot' } } }],
    [
      'A06: a person by the name of a bot that GitHub calls none',
      { comment: { user: { id: 3, login: 'x[bot]', type: 'bot' } } },
    ],
    ['an organisation', { comment: { user: { id: 3, login: 'acme', type: 'Organization' } } }],
    ['an app in a person’s name', { comment: { performed_via_github_app: { id: 1 } } }],
    ['A06: a sender that is not the author', { sender: { id: 4, login: 'ada', type: 'User' } }],
    ['A06: a sender without an id', { sender: { login: 'ada', type: 'User' } }],
    ['a closed pull request', { pull: { state: 'closed' } }],
    ['A12: a locked conversation', { pull: { locked: true } }],
    ['a ghost', { comment: { user: null } }],
    ['a comment without a time', { comment: { [written]: undefined } }],
    ['a comment without its name in GraphQL', { comment: { node_id: undefined } }],
  ])('%s never acts', (_lesson, given) => {
    expect(submit(given)).toEqual([]);
  });

  const bob = { id: 4, login: 'bob', type: 'User' };
  const changed = (given: { action: string; now?: string | null; before?: string; pull?: object }) =>
    acts(event, {
      action: given.action,
      [holds]: comment({ body: given.now }),
      [about]: pullOf(given.pull),
      sender: bob,
      changes: { body: { from: given.before } },
    });
  const noted = (kind: string) => [
    { kind: 'comment-changed', number: 7, change: { source, id: 11, kind, by: { id: 4, login: 'bob' } } },
  ];

  it.each([
    ['into nothing', ''],
    ['into no words', null],
    ['into another command', '/plinth status'],
  ])('A03: a command that is edited %s is noted, and never acts', (_lesson, now) => {
    const given = { action: 'edited', now, before: '/plinth recheck' };
    expect(changed(given)).toEqual(noted('edited'));
    expect(changed({ ...given, pull: { state: 'closed', locked: true } })).toEqual(noted('edited'));
  });

  it.each([
    ['words around a command', '/plinth recheck\nplease', '/plinth recheck'],
    ['A03: words that become a command', '/plinth recheck', 'fine'],
    ['words', 'fine!', 'fine'],
  ])('an edit of %s says nothing', (_lesson, now, before) => {
    expect(changed({ action: 'edited', now, before })).toEqual([]);
  });

  it('A03: a command that is deleted is noted, and never acts; other words are not', () => {
    const given = { action: 'deleted', now: '/plinth recheck' };
    // A review is dismissed, not deleted, and keeps its words.
    expect(changed(given)).toEqual(source === 'review' ? [] : noted('deleted'));
    expect(changed({ action: 'deleted', now: 'fine' })).toEqual([]);
  });
});

it('a comment on an issue never acts', () => {
  const user = { id: 3, login: 'ada', type: 'User' };
  const comment = { id: 11, node_id: 'C', body: '/plinth recheck', user, created_at: '2026-01-02T03:04:05Z' };
  const issue = { number: 7, state: 'open', locked: false };
  expect(acts('issue_comment', { action: 'created', comment, issue })).toEqual([]);
  const pull = { ...issue, pull_request: {} };
  expect(acts('issue_comment', { action: 'created', comment, issue: pull })).toHaveLength(1);
});

describe('push', () => {
  const push = (more: object) => acts('push', { ref: 'refs/heads/main', forced: false, ...more });
  const commit = (modified: readonly string[]) => ({ added: [], removed: [], modified });

  it('a branch that moves may be a base', () => {
    expect(push({ commits: [commit(['a.txt'])] })).toEqual([
      { kind: 'mark-base', branch: 'main', policy: false },
    ]);
  });

  it('says whether the policy may have moved with it', () => {
    const policy = (more: object) => push(more)[0];
    expect(policy({ commits: [commit(['a']), commit(['.github/plinth.yml'])] })).toMatchObject({
      policy: true,
    });
    expect(policy({ commits: [commit(['a'])], forced: true })).toMatchObject({ policy: true });
    expect(policy({ commits: [] })).toMatchObject({ policy: true });
    expect(policy({ commits: [{}] })).toMatchObject({ policy: true });
  });

  it('tags and deleted branches are nothing', () => {
    expect(push({ ref: 'refs/tags/v1' })).toEqual([]);
    expect(push({ deleted: true })).toEqual([]);
  });
});

describe('installations and repositories', () => {
  const account = { id: 1, login: 'acme' };
  it.each([
    ['created', 'here'],
    ['unsuspend', 'here'],
    ['suspend', 'suspended'],
    ['deleted', 'gone'],
  ])('installation %s', (action, change) => {
    const payload = { action, installation: { id: 9, account }, repository: undefined };
    expect(readEvent('installation', payload, { appId: APP })).toMatchObject({
      installation: 9,
      repository: null,
      acts: [{ kind: 'installation', change, account }],
    });
  });

  it('repositories come and go', () => {
    const payload = {
      action: 'removed',
      repositories_added: [],
      repositories_removed: [{ id: 5 }, { id: 'x' }],
    };
    expect(acts('installation_repositories', payload)).toEqual([
      { kind: 'repositories', added: false, removed: [5] },
    ]);
  });

  it('a rename keeps the id', () => {
    expect(acts('repository', { action: 'renamed' })).toEqual([{ kind: 'repository' }]);
    expect(acts('repository', { action: 'deleted' })).toEqual([{ kind: 'repository-gone' }]);
    expect(acts('repository', { action: 'privatized' })).toEqual([]);
  });

  it('a merge group is named by its commit, what it stands on, and where it is to go', () => {
    const base = 'b'.repeat(40);
    const group = { head_sha: HEAD, base_sha: base, base_ref: 'refs/heads/release/1' };
    const asked = { action: 'checks_requested', merge_group: group };
    expect(acts('merge_group', asked)).toEqual([
      { kind: 'merge-group', head: HEAD, base, branch: 'release/1' },
    ]);
    expect(acts('merge_group', { action: 'destroyed', reason: 'merged', merge_group: group })).toEqual([
      { kind: 'merge-group-gone', head: HEAD },
    ]);
    for (const wrong of [{ base_ref: 'refs/tags/v1' }, { base_sha: '0'.repeat(40) }, { head_sha: 'x' }])
      expect(acts('merge_group', { ...asked, merge_group: { ...group, ...wrong } })).toEqual([]);
  });
});

describe('M03, M04: any shape is data', () => {
  it.each(['ping', 'star', '__proto__', 'constructor', 'toString', ''])('event %p is ignored', (event) => {
    expect(readEvent(event, COMMON, { appId: APP })).toBeNull();
  });

  it('GitHub’s own examples are read', () => {
    for (const { name, examples } of EXAMPLES)
      for (const example of examples) expect(() => readEvent(name, example, { appId: APP })).not.toThrow();
  });

  it('10,000 mutated payloads are read without a throw, and what is kept is plain and small', () => {
    const events = ['check_run', 'check_suite', 'installation', 'installation_repositories', 'issue_comment'];
    const reviews = ['pull_request_review', 'pull_request_review_comment'];
    const known = [...events, ...reviews, 'merge_group', 'pull_request', 'push', 'repository'];
    const pool = EXAMPLES.filter((each) => known.includes(each.name)).flatMap(({ name, examples }) =>
      examples.map((example) => ({ name, example })),
    );
    const strange = fc.oneof(
      fc.constantFrom(null, undefined, '', '1', -1, 0, 1.5, 1e30, true, [], {}, Number.NaN),
      fc.string(),
      fc.constant('x'.repeat(100_000)),
      fc.constant(JSON.parse('{"__proto__": {"polluted": true}}') as object),
    );
    fc.assert(
      fc.property(fc.nat(pool.length - 1), fc.nat(), strange, fc.boolean(), (index, where, value, drops) => {
        const { name, example } = pool[index] ?? { name: 'push', example: {} };
        const mutated = mutate(structuredClone(example) as Record<string, unknown>, where, value, drops);
        const read = readEvent(name, mutated, { appId: APP });
        if (read !== null) expect(JSON.stringify(read).length).toBeLessThan(200_000);
      }),
      { numRuns: 10_000 },
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

/** Puts a value in the place of the nth one below a payload, or takes that one out. */
function mutate(payload: Record<string, unknown>, nth: number, value: unknown, drops: boolean): unknown {
  const places: (readonly [Record<string, unknown>, string])[] = [];
  const walk = (at: unknown, depth: number): void => {
    if (typeof at !== 'object' || at === null || depth > 4) return;
    for (const key of Object.keys(at)) {
      places.push([at as Record<string, unknown>, key]);
      walk((at as Record<string, unknown>)[key], depth + 1);
    }
  };
  walk(payload, 0);
  const place = places[nth % Math.max(1, places.length)];
  if (place === undefined) return payload;
  const [holder, key] = place;
  if (drops) delete holder[key];
  else holder[key] = value;
  return payload;
}

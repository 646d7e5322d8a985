// The life of an exception in comments: asked for, granted, shown, taken back, documented; and who may not.
import { describe, expect, it, jest } from '@jest/globals';
import { writeGrantedEntry } from '../../src/policy/exceptions/index.ts';
import {
  check,
  DEBIAN,
  exceptionWorlds,
  FILE,
  GRANT,
  ID,
  push,
  REQUEST,
  say,
  type World,
  type WorldOptions,
  written,
} from './support/exceptions.ts';

// A loaded machine takes its time for git and SQLite.
jest.setTimeout(60_000);
const { opened, withEmptyStore } = exceptionWorlds();

describe('exception grant', () => {
  it('turns the check green, shows it as undocumented, and prints the entry', async () => {
    const world = await opened();
    expect(check(world).conclusion).toBe('action_required');
    const { reply, reactions } = await say(world, GRANT);
    expect(reactions).toEqual(['+1']);
    expect(reply).toContain('is granted until `2026-12-31`');
    expect(reply).toContain('rule: base-needs-exception');
    expect(check(world)).toMatchObject({
      conclusion: 'success',
      summary: expect.stringMatching(/`2026-12-31`.*undocumented/),
    });
  });

  it('needs no name where one thing is open', async () => {
    const world = await opened();
    await say(world, REQUEST, 'contributor');
    expect((await say(world, '/plinth exception grant')).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });

  it('holds on later heads of the pull request', async () => {
    const world = await opened();
    await say(world, GRANT);
    await push(world, 'debian-again');
    expect(check(world).conclusion).toBe('success');
  });

  it('of the entry that the change writes grants exactly that; an edit of it is another (A09)', async () => {
    const world = await opened({ head: 'proposed' });
    const line = `/plinth exception grant "${ID}"`;
    expect(check(world)).toMatchObject({
      conclusion: 'action_required',
      summary: expect.stringContaining(`granted by the comment \`${line}\``),
    });
    expect(world.repository.reviewComments.map(({ body }) => body)).toEqual([
      expect.stringContaining(`\n${line}\n`),
    ]);
    expect((await say(world, GRANT)).reply).toContain('only exactly that can be granted');
    expect((await say(world, '/plinth exception grant #1')).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('neutral');
    await push(world, 'edited');
    expect(check(world)).toMatchObject({
      conclusion: 'action_required',
      summary: expect.stringContaining('was granted as another entry'),
    });
    expect((await say(world, '/plinth exception grant #1')).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('neutral');
  });

  it.each([
    ['without a reason in words', '/plinth exception grant #1 reason=needs-shell', 'say in words'],
    [
      'with a reason that is none',
      '/plinth exception grant #1 reason=because "x"',
      'that is no exception: reason: "because" is not',
    ],
    ['with a day that is none', '/plinth exception grant #1 expires=2026-02-30 "x"', 'YYYY-MM-DD'],
    ['of a finding that is not there', '/plinth exception grant #9 "x"', 'what is open: `#1`'],
    ['with a key that is none', '/plinth exception grant #1 expire=2026-12-31 "x"', '`expires=`'],
  ])('%s is not understood, and says what is', async (_, line, words) => {
    const world = await opened();
    const { reply, reactions } = await say(world, line);
    expect(reactions).toEqual(['confused']);
    expect(reply).toContain(words);
    expect(check(world).conclusion).toBe('action_required');
  });

  it('A01: decides nothing where the head that its author saw is pushed away before it is worked off', async () => {
    const world = await opened();
    const { github, repository, app, pull, clock } = world;
    github.faults.add({
      match: { method: 'POST', route: '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions' },
      status: 502,
      times: 1000,
    });
    const { comment } = await github.people.comment(repository, pull, GRANT);
    await app.settled();
    await push(world, 'debian-again');
    github.faults.clear();
    await clock.advance(60_000, () => app.settled());
    expect(comment.reactions.map(({ content }) => content)).toEqual(['-1']);
    expect(repository.comments.at(-1)?.body).toContain(
      'had no check against `main` yet when this was written',
    );
    expect(check(world).conclusion).toBe('action_required');
    expect((await say(world, GRANT)).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });
});

describe('a granted entry, where the App may write', () => {
  const WRITES = {
    checks: 'write',
    contents: 'write',
    issues: 'write',
    members: 'read',
    merge_queues: 'read',
    metadata: 'read',
    pull_requests: 'write',
  } as const;

  it('is committed to the branch of the pull request, and granted there', async () => {
    const world = await opened({
      permissions: WRITES,
      files: { [FILE]: written({ image: 'registry.k8s.io/old' }) },
    });
    const { github, repository, app, pull, clock } = world;
    const { reply, reactions } = await say(world, GRANT);
    expect(reactions).toEqual(['+1']);
    expect(reply).toContain('Plinth wrote its entry into `.github/plinth-exceptions.yml`');
    const commit = repository.branches.get(pull.headRef) ?? '';
    expect(commit).not.toBe(pull.headSha);
    await github.people.pushHead(repository, pull, commit);
    await app.settled();
    await clock.advance(60_000, () => app.settled());
    expect(check(world)).toMatchObject({
      conclusion: 'neutral',
      summary: expect.stringContaining('undocumented'),
    });
    expect(world.reports.at(-1)?.proposals).toBeUndefined();
    expect(world.reports.at(-1)?.findings.map(({ rule, exception }) => [rule, exception])).toEqual([
      ['policy-changed', undefined],
      ['base-needs-exception', ID],
    ]);
  });

  it('is printed instead for a fork, and where the file takes no entry at its end', async () => {
    const fork = await opened({ permissions: WRITES, fork: 'contributor' });
    expect((await say(fork, GRANT)).reply).toContain('Write it with this change');
    expect(check(fork).conclusion).toBe('success');
    const flow = await opened({ permissions: WRITES, files: { [FILE]: 'exceptions: []\n' } });
    const before = flow.repository.branches.get(flow.pull.headRef);
    expect((await say(flow, GRANT)).reply).toContain('Write it with this change');
    expect(flow.repository.branches.get(flow.pull.headRef)).toBe(before);
  });

  describe('where the App may not write and the change touches the file', () => {
    const OLD = { image: 'registry.k8s.io/old' };
    const touched: WorldOptions = {
      files: { [FILE]: written(OLD) },
      head: 'touched',
      commits: [
        {
          name: 'touched',
          branch: 'touched',
          parents: ['base'],
          files: { Dockerfile: DEBIAN, [FILE]: written({ ...OLD, expires: '2027-01-31' }) },
        },
      ],
    };
    const suggestions = ({ repository }: World) =>
      repository.reviewComments.filter(({ path }) => path === FILE);

    it.each([
      ['for a fork', { permissions: WRITES, fork: 'contributor' }],
      ['without the permission', {}],
    ])('it is suggested on the last line, %s', async (_, options) => {
      const world = await opened({ ...touched, ...options });
      const { repository, pull, store } = world;
      expect((await say(world, GRANT)).reply).toContain('Accept the suggestion on the last line');
      const { events } = await store.grantEvents({ repositoryId: repository.id, number: pull.number });
      const [entry] = events.map((event) => event.entry);
      if (entry === undefined) throw new Error('nothing was granted');
      const text = written({ ...OLD, expires: '2027-01-31' });
      const last = text.trimEnd().split('\n').at(-1);
      const [comment, ...others] = suggestions(world);
      expect(others).toEqual([]);
      expect(comment).toMatchObject({ line: text.trimEnd().split('\n').length });
      expect(comment?.body).toContain(`\`\`\`suggestion\n${last}\n${writeGrantedEntry(entry)}\`\`\``);
      // Said again, it is there already.
      await say(world, GRANT);
      expect(suggestions(world)).toHaveLength(1);
    });

    it.each([
      ['GitHub refuses the comment', 422],
      ['GitHub cannot say whether it stands', 502],
    ])('it is printed alone where %s, and granted all the same', async (_, status) => {
      const world = await opened(touched);
      world.github.faults.add({
        match: { method: 'POST', route: '/repos/{owner}/{repo}/pulls/{pull_number}/reviews' },
        status,
        times: 1000,
      });
      expect((await say(world, GRANT)).reply).toContain('Write it with this change');
      expect(check(world).conclusion).toBe('neutral');
    });
  });

  it('is not committed to the default branch, whose changes go into another by the pull request', async () => {
    const world = await opened({ permissions: WRITES, files: { 'notes.txt': 'a\n' } });
    const { github, repository, git, app, clock } = world;
    await github.people.push(repository, 'main', git.id('debian'));
    const { pull } = await github.people.openPullRequest({ repository, base: 'aside', head: 'main' });
    await app.settled();
    await clock.advance(5_000);
    expect((await say({ ...world, pull }, GRANT)).reply).toContain('Write it with this change');
    expect(repository.branches.get('main')).toBe(git.id('debian'));
  });
});

describe('A04: who may grant', () => {
  const ROLES = ['admin', 'maintain', 'write', 'triage', 'read', 'none'] as const;

  it.each(ROLES.map((role) => [role, role === 'admin' || role === 'maintain'] as const))(
    'with the role %s: %s, where the policy says nothing',
    async (role, may) => {
      const world = await opened();
      world.github.people.setRole(world.repository, 'somebody', role);
      const { reply, reactions } = await say(world, GRANT, 'somebody');
      expect(reactions).toEqual([may ? '+1' : '-1']);
      expect(check(world).conclusion).toBe(may ? 'success' : 'action_required');
      if (!may) expect(reply).toContain('the role maintain or more');
    },
  );

  it('not the author of the pull request, whatever their role', async () => {
    const world = await opened();
    world.github.people.setRole(world.repository, 'contributor', 'admin');
    const { reply, reactions } = await say(world, GRANT, 'contributor');
    expect(reactions).toEqual(['-1']);
    expect(reply).toContain('the author of a pull request does not decide');
    expect(check(world).conclusion).toBe('action_required');
  });

  it('not who asked for it', async () => {
    const world = await opened();
    await say(world, '/plinth exception request #1 "a script"');
    const { reply, reactions } = await say(world, '/plinth exception grant');
    expect(reactions).toEqual(['-1']);
    expect(reply).toContain('who asked for an exception does not decide on it');
  });

  it('a member of a team that the policy names', async () => {
    const world = await opened({ policy: 'extends: kep-1729\ncommands: { grant: { teams: [release] } }\n' });
    world.github.people.joinTeam('acme', 'release', 'member');
    world.github.people.joinTeam('acme', 'release', 'invited', 'pending');
    const refused = await say(world, GRANT, 'invited');
    expect(refused.reactions).toEqual(['-1']);
    expect(refused.reply).toContain('acme/release');
    expect((await say(world, GRANT, 'member')).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });

  it('an approver of the OWNERS file above the image at the tip, where the policy says so', async () => {
    const policy = 'extends: kep-1729\ncommands: { grant: { owners: true } }\n';
    const world = await opened({ policy, files: { OWNERS: 'approvers: [approver]\n' } });
    expect((await say(world, GRANT, 'stranger')).reactions).toEqual(['-1']);
    expect((await say(world, GRANT, 'approver')).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });

  it('not an approver of the file that decides the base, where another file defines the image', async () => {
    const build = (base: string) => `docker build --build-arg BASE=${base} -t registry.k8s.io/tool:1 cmd\n`;
    const world = await opened({
      policy: 'extends: kep-1729\ncommands: { grant: { owners: true } }\n',
      head: 'decided-elsewhere',
      files: {
        OWNERS: 'approvers: [approver]\n',
        'hack/OWNERS': 'approvers: [neighbour]\n',
        'cmd/Dockerfile': 'ARG BASE\nFROM ${BASE}\nENTRYPOINT ["/app"]\n',
        'hack/build.sh': build('gcr.io/distroless/static:nonroot'),
      },
    });
    expect(world.reports.at(-1)?.findings[0]?.path).toBe('hack/build.sh');
    expect((await say(world, GRANT, 'neighbour')).reactions).toEqual(['-1']);
    expect((await say(world, GRANT, 'approver')).reactions).toEqual(['+1']);
  });

  it('A06: not an account that has the login of somebody who may', async () => {
    const world = await opened();
    const { github, repository, app, pull } = world;
    github.faults.add({
      match: { method: 'POST', route: '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions' },
      status: 502,
      times: 3,
    });
    const { comment } = await github.people.comment(repository, pull, GRANT, 'visitor');
    github.people.renameAccount('visitor', 'someone-else');
    github.people.setRole(repository, 'visitor', 'admin');
    await app.settled();
    await world.clock.advance(60_000, () => app.settled());
    expect(comment.reactions.map(({ content }) => content)).toEqual(['-1']);
    expect(check(world).conclusion).toBe('action_required');
  });

  it('two persons where the policy says so', async () => {
    const world = await opened({ policy: 'extends: kep-1729\ncommands: { two-person: true }\n' });
    world.github.people.setRole(world.repository, 'another', 'maintain');
    expect((await say(world, GRANT)).reply).toContain('by 1 of two persons');
    expect(check(world).conclusion).toBe('action_required');
    expect((await say(world, '/plinth exception grant')).reply).toContain('by 1 of two persons');
    expect((await say(world, '/plinth exception grant', 'another')).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });
});

describe('the other commands about exceptions', () => {
  it('request says who may grant and what they write', async () => {
    const world = await opened();
    const { reply, reactions } = await say(world, REQUEST, 'contributor');
    expect(reactions).toEqual(['+1']);
    expect(reply).toContain('the role maintain or more');
    expect(reply).toContain(`/plinth exception grant "${ID}"`);
    expect(check(world).conclusion).toBe('action_required');
    expect((await say(world, `/plinth exception grant "${ID}"`)).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });

  it('a newer request for the same takes the place of the older, and says so', async () => {
    const world = await opened();
    expect((await say(world, REQUEST, 'contributor')).reply).not.toContain('takes the place');
    const newer = await say(world, REQUEST.replace('2026-12-31', '2027-01-31'), 'stranger');
    expect(newer.reply).toContain('takes the place of what `contributor` asked for before');
    const { reply = '' } = await say(world, '/plinth status');
    expect(reply.match(/asked for by/g)).toHaveLength(1);
    expect(reply).toMatch(/until `2027-01-31`.*asked for by `stranger`/);
    expect((await say(world, `/plinth exception grant "${ID}"`)).reply).toContain('did you mean');
    expect((await say(world, '/plinth exception grant')).reply).toContain('is granted until `2027-01-31`');
  });

  it('a request for what one of two persons granted is refused, with what the other writes', async () => {
    const world = await opened({ policy: 'extends: kep-1729\ncommands: { two-person: true }\n' });
    world.github.people.setRole(world.repository, 'another', 'maintain');
    await say(world, GRANT);
    const { reply, reactions } = await say(world, REQUEST.replace('migrates', 'moves'), 'contributor');
    expect(reactions).toEqual(['-1']);
    expect(reply).toContain('`maintainer` granted it already, one of two persons');
    expect(reply).toContain(`/plinth exception grant "${ID}"`);
    expect((await say(world, `/plinth exception grant "${ID}"`, 'another')).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });

  it('revoke takes a grant back, by those who may', async () => {
    const world = await opened();
    await say(world, GRANT);
    expect((await say(world, `/plinth exception revoke "${ID}"`, 'stranger')).reactions).toEqual(['-1']);
    expect(check(world).conclusion).toBe('success');
    expect((await say(world, `/plinth exception revoke "${ID}"`)).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('action_required');
    expect((await say(world, `/plinth exception revoke "${ID}"`)).reply).toContain(
      'neither granted nor asked for',
    );
  });

  it('extend grants what is on record until later', async () => {
    const world = await opened({ files: { [FILE]: written({ id: 'app', expires: '2026-03-01' }) } });
    expect(check(world).conclusion).toBe('action_required');
    const { reply, reactions } = await say(world, '/plinth exception extend app expires=2026-06-30');
    expect(reactions).toEqual(['+1']);
    expect(reply).toContain('expires: 2026-06-30');
    expect(check(world).conclusion).toBe('success');
    expect((await say(world, '/plinth exception extend app expires=2026-05-01')).reactions).toEqual(['-1']);
  });

  it.each([
    ['keeps the id that somebody chose', 'app until 2026-03-01', 'app until 2026-03-01'],
    ['renews the id that says what an entry is for, and its end', ID.replace(/\d{4}.*/, '2026-03-01'), ID],
  ])('extend %s', async (_, id, wanted) => {
    const entry = written({ id: `"${id}"`, expires: '2026-03-01' });
    const world = await opened({ files: { [FILE]: entry } });
    const { reply } = await say(world, `/plinth exception extend "${id}" expires=2026-12-31`);
    expect(reply).toContain(`id: "${wanted}"`);
  });

  it('extend by one person says so where the policy wants two', async () => {
    const world = await opened({
      policy: 'extends: kep-1729\ncommands: { two-person: true }\n',
      files: { [FILE]: written({ id: 'app', expires: '2026-03-01' }) },
    });
    world.github.people.setRole(world.repository, 'another', 'maintain');
    const extend = '/plinth exception extend app expires=2026-06-30';
    expect((await say(world, extend)).reply).toContain('by 1 of two persons');
    expect(check(world).conclusion).toBe('action_required');
    expect((await say(world, extend, 'another')).reply).toContain('is granted until `2026-06-30`');
    expect(check(world).conclusion).toBe('success');
  });

  it.each(['revoke', 'extend'])('%s without a name tells what could be named', async (command) => {
    const world = await opened();
    expect((await say(world, `/plinth exception ${command}`)).reply).toContain(
      'there is no exception here that this can be about',
    );
    await say(world, GRANT);
    const { reply, reactions } = await say(world, `/plinth exception ${command}`);
    expect(reactions).toEqual(['confused']);
    expect(reply).toContain(`\`"${ID}"\``);
    expect(check(world).conclusion).toBe('success');
  });

  it('list and status tell what is on record, granted and waiting', async () => {
    const world = await opened({ files: { [FILE]: written({ id: 'old', image: 'registry.k8s.io/old' }) } });
    await say(world, REQUEST, 'contributor');
    const waiting = (await say(world, '/plinth exception list', 'stranger')).reply;
    expect(waiting).toMatch(/On record.*\n- `old`/);
    expect(waiting).toMatch(/Waiting.*\n.*asked for by `contributor`/);
    await say(world, '/plinth exception grant');
    const granted = (await say(world, '/plinth status', 'stranger')).reply;
    expect(granted).toMatch(/Granted on this pull request:\n.*by `maintainer`, \*\*undocumented\*\*/);
    expect(granted).not.toContain('asked for by');
    expect(granted).toContain('kep-1729');
  });

  it('list is cut where it is too long for a comment, and keeps no command from being answered (A16)', async () => {
    const entries = Array.from({ length: 50 }, (_, at) =>
      written({ id: `"${at} ${'`x '.repeat(160)}"`, owner: `"${'`x '.repeat(160)}"` }),
    );
    const file = entries.join('').replaceAll(/(?<=\n)exceptions:\n/g, '');
    const world = await opened({ files: { [FILE]: file } });
    const { reply, reactions } = await say(world, '/plinth exception list\n'.repeat(2), 'stranger');
    expect(reactions).toEqual(['+1']);
    expect(reply).toContain('too long for a comment');
    expect((await say(world, '/plinth exception list')).reactions).toEqual(['+1']);
  });

  it('explain tells of a rule and of a finding', async () => {
    const world = await opened();
    expect((await say(world, '/plinth explain base-needs-exception', 'stranger')).reactions).toEqual(['+1']);
    const { reply } = await say(world, '/plinth explain #1', 'stranger');
    expect(reply).toContain('`Dockerfile:1`');
    expect(reply).toContain('**To do:**');
    expect((await say(world, '/plinth explain base-need-exception', 'stranger')).reply).toContain(
      'Did you mean `base-needs-exception`?',
    );
  });
});

describe('SEM-6.3, A17: an exception that ends', () => {
  const DAY_MS = 86_400_000;

  it.each([
    ['on record', { files: { [FILE]: written({ id: 'app', expires: '2026-03-06' }) } }, undefined],
    ['granted', {}, GRANT.replace('2026-12-31', '2026-03-06')],
  ])('%s takes the green with it, by itself, within a minute of its last day', async (_, options, grant) => {
    const world = await opened(options);
    const { app, clock } = world;
    if (grant !== undefined) await say(world, grant);
    expect(check(world).conclusion).toBe('success');
    const end = Date.parse('2026-03-07');
    await clock.advance(end - clock.now() - 1, () => app.settled());
    expect(check(world).conclusion).toBe('success');
    await clock.advance(60_000, () => app.settled());
    expect(check(world).conclusion).toBe('action_required');
    await clock.advance(DAY_MS, () => app.settled());
    expect(check(world).conclusion).toBe('action_required');
  });
});

describe('an exceptions file of the base branch that cannot be used', () => {
  it('leaves every change undecided, one that touches nothing of ours too', async () => {
    const world = await opened({ files: { [FILE]: 'exceptions: [{ image: 1 }]\n', 'notes.txt': 'a\n' } });
    expect(check(world).conclusion).toBe('action_required');
    const { github, repository, git, app } = world;
    const { pull } = await github.people.openPullRequest({
      repository,
      base: 'main',
      head: git.id('aside'),
      headRef: 'aside',
    });
    await app.settled();
    expect(check({ ...world, pull }).conclusion).toBe('failure');
  });
});

describe('SEM-7.5: a store that is lost', () => {
  it('changes nothing for a pull request: its grants are read from the App’s own replies', async () => {
    const before = await opened();
    await say(before, GRANT);
    const world = await withEmptyStore(before);
    await push(world, 'debian-again');
    expect(check(world).conclusion).toBe('success');
    expect((await say(world, '/plinth exception list')).reply).toContain('by `maintainer`, **undocumented**');
  });

  it('and hears again that the pull request was opened knows as little as before', async () => {
    const before = await opened();
    const sent = before.github.deliveries.all.find(({ event }) => event === 'pull_request');
    await say(before, GRANT);
    const world = await withEmptyStore(before);
    await world.clock.advance(3_600_000);
    if (sent === undefined) throw new Error('nothing was sent');
    await world.github.deliveries.redeliver(sent);
    await world.app.settled();
    await push(world, 'debian-again');
    expect(check(world).conclusion).toBe('success');
  });

  it('keeps what was taken back taken back, and takes new decisions behind the old ones', async () => {
    const before = await opened();
    await say(before, GRANT);
    await say(before, `/plinth exception revoke "${ID}"`);
    const world = await withEmptyStore(before);
    await push(world, 'debian-again');
    expect(check(world).conclusion).toBe('action_required');
    await say(world, GRANT);
    expect(check(world).conclusion).toBe('success');
    const key = { repositoryId: world.repository.id, number: world.pull.number };
    const { events } = await world.store.grantEvents(key);
    expect(events.map(({ position, kind }) => [position, kind])).toEqual([
      [1, 'grant'],
      [2, 'revoke'],
      [3, 'grant'],
    ]);
  });

  it.each([
    [
      'edited',
      (world: World) => {
        const reply = world.repository.comments.find(({ app }) => app !== null);
        if (reply !== undefined) reply.body = reply.body.replace('granted', 'allowed');
      },
    ],
    [
      'deleted',
      (world: World) => {
        const at = world.repository.comments.findIndex(({ app }) => app !== null);
        world.repository.comments.splice(at, 1);
      },
    ],
    [
      'written by somebody else',
      (world: World) => {
        const reply = world.repository.comments.find(({ app }) => app !== null);
        if (reply !== undefined) Object.assign(reply, { author: world.pull.author, app: null });
      },
    ],
  ])('a reply that was %s grants nothing', async (_, tamper) => {
    const before = await opened();
    await say(before, GRANT);
    tamper(before);
    const world = await withEmptyStore(before);
    await push(world, 'debian-again');
    expect(check(world).conclusion).toBe('action_required');
  });

  it('a grant whose reply stands before a missing one does not stand', async () => {
    const before = await opened();
    await say(before, GRANT);
    await say(before, `/plinth exception revoke "${ID}"`);
    await say(before, '/plinth exception request #1 "again"', 'contributor');
    const revoked = before.repository.comments.findIndex(({ body }) => body.includes('is taken back'));
    before.repository.comments.splice(revoked, 1);
    const world = await withEmptyStore(before);
    await push(world, 'debian-again');
    expect(check(world)).toMatchObject({
      conclusion: 'action_required',
      summary: expect.stringContaining('was deleted or edited'),
    });
  });
});

// What a grant is for: what its author saw when it was written, and nothing that the change becomes later.
import { describe, expect, it, jest } from '@jest/globals';
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
  written,
} from './support/exceptions.ts';

// A loaded machine takes its time for git and SQLite.
jest.setTimeout(60_000);
const { opened } = exceptionWorlds();

const builds = (folder: string, name = 'app') =>
  `docker build -t registry.k8s.io/${name}:1 ${folder}\ndocker push registry.k8s.io/${name}:1\n`;

describe('a grant is for what its author saw', () => {
  it('and not for a definition that takes the name on a later head (SEM-2.3)', async () => {
    const files = { 'cmd/Dockerfile': DEBIAN, 'cmd/build.sh': builds('cmd') };
    const world = await opened({
      commits: [{ name: 'another', branch: 'another', parents: ['debian'], files }],
    });
    await say(world, GRANT);
    expect(check(world).conclusion).toBe('success');
    await push(world, 'another');
    expect(check(world).conclusion).toBe('action_required');
  });

  it('and its author owns every definition of the name', async () => {
    const files = {
      'a/Dockerfile': DEBIAN,
      'a/build.sh': builds('a'),
      'b/Dockerfile': DEBIAN,
      'b/build.sh': builds('b'),
    };
    const world = await opened({
      policy: 'extends: kep-1729\ncommands: { grant: { owners: true } }\n',
      files: {
        'a/OWNERS': 'approvers: [approver, boss]\n',
        'b/OWNERS': 'approvers: [another, boss]\n',
        'build.sh': builds('.', 'other'),
      },
      commits: [{ name: 'both', branch: 'both', parents: ['base'], files }],
      head: 'both',
    });
    for (const one of ['approver', 'another'])
      expect((await say(world, GRANT, one)).reactions).toEqual(['-1']);
    expect(check(world).conclusion).toBe('action_required');
    expect((await say(world, GRANT, 'boss')).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });

  it('and decides nothing where the pull request has another base branch by then', async () => {
    const world = await opened({
      commits: [{ name: 'dev', branch: 'dev', parents: ['base'], files: { 'README.md': 'dev\n' } }],
    });
    const { github, repository, app, pull, clock } = world;
    github.faults.add({
      match: { method: 'POST', route: '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions' },
      status: 502,
      times: 1000,
    });
    const { comment } = await github.people.comment(repository, pull, GRANT);
    await app.settled();
    await github.people.retarget(repository, pull, 'dev');
    await app.settled();
    github.faults.clear();
    await clock.advance(60_000, () => app.settled());
    expect(comment.reactions.map(({ content }) => content)).toEqual(['-1']);
    expect(check(world).conclusion).toBe('action_required');
  });

  it('by a number that means the same finding of a head whatever is granted', async () => {
    const files = { 'cmd/Dockerfile': DEBIAN, 'cmd/build.sh': builds('cmd', 'cmd') };
    const world = await opened({
      commits: [{ name: 'two', branch: 'two', parents: ['debian'], files }],
      head: 'two',
    });
    await say(world, GRANT);
    expect((await say(world, GRANT)).reply).toContain('covers this finding already');
    expect(check(world).conclusion).toBe('action_required');
    expect((await say(world, GRANT.replace('#1', '2'))).reactions).toEqual(['+1']);
    expect(check(world).conclusion).toBe('success');
  });

  it('and not an entry that took the id of what somebody asked for', async () => {
    const files = {
      'o/Dockerfile': 'FROM ubuntu:24.04\nENTRYPOINT ["/o"]\n',
      'o/build.sh': builds('o', 'other'),
      [FILE]: written({
        id: `"${ID}"`,
        image: 'registry.k8s.io/other',
        rule: 'base-not-allowed',
        base: 'ubuntu',
        expires: '2099-12-31',
      }),
    };
    const world = await opened({
      commits: [{ name: 'spoof', branch: 'spoof', parents: ['debian'], files }],
    });
    await say(world, REQUEST, 'contributor');
    await push(world, 'spoof');
    const { reply, reactions } = await say(world, `/plinth exception grant "${ID}"`);
    expect(reactions).toEqual(['-1']);
    expect(reply).toContain('another one of that id');
    expect(check(world).conclusion).toBe('failure');
  });

  it('until a day that is still to come', async () => {
    const world = await opened();
    const { reply, reactions } = await say(world, GRANT.replace('2026-12-31', '2026-03-03'));
    expect(reactions).toEqual(['confused']);
    expect(reply).toContain('is over');
  });
});

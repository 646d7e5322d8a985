import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import { GitReader } from './git.ts';
import { ShortHistories } from './short-histories.ts';

const commit = (name: string, ...parents: readonly string[]) => ({
  name,
  branch: name,
  parents,
  files: { [name]: name },
});
// Two lines from one root that each merge the other (b2 and c2 have two best ancestors), a merge of both, and a root apart.
const COMMITS = [
  commit('root'),
  commit('a', 'root'),
  commit('b', 'a'),
  commit('c', 'a'),
  commit('b2', 'b', 'c'),
  commit('c2', 'c', 'b'),
  commit('d', 'c'),
  commit('merge', 'b', 'd'),
  commit('apart'),
];
const PAIRS = COMMITS.flatMap(({ name: one }) => COMMITS.map(({ name: other }) => [one, other] as const));

let made: GeneratedRepository;
let reader: GitReader;
let histories: ShortHistories;
beforeAll(async () => {
  made = await generateRepository(COMMITS);
  reader = new GitReader(made.gitDir);
  histories = new ShortHistories((sha) => reader.commit(sha));
});
afterAll(async () => {
  reader.close();
  await made.remove();
});

/** What git says, in lines; none where it finds nothing. */
function git(...args: readonly string[]): readonly string[] {
  try {
    return execFileSync('git', ['--git-dir', made.gitDir, ...args], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
  } catch {
    return [];
  }
}

describe('a short history', () => {
  it('has the merge base that git finds, and leaves the choice to it where there are two', async () => {
    for (const [one, other] of PAIRS.filter(([first, second]) => first <= second)) {
      const all = git('merge-base', '--all', made.id(one), made.id(other));
      const expected = all.length > 1 ? undefined : (all[0] ?? null);
      expect([one, other, await histories.mergeBase(made.id(one), made.id(other))]).toEqual([
        one,
        other,
        expected,
      ]);
    }
  });

  it('has the commits between that git lists, and leaves their order to it where they are no line', async () => {
    let told = 0;
    for (const [from, to] of PAIRS) {
      const found = await histories.between(made.id(from), made.id(to));
      if (found === undefined) continue;
      told++;
      const listed = git('rev-list', '--reverse', '--topo-order', `${made.id(from)}..${made.id(to)}`);
      expect([from, to, found]).toEqual([from, to, listed]);
    }
    expect(told).toBeGreaterThan(PAIRS.length / 2);
    expect(await histories.between(made.id('root'), made.id('merge'))).toBeUndefined();
  });

  it('is not walked where it is long, or where a commit is not there', async () => {
    const long = new ShortHistories(async (sha) => {
      const found = await reader.commit(made.id('root'));
      return found === null ? null : { ...found, sha, parents: [`${Number(sha) + 1}`] };
    });
    expect(await long.mergeBase('1', '2')).toBeUndefined();
    expect(await histories.mergeBase(made.id('root'), 'f'.repeat(40))).toBeUndefined();
    expect(await histories.between('f'.repeat(40), made.id('root'))).toBeUndefined();
  });
});

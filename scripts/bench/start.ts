import type { Programs } from './programs.ts';
import { inTurn, ratio, run } from './run.ts';
import { row, type Section } from './tree.ts';

/** `plinth check` of one Dockerfile against a Node.js that does nothing. */
export async function measureStart(runs: number, programs: Programs): Promise<Section> {
  const gitDir = `${programs.oneDockerfile}/.git`;
  const environment = { XDG_CACHE_HOME: programs.cacheFolder() };
  const commands = {
    nothing: { args: ['-e', '0'] },
    tree: { args: [programs.plinth, 'check'], environment, folder: programs.oneDockerfile },
    commit: { args: [programs.plinth, 'check', '--git-dir', gitDir, '--head', 'main'], environment },
    uncached: {
      args: [programs.plinth, 'check', '--git-dir', gitDir, '--head', 'main'],
      environment: { ...environment, CI: 'true' },
    },
  };
  for (const command of Object.values(commands)) await run(command);
  const { nothing, tree, commit, uncached } = await inTurn(commands, runs);
  return {
    title: 'One Dockerfile',
    rows: [
      row('node -e 0', nothing, null),
      row('plinth check (working tree)', tree, null),
      row('plinth check --git-dir … --head …', commit, null),
      row('the same, CI=true (nothing cached)', uncached, null),
    ],
    ratios: [
      { name: 'working tree / node -e 0', value: ratio(tree, nothing), aim: 3, unit: '×' },
      { name: 'commit / node -e 0', value: ratio(commit, nothing), aim: 3, unit: '×' },
      { name: 'commit, CI=true / node -e 0', value: ratio(uncached, nothing), aim: null, unit: '×' },
    ],
  };
}

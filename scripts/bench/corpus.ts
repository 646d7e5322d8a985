// A tree to measure on: the same bytes in every run, in a bare git repository of its own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerfileText } from './corpus-dockerfiles.ts';
import { otherManifest, workloadManifest } from './corpus-manifests.ts';
import { Dice } from './dice.ts';

/** What a tree is made of. */
export interface CorpusShape {
  readonly dockerfiles: number;
  readonly manifests: number;
  readonly manifestBytes: number;
}

export const SHAPE: CorpusShape = { dockerfiles: 300, manifests: 6000, manifestBytes: 50_000_000 };

/** A tenth of the bytes are workloads, and a fiftieth of those files start a shell. */
const ONE_WORKLOAD_IN = 10;
const ONE_SHELL_IN = 50;

/** Writes the tree as one commit and gives the git directory. */
export async function writeCorpus(shape: CorpusShape, seed = 1): Promise<string> {
  const gitDir = mkdtempSync(join(tmpdir(), 'plinth-bench-'));
  spawnSync('git', ['init', '-q', '--bare', '-b', 'main', gitDir], { stdio: 'inherit' });
  const child = spawn('git', ['--git-dir', gitDir, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const closed = once(child, 'close');
  child.stdin.write(
    'commit refs/heads/main\ncommitter Bench <bench@example.org> 1700000000 +0000\ndata 5\nbench\n',
  );
  for (const { path, text } of files(shape, new Dice(seed))) {
    const bytes = Buffer.from(text);
    const fits = child.stdin.write(
      Buffer.concat([
        Buffer.from(`M 100644 inline ${path}\ndata ${bytes.length}\n`),
        bytes,
        Buffer.from('\n'),
      ]),
    );
    if (!fits) await once(child.stdin, 'drain');
  }
  child.stdin.end('done\n');
  const [code] = await closed;
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  return gitDir;
}

function* files(shape: CorpusShape, dice: Dice): Generator<{ readonly path: string; readonly text: string }> {
  for (let index = 0; index < shape.dockerfiles; index++)
    yield {
      path: `images/team-${index % 20}/service-${index}/Dockerfile`,
      text: dockerfileText(index, dice),
    };
  const bytes = Math.floor(shape.manifestBytes / shape.manifests);
  for (let index = 0; index < shape.manifests; index++) {
    const isWorkload = index % ONE_WORKLOAD_IN === 0;
    const startsShell = index % (ONE_WORKLOAD_IN * ONE_SHELL_IN) === 0;
    yield {
      path: `deploy/area-${index % 40}/part-${Math.floor(index / 40)}.yaml`,
      text: isWorkload
        ? workloadManifest(index, bytes, startsShell, dice)
        : otherManifest(index, bytes, dice),
    };
  }
}

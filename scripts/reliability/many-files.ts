// L11: the cost of a tree grows with its number of files and not faster, half of them in one folder, and a path may be as long as systems have it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Run, run } from '../bench/run.ts';
import type { Figure } from './figure.ts';

const PLINTH = fileURLToPath(new URL('../../bin/plinth.js', import.meta.url));
const DEEP = `${'a/'.repeat(1995)}Dockerfile`;
const MIB = 1024 * 1024;

/** Judges a tree of half the files and one of all of them. */
export async function measureManyFiles(count: number): Promise<readonly Figure[]> {
  const half = await judged(count / 2);
  const all = await judged(count);
  const what = `${count} tiny files, ${count / 2} in one folder, one path of ${DEEP.length} bytes`;
  const found = [half, all].filter(({ output }) => output.includes(DEEP)).length;
  return [
    {
      row: 'L11',
      what: `time of ${what}, by that of half as many`,
      value: all.milliseconds / half.milliseconds,
      unit: '×',
      bar: 2.2,
      kind: 'at-most',
    },
    // Where the system does not say, nothing passes.
    {
      row: 'L11',
      what: `peak memory of all processes together, over ${what}`,
      value: (all.peakBytes ?? Number.NaN) / MIB,
      unit: 'MiB',
      bar: 500,
      kind: 'at-most',
    },
    {
      row: 'L11',
      what: 'trees whose deepest file was judged, of 2',
      value: found,
      unit: '',
      bar: 2,
      kind: 'exactly',
    },
  ];
}

async function judged(count: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-many-'));
  try {
    await writeTree(folder, count);
    return await run({
      args: [PLINTH, 'check', '--git-dir', folder, '--head', 'main', '--format', 'json'],
      environment: { HOME: folder, CI: 'true' },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each file has a text of its own, of a kind that is read. */
async function writeTree(gitDir: string, count: number): Promise<void> {
  spawnSync('git', ['init', '-q', '--bare', '-b', 'main', gitDir], { stdio: 'inherit' });
  const child = spawn('git', ['--git-dir', gitDir, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const closed = once(child, 'close');
  child.stdin.write(
    'commit refs/heads/main\ncommitter Many <many@example.org> 1700000000 +0000\ndata 4\nmany\n',
  );
  child.stdin.write(fileOf(DEEP, 'FROM debian:12\n'));
  for (let at = 0; at < count; at++) {
    const folder = at % 2 === 0 ? 'one' : `f${at % 1000}`;
    if (!child.stdin.write(fileOf(`${folder}/${at}.yaml`, `kind: ${at}\n`))) await once(child.stdin, 'drain');
  }
  child.stdin.end('done\n');
  const [code] = await closed;
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}

function fileOf(path: string, text: string): string {
  return `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
}

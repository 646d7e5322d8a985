// The least that any program of this kind has to do: list the tree, read what its formats claim, look at the text, and parse what matters
// with the same libraries, keeping nothing. Arguments: GIT_DIR REV [--list | --jobs N | --part K/N].
import { spawn, spawnSync } from 'node:child_process';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { Composer, Parser } from 'yaml';
import type { Format } from '../../src/formats/format.ts';
import { formatsOf } from '../../src/formats/index.ts';
import { maskTemplate } from '../../src/formats/kubernetes/mask.ts';
import { splitDocuments } from '../../src/formats/yaml/split.ts';

const LARGEST_LISTING = 1024 ** 3;
const LARGEST_PARSED = 8 * 1024 ** 2;

interface Job {
  readonly id: string;
  readonly format: Format;
  readonly profile: string;
}

function list(gitDir: string, rev: string): ReadonlyMap<string, string> {
  const command = ['--git-dir', gitDir, 'ls-tree', '-r', '-z', '--full-tree', rev];
  const { stdout } = spawnSync('git', command, { maxBuffer: LARGEST_LISTING });
  const tree = new Map<string, string>();
  for (const record of stdout.toString().split('\0')) {
    const tab = record.indexOf('\t');
    if (record.startsWith('100')) tree.set(record.slice(tab + 1), record.slice(12, tab));
  }
  return tree;
}

function jobsOf(tree: ReadonlyMap<string, string>): readonly Job[] {
  const jobs = new Map<string, Job>();
  for (const [path, id] of tree) {
    for (const found of formatsOf(path))
      if (found.when === 'always') jobs.set(`${id}:${found.format.id}:${found.profile}`, { id, ...found });
  }
  return [...jobs.values()];
}

function parse({ format, profile }: Job, bytes: Buffer): boolean {
  const text = bytes.toString();
  if (text.length > LARGEST_PARSED || !format.mayMatter(text, profile)) return false;
  if (format.id === 'dockerfile') DockerfileParser.parse(text);
  else parseYaml(maskTemplate(text).text, (piece) => format.mayMatter(piece, profile));
  return true;
}

function parseYaml(text: string, matters: (piece: string) => boolean): void {
  const options = {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    resolveKnownTags: false,
  } as const;
  for (const { start, end } of splitDocuments(text)) {
    const piece = text.slice(start, end);
    if (!matters(piece)) continue;
    for (const _ of new Composer(options).compose(new Parser().parse(piece)));
  }
}

/** Reads every blob through one `git cat-file`, asked and answered as the pipe takes it. */
async function read(
  gitDir: string,
  jobs: readonly Job[],
  take: (job: Job, bytes: Buffer) => void,
): Promise<void> {
  const child = spawn('git', ['--git-dir', gitDir, 'cat-file', '--batch', '--buffer'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(jobs.map((job) => `${job.id}\n`).join(''));
  let held = Buffer.alloc(0);
  let at = 0;
  for await (const chunk of child.stdout) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let from = 0;
    for (;;) {
      const line = held.indexOf(10, from);
      if (line < 0) break;
      const size = Number(held.toString('latin1', held.lastIndexOf(32, line), line));
      const job = jobs[at];
      if (Number.isNaN(size) || job === undefined) throw new Error(`git has no ${job?.id}`);
      if (held.length < line + size + 2) break;
      take(job, held.subarray(line + 1, line + 1 + size));
      from = line + size + 2;
      at += 1;
    }
    held = held.subarray(from);
  }
}

interface Counts {
  listed: number;
  files: number;
  bytes: number;
  parsed: number;
}

/** Every n-th of the files, read and parsed in this process. */
async function readPart(gitDir: string, tree: ReadonlyMap<string, string>, part: string): Promise<Counts> {
  const [at = 0, of = 1] = part.split('/').map(Number);
  const counts = { listed: tree.size, files: 0, bytes: 0, parsed: 0 };
  const jobs = jobsOf(tree).filter((_, index) => index % of === at);
  await read(gitDir, jobs, (job, bytes) => {
    counts.files += 1;
    counts.bytes += bytes.length;
    if (parse(job, bytes)) counts.parsed += 1;
  });
  return counts;
}

async function readInChild(args: readonly string[]): Promise<Counts> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return (await json(child.stdout)) as Counts;
}

function sum(parts: readonly Counts[]): Counts {
  return parts.reduce((all, one) => ({
    listed: one.listed,
    files: all.files + one.files,
    bytes: all.bytes + one.bytes,
    parsed: all.parsed + one.parsed,
  }));
}

const [gitDir = '.', rev = 'HEAD', option, value = '1'] = process.argv.slice(2);
const jobs = option === '--jobs' ? Number(value) : 1;
let counts: Counts;
if (jobs > 1) {
  const parts = Array.from({ length: jobs }, (_, at) =>
    readInChild([gitDir, rev, '--part', `${at}/${jobs}`]),
  );
  counts = sum(await Promise.all(parts));
} else {
  const tree = list(gitDir, rev);
  counts =
    option === '--list'
      ? { listed: tree.size, files: 0, bytes: 0, parsed: 0 }
      : await readPart(gitDir, tree, option === '--part' ? value : '0/1');
}
process.stdout.write(`${JSON.stringify(counts)}\n`);

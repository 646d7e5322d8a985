// Images cannot be built here, so the Dockerfile, the sources it copies and what the build makes of them are held together instead.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import ignore from 'ignore';
import { ENTRIES } from '../../scripts/build/entries.ts';
import type { DockerfileFact, Instruction, StageFact } from '../../src/domain/index.ts';
import { dockerfile } from '../../src/formats/dockerfile/index.ts';
import { TestFolders } from '../adapters/git/repositories.ts';
import { judgeTree } from '../support/mini-repository.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MINUTE_MS = 60_000;

type Of<Kind extends Instruction['kind'], One = Instruction> = One extends { readonly kind: infer Its }
  ? Kind extends Its
    ? One
    : never
  : never;

const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const [fact, ...others] = dockerfile.facts(text, 'dockerfile');
const { stages } = fact as DockerfileFact;
const [build, final] = stages as readonly [StageFact, StageFact];

const folders = new TestFolders();
afterAll(() => folders.clean());

function all<Kind extends Instruction['kind']>(stage: StageFact, kind: Kind): readonly Of<Kind>[] {
  return stage.instructions.filter((one): one is Instruction & Of<Kind> => one.kind === kind);
}

/** What a stage copies from the repository, as paths of it. */
const sources = all(build, 'copy')
  .filter(({ from }) => from === undefined)
  .flatMap((copy) => copy.sources.map(({ text: source }) => posix.normalize(source)));

function workdirOf(stage: StageFact): string {
  return all(stage, 'workdir').at(-1)?.value.text ?? '/';
}

describe('the image of the App', () => {
  it('has a build stage and a final stage, both read', () => {
    expect(others).toEqual([]);
    expect(stages.map(({ name }) => name)).toEqual(['build', undefined]);
  });

  it('copies what is in the repository and not left out of the build context', () => {
    const left = ignore().add(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
    expect(sources.filter((source) => !existsSync(join(ROOT, source)) || left.ignores(source))).toEqual([]);
    expect(sources).toEqual(expect.arrayContaining(['package.json', 'package-lock.json', 'src', 'policies']));
  });

  it(
    'is built of nothing else, and starts a file that the build makes',
    async () => {
      const context = folders.folder();
      for (const source of sources) {
        mkdirSync(dirname(join(context, source)), { recursive: true });
        cpSync(join(ROOT, source), join(context, source), { recursive: true });
      }
      symlinkSync(join(ROOT, 'node_modules'), join(context, 'node_modules'));
      expect(all(build, 'run').map((run) => text.split('\n')[run.span.start.line - 1])).toContain(
        'RUN npm run build',
      );
      await promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: context });

      const [copy, ...rest] = all(final, 'copy');
      expect(rest).toEqual([]);
      expect(copy?.from?.text).toBe('build');
      const [source] = copy?.sources ?? [];
      const built = join(context, posix.relative(workdirOf(build), source?.text ?? ''));
      const there = posix.join(workdirOf(final), copy?.destination.text ?? '');
      const [runtime, program] = entryPoint();
      expect(runtime).toBe('/nodejs/bin/node');
      const file = posix.relative(there, program ?? '');
      expect(Object.keys(ENTRIES).map((name) => `${name}.js`)).toContain(file);
      for (const [name, entry] of Object.entries(ENTRIES))
        expect([name, existsSync(join(built, `${name}.js`))]).toEqual([name, existsSync(join(ROOT, entry))]);
    },
    MINUTE_MS,
  );

  it('runs as a user that is a number and not root, without a shell', () => {
    expect(all(final, 'user').at(-1)?.value.text).toMatch(/^[1-9]\d*(:[1-9]\d*)?$/);
    expect(all(final, 'run')).toEqual([]);
    expect(entryPoint()).toHaveLength(2);
  });

  it('passes Plinth’s own check under the policy in the repository, whose base it allows', async () => {
    const policy = readFileSync(join(ROOT, '.github/plinth.yml'), 'utf8');
    const report = await judgeTree(
      { Dockerfile: text, '.github/plinth.yml': policy },
      { policies: [{ tier: 'worktree', from: '.github/plinth.yml', text: policy }] },
    );
    expect(report.findings).toEqual([]);
    expect(report.verdict).toMatchObject({ outcome: 'pass', touched: 'pass' });
    expect(report.images.map(({ bases }) => bases.map(({ standing }) => standing))).toEqual([['allowed']]);
  });
});

function entryPoint(): readonly string[] {
  const command = all(final, 'entrypoint').at(-1)?.command;
  return command?.form === 'exec' ? command.words.map(({ text: word }) => word) : [];
}

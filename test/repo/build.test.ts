// The built program runs from a folder of its own, without sources and packages.
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Report } from '../../src/domain/index.ts';
import { TestFolders } from '../adapters/git/repositories.ts';
import { builtProgram, bundleProgram } from '../support/built-program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// Processes that start: a second, and much more on a busy machine.
jest.setTimeout(60_000);

const folders = new TestFolders();
const dist = join(folders.folder(), 'dist');
// A copy of its own: a test puts a program beside.
cpSync(join(builtProgram(), 'dist'), dist, { recursive: true });
afterAll(() => folders.clean());

/** Runs a program in a folder of its own; the exit code with what it wrote. */
function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string; complaint: string }> {
  return new Promise((resolve) => {
    const options = {
      cwd: folders.folder(),
      env: { PATH: process.env.PATH, HOME: folders.folder(), ...environment },
    };
    execFile(process.execPath, args, options, (error, output, complaint) => {
      resolve({ code: error === null ? 0 : Number(error.code), output, complaint });
    });
  });
}

/** A commit that changes a base, a manifest and a Go file: each format has something to read. */
function exampleRepository(): { gitDir: string; base: string; head: string } {
  const repository = folders.repository();
  const base = repository.commit({
    Dockerfile: 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n',
  });
  const head = repository.commit({
    Dockerfile: 'FROM alpine:3.20\nRUN apk add --no-cache curl\nENTRYPOINT ["/app"]\n',
    'deploy/app.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec:\n  containers:\n    - {name: app, image: app, command: [sh, -c, "exec app >>/log"]}\n',
    'main.go': 'package main\n\nimport "github.com/golang/glog"\n\nfunc main() { glog.Info("x") }\n',
  });
  return { gitDir: join(repository.folder, '.git'), base, head };
}

describe('the built files', () => {
  it('are one for each entry, with grammars and packed policies beside them', () => {
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !name.endsWith('.map'),
    );
    expect(files).toEqual(
      expect.arrayContaining([
        'cli.js',
        'cli-script.js',
        'analyser.js',
        'tree-sitter-go.wasm',
        'web-tree-sitter.wasm',
        join('policies', 'bases.json'),
        join('policies', 'kep-1729.json'),
      ]),
    );
    expect(files.filter((name) => name.endsWith('.yaml'))).toEqual([]);
  });

  it('hold no character beyond ASCII: one would double the work on every start', () => {
    const names = readdirSync(dist).filter((name) => name.endsWith('.js'));
    const odd = names.filter((name) => /[^\0-\x7f]/.test(readFileSync(join(dist, name), 'utf8')));
    expect(odd).toEqual([]);
  });

  it('judge a change with every format, as the sources do', async () => {
    const { gitDir, base, head } = exampleRepository();
    const args = [
      'check',
      '--git-dir',
      gitDir,
      '--base',
      base,
      '--head',
      head,
      '--format',
      'json',
      '--no-cache',
    ];
    const built = await run([join(dist, 'cli.js'), ...args]);
    const source = await run([join(ROOT, 'src/cli/main.ts'), ...args]);
    expect(built.complaint).toBe('');
    expect(built.code).toBe(1);
    const report = withoutStats(built.output);
    expect(report).toEqual(withoutStats(source.output));
    expect(new Set(report.findings.map(({ rule }) => rule))).toEqual(
      new Set(['base-not-allowed', 'glog-import', 'manifest-shell-command', 'package-manager-final-stage']),
    );
  });

  it('check a policy text against its schema, which is made late', async () => {
    const repository = folders.repository();
    repository.commit({
      Dockerfile: 'FROM scratch\n',
      '.github/plinth.yml': 'extends: kep-1729\nbasess: {}\n',
    });
    const { code, complaint } = await run([
      join(dist, 'cli.js'),
      'check',
      '--git-dir',
      join(repository.folder, '.git'),
      '--head',
      'main',
    ]);
    expect(code).toBe(2);
    expect(complaint).toContain('plinth.yml');
    expect(complaint).toContain('2:1: unknown key "basess": did you mean "bases"?');
  });

  it('explain themselves', async () => {
    const { code, output } = await run([join(dist, 'cli.js'), 'check', '--help']);
    expect(code).toBe(0);
    expect(output).toContain('--base <rev>');
    expect(output).toContain('Exit codes');
  });

  const hasApp = readdirSync(join(ROOT, 'src/app')).includes('main.ts');
  (hasApp ? it : it.skip)('start the App, which refuses what it cannot run with by name', async () => {
    const { code, complaint } = await run([join(dist, 'app.js')], { APP_ID: '1', WEBHOOK_SECRET: 'short' });
    expect(code).toBe(2);
    expect(complaint).toContain('PRIVATE_KEY');
    expect(complaint).toContain('WEBHOOK_SECRET');
  });

  it('analyse in the locked-down child', async () => {
    const { gitDir, base, head } = exampleRepository();
    const parent = join(dist, 'parent.js');
    bundleProgram(join(ROOT, 'test/support/analyser-parent.ts'), parent);
    const { code, output, complaint } = await run([parent, gitDir, base, head]);
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
    const { report } = JSON.parse(output) as { readonly report: Report };
    const rules = report.findings.map(({ rule }) => rule);
    expect(rules).toEqual(
      expect.arrayContaining(['base-not-allowed', 'glog-import', 'manifest-shell-command']),
    );
  });
});

describe('the command', () => {
  let command = '';
  let cache = '';
  beforeAll(() => {
    const installed = folders.folder();
    cpSync(join(ROOT, 'bin'), join(installed, 'bin'), { recursive: true });
    cpSync(dist, join(installed, 'dist'), { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{ "type": "module" }');
    command = join(installed, 'bin', 'plinth.js');
    cache = folders.folder();
  });

  const keptIn = (folder: string) => join(folder, 'plinth', 'compiled');
  const check = async (environment: Readonly<Record<string, string>>) => {
    const { gitDir, base, head } = exampleRepository();
    const args = ['check', '--git-dir', gitDir, '--base', base, '--head', head, '--format', 'json'];
    const { code, output, complaint } = await run([command, ...args], environment);
    expect({ code, complaint }).toEqual({ code: 1, complaint: '' });
    return withoutStats(output).findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`);
  };

  it('keeps what was compiled, and judges the same with it and without', async () => {
    const first = await check({ XDG_CACHE_HOME: cache });
    expect(first).toContain('base-not-allowed Dockerfile:1');
    const [kept = '', ...others] = readdirSync(keptIn(cache));
    expect(others).toEqual([]);
    expect(kept).toMatch(/^[0-9a-f]{16}-.*-commits$/);
    const file = join(keptIn(cache), kept);
    expect(statSync(file).mode & 0o077).toBe(0);
    const before = statSync(file).mtimeMs;
    expect(await check({ XDG_CACHE_HOME: cache })).toEqual(first);
    // It was taken: what is refused is written anew.
    expect(statSync(file).mtimeMs).toBe(before);
  });

  it.each<readonly [string, (file: string) => void]>([
    [
      'damaged',
      (file) => {
        const bytes = readFileSync(file);
        const middle = bytes.length >> 1;
        bytes[middle] = (bytes[middle] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      },
    ],
    ['cut short', (file) => writeFileSync(file, readFileSync(file).subarray(0, 1000))],
    ['empty', (file) => writeFileSync(file, '')],
    ['writable by others', (file) => chmodSync(file, 0o666)],
  ])('does not use what is %s', async (_, spoil) => {
    const [kept = ''] = readdirSync(keptIn(cache));
    const file = join(keptIn(cache), kept);
    spoil(file);
    expect(await check({ XDG_CACHE_HOME: cache })).toContain('base-not-allowed Dockerfile:1');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(statSync(file).size).toBeGreaterThan(100_000);
  });

  it('keeps nothing where CI=true, and nothing inside a repository', async () => {
    const empty = folders.folder();
    await check({ XDG_CACHE_HOME: empty, CI: 'true' });
    expect(readdirSync(empty)).toEqual([]);
    const { folder } = folders.repository();
    await check({ XDG_CACHE_HOME: folder });
    expect(readdirSync(folder)).toEqual(['.git']);
  });

  it('says the fault of a command line, with its exit code', async () => {
    const { code, complaint } = await run([command, 'check', '--no-such'], { XDG_CACHE_HOME: cache });
    expect({ code, says: complaint.includes('--no-such') }).toEqual({ code: 2, says: true });
  });
});

function withoutStats(text: string): Omit<Report, 'stats'> {
  const { stats: _, ...report } = JSON.parse(text) as Report;
  return report;
}

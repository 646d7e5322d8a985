import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { TestFolders, type TestRepository } from '../adapters/git/repositories.ts';
import { builtProgram } from '../support/built-program.ts';
import { sarifValidator } from '../support/sarif-schema.ts';

jest.setTimeout(120_000);

interface Step {
  readonly id?: string;
  readonly run: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ACTION = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action;
const STATIC = 'FROM gcr.io/distroless/static:nonroot\nCOPY app /app\nENTRYPOINT ["/app"]\n';

const isSarif = sarifValidator();

const folders = new TestFolders();
const at: Record<string, string> = {};
let repository: TestRepository;
let home: string;

beforeAll(() => {
  repository = folders.repository();
  at.base = repository.commit({ '.github/plinth.yml': 'extends: kep-1729\n', Dockerfile: STATIC });
  at.clean = repository.commit({ Dockerfile: `${STATIC}USER 65532\n` });
  at.block = repository.commit({ Dockerfile: 'FROM debian:12\nCOPY app /app\nENTRYPOINT /app --verbose\n' });
  at.broken = repository.commit({ '.github/plinth.yml': 'extends: none\n' });
  // As `npm ci` leaves it: the program, and its Node.js.
  home = folders.folder();
  const installed = builtProgram();
  for (const part of ['bin', 'dist', 'package.json']) symlinkSync(join(installed, part), join(home, part));
  mkdirSync(join(home, 'node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, join(home, 'node_modules/.bin/node'));
});

afterAll(() => folders.clean());

interface Ended {
  readonly code: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: string;
  readonly sarif: string | null;
}

/** Runs the step as a runner does: its script in a file, `bash -eo pipefail`, inputs as variables. */
async function judge(
  base: string,
  head: string,
  inputs: Readonly<Record<string, string>> = {},
  installedIn = home,
): Promise<Ended> {
  const step = ACTION.runs.steps.find(({ id }) => id === 'judge');
  const temp = folders.folder();
  const files = { summary: join(temp, 'summary'), outputs: join(temp, 'outputs') };
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
    HOME: temp,
    CI: 'true',
    RUNNER_TEMP: temp,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_OUTPUT: files.outputs,
    PLINTH_HOME: installedIn,
    PLINTH_BASE: base,
    PLINTH_HEAD: head,
    PLINTH_CHOSEN_POLICY: inputs.policy ?? '',
    PLINTH_CHOSEN_ORGANISATION: inputs.organisation ?? '',
    PLINTH_CHOSEN_ENFORCEMENT: inputs.enforcement ?? '',
  };
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? 'exit 99'];
  const { code, log } = await new Promise<{ code: number; log: string }>((resolve) => {
    const child = execFile('bash', args, { cwd: repository.folder, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), log: out + err }),
    );
    child.stdin?.end();
  });
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const outputs = read(files.outputs);
  const sarif = /^sarif=(.*)$/m.exec(outputs)?.[1];
  return {
    code,
    log,
    summary: read(files.summary),
    outputs,
    sarif: sarif === undefined ? null : readFileSync(sarif, 'utf8'),
  };
}

describe('the step of action.yml', () => {
  it.each<[string, () => readonly [string, string], number, RegExp]>([
    ['passes what passes', () => [at.base ?? '', at.clean ?? ''], 0, /No new problems/],
    ['holds up what is held up', () => [at.base ?? '', at.block ?? ''], 1, /base-not-allowed/],
  ])('%s, with SARIF and a summary', async (_, commits, code, summary) => {
    const end = await judge(...commits());
    expect({ code: end.code, outputs: end.outputs }).toEqual({
      code,
      outputs: expect.stringMatching(/^sarif=/),
    });
    expect(end.summary).toMatch(summary);
    isSarif(JSON.parse(end.sarif ?? 'null'));
    expect(isSarif.errors).toBeNull();
  });

  it('obeys its inputs', async () => {
    const end = await judge(at.base ?? '', at.block ?? '', { policy: 'minimal', enforcement: 'observe' });
    expect(end.code).toBe(0);
    expect(end.log).toMatch(/Policy minimal/);
  });

  it('judges by the repository’s policy on top of the organisation’s file', async () => {
    const organisation = join(folders.folder(), 'plinth.yml');
    writeFileSync(organisation, 'extends: minimal\nlock: [enforcement]\nenforcement: observe\n');
    const end = await judge(at.base ?? '', at.block ?? '', { organisation });
    expect(end.code).toBe(0);
    expect(end.log).toMatch(/Policy kep-1729 \(repository [^)]*organisation\s[^)]*\), observed only/);
    const missing = await judge(at.base ?? '', at.block ?? '', { organisation: `${organisation}.none` });
    expect(missing).toMatchObject({ code: 2, log: expect.stringContaining('could not be read') });
  });

  it.each<[string, () => readonly [string, string], RegExp, RegExp]>([
    [
      'without commits to compare',
      () => ['', at.clean ?? ''],
      /::error::Plinth: this event has no base and head/,
      /^ {4}this event has no base and head/,
    ],
    [
      'where the policy cannot be used',
      () => [at.broken ?? '', at.clean ?? ''],
      /the policy cannot be used/,
      /^ {4}plinth: the policy cannot be used/,
    ],
    [
      'where a commit is an option',
      () => ['--upload-pack=x', at.clean ?? ''],
      /upload-pack/,
      /^ {4}plinth: .*upload-pack/,
    ],
    [
      'where a commit is text for a shell',
      () => ['$(touch owned)', at.clean ?? ''],
      /touch owned/,
      /^ {4}plinth: .*touch owned/,
    ],
  ])('fails %s, and says so, in the summary too', async (_, commits, log, said) => {
    const end = await judge(...commits());
    expect({ code: end.code, outputs: end.outputs }).toEqual({ code: 2, outputs: '' });
    expect(end.log).toMatch(log);
    expect(end.summary).toMatch(/^## Plinth: nothing was judged\n\n {4}\S/);
    expect(end.summary.split('\n').slice(2)).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
    expect(existsSync(join(repository.folder, 'owned'))).toBe(false);
  });
});

describe('the summary of what was not judged', () => {
  it('holds no Markdown of others', async () => {
    const text = '```\n\n# owned <b>';
    const end = await judge(at.base ?? '', text);
    expect(end.code).toBe(2);
    const lines = end.summary.split('\n').slice(1);
    expect(lines.join('\n')).toContain('owned');
    for (const line of lines) expect(line).toMatch(/^(?: {4}.*)?$/);
  });
});

it('a program that dies fails the step, and the summary says so', async () => {
  const dead = folders.folder();
  mkdirSync(join(dead, 'node_modules/.bin'), { recursive: true });
  const node = join(dead, 'node_modules/.bin/node');
  writeFileSync(node, '#!/bin/sh\necho "out of memory" >&2\nexit 134\n');
  chmodSync(node, 0o755);
  const end = await judge(at.base ?? '', at.clean ?? '', {}, dead);
  expect(end).toMatchObject({ code: 134, outputs: '', log: 'out of memory\n' });
  expect(end.summary).toBe('## Plinth: nothing was judged\n\n    out of memory\n\n');
});

describe('action.yml', () => {
  it('hands every input to a step', () => {
    const used = JSON.stringify(ACTION.runs.steps);
    for (const name of Object.keys(ACTION.inputs)) expect(used).toContain(`\${{ inputs.${name} }}`);
  });

  it('puts no value into the text of a script', () => {
    expect(ACTION.runs.using).toBe('composite');
    for (const { run } of ACTION.runs.steps) expect(run).not.toContain('${{');
  });
});

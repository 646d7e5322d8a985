import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Report } from '../../src/domain/index.ts';
import { TestFolders, type TestRepository } from '../adapters/git/repositories.ts';
import { plinth, plinthFromSources, plinthIntoClosedPipe } from './plinth.ts';

const CLEAN = 'FROM gcr.io/distroless/static:nonroot\nCOPY server /server\nENTRYPOINT ["/server"]\n';
const SHELL = 'FROM gcr.io/distroless/static:nonroot\nCOPY server /server\nENTRYPOINT /server\n';
// A start takes a fifth of a second, and much more on a busy machine.
jest.setTimeout(60_000);

const folders = new TestFolders();
let repository: TestRepository;
let folder: string;
/** Revisions by what their change is to `base`. */
const at: Record<'base' | 'clean' | 'block' | 'open' | 'broken', string> = {
  base: '',
  clean: '',
  block: '',
  open: '',
  broken: '',
};

beforeAll(() => {
  repository = folders.repository();
  folder = repository.folder;
  at.base = repository.commit({
    'images/server/Dockerfile': CLEAN,
    '.gitignore': 'out/\n',
    'README.md': 'x\n',
  });
  at.clean = repository.commit({ 'images/server/Dockerfile': `${CLEAN}USER 65532\n` });
  repository.git('checkout', '-q', '-b', 'open', at.base);
  at.open = repository.commit({ 'images/server/Dockerfile': CLEAN.replace('FROM gcr.io', 'ARG R\nFROM $R') });
  repository.git('checkout', '-q', '-b', 'broken', at.base);
  at.broken = repository.commit({ '.github/plinth.yml': 'extends: kep-1729\nrules:\n  glog-imports: off\n' });
  repository.git('checkout', '-q', '-b', 'block', at.base);
  at.block = repository.commit({ 'images/server/Dockerfile': SHELL });
});

afterAll(() => folders.clean());

function reportOf(out: string): Report {
  return JSON.parse(out) as Report;
}

function rulesOf(report: Report): readonly string[] {
  return report.findings.map((finding) => `${finding.state} ${finding.rule} ${finding.path}:${finding.line}`);
}

function withoutStats(out: string): string {
  const { stats: _, ...rest } = reportOf(out);
  return JSON.stringify(rest, null, 2);
}

describe('exit codes and what is said', () => {
  it.each<readonly [string, () => readonly string[], number, RegExp]>([
    ['pass', () => ['--base', at.base, '--head', at.clean], 0, /pass|fine|nothing/i],
    [
      'block',
      () => ['--base', at.base, '--head', at.block],
      1,
      /images\/server\/Dockerfile:3[\s\S]*ENTRYPOINT \/server\n.*\^/,
    ],
    [
      'block, observed',
      () => ['--base', at.base, '--head', at.block, '--enforcement', 'observe'],
      0,
      /shell-entrypoint/,
    ],
    ['inconclusive', () => ['--base', at.base, '--head', at.open], 3, /unresolved-base/],
  ])('%s', async (_, args, code, shown) => {
    const end = await plinth(folder, ['check', ...args()]);
    expect({ code: end.code, err: end.err }).toEqual({ code, err: '' });
    expect(end.out).toMatch(shown);
    expect(end.out.includes('\u001b')).toBe(false);
  });

  it('are the same of the sources, where nothing is built', async () => {
    const args = ['check', '--base', at.base, '--head', at.block, '--format', 'json'];
    const [sources, built] = await Promise.all([plinthFromSources(folder, args), plinth(folder, args)]);
    expect({ code: sources.code, err: sources.err }).toEqual({ code: 1, err: '' });
    expect(withoutStats(sources.out)).toBe(withoutStats(built.out));
    expect(await plinthFromSources(folder, ['chekc'])).toEqual(await plinth(folder, ['chekc']));
  });

  it.each<readonly [string, () => readonly string[], RegExp]>([
    ['a revision that is none', () => ['check', '--base', 'no-such-branch'], /no-such-branch/],
    [
      'a revision that looks like an option',
      () => ['check', '--base', '--upload-pack=x'],
      /upload-pack|base/,
    ],
    ['an unknown option', () => ['check', '--bsae', 'main'], /--bsae/],
    ['an unknown command', () => ['chekc'], /chekc/],
    ['an unknown policy', () => ['check', '--policy', 'kep-1728'], /kep-1728[\s\S]*kep-1729/],
    ['options that exclude each other', () => ['check', '--staged', '--base', at.base], /--staged/],
    ['a path outside of the repository', () => ['check', '/'], /outside/],
    ['a path that is not there', () => ['check', 'no/such/file'], /no\/such\/file/],
    ['inputs that are no report', () => ['check', '--inputs', 'README.md'], /README\.md/],
    ['a rule that is none', () => ['explain', 'shell-entrypiont'], /shell-entrypoint/],
    [
      'a broken policy at the tip, with its place',
      () => ['check', '--base', at.broken, '--head', at.block],
      /plinth\.yml[^\n]*:3:3: [\s\S]*glog-import/,
    ],
  ])('%s is a usage error of one clear sentence', async (_, args, said) => {
    const { code, out, err } = await plinth(folder, args());
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
    expect(err).not.toMatch(/\n\s+at |unexpected fault/);
  });

  it('a folder that is no repository', async () => {
    const { code, out, err } = await plinth(folders.folder(), ['check']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/repository/);
  });
});

describe('formats', () => {
  const SCHEMA = new URL('../../../shared/contract/report.schema.json', import.meta.url);
  const hasSchema = existsSync(SCHEMA);

  (hasSchema ? it : it.skip)(
    'JSON is valid by the contract (skipped where ../shared is absent)',
    async () => {
      const { out } = await plinth(folder, [
        'check',
        '--base',
        at.base,
        '--head',
        at.block,
        '--format',
        'json',
      ]);
      const ajv = new Ajv2020({ strict: false, allErrors: true });
      addFormats.default(ajv);
      const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
      validate(JSON.parse(out));
      expect(validate.errors).toBeNull();
    },
  );

  it('a report replays byte for byte from its inputs, whatever is checked out and set since', async () => {
    const args = [
      'check',
      '--base',
      at.base,
      '--head',
      at.block,
      '--policy',
      'kep-1729',
      '--enforcement',
      'observe',
    ];
    const first = await plinth(folder, [...args, '--format', 'json']);
    const file = join(folders.folder(), 'report.json');
    writeFileSync(file, first.out.replace(/"date": "[^"]*"/, '"date": "2020-02-29"'));
    const again = await plinth(folder, ['check', '--inputs', file, '--format', 'json']);
    expect(again.code).toBe(first.code);
    expect(withoutStats(again.out)).toBe(withoutStats(readFileSync(file, 'utf8')));
  });

  it('SARIF and Markdown say the same', async () => {
    const args = ['check', '--base', at.base, '--head', at.block];
    const [sarif, markdown] = await Promise.all(
      ['sarif', 'markdown'].map((format) => plinth(folder, [...args, '--format', format])),
    );
    expect(JSON.parse(sarif?.out ?? '')).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ ruleId: 'shell-entrypoint' }] }],
    });
    expect(markdown?.out).toContain('shell-entrypoint');
    expect([sarif?.code, markdown?.code]).toEqual([1, 1]);
  });

  it('colour is there where it is asked for, and NO_COLOR wins', async () => {
    const args = ['check', '--base', at.base, '--head', at.block];
    const forced = await plinth(folder, args, { FORCE_COLOR: '1' });
    const refused = await plinth(folder, args, { FORCE_COLOR: '1', NO_COLOR: '1' });
    expect([forced.out.includes('\u001b['), refused.out.includes('\u001b')]).toEqual([true, false]);
  });

  it('a reader that goes away ends it quietly', async () => {
    const many = folders.repository();
    const files = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [
        `images/${'x'.repeat(100)}${index}/Dockerfile`,
        'FROM alpine\nCMD x\n',
      ]),
    );
    many.commit(files);
    const { code, err, out } = await plinthIntoClosedPipe(many.folder, ['check']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out.split('\n').length).toBeLessThanOrEqual(2);
  });
});

describe('what is judged', () => {
  let work: TestRepository;
  beforeAll(() => {
    work = folders.repository();
    work.commit({ 'a/Dockerfile': CLEAN, 'b/Dockerfile': CLEAN, '.gitignore': 'out/\n' });
    work.write('a/Dockerfile', SHELL);
    work.git('add', '-A');
    work.write('b/Dockerfile', SHELL);
    work.write('c/Dockerfile', 'FROM alpine\n');
    work.write('out/Dockerfile', 'FROM alpine\n');
  });

  const judged = async (args: readonly string[], below = '.') =>
    rulesOf(reportOf((await plinth(join(work.folder, below), ['check', '--format', 'json', ...args])).out));

  it('the index by --staged: what is only in the working tree is not', async () => {
    expect(await judged(['--staged'])).toEqual(['introduced shell-entrypoint a/Dockerfile:3']);
  });

  it('the working tree against a base: untracked files count, ignored ones do not', async () => {
    expect(await judged(['--base', 'HEAD'])).toEqual([
      'introduced shell-entrypoint a/Dockerfile:3',
      'introduced shell-entrypoint b/Dockerfile:3',
      'introduced base-not-allowed c/Dockerfile:1',
    ]);
  });

  it('the tree alone: every finding is existing, and counts', async () => {
    const { code, out } = await plinth(work.folder, ['check', '--format', 'json']);
    expect(code).toBe(1);
    expect(rulesOf(reportOf(out)).every((one) => one.startsWith('existing '))).toBe(true);
    expect(reportOf(out).findings).toHaveLength(3);
  });

  it('from a folder below: the whole repository, or the paths as seen from there', async () => {
    expect(await judged(['--base', 'HEAD'], 'b')).toHaveLength(3);
    expect(await judged(['--base', 'HEAD', '.'], 'b')).toEqual([
      'introduced shell-entrypoint b/Dockerfile:3',
    ]);
    expect(await judged(['--base', 'HEAD', '../a', 'Dockerfile'], 'b')).toHaveLength(2);
  });

  it('nothing is written into the judged tree', async () => {
    mkdirSync(join(work.folder, 'cache'));
    const before = work.git('status', '--porcelain', '--ignored');
    await plinth(work.folder, ['check'], { CI: '', XDG_CACHE_HOME: join(work.folder, 'cache') });
    expect(work.git('status', '--porcelain', '--ignored')).toBe(before);
  });
});

describe('explain', () => {
  it.each<readonly [string, string, number, RegExp]>([
    ['a rule', 'shell-entrypoint', 0, /^shell-entrypoint {2}\(/],
    [
      'how exceptions are given',
      'exceptions',
      0,
      /^# Exceptions\n[\s\S]*entry of the exceptions file,\s+`\.github\/plinth-exceptions/,
    ],
    ['that a finding’s id is no rule', '6c4f7ddc', 2, /6c4f7ddc is the id of a finding.*base-not-allowed/],
    [
      'the topic that was meant',
      'exception',
      2,
      /'exception': did you mean exceptions\? `plinth rules` lists/,
    ],
    ['where the rules are listed', 'xyzzy', 2, /no rule is called 'xyzzy': `plinth rules` lists them/],
  ])('%s', async (_, word, code, said) => {
    const end = await plinth(folder, ['explain', word]);
    expect(end.code).toBe(code);
    expect(end.out + end.err).toMatch(said);
  });
});

describe('plinth images', () => {
  it('lists what the tree builds, with exit code 0 whatever stands where', async () => {
    const { code, out, err } = await plinth(folder, ['images', '--rev', at.block, '--format', 'csv']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^image,definition,workflow/);
    expect(out).toContain('images/server/Dockerfile,docker,release');
    expect(out).toContain(',allowed,');
  });

  it('lists only what the filters let through', async () => {
    const { out } = await plinth(folder, [
      'images',
      '--rev',
      at.block,
      '--standing',
      'allowed',
      '--format',
      'json',
    ]);
    expect(JSON.parse(out).images.map(({ standing }: { standing: string }) => standing)).not.toContain(
      'not-allowed',
    );
  });

  it('names what a filter may be', async () => {
    const { code, err } = await plinth(folder, ['images', '--standing', 'green']);
    expect(code).toBe(2);
    expect(err).toMatch(/allowed, needs-exception, not-allowed, unresolved/);
    expect(err).toContain('plinth images --help');
  });

  it.each([
    ['scope', 'third', /release, test, example, builder, vendored, windows/],
    ['workflow', 'podman', /docker, make, script, bazel, ko/],
    ['family', 'distroles-static', /did you mean distroless-static\?/],
    ['family', 'of-nobody', /the families are .*debian-base.*none/],
  ])('refuses an unknown --%s', async (filter, word, choices) => {
    const { code, out, err } = await plinth(folder, ['images', `--${filter}`, word]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(choices);
  });
});

import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { TestFolders, type TestRepository } from '../../adapters/git/repositories.ts';
import { plinth } from '../plinth.ts';

jest.setTimeout(60_000);

const folders = new TestFolders();
afterAll(() => folders.clean());

const POLICY = '.github/plinth.yml';
const EXCEPTIONS = '.github/plinth-exceptions.yml';
const POD = `apiVersion: v1
kind: Pod
metadata:
  name: server
spec:
  containers:
  - name: server
    image: registry.example.com/server:1
    command: [sh, -c, /server]
`;

/** Something of each kind that a policy holds up. */
const TREE: Readonly<Record<string, string>> = {
  '.github/CODEOWNERS': '* @acme/all\n/loader/ @acme/data\n',
  'server/Dockerfile': 'FROM gcr.io/distroless/static:nonroot\nCOPY server /server\nENTRYPOINT ["/server"]\n',
  'loader/Dockerfile': 'FROM alpine:3.20\nCOPY load.sh /load.sh\nENTRYPOINT ["/bin/sh", "/load.sh"]\n',
  'importer/Dockerfile': 'FROM alpine:3.20\nCOPY importer /importer\nENTRYPOINT ["/importer"]\n',
  Makefile:
    'images:\n\tdocker build -t registry.example.com/server server\n\tdocker build -t registry.example.com/loader loader\n',
  'open/Dockerfile': 'ARG BASE\nFROM ${BASE}\nCOPY open /open\nENTRYPOINT ["/open"]\n',
  'deploy/pod.yaml': POD,
  'deploy/broken.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: [\n',
};

/** More than an entry can name. */
const LONG = Array.from({ length: 6 }, () => 'a'.repeat(100)).join('/');

function aRepository(files: Readonly<Record<string, string>>): TestRepository {
  const repository = folders.repository();
  repository.commit(files);
  return repository;
}

function textOf({ folder }: TestRepository, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

function entriesOf(text: string): readonly Record<string, string>[] {
  return (parse(text) as { exceptions: Record<string, string>[] }).exceptions;
}

describe('plinth policy init', () => {
  it('writes files under which the tree passes as it is, and what is added is held', async () => {
    const repository = aRepository(TREE);
    const before = await plinth(repository.folder, ['check', '--policy', 'minimal']);
    expect(before.code).not.toBe(0);
    const made = await plinth(repository.folder, ['policy', 'init', '--expires', '9999-12-31']);
    expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' });
    expect(made.out).toMatch(/^4 images found; 5 exceptions, until 9999-12-31:\n {2}2 × base-not-allowed\n/);
    const after = await plinth(repository.folder, ['check']);
    expect({ code: after.code, err: after.err }).toEqual({ code: 0, err: '' });
    repository.commit({});
    for (const planted of [
      { 'server/Dockerfile': 'FROM debian:12\nCOPY server /server\nENTRYPOINT ["/server"]\n' },
      { 'new/Dockerfile': 'FROM ubuntu:24.04\nCOPY run.sh /run.sh\nENTRYPOINT ["/bin/sh", "/run.sh"]\n' },
      { 'importer/Dockerfile': 'FROM debian:12\nCOPY importer /importer\nENTRYPOINT ["/importer"]\n' },
    ]) {
      for (const [path, text] of Object.entries(planted)) repository.write(path, text);
      const whole = await plinth(repository.folder, ['check']);
      const change = await plinth(repository.folder, ['check', '--base', 'HEAD']);
      expect({ planted, whole: whole.code, change: change.code }).toEqual({ planted, whole: 1, change: 1 });
      repository.git('checkout', '-q', '.');
      repository.git('clean', '-qfd');
    }
  });

  it('stands on an organisation’s policy where that is given, and says nothing that it decides', async () => {
    const repository = aRepository(TREE);
    const organisation = join(folders.folder(), 'organisation.yml');
    writeFileSync(
      organisation,
      'extends: kep-1729\nimages: ["registry.example.com/**"]\nenforcement: enforce\nlock: [bases, rules, enforcement, images]\n',
    );
    const made = await plinth(repository.folder, ['policy', 'init', '--organisation', organisation]);
    expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' });
    expect(parse(textOf(repository, POLICY))).toEqual({ enforcement: 'enforce', exceptions: EXCEPTIONS });
    const after = await plinth(repository.folder, ['check', '--organisation', organisation]);
    expect({ code: after.code, err: after.err }).toEqual({ code: 0, err: '' });
    repository.write('server/Dockerfile', 'FROM debian:12\nENTRYPOINT ["/server"]\n');
    expect((await plinth(repository.folder, ['check', '--organisation', organisation])).code).toBe(1);
    writeFileSync(organisation, 'extends: kep-1729\nenforcement: observe\nlock: [bases, enforcement]\n');
    await plinth(repository.folder, ['policy', 'init', '--force', '--organisation', organisation]);
    expect(parse(textOf(repository, POLICY))).toEqual({ exceptions: EXCEPTIONS });
  });

  it('gives each image and base one entry, with the owner and the reason that the tree tells', async () => {
    const repository = aRepository(TREE);
    await plinth(repository.folder, ['policy', 'init']);
    const text = textOf(repository, EXCEPTIONS);
    const today = Date.now();
    const entries = entriesOf(text);
    expect(entries).toMatchObject([
      {
        image: 'registry.example.com/loader',
        rule: 'base-not-allowed',
        base: 'alpine',
        reason: 'needs-shell',
        owner: '@acme/data',
      },
      {
        path: 'importer/Dockerfile',
        rule: 'base-not-allowed',
        reason: 'other',
        owner: '@acme/all',
      },
      { path: 'deploy/pod.yaml', rule: 'manifest-shell-command', reason: 'needs-shell' },
      { path: 'open/Dockerfile', rule: 'unresolved-base' },
      { path: 'deploy/broken.yaml', rule: 'unread-file', blob: expect.stringMatching(/^[0-9a-f]{40}$/) },
    ]);
    for (const { text: said, expires = '' } of entries) {
      expect(said).toMatch(/^as found by plinth policy init on \d{4}-\d\d-\d\d; replace with the reason$/);
      // A day more or less where the test runs at midnight.
      expect(Math.abs((Date.parse(expires) - today) / 86_400_000 - 180)).toBeLessThan(2);
    }
    expect(text.match(/^ {2}# .*/gm)?.[0]).toBe('  # On alpine, which the policy does not allow.');
  });

  it('writes a policy that says what its keys are for, and that stands', async () => {
    const repository = aRepository(TREE);
    await plinth(repository.folder, ['policy', 'init']);
    const lines = textOf(repository, POLICY).split('\n');
    const keys = lines.flatMap((line, index) => (/^ *[\w-]+: \S/.test(line) ? [index] : []));
    expect(keys.length).toBeGreaterThanOrEqual(6);
    for (const index of keys) expect(lines[index - 1]).toMatch(/^ *# \S/);
    const valid = await plinth(repository.folder, ['policy', 'validate', POLICY]);
    expect(valid).toMatchObject({ code: 0, err: '', out: `${POLICY}: fine (minimal)\n` });
  });

  it('stands on the Kubernetes policy where it is told to', async () => {
    const repository = aRepository({
      Dockerfile: 'FROM registry.k8s.io/build-image/debian-base:v1\nCOPY a /a\n',
    });
    const { code } = await plinth(repository.folder, ['policy', 'init', '--extends', 'kep-1729']);
    expect(code).toBe(0);
    expect(parse(textOf(repository, POLICY))).toMatchObject({ extends: 'kep-1729', enforcement: 'enforce' });
    expect(entriesOf(textOf(repository, EXCEPTIONS))).toMatchObject([{ rule: 'base-needs-exception' }]);
  });

  it('leaves out what it is told to, as the policy that it writes does', async () => {
    const repository = aRepository(TREE);
    const globs = ['deploy/**', '*open*/**'];
    expect((await plinth(repository.folder, ['policy', 'init', '--ignore', ...globs])).code).toBe(0);
    expect(parse(textOf(repository, POLICY))).toMatchObject({ paths: { ignored: globs } });
    expect(entriesOf(textOf(repository, EXCEPTIONS))).toMatchObject([
      { image: 'registry.example.com/loader' },
      { path: 'importer/Dockerfile' },
    ]);
    expect((await plinth(repository.folder, ['check'])).code).toBe(0);
    const wrong = await plinth(repository.folder, ['policy', 'init', '--force', '--ignore', 'a[bc]/**']);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/\.github\/plinth\.yml:\d+:\d+: /) });
  });

  it('writes names of others as names, whatever stands in them', async () => {
    const repository = aRepository({
      'a\nexceptions: []/Dockerfile': 'FROM alpine:3.20\nCOPY a /a\n',
      'b\n  - image: "x"\u001b[2J/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: [\n',
      'c/Dockerfile': 'FROM $(echo\n# \n)\nFROM evil.example/`x`#:1\n',
    });
    const { code, out } = await plinth(repository.folder, ['policy', 'init']);
    const text = textOf(repository, EXCEPTIONS);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there.
    expect(out + text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const check = await plinth(repository.folder, ['check']);
    expect(check.code).toBe(code);
    expect(entriesOf(text).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['a\nexceptions: []/Dockerfile', 'b\n  - image: "x"\u001b[2J/pod.yaml']),
    );
  });

  it('needs no entry where nothing stands in the way, nor an image', async () => {
    const empty = folders.repository();
    const made = await plinth(empty.folder, ['policy', 'init']);
    expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' });
    expect(made.out).toMatch(/^0 images found; 0 exceptions\n/);
    expect(parse(textOf(empty, EXCEPTIONS))).toEqual({ exceptions: [] });
    expect((await plinth(empty.folder, ['check'])).code).toBe(0);
  });

  it('says where the organisation’s policy only warns, so that nothing was to be excepted', async () => {
    const repository = aRepository({ Dockerfile: 'FROM alpine:3.20\nCOPY a /a\n' });
    const organisation = join(folders.folder(), 'organisation.yml');
    const given = ['policy', 'init', '--output-dir', 'out', '--force', '--organisation', organisation];
    writeFileSync(organisation, 'extends: minimal\n');
    const warns = await plinth(repository.folder, given);
    expect(warns.out).toMatch(
      /^1 image found; 0 exceptions\n1 base is only warned of, .*`rules: \{ base-not-allowed: block \}`/,
    );
    writeFileSync(organisation, 'extends: minimal\nrules: { base-not-allowed: block }\n');
    const blocks = await plinth(repository.folder, given);
    expect(blocks.out).toMatch(/^1 image found; 1 exception,/);
    expect(blocks.out).not.toContain('warned of');
  });

  it('says what no entry can cover, and ends as the check does', async () => {
    const repository = aRepository({
      [`${LONG}/Dockerfile`]: 'FROM alpine:3.20\nCOPY a /a\n',
      ...TREE,
    });
    const { code, err } = await plinth(repository.folder, ['policy', 'init']);
    expect(code).toBe(1);
    expect(err).toMatch(/^plinth: 1 finding cannot be excepted, so `plinth check` does not pass yet:\n/);
    expect(err).toContain(`\n  ${LONG}/Dockerfile:1: `);
    expect((await plinth(repository.folder, ['check'])).code).toBe(1);
  });
});

describe('where plinth policy init writes', () => {
  it('prints the files of a revision, and leaves everything as it is', async () => {
    const repository = aRepository(TREE);
    for (const place of [
      ['--rev', 'HEAD'],
      ['--git-dir', '.git'],
    ]) {
      const { code, out, err } = await plinth(repository.folder, ['policy', 'init', ...place]);
      expect(code).toBe(0);
      expect(out).toMatch(
        /^# ---- \.github\/plinth\.yml\n[\s\S]*^# ---- \.github\/plinth-exceptions\.yml\n/m,
      );
      expect(err).toMatch(/^4 images found; 5 exceptions/);
    }
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  it('writes below another folder', async () => {
    const repository = aRepository(TREE);
    const folder = folders.folder();
    const args = ['policy', 'init', '--git-dir', '.git', '--output-dir', join(folder, 'out')];
    expect((await plinth(repository.folder, args)).code).toBe(0);
    expect(readdirSync(join(folder, 'out/.github')).sort()).toEqual(['plinth-exceptions.yml', 'plinth.yml']);
    const [policy, exceptions] = [POLICY, EXCEPTIONS].map((path) => join(folder, 'out', path));
    const judged = ['check', '--git-dir', '.git', '--policy', policy ?? '', '--exceptions', exceptions ?? ''];
    expect((await plinth(repository.folder, judged)).code).toBe(0);
    expect(repository.git('status', '--porcelain')).toBe('');
  });

  it.each([POLICY, EXCEPTIONS])('writes over %s only where it is told to', async (path) => {
    const repository = aRepository({ ...TREE, [path]: '# mine\n' });
    const refused = await plinth(repository.folder, ['policy', 'init']);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain(`${path} is there already: --force writes over it`);
    expect(repository.git('status', '--porcelain')).toBe('');
    expect((await plinth(repository.folder, ['policy', 'init', '--force'])).code).toBe(0);
    expect(textOf(repository, path)).not.toContain('# mine');
    expect((await plinth(repository.folder, ['check'])).code).toBe(0);
    expect(readdirSync(join(repository.folder, '.github')).sort()).toEqual([
      'CODEOWNERS',
      'plinth-exceptions.yml',
      'plinth.yml',
    ]);
  });

  it('writes through no link', async () => {
    const outside = folders.folder();
    writeFileSync(join(outside, 'kept'), 'kept\n');
    const file = folders.repository();
    mkdirSync(join(file.folder, '.github'));
    symlinkSync(join(outside, 'kept'), join(file.folder, POLICY));
    const folder = folders.repository();
    symlinkSync(outside, join(folder.folder, '.github'));
    for (const repository of [file, folder]) {
      const { code, err } = await plinth(repository.folder, ['policy', 'init', '--force']);
      expect({ code, err }).toMatchObject({ code: 2, err: expect.stringMatching(/\.github/) });
    }
    expect(readdirSync(outside)).toEqual(['kept']);
    expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept\n');
    expect(lstatSync(join(file.folder, POLICY)).isSymbolicLink()).toBe(true);
  });

  it.each([
    ['2027-02-30', /--expires takes a day as YYYY-MM-DD/],
    ['tomorrow', /--expires takes a day as YYYY-MM-DD/],
    ['2020-01-01', /--expires 2020-01-01 is over/],
  ])('refuses an end of %s', async (day, said) => {
    const repository = aRepository({});
    const { code, out, err } = await plinth(repository.folder, ['policy', 'init', '--expires', day]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });
});

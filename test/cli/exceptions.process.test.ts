import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestFolders, type TestRepository } from '../adapters/git/repositories.ts';
import { plinth } from './plinth.ts';

jest.setTimeout(60_000);

const folders = new TestFolders();
let repository: TestRepository;

const FILE = '.github/plinth-exceptions.yml';
const ENTRY =
  'path: Dockerfile, rule: base-needs-exception, base: debian-base, reason: needs-iptables, text: rules, owner: "@a/b"';

beforeAll(() => {
  repository = folders.repository();
  repository.commit({
    '.github/plinth.yml': 'extends: kep-1729\n',
    Dockerfile: 'FROM registry.k8s.io/build-image/debian-base:v1\nCOPY a /a\n',
    [FILE]: `exceptions:\n- { ${ENTRY}, expires: 9999-12-31 }\n- { ${ENTRY}, id: old, expires: 2020-01-01 }\n`,
  });
  repository.write(FILE, 'exceptions:\n- { image: a, rule: no-rule }\n');
});

afterAll(() => folders.clean());

describe('plinth exceptions list', () => {
  it('says what each entry of a revision covers, and what its owner should know', async () => {
    const { code, out, err } = await plinth(repository.folder, ['exceptions', 'list', '--rev', 'HEAD']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^Dockerfile +base-needs-exception +debian-base +needs-iptables +@a\/b +9999-12-31 +1$/m,
    );
    expect(out).toMatch(/ 2020-01-01 +0\n {2}! ended on 2020-01-01\n/);
    expect(out).toMatch(/\n2 exceptions, 1 to look at\.\n$/);
  });

  it('gives them as data', async () => {
    const { out } = await plinth(repository.folder, [
      'exceptions',
      'list',
      '--rev',
      'HEAD',
      '--format',
      'json',
    ]);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'plinth-exceptions/1',
      exceptions: [
        { id: 'Dockerfile on debian-base until 9999-12-31', line: 2, covers: 1, remarks: [] },
        { id: 'old', line: 3, covers: 0, remarks: ['ended on 2020-01-01'] },
      ],
    });
  });

  it('says since when an entry covers nothing, and where the image is now', async () => {
    const moved = folders.repository();
    const entry = ENTRY.replace('iptables', 'shell');
    const exceptions = `exceptions:\n- { ${entry}, expires: 9999-12-31 }\n- { ${entry.replace('path: Dockerfile', 'image: acme/none')}, expires: 9999-12-31 }\n`;
    moved.commit({ Dockerfile: 'FROM registry.k8s.io/build-image/debian-base:v1\n', [FILE]: exceptions });
    const commit = moved.commit({ Dockerfile: 'FROM gcr.io/distroless/static:nonroot\n' });
    moved.commit({ Dockerfile: 'FROM gcr.io/distroless/static:nonroot\nCOPY a /a\n' });
    const seconds = Number(moved.git('show', '-s', '--format=%ct', commit));
    const day = new Date(seconds * 1000).toISOString().slice(0, 10);
    const { out } = await plinth(moved.folder, ['exceptions', 'list']);
    expect(out).toContain(
      `! covers nothing since ${day} at the latest (commit ${commit.slice(0, 10)}), as the image is on distroless-static: remove it`,
    );
    expect(out).toContain('! covers nothing, as no image that was found goes by this name');
    // What is on disk alone has no day.
    moved.write('Dockerfile', 'FROM gcr.io/distroless/static:latest\n');
    expect((await plinth(moved.folder, ['exceptions', 'list'])).out).toContain('! covers nothing: remove it');
  });

  it('refuses a file that cannot be used, and says where', async () => {
    const { code, out, err } = await plinth(repository.folder, ['exceptions', 'list']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/plinth-exceptions\.yml cannot be used: line 2, column \d+: .*reason/);
  });
});

describe('--exceptions: a file in place of the repository’s', () => {
  const judged = ['check', '--head', 'HEAD~1', '--format', 'json'];
  let file = '';

  beforeAll(() => {
    file = join(folders.folder(), 'exceptions.yml');
    writeFileSync(file, `exceptions:\n- { ${ENTRY}, id: elsewhere, expires: 9999-12-31 }\n`);
    repository.write(FILE, 'exceptions: []\n');
    repository.commit({});
  });

  it('counts, and is named as an input', async () => {
    const without = await plinth(repository.folder, ['check', '--head', 'HEAD', '--format', 'json']);
    expect({ code: without.code, err: without.err }).toEqual({ code: 1, err: '' });
    const given = await plinth(repository.folder, [
      'check',
      '--head',
      'HEAD',
      '--exceptions',
      file,
      '--format',
      'json',
    ]);
    expect({ code: given.code, err: given.err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(given.out)).toMatchObject({
      inputs: { exceptions: [expect.stringMatching(/exceptions\.yml@[0-9a-f]{40}$/)] },
      exceptions: [{ id: 'elsewhere' }],
    });
    const listed = await plinth(repository.folder, [
      'exceptions',
      'list',
      '--rev',
      'HEAD',
      '--exceptions',
      file,
    ]);
    expect(listed.out).toMatch(/\n1 exception\.\n$/);
  });

  it.each([
    ['another file', () => file],
    ['the repository’s own path', () => FILE],
  ])('is read again where a report is replayed: %s', async (_, path) => {
    repository.write(FILE, `exceptions:\n- { ${ENTRY}, id: on-disk, expires: 9999-12-31 }\n`);
    const first = await plinth(repository.folder, [...judged, '--exceptions', path()]);
    const report = join(folders.folder(), 'report.json');
    writeFileSync(report, first.out);
    const again = await plinth(repository.folder, ['check', '--inputs', report, '--format', 'json']);
    const plain = (out: string) => ({ ...JSON.parse(out), stats: null });
    expect({ code: again.code, report: plain(again.out) }).toEqual({ code: 0, report: plain(first.out) });
  });

  it.each([
    ['a file that is not there', 'missing.yml', /plinth: the exceptions file missing\.yml could not be read/],
    ['a file that is none', 'Dockerfile', /plinth: Dockerfile cannot be used:\n {2}Dockerfile:1:1: /],
  ])('refuses %s', async (_, path, said) => {
    const { code, out, err } = await plinth(repository.folder, [...judged, '--exceptions', path]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });

  it.each(['list', 'check'])('a file that looks like it and is not read is said: %s', async (command) => {
    const other = folders.repository();
    other.commit({ Dockerfile: 'FROM scratch\n', '.github/plinth-exceptions.yaml': 'exceptions: []\n' });
    const { err } = await plinth(other.folder, command === 'check' ? ['check'] : ['exceptions', 'list']);
    expect(err).toContain(
      '.github/plinth-exceptions.yaml is not read: the exceptions file is .github/plinth-exceptions.yml. Rename the file.',
    );
  });
});

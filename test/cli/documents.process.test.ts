import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestFolders, type TestRepository } from '../adapters/git/repositories.ts';
import { plinth } from './plinth.ts';

jest.setTimeout(60_000);

const folders = new TestFolders();
let repository: TestRepository;

const ENTRY = 'rule: base-needs-exception, base: debian-base, reason: needs-shell, text: moves data';

beforeAll(() => {
  repository = folders.repository();
  repository.commit({
    '.github/plinth.yml': 'extends: kep-1729\n',
    '.github/plinth-exceptions.yml': `exceptions:\n- { path: loader/Dockerfile, ${ENTRY}, expires: 2020-01-01 }\n- { path: loader/Dockerfile, id: new, ${ENTRY}, expires: 2020-06-30 }\n`,
    'loader/Dockerfile': 'FROM registry.k8s.io/build-image/debian-base:v1\nCOPY a /a\n',
    'server/Dockerfile': 'FROM gcr.io/distroless/static:nonroot\nCOPY server /server\n',
  });
});

afterAll(() => folders.clean());

describe.each([
  [
    'base-images',
    /^\| – +\| `registry\.k8s\.io\/build-image\/debian-base:v1` \| needs exception \| until 2020-06-30 \| \[`loader\/Dockerfile`\] \|$/m,
  ],
  ['exceptions', /^\| \[`loader\/Dockerfile`\] \| needs a shell: moves data \| +\| +\| 2020-01-01 \|$/m],
])('plinth docs %s', (name, row) => {
  it('prints the document of a tree, the same for its commit', async () => {
    const { code, out, err } = await plinth(repository.folder, ['docs', name]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(row);
    const there = ['--git-dir', join(repository.folder, '.git'), '--rev', 'HEAD'];
    const again = await plinth(folders.folder(), ['docs', name, ...there]);
    expect(again).toEqual({ code: 0, out, err: '' });
  });

  it('holds a file against it', async () => {
    const { out } = await plinth(repository.folder, ['docs', name]);
    const file = join(folders.folder(), 'document.md');
    writeFileSync(file, out.replaceAll('\n', '\r\n'));
    const fresh = await plinth(repository.folder, ['docs', name, '--check', file]);
    expect(fresh).toEqual({ code: 0, out: `${file} is up to date\n`, err: '' });
    writeFileSync(file, out.replace('2020-', '2019-'));
    const before = readFileSync(file, 'utf8');
    const stale = await plinth(repository.folder, ['docs', name, '--check', file]);
    expect({ code: stale.code, out: stale.out }).toEqual({ code: 1, out: '' });
    expect(stale.err).toMatch(
      /^plinth: .*document\.md is stale: write what `plinth docs [\w-]+` prints into it\n {2}- \|.*2019-.*\n {2}\+ \|.*2020-.*\n$/,
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
    const missing = await plinth(repository.folder, ['docs', name, '--check', `${file}.none`]);
    expect(missing).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/\n {2}and \d+ more\n$/) });
  });
});

it('documents with another exceptions file and policy', async () => {
  const file = join(folders.folder(), 'none.yml');
  writeFileSync(file, 'exceptions: []\n');
  const exceptions = await plinth(repository.folder, ['docs', 'exceptions', '--exceptions', file]);
  expect(exceptions.out).toMatch(/\n\nNo exceptions\.\n$/);
  const images = await plinth(repository.folder, ['docs', 'base-images', '--policy', 'minimal']);
  expect(images.out).toMatch(/debian-base:v1` +\| not allowed +\| – /);
});

it('documents by the repository’s policy on top of the organisation’s', async () => {
  const file = join(folders.folder(), 'organisation.yml');
  writeFileSync(
    file,
    'extends: kep-1729\nlock: [bases, exceptions]\nbases: { exception: [] }\nexceptions: elsewhere.yml\n',
  );
  const images = await plinth(repository.folder, ['docs', 'base-images', '--organisation', file]);
  expect(images.out).toMatch(/debian-base:v1` +\| not allowed +\| – /);
  const exceptions = await plinth(repository.folder, ['docs', 'exceptions', '--organisation', file]);
  expect(exceptions.out).toMatch(/\n\nNo exceptions\.\n$/);
});

it('refuses an exceptions file that cannot be used', async () => {
  const { code, out, err } = await plinth(repository.folder, [
    'docs',
    'exceptions',
    '--exceptions',
    'server/Dockerfile',
  ]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/server\/Dockerfile cannot be used/);
});

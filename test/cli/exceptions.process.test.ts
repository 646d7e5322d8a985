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
        { id: 'Dockerfile on debian-base', line: 2, covers: 1, remarks: [] },
        { id: 'old', line: 3, covers: 0, remarks: ['ended on 2020-01-01'] },
      ],
    });
  });

  it('refuses a file that cannot be used, and says where', async () => {
    const { code, out, err } = await plinth(repository.folder, ['exceptions', 'list']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/plinth-exceptions\.yml cannot be used: line 2, column \d+: .*reason/);
  });
});

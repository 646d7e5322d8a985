import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { TestFolders, type TestRepository } from '../adapters/git/repositories.ts';
import { plinth } from './plinth.ts';

jest.setTimeout(60_000);

const folders = new TestFolders();
let repository: TestRepository;

beforeAll(() => {
  repository = folders.repository();
  repository.commit({ 'README.md': 'x\n' });
  repository.commit({ '.github/plinth.yml': 'extends: kep-1729\nrules: { glog-import: off }\n' });
  repository.write('.github/plinth.yml', 'extends: kep-1729\nrules: { glog-import: warn }\nimages: []\n');
});

afterAll(() => folders.clean());

describe('plinth policy show', () => {
  it('shows the working tree’s policy, whole, and where each value is set', async () => {
    const { code, out, err } = await plinth(repository.folder, ['policy', 'show']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^# The effective policy of the working tree, from \.github\/plinth\.yml/);
    expect(out).toMatch(/^ {2}glog-import: warn +# \.github\/plinth\.yml$/m);
    expect(out).toMatch(/^images: \[\] +# \.github\/plinth\.yml$/m);
    expect(out).toMatch(/^ {2}exception: +# shipped kep-1729$/m);
    expect(out).toMatch(/^# enforcement: not set;/m);
    expect(out).toMatch(/^# declare: not set; no value comes from outside/m);
    const keys = [
      'name',
      'bases',
      'digests',
      'rules',
      'paths',
      'images',
      'branches',
      'scope',
      'review',
      'exceptions',
    ];
    expect(Object.keys(parse(out)).sort()).toEqual(keys.sort());
  });

  it('can stand in the place of what it shows', async () => {
    const shown = await plinth(repository.folder, ['policy', 'show']);
    const file = join(folders.folder(), 'policy.yml');
    writeFileSync(file, shown.out);
    const again = await plinth(repository.folder, ['policy', 'show', '--policy', file]);
    expect(parse(again.out)).toEqual(parse(shown.out));
  });

  it.each([
    ['a revision', ['--rev', 'HEAD'], /glog-import: off +# \.github\/plinth\.yml@[0-9a-f]{10}$/m],
    ['the default where no tier has a policy', ['--rev', 'HEAD^'], /so kep-1729 is the default/],
    ['another policy', ['--policy', 'minimal'], /^name: minimal +# shipped minimal$/m],
    [
      'a work tree named as git directory',
      ['--git-dir', '.'],
      /of commit [0-9a-f]{10}, .*\n[\s\S]*glog-import: off/,
    ],
  ])('of %s', async (_, args, shown) => {
    const { code, out } = await plinth(repository.folder, ['policy', 'show', ...args]);
    expect(code).toBe(0);
    expect(out).toMatch(shown);
  });
});

describe('the organisation’s policy', () => {
  const ORGANISATION =
    'lock: [rules.base-not-allowed, bases.allow]\nrules: { base-not-allowed: block, glog-import: note }\n';

  function made(policy: string) {
    const own = folders.repository();
    own.commit({ Dockerfile: 'FROM alpine:3\nENTRYPOINT ["/a"]\n', '.github/plinth.yml': policy });
    const file = join(folders.folder(), 'organisation.yml');
    writeFileSync(file, ORGANISATION);
    return { folder: own.folder, given: ['--organisation', file], file };
  }

  it('is shown below the repository’s, with what it locks', async () => {
    const { folder, given, file } = made('extends: kep-1729\nrules: { base-not-allowed: off }\n');
    const { code, out } = await plinth(folder, ['policy', 'show', ...given]);
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe(
      `# The effective policy of the working tree, from .github/plinth.yml, on top of organisation ${file}, on top of a policy that ships with Plinth.`,
    );
    expect(out).toContain(`lock:\n  - rules.base-not-allowed`);
    expect(out).toMatch(
      /^ {2}base-not-allowed: block +# organisation .*organisation\.yml, locked by the organisation$/m,
    );
    expect(out).toMatch(/^ {2}glog-import: note +# organisation .*organisation\.yml$/m);
    expect(out).toMatch(/^ {2}allow: +# shipped kep-1729, locked by the organisation$/m);
    expect(out).not.toMatch(/^# lock: not set/m);
  });

  it('is told to have no effect where another policy stands alone', async () => {
    const { folder, given, file } = made('extends: kep-1729\n');
    const alone = await plinth(folder, ['check', ...given, '--policy', 'minimal']);
    expect(alone.err).toContain(
      `plinth: ${file}, the organisation’s policy, has no effect: minimal stands alone, since it has no \`lock\``,
    );
    expect(alone.out).toMatch(/^Policy minimal \(operator minimal, shipped\)/m);
    expect((await plinth(folder, ['check', ...given])).err).toBe('');
  });

  it('holds what it locks when a tree is judged, and the report says so', async () => {
    const { folder, given } = made('extends: kep-1729\nrules: { base-not-allowed: off }\n');
    const own = await plinth(folder, ['check']);
    const held = await plinth(folder, ['check', ...given]);
    expect([own.code, held.code]).toEqual([0, 1]);
    expect(held.out).toMatch(
      /\.github\/plinth\.yml:2: rules\.base-not-allowed is locked by the organisation/,
    );
  });

  it('makes what it locks a problem of a file that is checked', async () => {
    const { folder, given } = made('extends: kep-1729\nrules: { base-not-allowed: off }\n');
    const { code, err } = await plinth(folder, ['policy', 'validate', '.github/plinth.yml', ...given]);
    expect(code).toBe(2);
    expect(err).toMatch(
      / {2}\.github\/plinth\.yml:2:10: rules\.base-not-allowed is locked by the organisation/,
    );
  });

  it('is checked as what it is', async () => {
    const { folder, file } = made('extends: kep-1729\n');
    const { code, out, err } = await plinth(folder, ['policy', 'validate', '--tier', 'organisation', file]);
    expect({ code, out }).toEqual({ code: 0, out: `${file}: fine, 1 notice (kep-1729)\n` });
    expect(err).toMatch(/:1:1: without extends/);
    const other = await plinth(folder, ['policy', 'validate', '--tier', 'everybody', file]);
    expect([other.code, other.err]).toEqual([
      2,
      expect.stringContaining('repository, organisation, operator'),
    ]);
  });

  it('of a report is replayed under its own name, from a file that has to be given', async () => {
    const { folder, given, file } = made('extends: kep-1729\n');
    const report = JSON.parse((await plinth(folder, ['check', '--format', 'json', ...given])).out);
    const from = `acme/.github:.github/plinth.yml@${'a'.repeat(40)}`;
    const sources = report.policy.sources.map((one: { from: string }) =>
      one.from === file ? { ...one, from } : one,
    );
    const saved = join(folders.folder(), 'report.json');
    writeFileSync(saved, JSON.stringify({ ...report, policy: { ...report.policy, sources } }));
    const without = await plinth(folder, ['check', '--inputs', saved]);
    expect([without.code, without.err]).toEqual([
      2,
      expect.stringContaining('give that file with --organisation'),
    ]);
    const again = await plinth(folder, ['check', '--inputs', saved, '--format', 'json', ...given]);
    expect(JSON.parse(again.out).policy).toEqual({ ...report.policy, sources });
  });

  it('and the repository’s stand on an operator’s that names what it locks', async () => {
    const { folder, given } = made('extends: kep-1729\nscope: touched\n');
    const operator = join(folders.folder(), 'operator.yml');
    writeFileSync(operator, 'lock: [review]\nreview: off\n');
    const { out } = await plinth(folder, ['policy', 'show', '--policy', operator, ...given]);
    expect(out).toMatch(/^scope: touched +# \.github\/plinth\.yml$/m);
    expect(out).toMatch(/^review: off +# operator .*operator\.yml, locked by the operator$/m);
    writeFileSync(operator, 'review: off\n');
    const alone = await plinth(folder, ['policy', 'show', '--policy', operator, ...given]);
    expect(alone.out).toMatch(/^scope: introduced +# shipped kep-1729$/m);
  });
});

describe('a change of the policy', () => {
  const NOTE = 'With this change: 1 image would pass that is blocked now: Dockerfile.';

  it.each([
    ['text', []],
    ['markdown', []],
    ['json', []],
    ['text', ['--exceptions']],
  ])('has a preview as %s %j', async (format, more) => {
    const made = folders.repository();
    const path = '.github/plinth.yml';
    made.commit({ Dockerfile: 'FROM alpine:3\nENTRYPOINT ["/a"]\n', [path]: 'extends: kep-1729\n' });
    made.write(path, 'extends: kep-1729\nbases: { allow: [alpine] }\n');
    const file = join(folders.folder(), 'exceptions.yml');
    writeFileSync(file, 'exceptions: []\n');
    const given = more.flatMap((option) => [option, file]);
    const { code, out } = await plinth(made.folder, [
      'check',
      '--base',
      'HEAD',
      '--format',
      format,
      ...given,
    ]);
    expect(code).toBe(0);
    expect(out).toContain(NOTE);
  });
});

describe('plinth policy validate', () => {
  async function validate(text: string) {
    const folder = folders.folder();
    writeFileSync(join(folder, 'plinth.yml'), text);
    return await plinth(folder, ['policy', 'validate', 'plinth.yml']);
  }

  it('names what has no effect, and the file can still be used', async () => {
    const { code, out, err } = await validate(
      'extends: minimal\nrules: { unread-file: off }\nlock: [bases]\n',
    );
    expect(code).toBe(0);
    expect(out).toBe('plinth.yml: fine, 2 notices (minimal)\n');
    expect(err.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^ {2}plinth\.yml:2:10: rules\.unread-file has no effect/),
      expect.stringMatching(/^ {2}plinth\.yml:3:1: lock has no effect in a repository’s own policy/),
    ]);
  });

  it('has nothing to say of a plain one', async () => {
    const { code, out, err } = await validate('extends: minimal\nscope: touched\n');
    expect({ code, out, err }).toEqual({ code: 0, out: 'plinth.yml: fine (minimal)\n', err: '' });
  });

  it('lists problems by line', async () => {
    const { code, err } = await validate('scope: often\nbsaes: {}\nrules: { glog-imports: off }\n');
    expect(code).toBe(2);
    expect(err).toMatch(/^plinth\.yml: cannot be used, 2 problems\n {2}plinth\.yml:1:/);
    expect(err.match(/yml:\d+/g)).toEqual(['yml:1', 'yml:2']);
  });
});

describe('a file that looks like the policy', () => {
  it.each(['.github/plinth.yaml', 'plinth.yml'])('%s is not read, which is said', async (path) => {
    const made = folders.repository();
    made.commit({ [path]: 'extends: minimal\n', Dockerfile: 'FROM scratch\n' });
    const [checked, shown] = await Promise.all([
      plinth(made.folder, ['check']),
      plinth(made.folder, ['policy', 'show']),
    ]);
    expect(checked.code).toBe(1);
    for (const { err } of [checked, shown])
      expect(err).toBe(`plinth: ${path} is not read: the policy is .github/plinth.yml. Rename the file.\n`);
  });

  it('is pointed out in the change that adds it', async () => {
    const made = folders.repository();
    made.commit({ 'README.md': 'x' });
    made.commit({ '.github/plinth.yaml': 'extends: minimal\n' });
    const { code, out } = await plinth(made.folder, ['check', '--base', 'HEAD^', '--head', 'HEAD']);
    expect(code).toBe(0);
    expect(out).toMatch(/policy-changed\]: \.github\/plinth\.yaml is not read/);
  });
});

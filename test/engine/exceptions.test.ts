import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/domain/index.ts';
import { type Files, judgeChange, judgeTree, MemoryBlobs } from '../support/mini-repository.ts';

const FILE = '.github/plinth-exceptions.yml';
const BASE = 'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\n';
const STATIC = 'FROM gcr.io/distroless/static:nonroot\nCOPY app /app\nENTRYPOINT ["/app"]\n';
const SHELL = `${BASE}COPY app /app\nRUN chmod +x /app\nENTRYPOINT /app --verbose\n`;
const BUILD = 'docker build -t registry.k8s.io/app:1 .\ndocker push registry.k8s.io/app:1\n';
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: registry.k8s.io/app:1\n    command: ["/bin/sh", "-c", "/app"]\n';

/** An entry for the published name, with some keys said otherwise; null leaves a key out. */
function entry(other: Readonly<Record<string, string | null>> = {}): string {
  const keys = {
    image: 'registry.k8s.io/app',
    rule: 'base-needs-exception',
    base: 'debian-base',
    reason: 'needs-shell',
    text: '"it migrates data with a script"',
    owner: '"@acme/app"',
    expires: '2026-12-31',
    ...other,
  };
  const lines = Object.entries(keys).flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]));
  return `exceptions:\n- ${lines.join('\n  ')}\n`;
}

const AT_PATH = { image: null, path: 'Dockerfile' };

function tree(files: Files, exceptions?: string): Files {
  return exceptions === undefined ? files : { ...files, [FILE]: exceptions };
}

function covered({ findings }: Report): readonly string[] {
  return findings.flatMap(({ rule, exception }) => (exception == null ? [] : [rule]));
}

/** SEM-7.1: what one entry covers. Judgements in tests are of 2026-01-01. */
describe('an entry of the exceptions file', () => {
  const files = { Dockerfile: SHELL, 'build.sh': BUILD };

  it('takes the base and every need of the image on it out of the verdict, and leaves them in the report', async () => {
    const before = await judgeTree(files);
    const report = await judgeTree(tree(files, entry()));
    expect(before.verdict.outcome).toBe('needs-exception');
    expect(report.verdict).toEqual({ outcome: 'pass', touched: 'pass', because: [] });
    expect(report.findings.map(({ rule }) => rule)).toEqual(before.findings.map(({ rule }) => rule));
    expect(covered(report)).toEqual(report.findings.map(({ rule }) => rule));
    expect(report.inputs.exceptions).toEqual([expect.stringMatching(/^\.github\/plinth-exceptions\.yml@/)]);
  });

  it('covers what manifests need of the image too', async () => {
    const report = await judgeTree(tree({ ...files, 'pod.yaml': POD }, entry()));
    expect(covered(report)).toContain('manifest-shell-command');
    expect(report.verdict.outcome).toBe('pass');
  });

  it.each<[string, Readonly<Record<string, string | null>>, boolean]>([
    ['the manifest', {}, true],
    ['another need of the manifest', { rule: 'manifest-shell-probe' }, false],
    ['another manifest', { path: 'other.yaml' }, false],
  ])('by path is for %s', async (_, other, isCovered) => {
    const path = entry({
      image: null,
      path: 'pod.yaml',
      rule: 'manifest-shell-command',
      base: null,
      ...other,
    });
    const report = await judgeTree(tree({ ...files, 'pod.yaml': POD }, path));
    expect(covered(report)).toEqual(isCovered ? ['manifest-shell-command'] : []);
  });

  it.each<[string, Readonly<Record<string, string | null>>]>([
    ['names another image', { image: 'registry.k8s.io/other' }],
    ['names another base', { base: 'debian-iptables' }],
    ['is to another rule', { rule: 'base-not-allowed' }],
    ['has ended', { expires: '2025-12-31' }],
    ['names another path', { ...AT_PATH, path: 'other/Dockerfile' }],
    ['names a stage that is not the one', { ...AT_PATH, target: 'debug' }],
  ])('covers nothing where it %s', async (_, other) => {
    const report = await judgeTree(tree(files, entry(other)));
    expect(covered(report)).toEqual([]);
    expect(report.verdict.outcome).toBe('needs-exception');
  });

  it('holds on its last day', async () => {
    const report = await judgeTree(tree(files, entry({ expires: '2026-01-01' })));
    expect(report.verdict.outcome).toBe('pass');
  });

  it('names a definition by its path where it has no name', async () => {
    const report = await judgeTree(tree({ Dockerfile: SHELL }, entry(AT_PATH)));
    expect(report.verdict.outcome).toBe('pass');
  });

  it('for one need covers that need alone', async () => {
    const one = entry({ rule: 'shell-entrypoint', base: null });
    const report = await judgeTree(tree(files, one));
    expect(covered(report)).toEqual(['shell-entrypoint']);
    expect(report.verdict.outcome).toBe('needs-exception');
  });

  it('for the shell that an allowed base is given covers what uses it', async () => {
    const busybox = 'FROM busybox:1 AS tools\nFROM gcr.io/distroless/static:nonroot\n';
    const copied = {
      Dockerfile: `${busybox}COPY --from=tools /bin/busybox /bin/sh\nENTRYPOINT /app --verbose\n`,
    };
    const before = await judgeTree(copied);
    const report = await judgeTree(
      tree(copied, entry({ ...AT_PATH, rule: 'shell-copied-into-image', base: null })),
    );
    expect(before.verdict.outcome).toBe('needs-exception');
    expect(report.verdict.outcome).toBe('pass');
  });

  it.each<[string, Files]>([
    [
      'a need that breaks once the shell is gone',
      { Dockerfile: 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT /app --verbose\n' },
    ],
    ['what a manifest needs of an image that no file builds', { 'pod.yaml': POD }],
  ])('for a copied shell does not cover %s', async (_, copied) => {
    const identity = 'Dockerfile' in copied ? AT_PATH : {};
    const report = await judgeTree(
      tree(copied, entry({ ...identity, rule: 'shell-copied-into-image', base: null })),
    );
    expect(covered(report)).toEqual([]);
    expect(report.verdict.outcome).toBe('block');
  });

  it('does not cover a need where another base of the image has no exception', async () => {
    const both = {
      Dockerfile: `ARG BASE=registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\nFROM \${BASE}\nENTRYPOINT /app --verbose\n`,
      'build.sh':
        'docker build -t registry.k8s.io/app:1 .\ndocker build --build-arg BASE=gcr.io/distroless/static:nonroot -t registry.k8s.io/app:1 .\n',
    };
    const report = await judgeTree(tree(both, entry()));
    expect(covered(report)).not.toContain('shell-entrypoint');
    expect(report.verdict.outcome).not.toBe('pass');
  });
});

describe('an entry for a base that nothing decides', () => {
  const open = (base: string) =>
    entry({ ...AT_PATH, rule: 'unresolved-base', base: `"${base}"`, reason: 'other' });

  it.each([
    ['the variable', 'ARG BASE\nFROM ${BASE}\n', '${BASE}', true],
    ['another variable', 'ARG OTHER\nFROM ${OTHER}\n', '${BASE}', false],
    ['what stands in its place', 'FROM BASEIMAGE\n', 'BASEIMAGE', true],
    ['a name in part, whatever its tag', 'ARG R\nFROM ${R}/debian-base:v2\n', '${R}/debian-base:v1', true],
    ['another name in part', 'ARG R\nFROM ${R}/debian-iptables:v1\n', '${R}/debian-base:v1', false],
    ['no name at all', 'ARG BASE=\nFROM ${BASE}\n', '', true],
  ])('is for %s', async (_, Dockerfile, base, isCovered) => {
    const report = await judgeTree(tree({ Dockerfile }, open(base)));
    expect(covered(report)).toEqual(isCovered ? ['unresolved-base'] : []);
    expect(report.verdict.outcome).toBe(isCovered ? 'pass' : 'inconclusive');
  });
});

/** SEM-7.1: by path, and by what the file holds. */
describe('an entry for a file that cannot be read', () => {
  const NUL = 'FROM alpine\0\n';
  const LINK = { mode: '120000', content: 'image.txt' } as const;
  const idOf = (content: string) => new MemoryBlobs().add(content);
  const unread = (blob: string) =>
    entry({ ...AT_PATH, rule: 'unread-file', base: null, blob: `"${blob}"`, reason: 'other' });

  it.each<[string, Files, string, boolean]>([
    ['covers it', { Dockerfile: NUL }, idOf(NUL), true],
    ['does not cover it with another content', { Dockerfile: NUL }, idOf(`${NUL}#`), false],
    ['covers what stands behind a link', { Dockerfile: LINK, 'image.txt': NUL }, idOf(NUL), true],
    [
      'does not cover anything that may stand there',
      { Dockerfile: LINK, 'image.txt': NUL },
      idOf('image.txt'),
      false,
    ],
    ['covers a link that leads to no file', { Dockerfile: LINK }, idOf('image.txt'), true],
  ])('%s', async (_, files, blob, isCovered) => {
    const report = await judgeTree(tree(files, unread(blob)));
    expect(covered(report)).toEqual(isCovered ? ['unread-file'] : []);
    expect(report.verdict.outcome).toBe(isCovered ? 'pass' : 'inconclusive');
  });
});

it('is found among a thousand', async () => {
  const others = Array.from({ length: 1000 }, (_, n) =>
    entry({ image: `registry.k8s.io/other-${n}` }).replace('exceptions:\n', ''),
  );
  const all = `${entry()}${others.join('')}`;
  const report = await judgeTree(tree({ Dockerfile: SHELL, 'build.sh': BUILD }, all));
  expect(report.verdict.outcome).toBe('pass');
});

/** SEM-2.1, SEM-2.3: what only exists at head covers nothing. */
describe('a change', () => {
  const clean = { Dockerfile: STATIC, 'build.sh': BUILD };
  const rebased = { Dockerfile: SHELL, 'build.sh': BUILD };

  it('is covered by an entry of the tip', async () => {
    const report = await judgeChange(tree(clean, entry()), tree(rebased, entry()));
    expect(covered(report)).toContain('base-needs-exception');
    expect(report.verdict.outcome).toBe('pass');
  });

  it('is not covered by an entry that it brings itself', async () => {
    const report = await judgeChange(clean, tree(rebased, entry()));
    expect(covered(report)).toEqual([]);
    expect(report.verdict.outcome).toBe('needs-exception');
  });

  it('does not lose what it removes: the entry of the tip still holds for it', async () => {
    const report = await judgeChange(tree(clean, entry()), rebased);
    expect(covered(report)).toContain('base-needs-exception');
    expect(report.findings.filter(({ exception }) => exception == null).map(({ rule }) => rule)).toEqual([
      'policy-changed',
    ]);
  });

  it('does not get an excepted name for a definition that had another', async () => {
    const other = 'docker build -t registry.k8s.io/other:1 .\ndocker push registry.k8s.io/other:1\n';
    const before = { Dockerfile: STATIC, 'build.sh': other };
    const report = await judgeChange(tree(before, entry()), tree(rebased, entry()));
    expect(covered(report)).toEqual([]);
    expect(report.verdict.outcome).toBe('needs-exception');
  });

  it('does not keep the exception of a name under which the definition is not published any more', async () => {
    const other = 'docker build -t registry.k8s.io/other:1 .\ndocker push registry.k8s.io/other:1\n';
    const report = await judgeChange(
      tree(clean, entry()),
      tree({ Dockerfile: SHELL, 'build.sh': other }, entry()),
    );
    expect(covered(report)).toEqual([]);
    expect(report.verdict.outcome).toBe('needs-exception');
  });

  it('keeps the exception of any name under which the definition is published', async () => {
    const more = 'docker build -t registry.k8s.io/a:1 .\ndocker push registry.k8s.io/a:1\n';
    const files = (Dockerfile: string) => tree({ Dockerfile, 'build.sh': `${more}${BUILD}` }, entry());
    const report = await judgeChange(files(STATIC), files(SHELL));
    expect(report.verdict.outcome).toBe('pass');
  });

  const target = (stage: string) => BUILD.replace(' .\n', ` --target ${stage} .\n`);
  it.each<[string, Files, Files]>([
    [
      'adds a stage below the one that is built',
      { Dockerfile: `${STATIC.replace('\n', ' AS app\n')}`, 'build.sh': target('app') },
      { Dockerfile: `${SHELL.replace('\n', ' AS app\n')}FROM scratch AS debug\n`, 'build.sh': target('app') },
    ],
    [
      'renames the stage that is built',
      { Dockerfile: `${STATIC.replace('\n', ' AS app\n')}FROM scratch\n`, 'build.sh': target('app') },
      { Dockerfile: `${SHELL.replace('\n', ' AS server\n')}FROM scratch\n`, 'build.sh': target('server') },
    ],
  ])('keeps the exception of an image where it %s', async (_, before, after) => {
    const report = await judgeChange(tree(before, entry()), tree(after, entry()));
    expect(covered(report)).toContain('base-needs-exception');
    expect(
      report.findings.filter(({ level, exception }) => level === 'needs-exception' && exception == null),
    ).toEqual([]);
  });

  it('does not cover an image that is new in its definition, whatever its name', async () => {
    const one = {
      Dockerfile: `${STATIC.replace('\n', ' AS app\n')}FROM scratch\n`,
      'build.sh': target('app'),
    };
    const two = {
      Dockerfile: `${STATIC.replace('\n', ' AS app\n')}${SHELL.replace('\n', ' AS more\n')}FROM scratch\n`,
      'build.sh': `${target('app')}${target('more')}`,
    };
    for (const exception of [entry(), entry({ ...AT_PATH, target: 'app' })]) {
      const report = await judgeChange(tree(one, exception), tree(two, exception));
      expect(covered(report)).toEqual([]);
      expect(report.verdict.outcome).toBe('needs-exception');
    }
  });

  it('does not cover a definition that is new', async () => {
    const report = await judgeChange(tree({}, entry(AT_PATH)), tree({ Dockerfile: SHELL }, entry(AT_PATH)));
    expect(covered(report)).toEqual([]);
  });

  it('keeps the exception of a definition that it moves', async () => {
    const before = tree({ Dockerfile: SHELL }, entry(AT_PATH));
    const report = await judgeChange(
      before,
      tree({ 'image/Dockerfile': `${SHELL}USER 1\n` }, entry(AT_PATH)),
    );
    expect(report.verdict.outcome).toBe('pass');
  });
});

/** What a change writes into the file counts once it is merged; somebody should look at it before. */
describe('a change of the exceptions file', () => {
  const clean = { Dockerfile: STATIC };

  it.each<[string, string | undefined, string | undefined, RegExp]>([
    ['adds', undefined, entry(), /adds "registry\.k8s\.io\/app on debian-base until 2026-12-31"\.$/],
    [
      'changes',
      entry(),
      entry({ expires: '2027-01-01' }),
      /changes "registry\.k8s\.io\/app on debian-base until 2027-01-01"\.$/,
    ],
    [
      'removes',
      entry(),
      'exceptions: []\n',
      /removes "registry\.k8s\.io\/app on debian-base until 2026-12-31"\.$/,
    ],
    [
      'takes away with the file',
      entry(),
      undefined,
      /removes "registry\.k8s\.io\/app on debian-base until 2026-12-31"\.$/,
    ],
    [
      'adds, where another about the same stays',
      entry(),
      `${entry()}${entry({ expires: '2027-01-01' }).replace('exceptions:\n', '')}`,
      /It adds "registry\.k8s\.io\/app on debian-base until 2027-01-01"\.$/,
    ],
    ['only reformats', entry(), `# ours\n${entry()}`, /review the edit\.$/],
  ])('is pointed out with the entries that it %s', async (_, before, after, message) => {
    const { findings, verdict } = await judgeChange(tree(clean, before), tree(clean, after));
    expect(findings.map(({ rule }) => rule)).toEqual(['policy-changed']);
    expect(findings[0]?.message).toMatch(message);
    expect(verdict.outcome).toBe('warn');
  });

  it('is blocked where the file could not be used, each problem on its line', async () => {
    const report = await judgeChange(clean, tree(clean, entry({ owners: 'x', reason: 'because' })));
    expect(report.findings.map(({ path, line, level }) => `${level} ${path}:${line}`)).toEqual([
      `block ${FILE}:5`,
      `block ${FILE}:9`,
    ]);
    expect(report.verdict.outcome).toBe('block');
  });
});

/** It counts once it is merged, as the file itself does. */
describe('a change of the policy that has exceptions read otherwise', () => {
  const POLICY = '.github/plinth.yml';
  const policy = (more: string) => `extends: kep-1729\n${more}`;
  const texts = (text: string) => ({
    policies: [{ tier: 'repository', from: `${POLICY}@${'a'.repeat(40)}`, text } as const],
  });
  const OTHER = 'exceptions: other.yml\n';
  const PERMANENT = 'permanent-exceptions: true\n';

  async function judged(before: Files, after: Files): Promise<readonly string[]> {
    const text = String(before[POLICY]);
    const { findings } = await judgeChange(
      { Dockerfile: STATIC, ...before },
      { Dockerfile: STATIC, ...after },
      texts(text),
    );
    return findings.map(({ level, path, line, message }) => `${level} ${path}:${line}: ${message}`);
  }

  const EDITED = expect.stringMatching(/^warn .*The change edits the policy/);
  const both = (message: RegExp) => expect.arrayContaining([EDITED, expect.stringMatching(message)]);

  it('by another file that is there is pointed out with what that file makes of the entries', async () => {
    const other = entry({ image: 'registry.k8s.io/wide' });
    const rest = { 'other.yml': other, [FILE]: entry() };
    const found = await judged({ [POLICY]: policy(''), ...rest }, { [POLICY]: policy(OTHER), ...rest });
    expect(found).toEqual(
      both(
        /^warn \.github\/plinth\.yml:1: .* reads other\.yml, in place of \.github\/plinth-exceptions\.yml, .* It adds "registry\.k8s\.io\/wide on .*", removes "registry\.k8s\.io\/app on /,
      ),
    );
  });

  it('by another file that the change writes, likewise', async () => {
    const found = await judged({ [POLICY]: policy('') }, { [POLICY]: policy(OTHER), 'other.yml': entry() });
    expect(found).toEqual(both(/^warn .* reads other\.yml, .* It adds "/));
  });

  it('by taking the policy away, likewise', async () => {
    const rest = { 'other.yml': entry() };
    const found = await judged({ [POLICY]: policy(OTHER), ...rest }, rest);
    expect(found).toEqual(
      both(/ reads \.github\/plinth-exceptions\.yml, in place of other\.yml, .* It removes "/),
    );
  });

  it.each<[string, Files, Files, RegExp]>([
    [
      'another that was there',
      { [POLICY]: policy(''), 'other.yml': 'exceptions: [' },
      { [POLICY]: policy(OTHER), 'other.yml': 'exceptions: [' },
      /^block \.github\/plinth\.yml:1: .* reads other\.yml, .* cannot be used then: line \d+: /,
    ],
    [
      'another that the change writes',
      { [POLICY]: policy('') },
      { [POLICY]: policy(OTHER), 'other.yml': entry({ reason: 'because' }) },
      /^block other\.yml:5: The exceptions file that the change writes cannot be used: /,
    ],
    [
      'the same that is read otherwise',
      { [POLICY]: policy(PERMANENT), [FILE]: entry({ expires: null }) },
      { [POLICY]: policy(''), [FILE]: entry({ expires: null }) },
      /^block \.github\/plinth\.yml:1: .* reads the exceptions file .*, which cannot be used then: line \d+: expires is missing/,
    ],
  ])('is blocked where that file could not be used: %s', async (_, before, after, message) => {
    const found = await judged(before, after);
    expect(found.filter((one) => one.startsWith('block'))).toEqual([expect.stringMatching(message)]);
  });

  it.each([PERMANENT, 'scope: touched\n'])(
    'says nothing of a file that stays as it was: %s',
    async (more) => {
      const rest = { [FILE]: entry() };
      const found = await judged({ [POLICY]: policy(''), ...rest }, { [POLICY]: policy(more), ...rest });
      expect(found).toEqual([EDITED]);
    },
  );
});

it.each(['.github/plinth-exceptions.yaml', 'plinth-exceptions.yml'])(
  'a change is told that %s is not read',
  async (path) => {
    const { findings, verdict } = await judgeChange(
      { Dockerfile: STATIC },
      { Dockerfile: STATIC, [path]: entry() },
    );
    expect(findings.map(({ message }) => message)).toEqual([
      `${path} is not read: the exceptions file is ${FILE}. Rename the file.`,
    ]);
    expect(verdict.outcome).toBe('warn');
  },
);

/** No path from an error to a green check. */
describe('an exceptions file that cannot be used', () => {
  it.each([
    ['no YAML', 'exceptions: [', /line \d+, column \d+/],
    [
      'a key that there is none of',
      entry({ owners: 'x' }),
      /line 9, column 3: unknown key "owners".*"owner"/,
    ],
    ['no end', entry({ expires: null }), /expires is missing/],
    ['a rule that there is none of', entry({ rule: 'base-need-exception' }), /base-needs-exception/],
    ['a pattern', entry({ image: '"registry.k8s.io/*"' }), /one whole name/],
  ])('makes the judgement undecided, and says where: %s', async (_, text, because) => {
    const report = await judgeTree(tree({ Dockerfile: STATIC }, text));
    expect(report.verdict.outcome).toBe('inconclusive');
    expect(report.verdict.because.join()).toMatch(because);
  });
});

/** What ships under another name is another image. */
describe('an image that comes to ship under a second name', () => {
  const image = (base: string) => `FROM ${base}\nENTRYPOINT ["/app"]\n`;
  const ON_DEBIAN = image('registry.k8s.io/build-image/debian-base:bookworm-v1.0.4');
  const ON_STATIC = image('gcr.io/distroless/static:nonroot');
  const builds = (folder: string) =>
    `docker build -t registry.k8s.io/app:1 ${folder}\ndocker push registry.k8s.io/app:1\n` +
    'docker build -t registry.k8s.io/tool:1 b\ndocker push registry.k8s.io/tool:1\n';

  it('is not covered by the exception of the first', async () => {
    const exceptions = entry({ image: 'registry.k8s.io/tool' });
    const before = { 'a/Dockerfile': ON_STATIC, 'b/Dockerfile': ON_STATIC, 'build.sh': builds('a') };
    const outcomeOf = async (after: Files) =>
      (await judgeChange(tree(before, exceptions), tree(after, exceptions))).verdict.outcome;
    expect(await outcomeOf({ ...before, 'b/Dockerfile': ON_DEBIAN })).toBe('pass');
    expect(await outcomeOf({ ...before, 'b/Dockerfile': ON_DEBIAN, 'build.sh': builds('b') })).toBe(
      'needs-exception',
    );
  });
});

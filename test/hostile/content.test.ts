import { describe, expect, it, jest } from '@jest/globals';
import type { Report } from '../../src/domain/index.ts';
import { type Files, judgeChange } from '../support/mini-repository.ts';

// RELIABILITY I01 to I06, I09, I15: hostile content goes through the whole engine. It never turns green what it hides, and the other files
// of the same change are judged as if it were not there. Times belong to `npm run reliability`; a hang fails by Jest's own limit.

// What hangs takes minutes; a busy machine takes seconds.
jest.setTimeout(30_000);

const IMAGE = 'registry.k8s.io/dns/dns:1';
const POD = `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec: {containers: [{name: main, image: "${IMAGE}", command: [sh, -c, x]}]}\n`;
const HEAD = `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - name: main\n    image: ${IMAGE}\n`;

/** Files of the same change that say what they always say. */
const BESIDE: Files = {
  'beside/Dockerfile': 'FROM alpine:3.20\nENTRYPOINT ["/server"]\n',
  'beside/pod.yaml': POD,
};

async function judge(files: Files): Promise<Report> {
  const report = await judgeChange({}, { ...BESIDE, ...files });
  const beside = report.findings.filter((finding) => finding.path.startsWith('beside/'));
  expect(beside.map((finding) => `${finding.rule} ${finding.path}:${finding.line}`)).toEqual([
    'base-not-allowed beside/Dockerfile:1',
    'manifest-shell-command beside/pod.yaml:4',
  ]);
  return report;
}

function rulesOf(report: Report, path: string): readonly string[] {
  return [
    ...new Set(report.findings.filter((finding) => finding.path === path).map((finding) => finding.rule)),
  ].sort();
}

/** What is said of the one hostile file: its rules, and whether it counts as unread. */
async function saidOf(path: string, content: string | Uint8Array | Files[string]) {
  const report = await judge({ [path]: content });
  const unread = report.unread.find((file) => file.path === path);
  if (unread !== undefined)
    expect({ counts: unread.counts, why: unread.because.length > 10 }).toEqual({ counts: true, why: true });
  return { rules: rulesOf(report, path), because: unread?.because ?? '' };
}

const UNREAD = ['unread-file'];
const SHELL = ['manifest-shell-command'];

describe('I01 nesting', () => {
  const DEPTHS = [1000, 100_000];
  const shapes: readonly (readonly [string, (depth: number) => string])[] = [
    ['flow sequences', (depth) => `${HEAD}    command: ${'['.repeat(depth)}sh${']'.repeat(depth)}\n`],
    ['flow maps', (depth) => `${HEAD}    x: ${'{a: '.repeat(depth)}1${'}'.repeat(depth)}\n`],
    ['flow sequences that never end', (depth) => `${HEAD}    command: ${'['.repeat(depth)}\n`],
    ['block sequences on one line', (depth) => `${HEAD}    command: [sh]\nx:\n${'- '.repeat(depth)}a\n`],
    [
      'a JSON file',
      (depth) =>
        `{"apiVersion":"v1","kind":"Pod","spec":${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)},"containers":[{"name":"a","command":["sh"]}]}`,
    ],
  ];
  it.each(shapes.flatMap(([name, make]) => DEPTHS.map((depth) => [name, depth, make] as const)))(
    '%s, %i deep, are said to be too deep',
    async (name, depth, make) => {
      const said = await saidOf(name === 'a JSON file' ? 'x.json' : 'x.yaml', make(depth));
      expect(said.rules).toContain('unread-file');
      expect(said.because).toMatch(/deep|nest|end|line/);
    },
  );

  it('block maps by indentation', async () => {
    const lines = Array.from({ length: 1000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n');
    const said = await saidOf(
      'x.yaml',
      `${POD}---\nkind: Pod\nspec: {containers: [{name: a, command: [sh]}]}\nx:\n${lines} 1\n`,
    );
    expect(said.rules).toContain('unread-file');
  });

  it('a hundred levels are nothing special', async () => {
    const said = await saidOf(
      'x.yaml',
      `${HEAD}    command: [sh]\n    x: ${'['.repeat(40)}${']'.repeat(40)}\n`,
    );
    expect(said.rules).toEqual(SHELL);
  });
});

describe('I02 several deep files', () => {
  const deep = `${HEAD}    command: ${'['.repeat(1000)}sh\n`;
  it('three of them in one change', async () => {
    const report = await judge({ 'a.yaml': deep, 'b.yaml': deep, 'c/d.yaml': deep });
    expect(report.unread.map((file) => [file.path, file.counts])).toEqual([
      ['a.yaml', true],
      ['b.yaml', true],
      ['c/d.yaml', true],
    ]);
    expect(report.verdict.outcome).toBe('block');
  });

  it('twenty in one stream', async () => {
    const said = await saidOf('x.yaml', Array.from({ length: 20 }, () => deep).join('---\n'));
    expect(said.rules).toContain('unread-file');
  });
});

describe('I03, I04 keys, anchors and aliases', () => {
  const keys = Array.from({ length: 50_000 }, (_, at) => `k${at}: ${at}`).join('\n');
  const bomb = [
    'a0: &a0 [x, x, x]',
    ...Array.from(
      { length: 9 },
      (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(', ')}]`,
    ),
  ].join('\n');
  const chain = [
    'm0: &m0 {command: [sh, -c, x]}',
    ...Array.from({ length: 200 }, (_, at) => `m${at + 1}: &m${at + 1} {<<: *m${at}}`),
  ].join('\n');
  it.each<readonly [string, string, readonly string[]]>([
    ['50,000 keys beside a workload', `${keys}\n${POD}`, SHELL],
    ['the same key 20,000 times', `${'a: 1\n'.repeat(20_000)}${POD}`, SHELL],
    [
      'an alias bomb beside a workload',
      `${bomb}\n${HEAD}    command: [sh, -c, x]\n    x: *a9\n`,
      [...SHELL, 'unread-file'],
    ],
    [
      '100,000 anchors',
      `x: [${Array.from({ length: 100_000 }, (_, at) => `&a${at} 1`).join(', ')}]\n${POD}`,
      // Beyond the bound on anchors: said, never silent.
      ['unread-file'],
    ],
  ])('%s: the workload is judged', async (_, text, rules) => {
    expect((await saidOf('x.yaml', text)).rules).toEqual(rules);
  });

  it.each<readonly [string, string]>([
    ['an alias bomb as the command', `${bomb}\n${HEAD}    command: *a9\n`],
    ['a recursive alias', `${HEAD}    command: &c [sh, *c]\n`],
    ['a recursive merge key', `x: &x {<<: *x, command: [sh]}\n${HEAD}    <<: *x\n`],
    ['an alias that nobody declares', `${HEAD}    command: *nobody\n`],
    ['a merge chain of 200 links', `${chain}\n${HEAD}    <<: *m200\n`],
  ])('%s: found or said, never green', async (_, text) => {
    const { rules } = await saidOf('x.yaml', text);
    expect(rules.length).toBeGreaterThan(0);
  });
});

describe('I05 streams and encodings', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const utf16 = (text: string) => Uint8Array.from([0xff, 0xfe, ...Buffer.from(text, 'utf16le')]);
  it.each<readonly [string, string | Uint8Array, readonly string[]]>([
    ['20,000 documents', `${'---\na: 1\n'.repeat(20_000)}---\n${POD}`, SHELL],
    ['1 MB of comments', `${'# command: [sh]\n'.repeat(65_000)}${POD}`, SHELL],
    ['a line of 1 MB', `x: ${'a'.repeat(1_000_000)}\n${POD}`, SHELL],
    ['1 MB of blanks', `${' '.repeat(1_000_000)}\n${POD}`, SHELL],
    ['1 MB of empty lines', `${'\n'.repeat(1_000_000)}${POD}`, SHELL],
    ['a byte order mark', `\ufeff${POD}`, SHELL],
    ['tabs as indentation', `${HEAD}\tcommand: [sh, -c, x]\n`, UNREAD],
    ['NUL bytes', `${POD}\0`, UNREAD],
    ['UTF-16', utf16(POD), UNREAD],
    [
      'invalid UTF-8 beside a workload',
      Uint8Array.from([...bytes('# '), 0xff, 0xc0, 0x80, ...bytes(`\n${POD}`)]),
      SHELL,
    ],
  ])('%s', async (_, content, rules) => {
    expect((await saidOf('x.yaml', content)).rules).toEqual(rules);
  });

  it('lone carriage returns end lines in YAML', async () => {
    const { rules } = await saidOf('x.yaml', POD.replaceAll('\n', '\r'));
    expect(rules).toEqual(SHELL);
  });

  it.each<readonly [string, string | Uint8Array]>([
    ['NUL bytes', 'FROM alpine\n\0'],
    ['UTF-16', utf16('FROM alpine\n')],
    ['nothing at all', ''],
    ['only comments', '# FROM alpine\n'],
    ['a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])],
    ['only blanks, 1 MB', ' '.repeat(1_000_000)],
  ])('a Dockerfile of %s is unread', async (_, content) => {
    expect((await saidOf('Dockerfile', content)).rules).toEqual(UNREAD);
  });
});

describe('I06 Dockerfiles', () => {
  const APP = 'ENTRYPOINT ["/server"]\n';
  const BASE = ['base-not-allowed'];
  it.each<readonly [string, string, readonly string[]]>([
    [
      '100,000 continuations',
      `FROM gcr.io/distroless/static AS a\nRUN a${' \\\n b'.repeat(100_000)}\nFROM alpine\n${APP}`,
      BASE,
    ],
    ['100,000 continuations inside the name', `FROM al\\\n${'\\\n'.repeat(100_000)}pine\n${APP}`, BASE],
    ['50,000 instructions', `FROM alpine\n${'ENV A=1\n'.repeat(50_000)}${APP}`, BASE],
    [
      '30,000 variables',
      `${Array.from({ length: 30_000 }, (_, at) => `ARG A${at}=\${A${at - 1}}`).join('\n')}\nFROM alpine\n${APP}`,
      BASE,
    ],
    ['nested heredocs', `FROM alpine AS a\nRUN <<A cat <<B\nx\nA\ny\nB\nFROM debian\n${APP}`, BASE],
    [
      'a directive for another escape',
      `# escape=\`\nFROM alpine\nRUN dir C:\\\n${APP}`,
      ['base-not-allowed', 'shell-run-final-stage'],
    ],
    [
      '1,000 stages in a row',
      `FROM alpine AS s0\n${Array.from({ length: 999 }, (_, at) => `FROM s${at} AS s${at + 1}`).join('\n')}\n${APP}`,
      ['unresolved-base'],
    ],
    ['a stage built on itself is an image of that name', `FROM loop AS loop\n${APP}`, BASE],
    ['two stages built on each other are images', `FROM b AS a\nFROM a AS b\n${APP}`, BASE],
    [
      '1,000 stages in a ring',
      `${Array.from({ length: 1000 }, (_, at) => `FROM s${(at + 1) % 1000} AS s${at}`).join('\n')}\n${APP}`,
      BASE,
    ],
    ['an argument of itself', `ARG A=\${A}\nFROM \${A}\n${APP}`, ['unresolved-base']],
    [
      'arguments that double each other',
      `ARG A0=xxxxxxxxxx\n${Array.from({ length: 40 }, (_, at) => `ARG A${at + 1}=$A${at}$A${at}`).join('\n')}\nFROM $A40\n${APP}`,
      ['unresolved-base'],
    ],
    ['1,000 braces that stay open', `FROM ${'${A:-'.repeat(1000)}alpine\n${APP}`, ['unresolved-base']],
    ['a name of 1 MB', `FROM ${'a'.repeat(1_000_000)}\n${APP}`, ['unresolved-base']],
  ])('%s', async (_, text, rules) => {
    const report = await judge({ Dockerfile: text });
    expect(rulesOf(report, 'Dockerfile')).toEqual(rules);
    expect(report.verdict.outcome).not.toBe('pass');
  });

  it.each<readonly [string, string]>([
    [
      'a heredoc that never ends, 100,000 lines',
      `FROM gcr.io/distroless/static\nCOPY <<EOF /x\n${'x\n'.repeat(100_000)}`,
    ],
    ['a list that never ends', `FROM gcr.io/distroless/static\nENTRYPOINT ["/x"${', "x"'.repeat(50_000)}\n`],
    ['an instruction that nobody knows', 'FROM gcr.io/distroless/static\nfrmo alpine\n'],
  ])('%s is found or said', async (_, text) => {
    const report = await judgeChange({}, { Dockerfile: text });
    expect(report.verdict.outcome).not.toBe('pass');
  });

  it('a lone backslash is nothing', async () => {
    const report = await judgeChange({}, { Dockerfile: 'FROM gcr.io/distroless/static\n\\\n' });
    expect({ findings: report.findings, outcome: report.verdict.outcome }).toEqual({
      findings: [],
      outcome: 'pass',
    });
  });
});

describe('I09 names of the language', () => {
  const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
  it('are plain data wherever they stand', async () => {
    const report = await judge({
      'a.yaml': `${KEYS.map((key) => `${key}: {polluted: yes, x: &${key} 1}`).join('\n')}\n${HEAD}    env: [${KEYS.map((key) => `{name: ${key}, value: $(${key})}`).join(', ')}]\n    command: ["$(__proto__)", "$(constructor)", "$(toString)"]\n`,
      'b.json': `{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "__proto__"}, "spec": {"containers": [{"name": "constructor", "image": "${IMAGE}", "command": ["sh"]}]}}`,
      Dockerfile: `ARG __proto__=alpine\nARG constructor=debian\nFROM \${__proto__} AS __proto__\nFROM $constructor AS constructor\nFROM __proto__ AS tostring\nENV __proto__=1 toString=2\nLABEL __proto__=1\nCOPY --from=constructor /x /x\nENTRYPOINT ["/__proto__"]\n`,
      'c/Dockerfile': 'FROM toString\nFROM ${hasOwnProperty}\n',
    });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(rulesOf(report, 'b.json')).toEqual(SHELL);
    expect(rulesOf(report, 'Dockerfile')).toEqual(['base-not-allowed']);
    expect(report.images.find((image) => image.path === 'Dockerfile')?.bases[0]?.reference).toBe('alpine');
    expect(rulesOf(report, 'c/Dockerfile')).toEqual(['unresolved-base']);
  });

  it('as paths', async () => {
    const files: Record<string, string> = Object.create(null);
    for (const key of KEYS) files[`${key}/Dockerfile`] = 'FROM alpine\n';
    const report = await judge(files);
    for (const key of KEYS) expect(rulesOf(report, `${key}/Dockerfile`)).toEqual(['base-not-allowed']);
  });
});

describe('I15 content that is not in the repository', () => {
  it.each<readonly [string, Files[string]]>([
    [
      'a Git LFS pointer',
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`,
    ],
    ['a git-annex pointer', '/annex/objects/SHA256E-s12--abc\n'],
    ['a link to a folder that is not there', { mode: '120000', content: 'nowhere/Dockerfile' }],
    ['a link to itself', { mode: '120000', content: 'Dockerfile' }],
    ['a link to /etc/passwd', { mode: '120000', content: '/etc/passwd' }],
  ])('%s is unread with its reason', async (_, content) => {
    expect((await saidOf('Dockerfile', content)).rules).toEqual(UNREAD);
  });
});

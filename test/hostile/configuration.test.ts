import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compileGlob, isGlobFault } from '../../src/domain/glob.ts';
import type { PolicyText, Report } from '../../src/domain/index.ts';
import { analyse } from '../../src/engine/analyse.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import { changesOf, type Files, MemoryBlobs, SHIPPED, treeOf } from '../support/mini-repository.ts';

// RELIABILITY C02, C03, C04 and C06: what a policy or an exceptions file asks for that it must not get. C05 is test/policy/locks.test.ts.

const POLICY = '.github/plinth.yml';

function problemsOf(text: string): readonly { readonly line: number; readonly message: string }[] {
  const compiled = compilePolicy([{ tier: 'repository', from: POLICY, text }], SHIPPED);
  return 'problems' in compiled ? compiled.problems : [];
}

/** What none of the shapes below may make happen. */
function withoutSideEffects<T>(act: () => T): T {
  const { fetch: before } = globalThis;
  const ran: string[] = [];
  globalThis.fetch = (input) => {
    ran.push(String(input));
    throw new Error('no request is made');
  };
  Reflect.set(globalThis, 'plinthRan', (what: string) => ran.push(what));
  try {
    return act();
  } finally {
    globalThis.fetch = before;
    Reflect.deleteProperty(globalThis, 'plinthRan');
    expect(ran).toEqual([]);
  }
}

describe('C02: a configuration that asks for code', () => {
  const CODE = "globalThis.plinthRan('code')";

  it.each([
    ['an address', 'scope: touched\nextends: http://evil.example/policy.yml\n', 2],
    ['an address with credentials', 'extends: https://user:pw@evil.example/p.yml\n', 1],
    ['a file', 'scope: touched\n\nextends: file:///etc/passwd\n', 3],
    ['a path', 'extends: ../../policy.js\n', 1],
    ['a package', 'extends: "plinth-policy/strict"\n', 1],
    ['require', `review: off\nrequire: "data:text/javascript,${CODE}"\n`, 2],
    ['plugins', `plugins:\n  - "data:text/javascript,${CODE}"\n`, 1],
    ['a function tag', `scope: !!js/function "() => ${CODE}"\n`, 1],
    ['a regular expression tag', 'review: off\nimages: [!!js/regexp /a+/]\n', 2],
    ['an object tag', `scope: !<tag:yaml.org,2002:js/function> "${CODE}"\n`, 1],
    ['a Python tag', 'scope: !!python/object/apply:os.system ["id"]\n', 1],
    ['a tag of its own', '%TAG ! tag:evil.example,2000:\n---\nscope: !x y\n', 1],
    ['an expression for a level', `rules: { base-not-allowed: "\${${CODE}}" }\n`, 1],
    ['JavaScript', `module.exports = { rules: ${CODE} };\n`, 1],
    ['a prototype', 'rules:\n  __proto__: { base-not-allowed: off }\n', 2],
  ])('%s is refused with its line', (_, text, line) => {
    const [problem] = withoutSideEffects(() => problemsOf(text));
    expect(problem).toMatchObject({ line });
    expect(problem?.message.length).toBeGreaterThan(10);
  });

  it.each(['.github/plinth.js', '.github/plinth.ts', '.plinthrc'])('%s is not read at all', async (path) => {
    const base: Files = { Dockerfile: 'FROM scratch\n', [path]: `module.exports = ${CODE};\n` };
    const blobs = new MemoryBlobs();
    const tree = treeOf(base, blobs);
    const compiled = compilePolicy([], SHIPPED);
    if ('problems' in compiled) throw new Error('the shipped policy cannot be used');
    await analyse({ ...ALONE, changes: changesOf(new Map(), tree), policies: [] }, compiled.policy, {
      blobs,
      cache: null,
      clock: () => 0,
    });
    expect(blobs.asked).not.toContain(tree.get(path)?.id);
  });

  it('finds no way to load code or to ask the network: what reads a policy has neither', () => {
    const folder = new URL('../../src/policy/', import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(sources.length).toBeGreaterThan(20);
    const outside = sources.flatMap((name) =>
      [
        ...readFileSync(new URL(name, folder), 'utf8').matchAll(
          /from '([^'.][^']*)'|\b(import|require|eval|Function)\(/g,
        ),
      ].map(([, module, call]) => module ?? call),
    );
    expect([...new Set(outside)].sort()).toEqual(['node:crypto', 'yaml', 'zod']);
  });
});

const ALONE = { tip: null, mergeBase: null, head: null, enforcement: null, date: '2026-01-01' } as const;

describe('C03: a configuration that takes long', () => {
  /** Three times the bar: what takes longer fails by more than a busy machine. */
  const MOST_MS = 3 * 200;
  const lines = (count: number, line: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => line(at)).join('');

  it.each([
    ['a catastrophic expression', 'images: ["(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"]\n'],
    ['a glob of a megabyte', `images: ["${'a*'.repeat(500_000)}"]\n`],
    ['as long a glob as fits', `images: ["${'a*'.repeat(30_000)}"]\n`],
    ['a brace bomb', 'paths: { ignored: ["{1..1000000000}", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"] }\n'],
    ['10,000 rules', `rules:\n${lines(10_000, (at) => `  rule-${at}: off\n`)}`],
    ['10,000 globs', `images:\n${lines(10_000, (at) => `  - "**/a*b*c${at}"\n`)}`],
    ['10,000 locks', `lock:\n${lines(10_000, (at) => `  - rules.x${at}\n`)}`],
    ['as many locks as fit', `lock:\n${lines(990, (at) => `  - rules.base-not-allowe${at}\n`)}`],
    ['10,000 teams', `commands:\n  grant:\n    teams:\n${lines(10_000, (at) => `      - "@a/${at}"\n`)}`],
    ['10,000 aliases', `a: &a [x]\nb: [${'*a, '.repeat(10_000)}]\n`],
    ['deep nesting', `bases: ${'{ allow: '.repeat(10_000)}\n`],
  ])('%s is refused in time', (_, text) => {
    problemsOf('scope: often\n');
    const before = process.cpuUsage();
    const problems = problemsOf(text);
    const { user, system } = process.cpuUsage(before);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(20);
    expect((user + system) / 1000).toBeLessThanOrEqual(MOST_MS);
  });

  it('a policy with as many globs as it may have loads within the same time, and asks them in it', () => {
    const globs = lines(990, (at) => `    - "**/a*b*c*${at}*/**"\n`);
    const text = `extends: minimal\npaths:\n  ignored:\n${globs}`;
    compilePolicy([], SHIPPED);
    const before = process.cpuUsage();
    const compiled = compilePolicy([{ tier: 'repository', from: POLICY, text }], SHIPPED);
    expect('policy' in compiled && compiled.policy.classOf(`${'a/b/c'.repeat(50)}/x`)).toBe('release');
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThanOrEqual(MOST_MS);
  });

  it('a glob takes linear time in its text, whatever it looks for', () => {
    const glob = compileGlob('**/a*a*a*a*a*a*a*a*b');
    if (isGlobFault(glob)) throw new Error(glob.because);
    const text = 'a'.repeat(500_000);
    const before = process.cpuUsage();
    expect(glob.matches(text)).toBe(false);
    // Quadratic time would be minutes.
    expect(process.cpuUsage(before).user / 1000).toBeLessThanOrEqual(MOST_MS);
  });
});

const BAD: Files = { Dockerfile: 'FROM k8s.gcr.io/debian-base:v1\nENTRYPOINT ["/app"]\n' };

describe('C04: a configuration that is broken', () => {
  const broken: PolicyText = { tier: 'repository', from: POLICY, text: 'extends: minimal\nscop: touched\n' };

  it('is no policy, whatever stands above or below it: the message has its line', () => {
    const organisation: PolicyText = { tier: 'organisation', from: 'acme', text: 'extends: minimal\n' };
    const open: PolicyText = { tier: 'operator', from: 'op', text: 'lock: []\n' };
    for (const texts of [[broken], [broken, organisation], [broken, open]])
      expect(compilePolicy(texts, SHIPPED)).toMatchObject({
        problems: [{ from: POLICY, line: 2, message: expect.stringContaining('did you mean "scope"?') }],
      });
  });

  it('counts as broken in the organisation’s text alone, too', () => {
    const texts = [{ tier: 'organisation', from: 'acme/.github', text: 'bases: { alow: [] }\n' }] as const;
    expect(compilePolicy([...texts, { ...broken, text: 'extends: minimal\n' }], SHIPPED)).toMatchObject({
      problems: [
        { from: 'acme/.github', line: 1, message: expect.stringContaining('did you mean "allow"?') },
      ],
    });
  });
});

const EXCEPTIONS = '.github/plinth-exceptions.yml';

/** Judges a change of one file on a day, with an exceptions file at the tip. */
async function judged(
  exceptions: string,
  given: { readonly date?: string; readonly base?: Files; readonly head?: Files } = {},
): Promise<Report> {
  const blobs = new MemoryBlobs();
  const base: Files = given.base ?? { ...BAD, [EXCEPTIONS]: exceptions };
  const head: Files = given.head ?? { ...base, Dockerfile: `${BAD.Dockerfile}RUN /bin/sh -c x\n` };
  const [tip, tree] = [treeOf(base, blobs), treeOf(head, blobs)];
  const compiled = compilePolicy(
    [{ tier: 'operator', from: 'kep-1729', text: 'extends: kep-1729\n' }],
    SHIPPED,
  );
  if ('problems' in compiled) throw new Error('the shipped policy cannot be used');
  const judgement = {
    tip: { commit: 'a'.repeat(40), tree: tip },
    mergeBase: 'a'.repeat(40),
    head: 'b'.repeat(40),
    changes: changesOf(tip, tree),
    policies: [],
    enforcement: null,
    date: given.date ?? '2026-01-01',
  };
  return analyse(judgement, compiled.policy, { blobs, cache: null, clock: () => 0 });
}

const entry = (identity: string, more = '') =>
  `exceptions:\n  - ${identity}\n    rule: base-needs-exception\n    base: debian-base\n    reason: needs-shell\n    text: t\n    owner: o\n    issue: i\n    expires: 2026-06-30\n${more}`;

/** The file cannot be used: nothing is covered, and that is said. */
async function expectRefused(exceptions: string): Promise<void> {
  const { verdict, unread, findings } = await judged(exceptions);
  expect(verdict.outcome).not.toMatch(/pass|warn/);
  expect(unread).toMatchObject([{ path: EXCEPTIONS, counts: true }]);
  expect(findings.filter(({ exception }) => exception != null)).toEqual([]);
}

describe('C06: an exception', () => {
  it.each([
    ['2026-06-29', 'pass'],
    ['2026-06-30', 'pass'],
    ['2026-07-01', 'needs-exception'],
    ['2030-01-01', 'needs-exception'],
  ])('that ends on 2026-06-30 is honoured on %s: %s', async (date, outcome) => {
    const { verdict } = await judged(entry('path: Dockerfile'), { date });
    expect(verdict.touched).toBe(outcome);
  });

  it('follows a definition whose file is renamed', async () => {
    const text = entry('path: Dockerfile');
    const { verdict, findings } = await judged(text, {
      head: { [EXCEPTIONS]: text, 'images/a/Dockerfile': `${BAD.Dockerfile}LABEL moved=yes\n` },
    });
    expect(verdict).toMatchObject({ outcome: 'pass', touched: 'pass' });
    expect(findings.map(({ path, exception }) => [path, exception])).toEqual([
      ['images/a/Dockerfile', 'Dockerfile on debian-base until 2026-06-30'],
    ]);
  });

  it('covers no copy of what it is for', async () => {
    const text = entry('path: Dockerfile');
    const head = { ...BAD, [EXCEPTIONS]: text, 'images/a/Dockerfile': BAD.Dockerfile ?? '' };
    expect((await judged(text, { head })).verdict.outcome).toBe('needs-exception');
  });

  it('covers no other definition that takes on the name', async () => {
    const text = entry('image: registry.example.com/a');
    const build = (folder: string) => `all:\n\tdocker build -t registry.example.com/a:v1 ${folder}\n`;
    const base: Files = { [EXCEPTIONS]: text, 'a/Dockerfile': BAD.Dockerfile ?? '', Makefile: build('a') };
    const same = { ...base, 'a/Dockerfile': `${BAD.Dockerfile}RUN /bin/sh -c x\n` };
    expect((await judged(text, { base, head: same })).verdict.touched).toBe('pass');
    const other = { ...base, 'b/Dockerfile': BAD.Dockerfile ?? '', Makefile: build('b') };
    expect((await judged(text, { base, head: other })).verdict.outcome).toBe('needs-exception');
  });

  it.each([
    ['a path with a star', 'path: "**/Dockerfile"'],
    ['a path with a question mark', 'path: "Dockerfil?"'],
    ['an image with a star', 'image: "registry.example.com/*"'],
    ['an image that is a star', 'image: "*"'],
    ['an image with an open part', 'image: "registry.example.com/${NAME}"'],
  ])('for many at once is refused, and nothing is decided: %s', async (_, identity) => {
    await expectRefused(entry(identity));
  });

  it('for every rule, or for every base, is refused as well', async () => {
    for (const text of [
      entry('path: Dockerfile').replace('rule: base-needs-exception', 'rule: "*"'),
      entry('path: Dockerfile').replace('base: debian-base', 'base: "*"'),
    ])
      await expectRefused(text);
  });

  it('without an end is refused, unless the policy says that there may be such', async () => {
    const endless = entry('path: Dockerfile').replace('    expires: 2026-06-30\n', '');
    await expectRefused(endless);
  });
});

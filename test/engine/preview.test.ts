import { describe, expect, it } from '@jest/globals';
import { LEVELS, type PolicyText, type Report } from '../../src/domain/index.ts';
import { type Files, judgeChange, judgeTree } from '../support/mini-repository.ts';

// Issue "exceptions, commands and policy": a change of policy or exceptions shows which images change verdict, and is judged by the old one.

const POLICY = '.github/plinth.yml';
const EXCEPTIONS = '.github/plinth-exceptions.yml';
const OLD = 'extends: kep-1729\n';

const on = (base: string) => `FROM ${base}\nENTRYPOINT ["/app"]\n`;
const TREE: Files = {
  [POLICY]: OLD,
  'a/Dockerfile': on('debian:12'),
  'b/Dockerfile': on('debian:12'),
  'c/Dockerfile': on('registry.k8s.io/build-image/debian-base:v1'),
  'd/Dockerfile': on('gcr.io/distroless/static:nonroot'),
};

function texts(...more: readonly PolicyText[]): readonly PolicyText[] {
  return [{ tier: 'repository', from: POLICY, text: OLD }, ...more];
}

async function preview(
  changed: Files,
  given: { readonly base?: Files; readonly policies?: readonly PolicyText[] } = {},
): Promise<Report> {
  const { base = TREE, policies = texts() } = given;
  return judgeChange(base, { ...base, ...changed }, { policies });
}

/** What is said of verdicts that change. */
const told = ({ notes = [] }: Report) => notes.filter((note) => note.startsWith('With this change'));

const entry = (path: string, more = '') =>
  `exceptions:\n  - path: ${path}\n    rule: base-needs-exception\n    base: debian-base\n    reason: needs-shell\n    text: t\n    owner: o\n    issue: i\n    expires: 2026-12-31\n${more}`;

describe('a change of the policy', () => {
  it('tells which images would pass that are blocked now, and is judged by the old one', async () => {
    const report = await preview({
      [POLICY]: 'extends: kep-1729\nbases: { allow: [distroless-static, debian] }\n',
      'e/Dockerfile': on('debian:12'),
    });
    expect(report.verdict.outcome).toBe('block');
    expect(report.policy.sources[0]).toEqual({ tier: 'repository', from: POLICY });
    expect(told(report)).toEqual([
      'With this change: 3 images would pass that are blocked now: a/Dockerfile, b/Dockerfile, e/Dockerfile.',
    ]);
  });

  it('tells which would be blocked, each kind of move in a sentence, what lets through first', async () => {
    const report = await preview({
      [POLICY]: 'extends: kep-1729\nbases: { allow: [debian], exception: [] }\n',
    });
    expect(told(report)).toEqual([
      'With this change: 2 images would pass that are blocked now: a/Dockerfile, b/Dockerfile.',
      'With this change: 1 image would be blocked that needs an exception now: c/Dockerfile.',
      'With this change: 1 image would be blocked that passes now: d/Dockerfile.',
    ]);
  });

  it('tells what would not be looked at any more', async () => {
    const report = await preview({ [POLICY]: 'extends: kep-1729\npaths: { ignored: ["a/**"] }\n' });
    expect(told(report)).toEqual([
      'With this change: 1 image would not be looked at any more that is blocked now: a/Dockerfile.',
    ]);
  });

  it('tells what levels do', async () => {
    const report = await preview({
      [POLICY]: 'extends: kep-1729\nrules: { base-not-allowed: warn, base-needs-exception: block }\n',
    });
    expect(told(report)).toEqual([
      'With this change: 2 images would be warned about that are blocked now: a/Dockerfile, b/Dockerfile.',
      'With this change: 1 image would be blocked that needs an exception now: c/Dockerfile.',
    ]);
  });

  it('tells of manifests, too', async () => {
    const base = {
      [POLICY]: OLD,
      'pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { containers: [{ name: c, image: "busybox:1" }] }\n',
    };
    const report = await preview({ [POLICY]: 'extends: kep-1729\nbases: { allow: [busybox] }\n' }, { base });
    expect(told(report)).toEqual([
      expect.stringMatching(/^With this change: 1 manifest would pass that is blocked now: pod\.yaml\.$/),
    ]);
  });

  it('that is removed is followed by what stands below it', async () => {
    const strict = 'extends: kep-1729\nrules: { base-needs-exception: block }\n';
    const base = { ...TREE, [POLICY]: strict };
    const { [POLICY]: _, ...rest } = base;
    const policies = [{ tier: 'repository', from: POLICY, text: strict }] as const;
    expect(told(await judgeChange(base, rest, { policies }))).toEqual([
      'With this change: 1 image would need an exception that is blocked now: c/Dockerfile.',
    ]);
  });

  it('says so where no verdict changes', async () => {
    const report = await preview({ [POLICY]: `${OLD}# nothing\n` });
    expect(told(report)).toEqual(['With this change: no image and no manifest changes its verdict.']);
  });

  it('that cannot be used has no preview: it is blocked', async () => {
    const report = await preview({ [POLICY]: 'extends: kep-1729\nscope: often\n' });
    expect([report.verdict.outcome, told(report)]).toEqual(['block', []]);
  });

  it('lets nobody loosen what a stronger tier locks', async () => {
    const organisation = { tier: 'organisation', from: 'acme', text: 'lock: [bases]\n' } as const;
    const report = await preview(
      { [POLICY]: 'extends: kep-1729\nbases: { allow: [debian] }\n' },
      { policies: texts(organisation) },
    );
    expect(told(report)).toEqual(['With this change: no image and no manifest changes its verdict.']);
    expect(report.findings).toMatchObject([{ rule: 'policy-changed', level: 'block', line: 2 }]);
    expect(report.findings[0]?.message).toMatch(
      /bases\.allow is locked \(as bases\) by the organisation \(acme\)/,
    );
  });

  it('is bounded: five names of each kind, and the rest counted', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`i${String(at).padStart(2, '0')}/Dockerfile`, on('alpine:3')]),
    );
    const report = await preview(
      { [POLICY]: 'extends: kep-1729\nbases: { allow: [alpine] }\n' },
      { base: { [POLICY]: OLD, ...many } },
    );
    expect(told(report)).toEqual([
      'With this change: 12 images would pass that are blocked now: i00/Dockerfile, i01/Dockerfile, i02/Dockerfile, i03/Dockerfile, i04/Dockerfile and 7 more.',
    ]);
  });
});

describe('a change of the exceptions', () => {
  it('tells which images would pass once it is merged', async () => {
    const report = await preview({
      [EXCEPTIONS]: entry('c/Dockerfile'),
      'c/Dockerfile': `${TREE['c/Dockerfile']}# x\n`,
    });
    expect(told(report)).toEqual([
      'With this change: 1 image would pass that needs an exception now: c/Dockerfile.',
    ]);
  });

  it('tells which would need one again', async () => {
    const base = { ...TREE, [EXCEPTIONS]: entry('c/Dockerfile') };
    expect(told(await preview({ [EXCEPTIONS]: 'exceptions: []\n' }, { base }))).toEqual([
      'With this change: 1 image would need an exception that passes now: c/Dockerfile.',
    ]);
  });

  it('that cannot be used has no preview', async () => {
    expect(told(await preview({ [EXCEPTIONS]: 'exceptions: [1]\n' }))).toEqual([]);
  });
});

describe('no preview', () => {
  it('is made of a change that touches neither', async () => {
    expect(told(await preview({ 'd/Dockerfile': on('debian:12') }))).toEqual([]);
  });

  it('is made of a tree that is judged alone', async () => {
    expect(told(await judgeTree(TREE, { policies: texts() }))).toEqual([]);
  });
});

describe('what a preview says', () => {
  const POLICIES = [
    OLD,
    'extends: minimal\n',
    'extends: kep-1729\nbases: { allow: [debian], exception: [distroless-static] }\n',
    'extends: kep-1729\nrules: { base-not-allowed: off, base-needs-exception: warn }\n',
    'extends: kep-1729\npaths: { ignored: ["b/**"], vendored: ["a/**"] }\n',
    'extends: kep-1729\nbases: { allow: ["**"], exception: [] }\n',
  ];
  const pairs = POLICIES.flatMap((from) =>
    POLICIES.filter((to) => to !== from).map((to) => [from, to] as const),
  );
  const of = (text: string) => [{ tier: 'repository', from: POLICY, text }] as const;

  /** The worst of a path as the whole tree is judged; `gone` where no image of it is listed. */
  async function outcomes(text: string): Promise<ReadonlyMap<string, string>> {
    const { images, findings } = await judgeTree({ ...TREE, [POLICY]: text }, { policies: of(text) });
    const listed = new Set(images.map(({ path }) => path));
    const worst = (path: string) =>
      LEVELS.find((level) => findings.some((one) => one.path === path && one.level === level)) ?? 'note';
    const paths = Object.keys(TREE).filter((path) => path.endsWith('Dockerfile'));
    return new Map(paths.map((path) => [path, listed.has(path) ? worst(path) : 'gone']));
  }

  it.each(pairs)('is what judging the tree by both policies says: %j to %j', async (from, to) => {
    const [before, after] = [await outcomes(from), await outcomes(to)];
    const moved = [...before].filter(([path, was]) => after.get(path) !== was).map(([path]) => path);
    const base = { ...TREE, [POLICY]: from };
    const notes = told(await preview({ [POLICY]: to }, { base, policies: of(from) }));
    const named = notes.flatMap((note) => note.match(/[a-d]\/Dockerfile/g) ?? []);
    expect(named.toSorted()).toEqual(moved.toSorted());
  });
});

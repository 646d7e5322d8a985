import { describe, expect, it } from '@jest/globals';
import type { PolicyText } from '../../src/domain/index.ts';
import { DEFAULT_POLICY, loadPolicy, packShipped } from '../../src/policy/index.ts';
import { GIVEN, operator, policyOf, repository } from './shipped.ts';

function problemsOf(text: string, tier: PolicyText['tier'] = 'repository') {
  const loaded = loadPolicy([{ tier, from: 'plinth.yml', text }], GIVEN);
  return 'problems' in loaded ? loaded.problems : [];
}

/** The example of DESIGN.md, section 7. */
const EXAMPLE = `extends: kep-1729
lock: [bases, rules.base-not-allowed]              # an upper tier only
bases: { allow: ["gcr.io/distroless/static*"], exception: [debian-base], mirrors: { "registry.acme.io/hub": docker.io } }
rules: { glog-import: off, manifest-shell-probe: warn }
paths: { ignored: ["docs/**"], test: ["**/testdata/**"], vendored: ["vendor/**"] }
images: ["registry.acme.io/**"]                    # names that are governed: ours
declare: [{ variable: BASEIMAGE, in: "images/*/Makefile", value: "…", reason: "set by release job", owner: "@acme/release" }]
branches: [main, "release-*"]
scope: introduced                                  # or touched
enforcement: enforce                               # or observe
review: actionable
commands: { grant: { teams: [release], permission: maintain }, two-person: false }
exceptions: .github/plinth-exceptions.yml
`;

describe('the example of the design', () => {
  it.each(['organisation', 'repository', 'operator'] as const)('loads as the policy of the %s', (tier) => {
    const policy = policyOf({ tier, from: 'plinth.yml', text: EXAMPLE });
    expect(policy.enforcement).toBe('enforce');
    expect(policy.branches).toEqual(['main', 'release-*']);
    expect([
      policy.levelOf('glog-import'),
      policy.levelOf('manifest-shell-probe'),
      policy.levelOf('base-scratch'),
    ]).toEqual(['off', 'warn', undefined]);
    expect(policy.assess('gcr.io/distroless/static-debian13').standing).toBe('allowed');
    expect(policy.assess('registry.k8s.io/go-runner:v1').standing).toBe('not-allowed');
    expect(policy.classOf('docs/Dockerfile')).toBe('ignored');
    expect(policy.governs('registry.acme.io/a/b:v1')).toBe(true);
  });

  it('gives mirrors force from the organisation only, and says so where a repository names one (SEM-3.7)', () => {
    const organisation = policyOf({ tier: 'organisation', from: 'acme', text: EXAMPLE });
    expect(organisation.assess('registry.acme.io/hub/alpine').family).toBe('alpine');
    const own = policyOf(repository(EXAMPLE)).assess('registry.acme.io/hub/alpine');
    expect([own.family, own.standing]).toEqual([null, 'not-allowed']);
    expect(own.because).toContain('bases.mirrors');
  });
});

describe('who may grant (SEM-7.4)', () => {
  it('is who maintains the repository, and nobody for a change of their own, where no tier says more', () => {
    const nobodyElse = {
      grant: { teams: [], permission: 'maintain', owners: false, author: false },
      twoPerson: false,
    };
    expect(policyOf().commands).toEqual(nobodyElse);
    expect(policyOf(repository('commands: {}')).commands).toEqual(nobodyElse);
    expect(policyOf(repository('commands: { grant: {} }')).commands).toEqual(nobodyElse);
  });

  it('is what the tiers say together, key by key', () => {
    const { commands } = policyOf(repository('commands: { grant: { permission: write, author: true } }'), {
      tier: 'organisation',
      from: 'acme/.github',
      text: 'commands: { two-person: true, grant: { teams: [release], permission: admin, owners: true } }',
    });
    expect(commands).toEqual({
      grant: { teams: ['release'], permission: 'write', owners: true, author: true },
      twoPerson: true,
    });
  });
});

describe('tiers', () => {
  it('is kep-1729 where no tier has a policy: it then enforces nothing and governs no name (SEM-4.5)', () => {
    const policy = policyOf();
    expect([policy.name, policy.enforcement]).toEqual([DEFAULT_POLICY, null]);
    expect(policy.sources).toEqual([{ tier: 'shipped', from: 'shipped' }]);
    expect(policy.governs('registry.k8s.io/kube-proxy:v1')).toBe(false);
    expect([policy.scope, policy.review, policy.exceptions]).toEqual([
      'introduced',
      'actionable',
      '.github/plinth-exceptions.yml',
    ]);
  });

  it('an empty policy in the repository chooses kep-1729, so that it governs its names', () => {
    const policy = policyOf(repository('# ours\n'));
    expect(policy.governs('registry.k8s.io/kube-proxy:v1')).toBe(true);
    expect(policy.sources.map((source) => source.tier)).toEqual(['repository', 'shipped']);
  });

  it('stands the repository on the organisation on the shipped one: maps merge, lists replace', () => {
    const policy = policyOf(repository('rules: { base-scratch: off }\nbases: { exception: [alpine] }'), {
      tier: 'organisation',
      from: 'acme/.github',
      text: 'rules: { base-scratch: warn, glog-import: off }\nbases: { allow: [busybox] }',
    });
    expect([policy.levelOf('base-scratch'), policy.levelOf('glog-import')]).toEqual(['off', 'off']);
    expect(policy.assess('busybox').standing).toBe('allowed');
    expect(policy.assess('alpine').standing).toBe('needs-exception');
    expect(policy.assess('gcr.io/distroless/static').standing).toBe('not-allowed');
    expect(policy.assess('gcr.io/distroless/base').standing).toBe('not-allowed');
    expect(policy.sources.map((source) => source.tier)).toEqual(['repository', 'organisation', 'shipped']);
  });

  it('lets the operator’s choice stand alone (SEM-1.4)', () => {
    const policy = policyOf(
      repository('rules: { base-not-allowed: off }\nbases: { allow: [alpine] }'),
      operator('extends: kep-1729'),
    );
    expect(policy.levelOf('base-not-allowed')).toBeUndefined();
    expect(policy.assess('alpine').standing).toBe('not-allowed');
    expect(policy.governs('k8s.gcr.io/x')).toBe(true);
  });

  it('has one digest for one meaning, and another for another', () => {
    const digest = (text: string) => policyOf(repository(text)).digest;
    expect(digest('scope: touched\nreview: all')).toBe(
      digest('# order and blanks\nreview:   "all"\nscope: touched'),
    );
    expect(digest('scope: touched')).not.toBe(digest('scope: introduced'));
    expect(digest('')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same policy from packed texts', () => {
    const shipped = Object.fromEntries(
      Object.entries(GIVEN.shipped).map(([name, text]) => [name, packShipped(text)]),
    );
    const packed = loadPolicy([], { ...GIVEN, shipped, basesText: packShipped(GIVEN.basesText) });
    expect('policy' in packed && packed.policy.digest).toBe(policyOf().digest);
    expect(() => packShipped('a: [')).toThrow('line 1');
  });
});

describe('governed names', () => {
  const policy = policyOf(operator('extends: kep-1729'));
  it.each([
    ['registry.k8s.io/kube-proxy:v1', true],
    ['registry.k8s.io/build-image/debian-base', true],
    ['k8s.gcr.io/pause', true],
    ['gcr.io/google_containers/kube-dns:1', true],
    ['gcr.io/google-containers/kube-dns', true],
    ['us.gcr.io/k8s-artifacts-prod/build-image/x', true],
    ['gcr.io/k8s-staging-kops/x:v1', true],
    ['registry.k8s.io/{{ name }}:v1', true],
    ['registry.k8s.io/kube-proxy:${TAG}', true],
    ['gcr.io/k8s-staging', false],
    ['gcr.io/k8s-prow/x', false],
    ['registry.k8s.io.evil.io/kube-proxy', false],
    ['evil.io/registry.k8s.io/kube-proxy', false],
    ['registry.k8s.io/e2e-test-images/agnhost:2', false],
    ['${REGISTRY}/kube-proxy', false],
    ['nginx', false],
    ['scratch', false],
    ['Registry.k8s.io/x', true],
    ['not a name', false],
  ])('%s: %s', (reference, expected) => {
    expect(policy.governs(reference)).toBe(expected);
  });
});

describe('path classes', () => {
  const policy = policyOf();
  it.each([
    ['vendor/a/Dockerfile', 'vendored'],
    ['staging/vendor/x/testdata/Dockerfile', 'vendored'],
    ['third_party/x/Dockerfile', 'vendored'],
    ['Godeps/_workspace/Dockerfile', 'vendored'],
    ['web/node_modules/x/Dockerfile', 'vendored'],
    ['pkg/testdata/Dockerfile', 'test'],
    ['test/e2e/pod.yaml', 'test'],
    ['examples/a/Dockerfile', 'example'],
    ['cmd/vendoring/Dockerfile', 'release'],
    ['latest/Dockerfile', 'release'],
    ['Dockerfile', 'release'],
    ['__proto__', 'release'],
  ])('%s is %s', (path, expected) => {
    expect(policy.classOf(path)).toBe(expected);
  });
});

describe('system programs', () => {
  const policy = policyOf();
  it.each([
    ['curl', true],
    ['cat', true],
    ['[', true],
    ['iptables', true],
    ['timeout', true],
    ['sleep', true],
    ['sh', false],
    ['bash', false],
    ['tini', false],
    ['kube-log-runner', false],
    ['go-runner', false],
    ['constructor', false],
    ['my-app', false],
    ['', false],
  ])('%s: %s', (name, expected) => {
    expect(policy.isSystemProgram(name)).toBe(expected);
  });
});

describe('a text that cannot be used', () => {
  it.each([
    ['base: {}', 1, 1, 'did you mean "bases"?'],
    ['bases:\n  alow: []', 2, 3, 'unknown key "alow" in bases: did you mean "allow"?'],
    ['rules:\n  base-not-alowed: off', 2, 3, 'did you mean "base-not-allowed"?'],
    ['rules:\n  base-not-allowed: blok', 2, 21, 'did you mean "block"?'],
    ['rules: [a]', 1, 8, 'rules has to be a map of keys'],
    ['bases: { allow: debian-base }', 1, 17, 'bases.allow has to be a list'],
    ['bases: { exception: [debian-bas] }', 1, 22, 'did you mean "debian-base"?'],
    ['bases:\n  allow:\n    - "gcr.io/{a,b}"', 3, 7, 'braces'],
    ['bases: { allow: ["!alpine"] }', 1, 18, '`!`'],
    ['paths: { test: ["{1..1000000000}"] }', 1, 17, 'braces'],
    ['images: ["a**b"]', 1, 10, 'whole components'],
    ['extends: kep-1728', 1, 10, 'did you mean "kep-1729"?'],
    ['extends: http://evil.example/policy.yml', 1, 10, 'never followed'],
    ['extends: ./other.yml', 1, 10, 'never followed'],
    ['extends: __proto__', 1, 10, 'no policy "__proto__"'],
    ['extends: constructor', 1, 10, 'no policy "constructor"'],
    ['scope: !!js/function "process.exit()"', 1, 8, 'tag'],
    ['a: &x 1\nb: *x', 1, 4, 'anchor'],
    ['%YAML 1.1\n---\nscope: touched', 1, 1, 'directive'],
    ['__proto__: { polluted: true }', 1, 1, '__proto__'],
    ['rules: { constructor: off }', 1, 10, 'no rule "constructor"'],
    ['rules: { __proto__: off }', 1, 10, '__proto__'],
    ['scope: touched\nscope: introduced', 2, 1, 'second time'],
    ['- a', 1, 1, 'map'],
    ['a: [', 1, 5, ''],
    ['scope: touched\n---\nscope: introduced', 2, 1, 'second YAML document'],
    ['exceptions: ../x.yml', 1, 13, 'path of a file'],
    ['exceptions: /etc/passwd', 1, 13, 'path of a file'],
    ['declare: [{ value: x, reason: y, owner: z }]', 1, 11, 'variable or an image'],
    ['declare: [{ variable: A, value: x, owner: z }]', 1, 11, 'declare[1].reason is missing'],
    ['commands: { two-person: maybe }', 1, 25, 'true or false'],
    ['commands: { grant: { permission: read } }', 1, 34, 'triage, write, maintain or admin'],
    ['commands: { grant: { teams: ["@acme/release"] } }', 1, 30, 'write its slug'],
    ['commands: { grant: { teams: [release.managers] } }', 1, 30, 'write its slug'],
    ['commands: { grant: { users: [somebody] } }', 1, 22, 'unknown key "users"'],
    ['enforcement: strict', 1, 14, 'observe or enforce'],
    ['require: ./x.js', 1, 1, 'unknown key "require"'],
    ['plugins: [x]', 1, 1, 'unknown key "plugins"'],
  ])('%s', (text, line, column, message) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ from: 'plinth.yml', line, column });
    expect(problem?.message).toContain(message);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('names a mirror that is none', () => {
    const [problem] = problemsOf('bases: { mirrors: { "https://acme.io": docker.io } }', 'organisation');
    expect(problem).toMatchObject({ line: 1, column: 21 });
  });

  it('names every problem of every tier, within a bound', () => {
    const loaded = loadPolicy(
      [repository('a: 1\nb: 2'), { tier: 'organisation', from: 'org', text: 'c: 3' }],
      GIVEN,
    );
    expect('problems' in loaded && loaded.problems.map(({ from, line }) => `${from}:${line}`)).toEqual([
      '.github/plinth.yml:1',
      '.github/plinth.yml:2',
      'org:1',
    ]);
  });

  it.each([
    ['a megabyte in one glob', `images: ["${'a*'.repeat(500_000)}"]`],
    ['a glob of 400 KB', `images: ["${'a*'.repeat(200_000)}"]`],
    [
      '10,000 rules',
      `rules:\n${Array.from({ length: 10_000 }, (_, index) => `  rule-${index}: off\n`).join('')}`,
    ],
    [
      'as many unknown keys as fit',
      Array.from({ length: 4_500 }, (_, index) => `key${index}: off\n`).join(''),
    ],
    ['10,000 unknown keys', Array.from({ length: 10_000 }, (_, index) => `key${index}: off\n`).join('')],
    ['10,000 globs', `images:\n${'  - "**/a*b*c"\n'.repeat(10_000)}`],
    ['as many bases as fit', `bases:\n  allow:\n${'    - nothing\n'.repeat(990)}`],
    ['10,000 bases', `bases:\n  allow:\n${'    - nothing\n'.repeat(10_000)}`],
    ['deep nesting', '['.repeat(100_000)],
  ])('%s is refused, in a few problems (C03)', (_, text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
    expect(problemsOf(text).length).toBeLessThanOrEqual(20);
  });
});

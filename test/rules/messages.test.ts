import { describe, expect, it } from '@jest/globals';
import type { PolicyText } from '../../src/domain/index.ts';
import { RULE_METADATA } from '../../src/rules/index.ts';
import { CHOSEN, judgeChange } from '../support/mini-repository.ts';

const MINIMAL = [{ tier: 'operator', from: 'minimal', text: 'extends: minimal\n' }] as const;

async function messageOf(
  files: Readonly<Record<string, string>>,
  policies: readonly PolicyText[] = CHOSEN,
): Promise<string> {
  const report = await judgeChange({}, files, { policies });
  return report.findings.map(({ message }) => message).join('\n');
}

it('bases of one family that one line decides are one finding, which names them all (SEM-4.4)', async () => {
  const BUILD = 'docker build --build-arg ARCH=$ARCH -t registry.k8s.io/app-$ARCH .\n';
  const report = await judgeChange(
    {},
    {
      Dockerfile: 'ARG ARCH\nFROM ${ARCH}/busybox:1\n',
      'build.sh': `for ARCH in amd64 arm64v8 ppc64le s390x; do ${BUILD.trim()}; done\n`,
    },
  );
  expect(report.findings.map(({ rule, line }) => [rule, line])).toEqual([['base-not-allowed', 2]]);
  expect(report.findings[0]?.message).toContain(
    'amd64/busybox:1, arm64v8/busybox:1, ppc64le/busybox:1 or 1 more',
  );
});

describe('what a message proposes can be done under the policy that judges', () => {
  it.each([
    ['an exception where the policy knows any', CHOSEN, /or move to debian-base with an exception\.$/],
    [
      'a base with libc where the policy allows it',
      MINIMAL,
      /or gcr\.io\/distroless\/base where it needs libc\.$/,
    ],
  ])('%s', async (_, policies, message) => {
    expect(await messageOf({ Dockerfile: 'FROM debian:12\nCOPY a /a\n' }, policies)).toMatch(message);
  });

  it.each([
    ['Dockerfile', 'FROM alpine:3\n', 'does not allow'],
    ['Dockerfile', 'FROM scratch\nCOPY a /a\nENTRYPOINT ["/a"]\n', 'does not allow'],
    ['Dockerfile', 'FROM gcr.io/distroless/base\n', 'allows only'],
  ])('whose lists they are where the repository names another policy (%s, %s)', async (path, text, end) => {
    const message = await messageOf({ [path]: text }, [
      { tier: 'repository', from: 'plinth.yml', text: 'extends: minimal\n' },
      { tier: 'organisation', from: 'org.yml', text: 'extends: kep-1729\nlock: [bases]\n' },
    ] as const);
    expect(message).toContain(`which the policy minimal, whose bases the organisation locks, ${end}`);
  });

  it.each([
    ['needs an exception', CHOSEN],
    ['is not allowed', MINIMAL],
  ])(
    'no base of Linux for an image of Windows that %s, and no exec form of what cmd does',
    async (_, policies) => {
      const Dockerfile = 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCMD echo a\n';
      const { findings } = await judgeChange({}, { Dockerfile }, { policies });
      const said = findings.map(({ message }) => message).join('\n');
      expect(said).toContain('ask for an exception (a Windows image cannot be distroless).');
      expect(said).not.toMatch(/use gcr\.io|move to/);
      expect(said).toContain('CMD in shell form starts cmd in the image');
      expect(findings.flatMap(({ fix }) => fix ?? [])).toEqual([]);
    },
  );

  it('no base by name where the policy allows neither', async () => {
    const only = 'extends: kep-1729\nbases: { exception: [] }\n';
    const message = await messageOf({ Dockerfile: 'FROM debian:12\nCOPY a /a\n' }, [
      { tier: 'operator', from: 'own', text: only },
    ]);
    expect(message).toMatch(/or another base that the policy allows\.$/);
  });

  it('every remedy that ends in an exception says where the procedure stands', () => {
    const asking = [...RULE_METADATA.values()].filter(({ remedy }) => /\bexception\b/.test(remedy));
    expect(asking.map(({ id }) => id)).toContain('base-needs-exception');
    for (const { id, remedy } of asking)
      expect({ id, says: remedy.includes('plinth explain exceptions') }).toEqual({ id, says: true });
  });

  it('an image from scratch that starts nothing may carry files only: no change is proposed', async () => {
    const bundle = { Dockerfile: 'FROM scratch\nLABEL a=b\nCOPY manifests/ /manifests/\n' };
    const { findings } = await judgeChange({}, bundle);
    expect(findings.map(({ rule, fix }) => [rule, fix])).toEqual([['base-scratch', undefined]]);
    expect(findings[0]?.message).toContain('an exception where the image is meant to be empty or to carry');
  });

  it('a third party’s image says what would make it ours', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n  - name: a\n';
    const message = await messageOf({ 'pod.yaml': `${pod}    image: x.io/a\n    command: [sh, -c, a]\n` });
    expect(message).toMatch(/not one of ours \(.*the policy's images do not name it\)/);
  });

  it('a manifest’s finding names the image, and why it is ours', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n  - name: a\n';
    const start = `${pod}    image: registry.acme.io/web:1\n    command: [sh, -c, a]\n`;
    const acme = 'extends: kep-1729\nimages: ["registry.acme.io/**"]\n';
    const own = [{ tier: 'repository', from: 'plinth.yml', text: acme }] as const;
    const governed = await judgeChange({}, { 'pod.yaml': start }, { policies: own });
    expect(governed.findings.map(({ message }) => message).join()).toContain(
      "registry.acme.io/web:1 is one of ours (the policy's images: registry.acme.io/**)",
    );
    const Makefile =
      'all:\n\tdocker build -t registry.acme.io/web:1 web\n\tdocker push registry.acme.io/web:1\n';
    const built = {
      'pod.yaml': start,
      Makefile,
      'web/Dockerfile': 'FROM gcr.io/distroless/static\nCOPY a /a\n',
    };
    expect(await messageOf(built)).toContain(
      'registry.acme.io/web:1 is one of ours: web/Dockerfile builds it.',
    );
  });
});

describe('a base that a build rule hands over without a value says where, and how it is declared', () => {
  const build = (script: string) => ({
    Dockerfile: 'ARG BASE=debian:12\nFROM ${BASE}\nCOPY server /server\n',
    'build.sh': `#!/bin/bash\n${script}\n`,
  });
  const COMMAND = 'docker build --build-arg BASE="$BASE" -t registry.acme.io/a .';

  it.each([
    [
      'a variable that nothing sets',
      COMMAND,
      'build.sh takes it from BASE, which nothing that was read sets',
    ],
    [
      'a variable of another name than the argument',
      COMMAND.replace('$BASE', '$IMAGE'),
      'build.sh takes it from IMAGE, which nothing that was read sets',
    ],
    [
      'the caller’s environment',
      COMMAND.replace('="$BASE"', ''),
      'build.sh takes BASE from the environment of whoever calls it',
    ],
    [
      'an argument of the script',
      `BASE="$1"\n${COMMAND}`,
      'build.sh takes it from argument 1, which no call that was read gives',
    ],
    [
      'what a program prints',
      `BASE=$(jq -r .base config.json)\n${COMMAND}`,
      'build.sh takes it from $(jq -r .base config.json), which is known only when that runs',
    ],
    [
      'what a program without arguments prints',
      `BASE=$(./pick-base.sh)\n${COMMAND}`,
      'build.sh takes it from $(./pick-base.sh), which is known only when that runs',
    ],
  ])('%s', async (_, script, reason) => {
    const message = await messageOf(build(script));
    expect(message).toContain(`could not be resolved: ${reason}. `);
    const declared = /declare: \[.*\]/.exec(message)?.[0] ?? '';
    const text = declared
      .replace('value: …', 'value: "gcr.io/distroless/static:nonroot"')
      .replaceAll('…', '"@acme/release"');
    const policies = [{ tier: 'operator', from: 'own', text: `extends: kep-1729\n${text}\n` }] as const;
    expect(await messageOf(build(script), policies)).not.toContain('could not be resolved');
  });
});

it('a tag that a pattern rule decides is told by the makefile, though FROM decides the name', async () => {
  const message = await messageOf({
    Dockerfile: 'ARG KIND\nFROM gcr.io/distroless/static:latest-${KIND}\nCOPY a /a\n',
    Makefile: 'image-%:\n\tdocker build --build-arg KIND=$* -t registry.acme.io/a .\n',
  });
  expect(message).toContain('Makefile takes it from what a pattern rule stands for ($*), which no goal');
  expect(message).toContain('declare: [{ image: registry.acme.io/a, value');
});

describe('a log redirection names what writes the log', () => {
  it.each([
    ['tee, whatever joins it', '/a 2>&1 | tee -a /var/log/a.log', '| tee'],
    ['tee', '/a | tee /var/log/a.log', '| tee'],
    ['a file', 'exec /a >>/var/log/a.log 2>&1', '>>/var/log/a.log'],
    ['errors that go out with the output', 'exec /a 2>&1', '2>&1'],
  ])('%s', async (_, script, named) => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n  - name: a\n';
    const message = await messageOf({
      'pod.yaml': `${pod}    image: registry.k8s.io/a\n    command: [sh, -c, "${script}"]\n`,
    });
    expect(message).toContain(`with a shell (${named}):`);
    const isJoined = named === '2>&1';
    expect(message.includes('the container runtime collects both outputs')).toBe(isJoined);
    expect(message.includes('kube-log-runner write the log')).toBe(!isJoined);
  });
});

/** SEM-4.3: a version bump is not new, also where the object is called after its version. */
describe('a workload that is called after its version', () => {
  const workload = (name: string, tag: string) =>
    `apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: ${name}\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        image: registry.k8s.io/a:${tag}\n        command: [sh, -c, "exec /a"]\n`;

  it.each([
    ['a-v0.8.8', 'a-v0.8.9'],
    ['a-v19', 'a-v20'],
    ['a-v1.0.0-rc.1', 'a-v1.0.0'],
  ])('%s is the same as %s', async (before, after) => {
    const { findings } = await judgeChange(
      { 'a.yaml': workload(before, '1') },
      { 'a.yaml': workload(after, '2') },
      { policies: CHOSEN },
    );
    expect(findings.map(({ rule, state }) => [rule, state])).toEqual([
      ['manifest-shell-command', 'existing'],
    ]);
  });

  it('is another one under another name', async () => {
    const { findings } = await judgeChange(
      { 'a.yaml': workload('web-1', '1') },
      { 'a.yaml': workload('web-2', '1') },
      { policies: CHOSEN },
    );
    expect(findings.map(({ state }) => state).sort()).toEqual(['fixed', 'introduced']);
  });
});

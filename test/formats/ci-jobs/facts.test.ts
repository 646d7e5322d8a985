import { describe, expect, it } from '@jest/globals';
import type { BuildStepsFact } from '../../../src/domain/index.ts';
import { ciJobs } from '../../../src/formats/ci-jobs/index.ts';

function stepsIn(path: string, text: string): readonly string[] {
  const profile = ciJobs.profileOf(path);
  if (profile === null || !ciJobs.mayMatter(text, profile)) return [];
  const fact = ciJobs.facts(text, profile).find((one): one is BuildStepsFact => one.kind === 'build-steps');
  return (fact?.jobs ?? []).flatMap(({ name, steps }) =>
    steps.map(({ does, environment }) => {
      const given = environment.map((one) => `${one.name}=${one.value?.text}@${one.value?.span.start.line}`);
      const words =
        does.kind === 'words'
          ? does.words.map(({ text: word }) => word)
          : does.kind === 'script'
            ? does.script.commands.flatMap((one) => one.words.map(({ text: word }) => word))
            : [];
      return [`${name}:`, ...given, ...words].join(' ');
    }),
  );
}

const JOB =
  '  - name: build\n    spec:\n      containers:\n      - image: x/kubekins\n        command: [runner.sh]\n        args: [make, quick-release]\n        env:\n        - name: KUBE_PROXY_BASE_IMAGE\n          value: debian:12\n        - name: FROM_SECRET\n          valueFrom: {secretKeyRef: {name: a}}\n';

describe('jobs of Prow', () => {
  it('in the repository itself run in its tree', () => {
    expect(stepsIn('.prow.yaml', `presubmits:\n${JOB}`)).toEqual([
      'build: KUBE_PROXY_BASE_IMAGE=debian:12@10 make quick-release',
    ]);
  });

  it('elsewhere are for any repository: only their environment is read', () => {
    expect(stepsIn('config/jobs/a.yaml', `presubmits:\n  org/repo:\n${JOB}`)).toEqual([
      'build: KUBE_PROXY_BASE_IMAGE=debian:12@11',
    ]);
    expect(stepsIn('config/jobs/a.yaml', `periodics:\n${JOB}`)).toHaveLength(1);
  });

  it('may take their environment from a preset', () => {
    expect(
      stepsIn(
        'config/jobs/a.yaml',
        'presets:\n- labels: {a: b}\n  env:\n  - name: KUBE_GORUNNER_IMAGE\n    value: debian:12\n',
      ),
    ).toEqual(['preset: KUBE_GORUNNER_IMAGE=debian:12@5']);
  });

  it('may run a shell', () => {
    expect(
      stepsIn(
        '.prow/a.yaml',
        'postsubmits:\n- name: x\n  spec:\n    containers:\n    - command: [bash, -c]\n      args: ["make a && docker build ."]\n',
      ),
    ).toEqual(['x: make a docker build .']);
  });

  it.each([
    ['config/jobs/a.yaml', 'presubmits:\n- name: x\n'],
    ['deploy/a.yaml', `presubmits:\n${JOB}`],
    ['.prow.yaml', 'a: b\n'],
  ])('%s without any is silent', (path, text) => {
    expect(stepsIn(path, text)).toEqual([]);
  });
});

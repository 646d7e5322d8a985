import { describe, expect, it } from '@jest/globals';
import { blobIdOf } from '../../../src/domain/index.ts';
import { judgeChange, judgeTree } from '../../support/mini-repository.ts';

const JOB = (base: string) =>
  `presubmits:\n  org/kubernetes:\n  - name: race\n    spec:\n      containers:\n      - image: busybox\n        command: [sh, -c, "make 2>&1"]\n        env:\n        - name: KUBE_GORUNNER_IMAGE\n          value: ${base}\n`;
const NO_JOB = 'presubmits:\n  org/kubernetes: []\n';

describe('a base that a CI job overrides', () => {
  it('is judged on the line of its value, and the containers of the job are not', async () => {
    const report = await judgeChange(
      { 'config/jobs/a.yaml': NO_JOB },
      { 'config/jobs/a.yaml': JOB('debian:12') },
    );
    expect(report.findings.map(({ rule, state, line }) => [rule, state, line])).toEqual([
      ['base-not-allowed', 'introduced', 10],
    ]);
  });

  it('is fixed where the override goes, and a bump is no new one', async () => {
    const gone = await judgeChange(
      { 'config/jobs/a.yaml': JOB('debian:12') },
      { 'config/jobs/a.yaml': NO_JOB },
    );
    expect(gone.findings.map(({ state }) => state)).toEqual(['fixed']);
    const bumped = await judgeChange(
      { 'config/jobs/a.yaml': JOB('debian:12') },
      { 'config/jobs/a.yaml': JOB('debian:13') },
    );
    expect(bumped.findings.map(({ state }) => state)).toEqual(['existing']);
  });

  it('reaches the makefile of the same tree', async () => {
    const report = await judgeTree({
      Dockerfile: 'ARG BASE\nFROM ${BASE}\n',
      Makefile: 'BASE ?= gcr.io/distroless/static\nimage:\n\tdocker build --build-arg BASE=$(BASE) .\n',
      '.prow.yaml':
        'presubmits:\n- name: x\n  spec:\n    containers:\n    - command: [make, image]\n      env:\n      - name: BASE\n        value: debian:12\n',
    });
    expect(report.images[0]?.bases.map(({ reference }) => reference)).toEqual([
      'gcr.io/distroless/static',
      'debian:12',
    ]);
  });
});

describe('a tool that is known by name', () => {
  const TREE = { Dockerfile: 'FROM gcr.io/distroless/static\n' };
  const BAKE = { ...TREE, 'docker-bake.hcl': 'target "x" {\n  args = { BASE = "debian" }\n}\n' };

  it('counts where the change touches its file', async () => {
    const report = await judgeChange(TREE, BAKE);
    expect(report.verdict.outcome).toBe('inconclusive');
    expect(report.unread).toEqual([
      {
        path: 'docker-bake.hcl',
        because:
          'docker bake builds an image here, and is not followed; the Dockerfiles of the tree are judged by their own defaults',
        counts: true,
        blob: blobIdOf(Buffer.from(BAKE['docker-bake.hcl'])),
      },
    ]);
  });

  it('is only listed elsewhere', async () => {
    const report = await judgeChange(BAKE, {
      ...BAKE,
      Dockerfile: 'FROM gcr.io/distroless/static:nonroot\n',
    });
    expect(report.verdict.outcome).toBe('pass');
    expect(report.unread).toMatchObject([{ counts: false }]);
  });
});

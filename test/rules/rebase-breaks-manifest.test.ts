import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

const IMAGE = 'registry.k8s.io/dns';
const SHELL = '["/bin/sh", "-c", "/dns"]';
const OLD = 'FROM debian:12\nCOPY dns /dns\nENTRYPOINT ["/dns"]\n';
const NEW = 'FROM gcr.io/distroless/static\nCOPY dns /dns\nENTRYPOINT ["/dns"]\n';

function makefile(tag: string): string {
  return `build:\n\tdocker build -t ${IMAGE}:${tag} .\n\tdocker push ${IMAGE}:${tag}\n`;
}

function pod(tag: string, command: string, more = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - name: dns\n    image: ${IMAGE}${tag}\n    command: ${command}\n${more}`;
}

async function found(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  const report = await judgeChange(before, { ...before, ...after });
  return {
    outcome: report.verdict.outcome,
    rebase: report.findings
      .filter(({ rule }) => rule === 'rebase-breaks-manifest')
      .map(({ level, path, line, related }) => ({
        level,
        at: `${path}:${line}`,
        related: related?.map((one) => `${one.path}:${one.line}`),
      })),
    introduced: report.findings.filter(({ state }) => state === 'introduced').map(({ rule }) => rule),
  };
}

/** SEM-4.6, and SEM-4.3: one problem, one finding. */
describe('an image that loses its shell while a manifest uses it', () => {
  it.each([
    ['the same tag', '1.2', ':1.2', 'block'],
    ['no tag', '1.2', '', 'block'],
    ['latest', '1.2', ':latest', 'block'],
    ['another literal tag', '1.3', ':1.2', 'warn'],
    ['a digest', '1.2', `@sha256:${'a'.repeat(64)}`, 'warn'],
  ])('run by %s', async (_, built, used, level) => {
    const before = { Dockerfile: OLD, Makefile: makefile(built), 'pod.yaml': pod(used, SHELL) };
    const { rebase, outcome } = await found(before, { Dockerfile: NEW });
    expect(rebase).toEqual([{ level, at: 'Dockerfile:1', related: ['pod.yaml:8'] }]);
    expect(outcome).toBe(level);
  });

  it('blocks where the pinned tag moves later, on the line that moves it', async () => {
    const before = { Dockerfile: NEW, Makefile: makefile('1.3'), 'pod.yaml': pod(':1.2', SHELL) };
    const { rebase, outcome } = await found(before, { 'pod.yaml': pod(':1.3', SHELL) });
    expect(rebase).toEqual([{ level: 'block', at: 'pod.yaml:7', related: ['pod.yaml:8'] }]);
    expect(outcome).toBe('block');
  });

  it('tells a probe as it tells a command', async () => {
    const probe = '    livenessProbe:\n      exec: {command: [sh, -c, "true"]}\n';
    const before = { Dockerfile: OLD, Makefile: makefile('1'), 'pod.yaml': pod(':1', '["/dns"]', probe) };
    const { rebase } = await found(before, { Dockerfile: NEW });
    expect(rebase).toEqual([{ level: 'block', at: 'Dockerfile:1', related: ['pod.yaml:10'] }]);
  });

  it('is silent where the manifest becomes ready in the same change', async () => {
    const before = { Dockerfile: OLD, Makefile: makefile('1'), 'pod.yaml': pod(':1', SHELL) };
    const { rebase } = await found(before, { Dockerfile: NEW, 'pod.yaml': pod(':1', '["/dns"]') });
    expect(rebase).toEqual([]);
  });

  it('leaves a shell that a manifest gains to the rule for manifests', async () => {
    const before = { Dockerfile: OLD, Makefile: makefile('1'), 'pod.yaml': pod(':1', '["/dns"]') };
    const { rebase, introduced } = await found(before, { Dockerfile: NEW, 'pod.yaml': pod(':1', SHELL) });
    expect(rebase).toEqual([]);
    expect(introduced).toEqual(['manifest-shell-command']);
  });

  it('is not told again by a later change', async () => {
    const before = { Dockerfile: NEW, Makefile: makefile('1'), 'pod.yaml': pod(':1', SHELL) };
    const { rebase } = await found(before, { Dockerfile: `${NEW}USER 65532\n` });
    expect(rebase).toEqual([]);
  });
});

/** An image of which nobody knows whether it has a shell is no image without one; what became open is said (SEM-5.3). */
describe('an image whose shell nothing decides', () => {
  const OPEN = 'ARG BASE\nFROM ${BASE}\nCOPY dns /dns\nENTRYPOINT ["/dns"]\n';

  it('is undecided where it had one and its base is not resolved any more', async () => {
    const before = { Dockerfile: OLD, Makefile: makefile('1'), 'pod.yaml': pod(':1', SHELL) };
    const { rebase, outcome, introduced } = await found(before, { Dockerfile: OPEN });
    expect(rebase).toEqual([{ level: 'inconclusive', at: 'Dockerfile:1', related: ['pod.yaml:8'] }]);
    expect(introduced).toEqual(['rebase-breaks-manifest', 'unresolved-base']);
    expect(outcome).toBe('inconclusive');
  });

  it('is no news where it was open before and only the tag moves', async () => {
    const before = { Dockerfile: OPEN, Makefile: makefile('1.3'), 'pod.yaml': pod(':1.2', SHELL) };
    const { introduced, outcome } = await found(before, { 'pod.yaml': pod(':1.3', SHELL) });
    expect(introduced).toEqual([]);
    expect(outcome).toBe('pass');
  });

  it('is undecided where the tag moves to it', async () => {
    const before = { Dockerfile: OLD, Makefile: makefile('1.3'), 'pod.yaml': pod(':1.2', SHELL) };
    const after = { Dockerfile: OPEN, 'pod.yaml': pod(':1.3', SHELL) };
    expect((await found(before, after)).rebase).toEqual([
      { level: 'inconclusive', at: 'Dockerfile:1', related: ['pod.yaml:8'] },
    ]);
  });

  it('is open where the file that is built is not in the tree', async () => {
    const elsewhere = `build:\n\tdocker build -t ${IMAGE}:1.3 -f out/Dockerfile out\n\tdocker push ${IMAGE}:1.3\n`;
    const before = { Makefile: elsewhere, 'pod.yaml': pod(':1.2', SHELL) };
    const { introduced } = await found(before, { 'pod.yaml': pod(':1.3', SHELL) });
    expect(introduced).toEqual([]);
  });

  it('breaks where one way to build it has none', async () => {
    const before = { Dockerfile: OLD, Makefile: makefile('1'), 'pod.yaml': pod(':1', SHELL) };
    const build = (target: string, base: string) =>
      `${target}:\n\tdocker build --build-arg BASE=${base} -t ${IMAGE}:1 .\n\tdocker push ${IMAGE}:1\n`;
    const either = build('any', '$(ANY)') + build('small', 'gcr.io/distroless/static');
    const after = { Dockerfile: OPEN, Makefile: either };
    const { rebase } = await found(before, after);
    expect(rebase.map(({ level }) => level)).toEqual(['block']);
  });
});

/** SEM-4.3: what was broken before is existing, also under another tag. */
describe('a manifest that ran the image without a shell before', () => {
  it('is not told again where both move to the next tag', async () => {
    const before = { Dockerfile: NEW, Makefile: makefile('1.2'), 'pod.yaml': pod(':1.2', SHELL) };
    const { rebase } = await found(before, { Makefile: makefile('1.3'), 'pod.yaml': pod(':1.3', SHELL) });
    expect(rebase).toEqual([]);
  });
});

/** SEM-4.6: another literal tag than the one that is built only warns; where nothing decides that one, it may be the same. */
describe('a tag that the build takes from elsewhere', () => {
  const MAKE = makefile('$(shell git describe)');

  it('may be the one that the manifest runs', async () => {
    const before = { Dockerfile: OLD, Makefile: MAKE, 'pod.yaml': pod(':1.2', SHELL) };
    const { rebase } = await found(before, { Dockerfile: NEW });
    expect(rebase).toEqual([{ level: 'block', at: 'Dockerfile:1', related: ['pod.yaml:8'] }]);
  });

  it('is no digest', async () => {
    const before = { Dockerfile: OLD, Makefile: MAKE, 'pod.yaml': pod(`@sha256:${'a'.repeat(64)}`, SHELL) };
    const { rebase } = await found(before, { Dockerfile: NEW });
    expect(rebase.map(({ level }) => level)).toEqual(['warn']);
  });

  it('breaks the manifest whose tag moves later', async () => {
    const before = { Dockerfile: NEW, Makefile: MAKE, 'pod.yaml': pod(':1.2', SHELL) };
    const { rebase } = await found(before, { 'pod.yaml': pod(':1.3', SHELL) });
    expect(rebase).toEqual([{ level: 'block', at: 'pod.yaml:7', related: ['pod.yaml:8'] }]);
  });
});

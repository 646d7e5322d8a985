import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../src/domain/index.ts';
import { imageOf, modelOf, workloadOf } from './model.ts';

const STATIC = 'FROM gcr.io/distroless/static\n';

function shown(command: Command | undefined): string | undefined {
  if (command === undefined) return undefined;
  return command.form === 'shell'
    ? `shell: ${command.text}`
    : command.words.map((word) => word.text).join(' ');
}

describe('what an image starts', () => {
  it.each<readonly [string, string, string | undefined, string | undefined]>([
    ['the last of each', 'CMD ["a"]\nENTRYPOINT ["x"]\nENTRYPOINT ["y"]\nCMD ["b"]', 'y', 'b'],
    ['an empty list takes back', 'ENTRYPOINT ["x"]\nCMD ["a"]\nENTRYPOINT []\nCMD []', undefined, undefined],
    ['shell form and exec form', 'ENTRYPOINT x y\nCMD ["a", "b"]', 'shell: x y', 'a b'],
  ])('%s', (_, lines, entrypoint, cmd) => {
    const image = imageOf(`${STATIC}${lines}\n`);
    expect([shown(image.entrypoint?.command), shown(image.cmd?.command)]).toEqual([entrypoint, cmd]);
  });

  it('an ENTRYPOINT forgets the CMD of the stage below, not one of its own stage', () => {
    const below = `${STATIC.trim()} AS a\nENTRYPOINT ["x"]\nCMD ["below"]\nFROM a\n`;
    expect(imageOf(below).cmd).toBeDefined();
    expect(imageOf(`${below}ENTRYPOINT ["y"]\n`).cmd).toBeUndefined();
    expect(shown(imageOf(`${below}CMD ["own"]\nENTRYPOINT ["y"]\n`).cmd?.command)).toBe('own');
  });

  it('a health check that is switched off is none', () => {
    expect(imageOf(`${STATIC}HEALTHCHECK CMD x\nHEALTHCHECK NONE\n`).healthcheck).toBeUndefined();
  });

  it('what ONBUILD of the stage below says is done first, once, and not by the stage itself', () => {
    const below = `${STATIC.trim()} AS a\nONBUILD CMD ["trigger"]\nONBUILD USER 7\n`;
    expect(imageOf(below).cmd).toBeUndefined();
    expect(shown(imageOf(`${below}FROM a\n`).cmd?.command)).toBe('trigger');
    expect(shown(imageOf(`${below}FROM a\nCMD ["own"]\n`).cmd?.command)).toBe('own');
    expect(imageOf(`${below}FROM a\nUSER 8\n`).user).toBe('8');
  });

  it('the SHELL in force goes with each instruction', () => {
    const image = imageOf(`${STATIC}RUN a\nSHELL ["/bin/bash", "-c"]\nRUN b\n`);
    const shells = image.steps
      .filter((step) => step.instruction.kind === 'run')
      .map((step) => step.shell.join(' '));
    expect(shells).toEqual(['/bin/sh -c', '/bin/bash -c']);
  });
});

describe('the steps of an image', () => {
  const kinds = (text: string) =>
    imageOf(text).steps.map((step) => `${step.instruction.kind}${step.own ? '' : ' below'}`);

  it('those of the stages below and of stages copied whole come first; builders have none', () => {
    expect(
      kinds(`FROM golang AS b\nRUN x\n${STATIC.trim()} AS a\nUSER 1\nFROM a\nCOPY --from=b /x /x\n`),
    ).toEqual(['user below', 'copy']);
    expect(kinds('FROM debian AS r\nRUN x\nFROM scratch\nCOPY --from=r / /\nUSER 1\n')).toEqual([
      'run below',
      'copy',
      'user',
    ]);
  });
});

function manifest(container: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: a\n    image: registry.k8s.io/a:1\n    ${container.replaceAll('\n', '\n    ')}\n`;
}

describe('what a container starts', () => {
  const started = (container: string) => shown(workloadOf(manifest(container)).containers[0]?.start?.command);

  it.each<readonly [string, string, string | undefined]>([
    ['command and args in one', 'command: [a]\nargs: [b, c]', 'a b c'],
    ['args alone', 'args: [b, c]', 'b c'],
    ['nothing', 'env: []', undefined],
    ['a declared variable', 'env: [{name: P, value: sh}]\ncommand: ["$(P)", "-c", x]', 'sh -c x'],
    ['a variable inside a word', 'env: [{name: P, value: sh}]\ncommand: ["/bin/$(P)"]', '/bin/sh'],
    ['an escaped variable', 'env: [{name: P, value: sh}]\ncommand: ["$$(P)"]', '$(P)'],
    ['a variable that nobody declares', 'command: ["$(P)"]', '$(P)'],
    [
      'names of the language are not declared',
      'command: ["$(constructor)", "$(__proto__)"]',
      '$(constructor) $(__proto__)',
    ],
    [
      'a variable of a variable',
      'env: [{name: A, value: sh}, {name: P, value: "$(A)"}]\ncommand: ["$(P)"]',
      'sh',
    ],
    [
      'a variable of a later one',
      'env: [{name: P, value: "$(A)"}, {name: A, value: sh}]\ncommand: ["$(P)"]',
      '$(A)',
    ],
    [
      'a variable of another source',
      'env: [{name: P, valueFrom: {fieldRef: {fieldPath: x}}}]\ncommand: ["$(P)"]',
      '$(P)',
    ],
  ])('%s', (_, container, expected) => {
    expect(started(container)).toBe(expected);
  });

  it('the text for a shell that a variable names is read as shell', () => {
    const [container] = workloadOf(
      manifest('env: [{name: P, value: sh}]\ncommand: ["$(P)", "-c", "x >> /y"]'),
    ).containers;
    const script = container?.start?.command.script;
    expect(script?.commands[0]?.redirections).toMatchObject([{ operator: '>>', target: '/y' }]);
  });

  it('probes see literal variables, lifecycle hooks none', () => {
    const [container] = workloadOf(
      manifest(
        'env: [{name: P, value: sh}]\nlivenessProbe: {exec: {command: ["$(P)"]}}\nlifecycle: {preStop: {exec: {command: ["$(P)"]}}}',
      ),
    ).containers;
    expect(container?.hooks.map((hook) => [hook.role, shown(hook.start.command)])).toEqual([
      ['liveness', 'sh'],
      ['pre-stop', '$(P)'],
    ]);
  });
});

describe('a start that stays open', () => {
  const openIn = (container: string) =>
    workloadOf(manifest(container), 'chart/templates/pod.yaml').containers[0]?.start?.undecided?.written;

  it.each<readonly [lesson: string, container: string, written: string | undefined]>([
    ['a value of the chart', 'command: ["{{ .Values.x }}", -c]', '{{ .Values.x }}'],
    ['a whole list of the chart', 'command: {{ .Values.x | toJson }}', '{{ .Values.x | toJson }}'],
    ['behind a wrapper', 'command: [/tini, --, "{{ .Values.x }}"]', '{{ .Values.x }}'],
    [
      'arguments of a wrapper',
      'command: [/tini, --]\nargs: {{ toYaml .Values.x }}',
      '{{ toYaml .Values.x }}',
    ],
    [
      'a variable of a Secret',
      'env: [{name: P, valueFrom: {secretKeyRef: {name: s, key: k}}}]\ncommand: ["$(P)"]',
      '$(P)',
    ],
    ['a variable that comes with many', 'envFrom: [{configMapRef: {name: m}}]\ncommand: ["$(P)"]', '$(P)'],
    ['arguments alone', 'args: {{ toYaml .Values.x }}', undefined],
    ['arguments of a program', 'command: [/dns]\nargs: {{ toYaml .Values.x }}', undefined],
    ['a name that is no shell’s', 'command: ["{{ .Chart.Name }}-controller"]', undefined],
    ['a program in a folder of the chart', 'command: ["{{ .dir }}/dns"]', undefined],
    ['a variable that nobody declares', 'command: ["$(P)"]', undefined],
  ])('%s', (_, container, written) => {
    expect(openIn(container)).toBe(written);
  });
});

describe('files and variables that ConfigMaps and Secrets give', () => {
  const encoded = Buffer.from('#!/bin/sh\nexec /dns >> /var/log/x\n').toString('base64');
  const map = (kind: string, body: string) => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: m}\n${body}\n`;
  const SCRIPT = '  run: |\n    #!/bin/sh\n    exec /dns\n';
  const pod = (volume: string) =>
    manifest('command: [/s/run]\nvolumeMounts: [{name: v, mountPath: /s}]').replace(
      'spec:\n',
      `spec:\n  volumes: [{name: v, ${volume}}]\n`,
    );
  const scriptOf = (files: Readonly<Record<string, string>>) => {
    const script = modelOf(files).workloads[0]?.containers[0]?.start?.script;
    return script === undefined ? undefined : `${script.at?.path}:${script.at?.start.line}`;
  };

  it.each<readonly [lesson: string, config: string, volume: string]>([
    ['data', map('ConfigMap', `data:\n${SCRIPT}`), 'configMap: {name: m}'],
    ['binaryData', map('ConfigMap', `binaryData: {run: ${encoded}}`), 'configMap: {name: m}'],
    ['stringData of a Secret', map('Secret', `stringData:\n${SCRIPT}`), 'secret: {secretName: m}'],
    ['data of a Secret', map('Secret', `data: {run: ${encoded}}`), 'secret: {secretName: m}'],
    [
      'another key',
      map('ConfigMap', `data:\n${SCRIPT.replace('run', 'a')}`),
      'configMap: {name: m, items: [{key: a, path: run}]}',
    ],
    [
      'the second of a projected volume',
      map('ConfigMap', `data:\n${SCRIPT}`),
      'projected: {sources: [{configMap: {name: n}}, {configMap: {name: m}}]}',
    ],
    ['!!binary', map('ConfigMap', `data: {run: !!binary ${encoded}}`), 'configMap: {name: m}'],
  ])('a script in %s', (_, config, volume) => {
    expect(scriptOf({ 'config.yaml': config, 'pod.yaml': pod(volume) })).toMatch(/^config.yaml:\d+$/);
  });

  it.each<readonly [lesson: string, config: string, volume: string]>([
    ['a Secret is no ConfigMap', map('Secret', `stringData:\n${SCRIPT}`), 'configMap: {name: m}'],
    [
      'a key that items leave out',
      map('ConfigMap', `data:\n${SCRIPT}`),
      'configMap: {name: m, items: [{key: a, path: b}]}',
    ],
    [
      'another interpreter',
      map('ConfigMap', 'data:\n  run: |\n    #!/usr/bin/python3\n    x\n'),
      'configMap: {name: m}',
    ],
  ])('%s', (_, config, volume) => {
    expect(scriptOf({ 'config.yaml': config, 'pod.yaml': pod(volume) })).toBeUndefined();
  });

  it('a file that kustomize puts into a ConfigMap', () => {
    const files = (listed: string) => ({
      'k/kustomization.yaml': `configMapGenerator:\n- name: m\n  files: [${listed}]\n`,
      'k/scripts/run': '#!/bin/sh\nexec /dns\n',
      'k/pod.yaml': pod('configMap: {name: m}'),
    });
    expect(scriptOf(files('scripts/run'))).toBe('k/scripts/run:1');
    expect(scriptOf(files('run=scripts/run'))).toBe('k/scripts/run:1');
    expect(scriptOf(files('other=scripts/run'))).toBeUndefined();
  });

  it.each<readonly [lesson: string, config: string, container: string]>([
    ['all keys', map('ConfigMap', 'data: {P: sh}'), 'envFrom: [{configMapRef: {name: m}}]'],
    [
      'all keys with a prefix',
      map('ConfigMap', 'data: {X: /bin/sh}'),
      'envFrom: [{prefix: P, configMapRef: {name: m}}]',
    ],
    [
      'one key',
      map('ConfigMap', 'data: {k: bash}'),
      'env: [{name: P, valueFrom: {configMapKeyRef: {name: m, key: k}}}]',
    ],
    [
      'a literal of a generated one',
      'configMapGenerator:\n- name: m\n  literals: [P=sh]\n',
      'envFrom: [{configMapRef: {name: m}}]',
    ],
    [
      'a variable of it',
      map('ConfigMap', 'data: {A: sh}'),
      'envFrom: [{configMapRef: {name: m}}]\nenv: [{name: P, value: "$(A)"}]',
    ],
  ])('a shell by %s', (lesson, config, container) => {
    const name = lesson === 'all keys with a prefix' ? 'PX' : 'P';
    const text = manifest(`${container}\ncommand: ["$(${name})", -c, x]`);
    const [workload] = modelOf({ 'kustomization.yaml': config, 'pod.yaml': text }).workloads;
    expect(shown(workload?.containers[0]?.start?.command)).toMatch(/^(\/bin\/)?(ba)?sh -c x$/);
  });

  it('variables that double do so within a bound', () => {
    const list = Array.from({ length: 40 }, (_, at) => `{name: V${at}, value: "$(V${at - 1})$(V${at - 1})"}`);
    const text = manifest(`env: [{name: V-1, value: xxxxxxxx}, ${list.join(', ')}]\ncommand: ["$(V39)"]`);
    expect(shown(workloadOf(text).containers[0]?.start?.command)?.length).toBeLessThan(20_000);
  });
});

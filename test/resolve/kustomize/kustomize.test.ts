import { describe, expect, it } from '@jest/globals';
import type { Container } from '../../../src/domain/index.ts';
import { modelOf } from '../model.ts';

function deployment(...container: readonly string[]): string {
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    '  name: dns',
    'spec:',
    '  template:',
    '    spec:',
    '      containers:',
    '        - name: dns',
    ...container.map((line) => `          ${line}`),
    '',
  ].join('\n');
}

function containersOf(files: Readonly<Record<string, string>>, path: string): readonly Container[] {
  return modelOf(files)
    .workloads.filter((one) => one.path === path)
    .flatMap(({ containers }) => containers);
}

const BUILD = {
  Dockerfile: 'FROM gcr.io/distroless/static\nCOPY dns /dns\n',
  Makefile: 'build:\n\tdocker build -t registry.example/acme/dns:2 .\n',
};

const DIGEST = `sha256:${'0'.repeat(64)}`;

const BASE = {
  ...BUILD,
  'base/kustomization.yaml': 'resources:\n  - dns.yaml\n',
  'base/dns.yaml': deployment('image: controller:latest', 'command: [/dns]'),
};

describe('an image that a kustomization renames', () => {
  const overlay =
    'resources:\n  - ../base\nimages:\n  - name: controller\n    newTag: "2"\n    newName: registry.example/acme/dns\n';

  it('is the one that the tree builds', () => {
    const [container] = containersOf({ ...BASE, 'overlay/kustomization.yaml': overlay }, 'base/dns.yaml');
    expect(container?.runs.whose).toBe('built');
    expect(container?.image).toMatchObject({
      reference: 'registry.example/acme/dns:2',
      at: { path: 'base/dns.yaml' },
      tagAt: { path: 'overlay/kustomization.yaml', start: { line: 5 } },
    });
  });

  it.each<readonly [string, string, string]>([
    ['by its name only', 'newName: registry.example/acme/dns', 'registry.example/acme/dns:latest'],
    [
      'by a digest',
      `newName: registry.example/acme/dns\n    digest: ${DIGEST}`,
      `registry.example/acme/dns@${DIGEST}`,
    ],
  ])('%s', (_, entry, reference) => {
    const files = {
      ...BASE,
      'overlay/kustomization.yml': `bases: [../base]\nimages:\n  - name: controller\n    ${entry}\n`,
    };
    expect(containersOf(files, 'base/dns.yaml')[0]?.image?.reference).toBe(reference);
  });

  it('goes through one kustomization after the other', () => {
    const files = {
      ...BASE,
      'base/kustomization.yaml':
        'resources: [dns.yaml]\nimages:\n  - { name: controller, newName: middle }\n',
      'overlay/kustomization.yaml':
        'resources: [../base]\nimages:\n  - { name: middle, newName: registry.example/acme/dns }\n',
    };
    expect(containersOf(files, 'base/dns.yaml')[0]?.runs.whose).toBe('built');
  });

  it('stays its own where another image is named, or another folder', () => {
    const files = {
      ...BASE,
      'overlay/kustomization.yaml': overlay.replace('name: controller', 'name: control'),
      'other/kustomization.yaml': overlay.replace('../base', '../else'),
    };
    expect(containersOf(files, 'base/dns.yaml')[0]?.runs.whose).toBe('third-party');
  });

  it('is an operating system on the line that names it', () => {
    const files = {
      ...BASE,
      'overlay/kustomization.yaml':
        'resources: [../base]\nimages:\n  - name: controller\n    newName: busybox\n',
    };
    expect(containersOf(files, 'base/dns.yaml')[0]?.runs).toMatchObject({
      whose: 'base',
      base: {
        reference: 'busybox:latest',
        chain: [{ path: 'base/dns.yaml' }, { path: 'overlay/kustomization.yaml', start: { line: 4 } }],
      },
    });
  });

  it('ends where kustomizations hold each other', () => {
    const files = {
      ...BASE,
      'base/kustomization.yaml': 'resources: [dns.yaml, ../overlay, .]\n',
      'overlay/kustomization.yaml': 'resources: [../base]\n',
    };
    expect(containersOf(files, 'base/dns.yaml')).toHaveLength(1);
  });
});

describe('a patch of a kustomization', () => {
  const base = {
    ...BASE,
    'base/dns.yaml': deployment('image: registry.example/acme/dns:2', 'command: [/dns]'),
  };
  const patch = deployment('command: [sh, -c, "/dns"]');

  it.each<readonly [string, string]>([
    ['patches', 'patches:\n  - path: shell.yaml\n'],
    ['patches with a target', 'patches:\n  - path: shell.yaml\n    target: { kind: Deployment }\n'],
    ['patchesStrategicMerge', 'patchesStrategicMerge: [shell.yaml]\n'],
  ])('in a file (%s) runs the image of what it patches', (_, entry) => {
    const files = {
      ...base,
      'overlay/shell.yaml': patch,
      'overlay/kustomization.yaml': `resources: [../base]\n${entry}`,
    };
    const [container] = containersOf(files, 'overlay/shell.yaml');
    expect(container?.runs.whose).toBe('built');
    expect(container?.start?.command.words[0]?.text).toBe('sh');
  });

  it('in its place runs the image of what it patches, with the places of its file', () => {
    const text = patch
      .split('\n')
      .map((line) => `      ${line}`)
      .join('\n');
    const files = {
      ...base,
      'overlay/kustomization.yaml': `resources: [../base]\npatches:\n  - patch: |-\n${text}`,
    };
    const [container] = containersOf(files, 'overlay/kustomization.yaml');
    expect(container?.runs.whose).toBe('built');
    expect(container?.start?.command.words[0]?.span.start).toEqual({ line: 13, column: 27 });
  });

  it('of a component patches what those hold who take it', () => {
    const files = {
      ...base,
      'debug/shell.yaml': patch,
      'debug/kustomization.yaml': 'kind: Component\npatches:\n  - path: shell.yaml\n',
      'overlay/kustomization.yaml': 'resources: [../base]\ncomponents: [../debug]\n',
    };
    expect(containersOf(files, 'debug/shell.yaml')[0]?.runs.whose).toBe('built');
  });

  it('of another object says nothing of the image', () => {
    const files = {
      ...base,
      'overlay/shell.yaml': patch.replace('name: dns', 'name: other'),
      'overlay/kustomization.yaml': 'resources: [../base]\npatches:\n  - path: shell.yaml\n',
    };
    expect(containersOf(files, 'overlay/shell.yaml')[0]?.runs.whose).toBe('open');
  });
});

describe('a JSON patch of a kustomization', () => {
  const base = {
    ...BASE,
    'base/dns.yaml': deployment('image: registry.example/acme/dns:2', 'command: [/dns]'),
  };
  const at = '/spec/template/spec/containers/0';
  const target = 'target: { kind: Deployment, name: dns }';

  it.each<readonly [string, string]>([
    ['patchesJson6902', 'patchesJson6902:\n  - path: shell.json\n    '],
    ['patches', 'patches:\n  - path: shell.json\n    '],
  ])('in a file (%s) starts its command in the image of what it patches', (_, entry) => {
    const files = {
      ...base,
      'overlay/shell.json': `[{"op": "replace", "path": "${at}/command", "value": ["sh", "-c", "/dns"]}]`,
      'overlay/kustomization.yaml': `resources: [../base]\n${entry}${target}\n`,
    };
    const [container] = containersOf(files, 'overlay/shell.json');
    expect(container?.runs.whose).toBe('built');
    expect(container?.start?.command.words.map(({ text }) => text)).toEqual(['sh', '-c', '/dns']);
  });

  it.each([
    ['command/0', '"sh"', ['sh', '/dns']],
    ['args/-', '"--more"', ['--more']],
  ])('of one element (%s) starts what the list is with it', (key, value, words) => {
    const files = {
      ...base,
      'overlay/shell.json': `[{"op": "add", "path": "${at}/${key}", "value": ${value}}]`,
      'overlay/kustomization.yaml': `resources: [../base]\npatches:\n  - path: shell.json\n    ${target}\n`,
    };
    const [container] = containersOf(files, 'overlay/shell.json');
    expect(container?.start?.command.words.map(({ text }) => text)).toEqual(words);
  });

  it('in its place probes by its command', () => {
    const operation = `- op: add\n  path: ${at}/livenessProbe\n  value:\n    exec:\n      command: [sh, -c, check]`;
    const text = operation
      .split('\n')
      .map((line) => `      ${line}`)
      .join('\n');
    const files = {
      ...base,
      'overlay/kustomization.yaml': `resources: [../base]\npatches:\n  - ${target}\n    patch: |-\n${text}\n`,
    };
    const [container] = containersOf(files, 'overlay/kustomization.yaml');
    expect(container?.hooks.map(({ role, start }) => [role, start.command.words[0]])).toEqual([
      ['liveness', { text: 'sh', span: { start: { line: 9, column: 23 }, end: { line: 9, column: 25 } } }],
    ]);
  });

  it('of something else says nothing', () => {
    const files = {
      ...base,
      'overlay/shell.json': `[{"op": "replace", "path": "/spec/replicas", "value": 3}, {"op": "remove", "path": "${at}/command"}]`,
      'overlay/kustomization.yaml': `resources: [../base]\npatches:\n  - path: shell.json\n    ${target}\n`,
    };
    expect(containersOf(files, 'overlay/shell.json')).toEqual([]);
  });
});

/** What containers of a file start, one line each; an undecided start as it is written. */
function startsOf(files: Readonly<Record<string, string>>, path: string): readonly string[] {
  return containersOf(files, path).flatMap(({ start, role }) =>
    start === undefined
      ? []
      : `${role} ${start.undecided?.written ?? start.command.words.map(({ text }) => text).join(' ')}`,
  );
}

describe('containers that a JSON patch brings whole', () => {
  const SIDE = '{name: side, image: registry.example/acme/dns:2, command: [/bin/sh, -c, x]}';
  const patched = (path: string, value: string, target = 'kind: Deployment') => ({
    ...BASE,
    'overlay/kustomization.yaml': `resources: [../base]\npatches:\n- target: {${target}}\n  patch: |-\n    - op: add\n      path: ${path}\n      value: ${value}\n`,
  });

  it.each<readonly [string, string, string, string]>([
    ['one more', '/spec/template/spec/containers/-', SIDE, 'container /bin/sh -c x'],
    ['the list', '/spec/template/spec/containers', `[${SIDE}]`, 'container /bin/sh -c x'],
    ['those of the start', '/spec/template/spec/initContainers', `[${SIDE}]`, 'init /bin/sh -c x'],
    ['all of the pod', '/spec/template/spec', `{containers: [${SIDE}]}`, 'container /bin/sh -c x'],
    ['all of the object', '/spec', `{template: {spec: {initContainers: [${SIDE}]}}}`, 'init /bin/sh -c x'],
  ])('%s', (_, path, value, start) => {
    expect(startsOf(patched(path, value), 'overlay/kustomization.yaml')).toEqual([start]);
  });

  it('in the place of one, with the image of that where it names none', () => {
    const files = patched('/spec/template/spec/containers/0', '{name: dns, command: [sh]}');
    const [container] = containersOf(files, 'overlay/kustomization.yaml');
    expect(container?.image?.reference).toBe('controller:latest');
  });

  it('to an object that is not in the tree', () => {
    const files = patched('/spec/template/spec/containers/-', SIDE, 'kind: StatefulSet');
    expect(startsOf(files, 'overlay/kustomization.yaml')).toEqual(['container /bin/sh -c x']);
  });

  it('from a file of its own', () => {
    const files = {
      ...BASE,
      'overlay/kustomization.yaml':
        'resources: [../base]\npatches:\n- path: add.yaml\n  target: {kind: Deployment}\n',
      'overlay/add.yaml': `- op: add\n  path: /spec/template/spec/containers/-\n  value: ${SIDE}\n`,
    };
    expect(startsOf(files, 'overlay/add.yaml')).toEqual(['container /bin/sh -c x']);
  });

  it('and nothing where the value has none', () => {
    expect(startsOf(patched('/spec', '{replicas: 2}'), 'overlay/kustomization.yaml')).toEqual([]);
  });
});

describe('values that a kustomization puts into a start', () => {
  const configMap = (value: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {program: ${value}}\n`;
  const VARS =
    'resources: [dns.yaml, settings.yaml]\nvars:\n- name: PROGRAM\n  objref: {kind: ConfigMap, name: settings, apiVersion: v1}\n  fieldref: {fieldpath: data.program}\n';
  const replaces = (field: string) =>
    `source: {kind: ConfigMap, name: settings, fieldPath: data.program}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: ["spec.template.spec.containers.${field}"]\n`;

  it.each([
    ['a shell', '/bin/sh', 'container /bin/sh'],
    ['what may be one', '/dns', 'container $(PROGRAM)'],
  ])('a variable that names %s', (_, value, start) => {
    const files = {
      'k/kustomization.yaml': VARS,
      'k/settings.yaml': configMap(value),
      'k/dns.yaml': deployment('image: controller:latest', 'command: ["$(PROGRAM)"]'),
    };
    expect(startsOf(files, 'k/dns.yaml')).toEqual([start]);
  });

  it.each<readonly [string, string, readonly string[]]>([
    ['a whole command', '0.command', ['container /bin/sh']],
    ['its first word', '[name=dns].command.0', ['container /bin/sh /dns']],
    ['an argument behind a program', '0.command.1', ['container /dns /bin/sh']],
    ['what starts nothing', '0.imagePullPolicy', []],
  ])('a replacement of %s', (_, field, starts) => {
    const files = {
      'k/kustomization.yaml': `resources: [dns.yaml, settings.yaml]\nreplacements:\n- ${replaces(field)}`,
      'k/settings.yaml': configMap('/bin/sh'),
      'k/dns.yaml': deployment('image: controller:latest', 'command: [/dns]'),
    };
    expect(startsOf(files, 'k/kustomization.yaml')).toEqual(starts);
  });

  it('a replacement in a file of its own', () => {
    const files = {
      'k/kustomization.yaml': 'resources: [dns.yaml, settings.yaml]\nreplacements:\n- path: program.yaml\n',
      'k/program.yaml': replaces('0.command').replaceAll('\n  ', '\n'),
      'k/settings.yaml': configMap('/bin/sh'),
      'k/dns.yaml': deployment('image: controller:latest', 'command: [/dns]'),
    };
    expect(startsOf(files, 'k/program.yaml')).toEqual(['container /bin/sh']);
  });
});

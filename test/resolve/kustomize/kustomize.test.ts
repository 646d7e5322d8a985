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

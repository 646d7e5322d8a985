import { describe, expect, it } from '@jest/globals';
import { containersOf, read, texts } from './reading.ts';

const CONTAINER = '{name: c, image: i, command: [sh, -c, x]}';

/** A custom resource with these lines below `spec:`. */
function resource(...lines: readonly string[]): string {
  return `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

describe('where custom resources keep containers', () => {
  it.each<readonly [lesson: string, lines: readonly string[], role: string]>([
    ['one container', [`container: ${CONTAINER}`], 'container'],
    ['a step of a workflow', ['templates:', '- name: a', `  container: ${CONTAINER}`], 'container'],
    ['a script of a workflow', ['templates:', '- name: a', `  script: ${CONTAINER}`], 'container'],
    ['sidecars', [`sidecars: [${CONTAINER}]`], 'container'],
    ['more containers', [`extraContainers: [${CONTAINER}]`], 'container'],
    ['more init containers', [`extraInitContainers: [${CONTAINER}]`], 'init'],
    ['a mapping of containers', ['containers:', `  c: ${CONTAINER}`], 'container'],
    [
      'a mapping in a block',
      ['containers:', '  c:', '    image: i', '    command: [sh, -c, x]'],
      'container',
    ],
    ['inside of a pod template', [`podTemplate: {spec: {containers: [${CONTAINER}]}}`], 'container'],
    [
      'below what holds containers itself',
      ['containers: [{name: a, image: i}]', `deeper: {container: ${CONTAINER}}`],
      'container',
    ],
  ])('%s', (_, lines, role) => {
    const found = containersOf(resource(...lines)).filter((one) => one.command !== undefined);
    expect(found.map((one) => [one.role, texts(one.command)])).toEqual([[role, ['sh', '-c', 'x']]]);
  });

  it.each<readonly [lesson: string, lines: readonly string[], command: readonly string[]]>([
    ['a command', ['  command: [/a, b]'], ['/a', 'b']],
    [
      'a script for a shell',
      ['  script: |', '    #!/usr/bin/env bash', '    echo'],
      ['/usr/bin/env', 'bash'],
    ],
    [
      'a script for another program',
      ['  script: |', '    #!/usr/bin/python3', '    x'],
      ['/usr/bin/python3'],
    ],
    ['a script that does not say for what', ['  script: echo'], ['/bin/sh']],
  ])('a step of Tekton with %s', (_, lines, command) => {
    const task = resource('steps:', '- name: s', '  image: i', ...lines).replace('example.com', 'tekton.dev');
    expect(containersOf(task).map((one) => texts(one.start?.words))).toEqual([command]);
  });

  it('a mapping names its containers', () => {
    expect(
      containersOf(resource('containers:', '  web: {image: i, command: [x]}')).map(({ name }) => name),
    ).toEqual(['web']);
  });

  it('objects below the properties of an application are read, fields of a schema are not', () => {
    const object = `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [${CONTAINER}]}}`;
    const component = (type: string) =>
      resource('components:', '- name: a', `  type: ${type}`, '  properties:', `    objects: [${object}]`);
    expect(containersOf(component('k8s-objects'))).toHaveLength(1);
    expect(containersOf(component('object'))).toEqual([]);
  });

  it.each<readonly [lesson: string, text: string]>([
    ['a list of names', resource('containers: [a, b]')],
    [
      'a schema',
      resource('properties: {container: {properties: {image: {type: string}, command: {type: array}}}}'),
    ],
    ['a container without an image', resource('container: {command: [sh]}', 'image: i')],
    [
      'a pod that has a key of that name',
      'apiVersion: v1\nkind: Pod\nspec:\n  sidecars: [{name: c, image: i, command: [sh]}]\n',
    ],
    ['no object of the API', `container: ${CONTAINER}\n`],
  ])('%s holds none', (_, text) => {
    expect(containersOf(text)).toEqual([]);
  });
});

describe('what says it is a workload and cannot be read', () => {
  it.each<readonly [lesson: string, text: string]>([
    ['an unclosed mapping', 'apiVersion: v1\nkind: Pod\nmetadata: {name: x\nspec:\n  containers: *x\n'],
    ['a tab', 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n\tname: x\nspec: [\n'],
    ['JSON that ends early', '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": {'],
  ])('%s is said', (_, text) => {
    expect(read(text).unreadable).toHaveLength(1);
    expect(read(text).workloads).toEqual([]);
  });

  it('is silent where a template may mend it, and for other objects', () => {
    expect(read('apiVersion: v1\nkind: Pod\nspec: {\n{{ x }}\n', 'helm-template').unreadable).toEqual([]);
    expect(read('apiVersion: v1\nkind: Service\nspec: [\n').unreadable).toEqual([]);
  });
});

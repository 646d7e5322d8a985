import { describe, expect, it } from '@jest/globals';
import { containersOf, read } from './reading.ts';

const POD = 'spec:\n  containers:\n  - {name: c, image: i}\n';
const indent = (text: string, by: number) => text.replace(/^(?=.)/gm, ' '.repeat(by));
const object = (kind: string, body: string, version = 'v1') =>
  `apiVersion: ${version}\nkind: ${kind}\nmetadata:\n  name: n\n${body}`;
const template = (path: readonly string[]) =>
  path.reduceRight((body, key) => `${key}:\n${indent(body, 2)}`, POD);

describe('every kind that holds a pod template', () => {
  it.each([
    ['Pod', object('Pod', POD), ''],
    ...['Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'Job'].map(
      (kind) => [kind, object(kind, template(['spec', 'template'])), 'spec.template'] as const,
    ),
    [
      'CronJob',
      object('CronJob', template(['spec', 'jobTemplate', 'spec', 'template'])),
      'spec.jobTemplate.spec.template',
    ],
    ['PodTemplate', object('PodTemplate', template(['template'])), 'template'],
    ['Prometheus', object('Prometheus', POD, 'monitoring.example.org/v1'), ''],
    [
      'TrainingJob',
      object('TrainingJob', template(['spec', 'replicas', 'worker', 'template']), 'x/v1'),
      'spec.replicas.worker.template',
    ],
  ])('%s', (kind, text, place) => {
    expect(read(text).workloads).toMatchObject([
      { workload: kind, name: 'n', at: place, containers: [{ name: 'c', image: { text: 'i' } }] },
    ]);
  });

  it('items of a List, of a typed list and objects inside other objects, each under its own name', () => {
    const pod = (name: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n${POD}`;
    const asItem = (text: string, by: number) =>
      indent(text, by).replace(' '.repeat(by), `${' '.repeat(by - 2)}- `);
    const list = (kind: string) =>
      `apiVersion: v1\nkind: ${kind}\nitems:\n${asItem(pod('a'), 2)}${asItem(pod('b'), 2)}`;
    const template = `apiVersion: x/v1\nkind: Template\nobjects:\n${asItem(pod('d'), 2)}`;
    const text = [list('List'), list('PodList'), template].join('---\n');
    expect(read(text).workloads.map((one) => [one.workload, one.name, one.at])).toEqual([
      ['Pod', 'a', ''],
      ['Pod', 'b', ''],
      ['Pod', 'a', ''],
      ['Pod', 'b', ''],
      ['Pod', 'd', ''],
    ]);
  });

  it('two templates in one object are told apart by their place', () => {
    const worker = (name: string) => `  - name: ${name}\n    template:\n${indent(POD, 6)}`;
    const text = object(
      'Cluster',
      `spec:\n  workers:\n${indent(worker('big') + worker('small'), 0)}`,
      'x/v1',
    );
    expect(read(text).workloads.map((one) => one.at)).toEqual([
      'spec.workers.[big].template',
      'spec.workers.[small].template',
    ]);
  });

  it('JSON, and several JSON objects in a row', () => {
    const pod = (name: string) =>
      `{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "${name}"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}\n`;
    expect(read(pod('a') + pod('b')).workloads.map((one) => one.name)).toEqual(['a', 'b']);
  });

  it('a kustomize patch has no image, and may have no version', () => {
    const patch =
      'kind: Deployment\nmetadata: {name: n}\nspec: {template: {spec: {containers: [{name: c, args: [x]}]}}}\n';
    const [workload] = read(patch).workloads;
    expect(workload?.containers[0]?.image).toBeUndefined();
    expect(workload?.containers[0]?.args?.map((word) => word.text)).toEqual(['x']);
  });

  it('the name may be generated or missing', () => {
    expect(read(`kind: Pod\napiVersion: v1\nmetadata: {generateName: g-}\n${POD}`).workloads[0]?.name).toBe(
      'g-',
    );
    expect(read(`kind: Pod\napiVersion: v1\n${POD}`).workloads[0]?.name).toBe('');
  });
});

describe('containers', () => {
  it('have roles: init, sidecar, container, ephemeral', () => {
    const text = object(
      'Pod',
      'spec:\n  initContainers:\n  - {name: a, image: i}\n  - {name: b, image: i, restartPolicy: Always}\n  containers:\n  - {name: c, image: i}\n  ephemeralContainers:\n  - {name: d, image: i}\n',
    );
    expect(containersOf(text).map((one) => [one.name, one.role])).toEqual([
      ['a', 'init'],
      ['b', 'sidecar'],
      ['c', 'container'],
      ['d', 'ephemeral'],
    ]);
  });

  it('carry literal environment, mounts and volumes', () => {
    const text = object(
      'Pod',
      `spec:
  hostPID: true
  containers:
  - name: c
    image: i
    env:
    - {name: A, value: "1"}
    - {name: B, valueFrom: {fieldRef: {fieldPath: x}}}
    - {name: __proto__, value: evil}
    volumeMounts:
    - {name: scripts, mountPath: /scripts}
    - {name: one, mountPath: /run.sh, subPath: run.sh}
  volumes:
  - {name: scripts, configMap: {name: cm, defaultMode: 0755}}
  - {name: one, projected: {sources: [{secret: {name: s}}, {configMap: {name: other}}]}}
  - {name: host, hostPath: {path: /}}
  - {name: tmp, emptyDir: {}}
`,
    );
    const [workload] = read(text).workloads;
    expect(workload?.hostPid).toBe(true);
    expect(workload?.volumes).toEqual([
      { name: 'scripts', source: 'config-map', configMap: 'cm', defaultMode: 0o755 },
      { name: 'one', source: 'secret', configMap: 's' },
      { name: 'one', source: 'config-map', configMap: 'other' },
      { name: 'host', source: 'host-path', hostPath: '/' },
      { name: 'tmp', source: 'other' },
    ]);
    const [container] = workload?.containers ?? [];
    expect(Object.entries(container?.env ?? {})).toEqual([
      ['A', '1'],
      ['__proto__', 'evil'],
    ]);
    expect(container?.envFrom).toEqual([{ name: 'B', source: 'other', object: '', key: '' }]);
    expect(container?.mounts).toEqual([
      { volume: 'scripts', path: '/scripts' },
      { volume: 'one', path: '/run.sh', subPath: 'run.sh' },
    ]);
  });

  it('behind merge keys and aliases are found where they are used', () => {
    const text = object(
      'Deployment',
      `x-base: &base
  image: i
  command: &shell [sh, -c, "exec a >b"]
spec:
  template:
    spec:
      containers:
      - <<: *base
        name: merged
      - name: aliased
        image: i
        command: *shell
`,
    );
    const found = containersOf(text);
    expect(found.map((one) => [one.name, one.start?.script?.commands[0]?.redirections.length])).toEqual([
      ['merged', 1],
      ['aliased', 1],
    ]);
    expect(found[1]?.startSpan?.start.line).toBe(16);
    expect(found[1]?.command?.[0]?.span.start.line).toBe(7);
  });

  it('with repeated keys are kept with each alternative', () => {
    const text = object('Pod', 'spec:\n  containers:\n  - {name: c, image: a, image: b, command: [x]}\n');
    expect(containersOf(text).map((one) => [one.image?.text, one.command?.[0]?.text])).toEqual([
      ['a', 'x'],
      ['b', 'x'],
    ]);
  });
});

describe('silent', () => {
  it.each([
    [
      'a schema of custom resources',
      object(
        'CustomResourceDefinition',
        'spec:\n  versions:\n  - schema:\n      openAPIV3Schema:\n        properties:\n          containers:\n            type: array\n            default:\n            - {name: c, image: i, command: [sh]}\n',
      ),
    ],
    [
      'a schema inside another object',
      object(
        'Claim',
        'spec:\n  schema:\n    type: object\n    properties:\n      x:\n        containers:\n        - {name: c, image: i}\n',
        'x/v1',
      ),
    ],
    [
      'jobs of Prow',
      'presubmits:\n  org/repo:\n  - name: j\n    kind: x\n    spec:\n      containers:\n      - {name: c, image: i, command: [sh]}\n',
    ],
    ['a job of Prow as an object', object('ProwJob', POD, 'prow.k8s.io/v1')],
    [
      'a ConfigMap that holds a manifest as text',
      object('ConfigMap', `data:\n  pod.yaml: |\n${indent(object('Pod', POD), 4)}`),
    ],
    ['a compose file', 'services:\n  c:\n    image: i\n    command: [sh, -c, x]\n'],
    ['a workflow', 'on: push\njobs:\n  j:\n    kind: x\n    container: i\n    steps:\n    - run: sh -c x\n'],
    ['steps of a cloud build', 'steps:\n- {name: c, args: [sh]}\n'],
    [
      'steps of what is not Tekton',
      object('Task', 'spec:\n  steps:\n  - {name: s, image: i, script: x}\n', 'x/v1'),
    ],
    ['a list of names', object('Policy', 'spec:\n  containers: [a, b]\n', 'x/v1')],
    [
      'containers that say nothing to run',
      object('Policy', 'spec:\n  containers:\n  - {name: c, resources: {}}\n', 'x/v1'),
    ],
    ['status with images', object('Pod', 'status:\n  containerStatuses:\n  - {name: c, image: i}\n')],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual({ workloads: [], configMaps: [], unreadable: [] });
  });
});

describe('ConfigMaps with scripts', () => {
  it('give entries with `#!` or a shell suffix, read where they stand', () => {
    const text = object(
      'ConfigMap',
      'data:\n  run: |\n    #!/bin/sh\n    exec app >/var/log/a.log\n  probe.sh: curl x\n  tool: |\n    #!/usr/bin/env python3\n    print(1)\n  text: sh -c x\n',
    );
    const [map] = read(text).configMaps;
    expect(map?.name).toBe('n');
    expect(map?.scripts.map((one) => [one.key, one.interpreter])).toEqual([
      ['run', 'sh'],
      ['probe.sh', null],
      ['tool', 'python3'],
    ]);
    expect(map?.scripts[0]?.script.commands[0]?.redirections[0]?.span.start).toEqual({ line: 8, column: 14 });
    expect(map?.scripts[1]?.script.commands[0]?.words[0]?.text).toBe('curl');
    expect(map?.scripts[2]?.script.commands).toEqual([]);
  });
});

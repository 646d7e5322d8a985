import { type Evasion, evasion, pod } from './evasion.ts';

const SHELL = 'manifest-shell-command';
const OPEN = 'inconclusive';

/** A pod of an image that the policy governs, as a template of a chart. */
function chart(container: string) {
  return { 'chart/templates/pod.yaml': pod(container)['pod.yaml'] ?? '' };
}

/** The same under an ending of its own. */
function template(ending: string, container: string) {
  return { [`pod.yaml.${ending}`]: pod(container)['pod.yaml'] ?? '' };
}

function resource(spec: string) {
  return {
    'widget.yaml': `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: dns}\nspec:\n  ${spec.replaceAll('\n', '\n  ')}\n`,
  };
}

const CONTAINER = '{name: a, image: "registry.k8s.io/dns/dns:1", command: [sh, -c, /dns]}';

/** A container with another image. */
function running(image: string) {
  return {
    'pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - {name: a, image: "${image}", command: [sh, -c, /dns]}\n`,
  };
}

/** What templates, variables, other files and other objects hide of a shell, or leave open. */
export const EVASIONS_OF_TEMPLATES: readonly Evasion[] = [
  evasion('an empty action at the key', chart('{{ "" }}command: [sh, -c, /dns]'), SHELL),
  evasion('a comment inside of the program', chart('command: [sh{{/**/}}, -c, /dns]'), SHELL),
  evasion('a program that is printed', chart('command: [{{ printf "%s" "sh" }}, -c, /dns]'), SHELL),
  evasion('a condition at the key', chart('{{- if .x }}command: [sh, -c, /dns]{{ end }}'), SHELL),
  evasion('a statement of Jinja at the key', template('j2', '{% if x %}command: [sh]{% endif %}'), SHELL),
  evasion(
    'the other branch of a list',
    chart('command:\n{{- if .x }}\n- /dns\n{{- else }}\n- sh\n- -c\n- /dns\n{{- end }}'),
    SHELL,
  ),
  evasion('a shell by default', chart('command: [{{ .Values.shell | default "sh" }}, -c, /dns]'), SHELL),
  evasion('a value as the command', chart('command: {{ .Values.command }}'), SHELL, OPEN),
  evasion('a value as JSON', chart('command: {{ .Values.command | toJson }}'), SHELL, OPEN),
  evasion(
    'a value on the next line',
    chart('command:\n  {{- toYaml .Values.command | nindent 4 }}'),
    SHELL,
    OPEN,
  ),
  evasion('a value as the program', chart('command: ["{{ .Values.program }}", -c, /dns]'), SHELL, OPEN),
  evasion(
    'a value as a probe',
    chart('livenessProbe: {exec: {command: ["{{ .Values.probe }}"]}}'),
    'manifest-shell-probe',
    OPEN,
  ),
  evasion('an open key', chart('{{ .Values.key }}: [sh, -c, /dns]'), SHELL, OPEN),
  evasion('one of two keys', chart('{{ if .x }}command{{ else }}args{{ end }}: [sh]'), SHELL, OPEN),
  evasion('a word for sed at the key', template('in', '@X@command: [sh, -c, /dns]'), SHELL, OPEN),
  evasion('a word for sed as the program', template('in', 'command: ["@SHELL@", -c, /dns]'), SHELL, OPEN),
  evasion('a word for envsubst as the program', pod('command: ["${SHELL}", -c, /dns]'), SHELL, OPEN),
  evasion('a program in base64', pod('command: [!!binary c2g=, -c, /dns]'), SHELL),
  evasion('a key in base64', pod('!!binary Y29tbWFuZA==: [sh, -c, /dns]'), SHELL),
  evasion(
    'a variable of a variable',
    pod('env: [{name: A, value: sh}, {name: P, value: $(A)}]\ncommand: [$(P), -c, /dns]'),
    SHELL,
  ),
  evasion(
    'a variable of a ConfigMap',
    {
      ...pod('envFrom: [{configMapRef: {name: m}}]\ncommand: [$(P), -c, /dns]'),
      'config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {P: /bin/sh}\n',
    },
    SHELL,
  ),
  evasion(
    'a variable of a Secret that is nowhere',
    pod('env: [{name: P, valueFrom: {secretKeyRef: {name: m, key: k}}}]\ncommand: [$(P), -c, /dns]'),
    SHELL,
    OPEN,
  ),
  evasion(
    'a script under another name',
    {
      ...pod(
        'command: [/s/run]\nvolumeMounts: [{name: v, mountPath: /s}]',
        '  volumes: [{name: v, configMap: {name: m, items: [{key: a, path: run}]}}]\n',
      ),
      'config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  a: |\n    #!/bin/sh\n    exec /dns\n',
    },
    'script-entrypoint',
  ),
  evasion('one container of a custom resource', resource(`container: ${CONTAINER}`), SHELL),
  evasion('a step of a workflow', resource(`templates:\n- name: a\n  script: ${CONTAINER}`), SHELL),
  evasion('sidecars', resource(`sidecars: [${CONTAINER}]`), SHELL),
  evasion('extra init containers', resource(`extraInitContainers: [${CONTAINER}]`), SHELL),
  evasion('a mapping of containers', resource(`containers:\n  a: ${CONTAINER}`), SHELL),
  evasion(
    'an object inside of an application',
    resource(
      `components:\n- type: k8s-objects\n  properties:\n    objects:\n    - {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [${CONTAINER}]}}`,
    ),
    SHELL,
  ),
  evasion(
    'a pod that cannot be read and names no list',
    { 'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: x\nspec:\n  containers: *x\n' },
    'unread-file',
    OPEN,
  ),
  evasion('a governed registry with its port', running('registry.k8s.io:443/dns/dns:1'), SHELL),
  evasion('a governed registry with its last dot', running('registry.k8s.io./dns/dns:1'), SHELL),
  evasion(
    'an image that is built under one name and shipped under another',
    {
      ...running('quay.io/acme/dns:1'),
      Dockerfile: 'FROM gcr.io/distroless/static\nENTRYPOINT ["/dns"]\n',
      Makefile:
        'push:\n\tdocker build -t dns .\n\tdocker tag dns quay.io/acme/dns:1\n\tdocker push quay.io/acme/dns:1\n',
    },
    SHELL,
  ),
];

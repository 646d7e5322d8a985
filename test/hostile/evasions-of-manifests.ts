import { type Evasion, evasion, pod } from './evasion.ts';

const SHELL = 'manifest-shell-command';
const PROBE = 'manifest-shell-probe';
const REDIRECTION = 'manifest-log-redirection';
const IMAGE = 'registry.k8s.io/dns/dns:1.2.3';

/** A container of our image that starts `sh -c`, in one line of flow. */
const CONTAINER = `{name: main, image: "${IMAGE}", command: [sh, -c, /dns]}`;

function manifest(text: string, name = 'deploy.yaml') {
  return { [name]: text };
}

function workload(kind: string, spec: string, apiVersion = 'apps/v1') {
  return manifest(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: dns}\nspec: ${spec}\n`);
}

const TEMPLATE = `{template: {spec: {containers: [${CONTAINER}]}}}`;

/** A manifest that starts a shell of an image that has to be held to the policy, in every place and spelling. */
export const EVASIONS_OF_MANIFESTS: readonly Evasion[] = [
  evasion('a shell in command', pod('command: ["/bin/sh", "-c", "/dns"]'), SHELL),
  evasion('a shell in three lines', pod('command:\n- /bin/bash\n- -ec\n- /dns'), SHELL),
  evasion('a login shell', pod('command: [bash, -lc, /dns]'), SHELL),
  evasion(
    'a shell without quotes and with a folded text',
    pod('command:\n- sh\n- -c\n- exec /dns\n  --flag\n  --other'),
    SHELL,
  ),
  evasion('a shell with a block text', pod('command:\n- sh\n- -c\n- |\n  exec /dns\n'), SHELL),
  evasion('a shell in single quotes', pod("command: ['/bin/sh', '-c', '/dns']"), SHELL),
  evasion('a shell in escapes', pod('command: ["\\x2fbin\\x2fsh", "-c", "/dns"]'), SHELL),
  evasion('a shell with a tag', pod('command: [!!str /bin/sh, -c, /dns]'), SHELL),
  evasion('a shell under a quoted key', pod('"command": ["/bin/sh", "-c", "/dns"]'), SHELL),
  evasion('a shell under an explicit key', pod('? command\n: ["/bin/sh", "-c", "/dns"]'), SHELL),
  evasion('a shell behind a comment', pod('command: # exec form\n- /bin/sh # none\n- -c\n- /dns'), SHELL),
  evasion('a second command of the same container', pod('command: [/dns]\ncommand: [sh, -c, /dns]'), SHELL),
  evasion('command and args', pod('command: ["/bin/sh"]\nargs: ["-c", "/dns"]'), SHELL),
  evasion('a shell without arguments', pod('command: [/bin/sh]'), SHELL),
  evasion(
    'args of which the first is a shell, below a wrapper',
    pod('command: [/tini, --]\nargs: [sh, -c, /dns]'),
    SHELL,
  ),
  evasion('a shell behind env', pod('command: [/usr/bin/env, A=1, bash, -c, /dns]'), SHELL),
  evasion('a shell behind timeout', pod('command: [timeout, "5", sh, -c, /dns]'), SHELL),
  evasion('a shell behind nohup and nice', pod('command: [nohup, nice, -n, "5", sh, -c, /dns]'), SHELL),
  evasion(
    'a shell behind kube-log-runner',
    pod('command: [/kube-log-runner, --log-file=/x, /bin/sh, -c, /dns]'),
    SHELL,
  ),
  evasion('a shell as an applet', pod('command: [busybox, sh, -c, /dns]'), SHELL),
  evasion('a shell in a folder of its own', pod('command: [/opt/tools/bash, -c, /dns]'), SHELL),
  evasion('another shell', pod('command: [/bin/ash, -c, /dns]'), SHELL),
  evasion(
    'a shell entered on the host without hostPID',
    pod('command: [nsenter, --target, "1", --mount, --, sh, -c, ls]'),
    SHELL,
  ),
  evasion('a chroot into a folder of the image', pod('command: [chroot, /rootfs, sh, -c, ls]'), SHELL),
  evasion('a shell script of the image', pod('command: [/run.sh]'), 'script-entrypoint'),
  evasion('a shell that runs a script', pod('command: [sh, /run.sh]'), SHELL),
  evasion(
    'a script of a mounted ConfigMap',
    manifest(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scripts}\ndata:\n  run: |\n    #!/bin/sh\n    exec /dns\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  volumes: [{name: s, configMap: {name: scripts, defaultMode: 0755}}]\n  containers:\n  - name: main\n    image: ${IMAGE}\n    command: [/scripts/run]\n    volumeMounts: [{name: s, mountPath: /scripts}]\n`,
    ),
    'script-entrypoint',
  ),
  evasion(
    'a log redirection',
    pod('command: ["/bin/sh", "-c", "exec /dns --flag 1>>/var/log/dns.log 2>&1"]'),
    `${REDIRECTION} ${SHELL}`,
  ),
  evasion(
    'a log that goes through tee',
    pod('command: ["/bin/sh", "-c", "/dns 2>&1 | tee /var/log/dns.log"]'),
    `${REDIRECTION} ${SHELL}`,
  ),
  evasion('an init container', pod('command: [/dns]', `  initContainers: [${CONTAINER}]\n`), SHELL),
  evasion(
    'a sidecar',
    pod(
      'command: [/dns]',
      `  initContainers: [{name: side, image: "${IMAGE}", restartPolicy: Always, command: [sh, -c, x]}]\n`,
    ),
    SHELL,
  ),
  evasion('an ephemeral container', pod('command: [/dns]', `  ephemeralContainers: [${CONTAINER}]\n`), SHELL),
  evasion('a liveness probe', pod('livenessProbe: {exec: {command: [sh, -c, "nslookup x"]}}'), PROBE),
  evasion(
    'a readiness probe in a block',
    pod('readinessProbe:\n  exec:\n    command:\n    - /bin/sh\n    - -c\n    - cat /x'),
    PROBE,
  ),
  evasion('a startup probe by a script', pod('startupProbe: {exec: {command: [/health.sh]}}'), PROBE),
  evasion('a preStop hook', pod('lifecycle: {preStop: {exec: {command: [/bin/sh, -c, sleep 5]}}}'), PROBE),
  evasion('a postStart hook', pod('lifecycle: {postStart: {exec: {command: [bash, -c, x]}}}'), PROBE),
  ...['Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet'].map((kind) =>
    evasion(`a ${kind}`, workload(kind, TEMPLATE), SHELL),
  ),
  evasion('a ReplicationController', workload('ReplicationController', TEMPLATE, 'v1'), SHELL),
  evasion('a Job', workload('Job', TEMPLATE, 'batch/v1'), SHELL),
  evasion('a CronJob', workload('CronJob', `{jobTemplate: {spec: ${TEMPLATE}}}`, 'batch/v1'), SHELL),
  evasion(
    'a PodTemplate',
    manifest(
      `apiVersion: v1\nkind: PodTemplate\nmetadata: {name: dns}\ntemplate: {spec: {containers: [${CONTAINER}]}}\n`,
    ),
    SHELL,
  ),
  evasion(
    'a custom resource',
    workload('Widget', `{parts: [{podTemplate: {spec: {containers: [${CONTAINER}]}}}]}`, 'example.com/v1'),
    SHELL,
  ),
  evasion(
    'a List',
    manifest(
      `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: dns}\n  spec: {containers: [${CONTAINER}]}\n`,
    ),
    SHELL,
  ),
  evasion(
    'a List of a List of a CronJob',
    manifest(
      `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: batch/v1\n    kind: CronJob\n    metadata: {name: dns}\n    spec: {jobTemplate: {spec: ${TEMPLATE}}}\n`,
    ),
    SHELL,
  ),
  evasion(
    'a typed list',
    manifest(
      `apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: dns}\n  spec: {containers: [${CONTAINER}]}\n`,
    ),
    SHELL,
  ),
  evasion(
    'JSON',
    manifest(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'dns' },
        spec: { containers: [{ name: 'm', image: IMAGE, command: ['sh', '-c', 'x'] }] },
      }),
      'pod.json',
    ),
    SHELL,
  ),
  evasion(
    'JSON over many lines with tabs',
    manifest(
      JSON.stringify(
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'dns' },
          spec: { containers: [{ name: 'm', image: IMAGE, command: ['sh', '-c', 'x'] }] },
        },
        null,
        '\t',
      ),
      'pod.json',
    ),
    SHELL,
  ),
  evasion(
    'JSON in a YAML file',
    manifest(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'dns' },
        spec: { containers: [{ name: 'm', image: IMAGE, command: ['sh', '-c', 'x'] }] },
      }),
    ),
    SHELL,
  ),
  evasion(
    'JSON escapes in keys',
    manifest(
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"dns"},"spec":{"containers":[{"name":"m","image":"${IMAGE}","c\\u006fmmand":["s\\u0068","-c","x"]}]}}`,
      'pod.json',
    ),
    SHELL,
  ),
  evasion(
    'an anchor for the command',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: dns, annotations: {x: &cmd "sh"}}\nspec:\n  containers:\n  - name: main\n    image: ${IMAGE}\n    command: [*cmd, -c, x]\n`,
    ),
    SHELL,
  ),
  evasion(
    'an anchor for the whole list',
    manifest(
      `x-start: &start [/bin/sh, -c, /dns]\napiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - {name: main, image: "${IMAGE}", command: *start}\n`,
    ),
    SHELL,
  ),
  evasion(
    'a merge key',
    manifest(
      `x-base: &base {command: [/bin/sh, -c, /dns]}\napiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - <<: *base\n    name: main\n    image: ${IMAGE}\n`,
    ),
    SHELL,
  ),
  evasion(
    'a list of merge keys',
    manifest(
      `x-a: &a {imagePullPolicy: Always}\nx-b: &b {command: [/bin/sh, -c, /dns]}\napiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - <<: [*a, *b]\n    name: main\n    image: ${IMAGE}\n`,
    ),
    SHELL,
  ),
  evasion(
    'an anchor for the whole container',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  initContainers:\n  - &c ${CONTAINER}\n  containers: [*c]\n`,
    ),
    SHELL,
  ),
  evasion(
    'the second document of a stream',
    manifest(
      `apiVersion: v1\nkind: Service\nmetadata: {name: s}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec: {containers: [${CONTAINER}]}\n`,
    ),
    SHELL,
  ),
  evasion(
    'a document behind an end marker',
    manifest(
      `a: 1\n...\n# x\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec: {containers: [${CONTAINER}]}\n`,
    ),
    SHELL,
  ),
  evasion(
    'a document with a directive',
    manifest(
      `%YAML 1.1\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec: {containers: [${CONTAINER}]}\n`,
    ),
    SHELL,
  ),
  evasion(
    'text on the line of the document marker',
    manifest(`--- {apiVersion: v1, kind: Pod, metadata: {name: dns}, spec: {containers: [${CONTAINER}]}}\n`),
    SHELL,
  ),
  evasion(
    'CRLF',
    manifest(
      `apiVersion: v1\r\nkind: Pod\r\nmetadata: {name: dns}\r\nspec:\r\n  containers:\r\n  - name: main\r\n    image: ${IMAGE}\r\n    command:\r\n    - sh\r\n    - -c\r\n    - x\r\n`,
    ),
    SHELL,
  ),
  evasion(
    'a byte order mark',
    manifest(`\ufeffapiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec: {containers: [${CONTAINER}]}\n`),
    SHELL,
  ),
  evasion(
    'no last line end',
    manifest(`apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec: {containers: [${CONTAINER}]}`),
    SHELL,
  ),
  evasion(
    'the ending .yml',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec: {containers: [${CONTAINER}]}\n`,
      'deploy.yml',
    ),
    SHELL,
  ),
  evasion(
    'the ending .manifest',
    manifest(
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"dns"},"spec":{"containers":[{"name":"m","image":"${IMAGE}","command":["/bin/sh","-c","exec /dns {{params}}"]}]}}\n`,
      'dns.manifest',
    ),
    SHELL,
  ),
  evasion(
    'a template with a missing comma',
    manifest(
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"dns"} "spec":{"containers":[{"name":"m","image":"${IMAGE}","command":["/bin/sh","-c","exec /dns {{params}}"],}]}}\n`,
      'dns.manifest',
    ),
    SHELL,
  ),
  evasion(
    'a template under an own ending',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  {{ if .X }}\n  hostNetwork: true\n  {{ end }}\n  containers:\n  - name: main\n    image: ${IMAGE}\n    command: [sh, -c, "/dns {{ .Flags }}"]\n`,
      'deploy.yaml.tmpl',
    ),
    SHELL,
  ),
  evasion(
    'a Helm template that decides between two commands',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  containers:\n  - name: main\n    image: ${IMAGE}\n    {{- if .Values.debug }}\n    command: [sh, -c, /dns]\n    {{- else }}\n    command: [/dns]\n    {{- end }}\n`,
      'chart/templates/pod.yaml',
    ),
    SHELL,
  ),
  evasion(
    'an action that is the command',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  containers:\n  - name: main\n    image: ${IMAGE}\n    command: {{ list "sh" "-c" "x" | toJson }}\n`,
      'chart/templates/pod.yaml',
    ),
    SHELL,
  ),
  evasion(
    'an action that is the program',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  containers:\n  - name: main\n    image: ${IMAGE}\n    command: [{{ "sh" | quote }}, "-c", "/dns"]\n`,
      'chart/templates/pod.yaml',
    ),
    SHELL,
  ),
  evasion(
    'an image by the template’s default',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - name: main\n    image: "{{ pillar.get('image', 'registry.k8s.io/dns') }}"\n    command: [sh, -c, x]\n`,
      'dns.manifest',
    ),
    SHELL,
  ),
  evasion(
    'an operating system’s image',
    manifest(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - {name: a, image: busybox}\n',
    ),
    'base-not-allowed',
  ),
  evasion(
    'an operating system’s image by its long name',
    manifest(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - {name: a, image: "docker.io/library/alpine:3.20@sha256:' +
        'a'.repeat(64) +
        '"}\n',
    ),
    'base-not-allowed',
  ),
  evasion(
    'an operating system’s image in the project’s registry',
    manifest(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - {name: a, image: "registry.k8s.io/busybox:1.27"}\n',
    ),
    'base-not-allowed',
  ),
  evasion(
    'args alone on an image whose entry point is a shell',
    manifest(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - {name: a, image: "bash:5", args: ["-c", "exit"]}\n',
    ),
    SHELL,
    'pass',
  ),
  evasion(
    'args alone on an image whose entry point runs a shell by default',
    manifest(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - {name: a, image: "debian:12", args: ["sh", "-c", "exit"]}\n',
    ),
    `base-not-allowed ${SHELL}`,
  ),
  evasion(
    'a shell named in another language’s letters',
    pod('command: ["/bin/\\u0073h", "-c", "/dns"]'),
    SHELL,
  ),
  evasion('a name of the program in upper case', pod('command: ["/bin/SH", "-c", "/dns"]'), SHELL),
  evasion(
    'a variable of the container',
    pod('env: [{name: PROG, value: /bin/sh}]\ncommand: [$(PROG), -c, /dns]'),
    SHELL,
  ),
  evasion(
    'a governed registry in mixed case',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - {name: main, image: "Registry.K8S.io/dns/dns:1", command: [sh, -c, x]}\n`,
    ),
    SHELL,
  ),
  evasion(
    'a staging registry',
    manifest(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - {name: main, image: "gcr.io/k8s-staging-dns/dns:1", command: [sh, -c, x]}\n`,
    ),
    SHELL,
  ),
  evasion(
    'a folder called test',
    { 'test/e2e/pod.yaml': pod('command: [sh, -c, x]')['pod.yaml'] ?? '' },
    SHELL,
  ),
  evasion(
    'a file that cannot be read',
    manifest(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - name: main\n   image: x\n    command: [sh, -c\n',
    ),
    'unread-file',
    'inconclusive',
  ),
  evasion(
    'two problems in one file',
    pod('command: [sh, -c, x]\nlivenessProbe: {exec: {command: [bash, -c, y]}}'),
    `${PROBE} ${SHELL}`,
  ),
];

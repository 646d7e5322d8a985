import type { Files } from '../support/mini-repository.ts';
import { pod, STATIC } from './evasion.ts';

export type CleanShape = readonly [lesson: string, files: Files];

const RUN = 'ENTRYPOINT ["/server"]\n';

function dockerfile(text: string): Files {
  return { Dockerfile: text };
}

function file(text: string, path = 'deploy.yaml'): Files {
  return { [path]: text };
}

/** What looks like a violation to somebody who only searches for words, and is none. */
export const CLEAN_DOCKERFILES: readonly CleanShape[] = [
  ['the plain case', dockerfile(`${STATIC}COPY server /server\n${RUN}`)],
  [
    'a comment that quotes the old form',
    dockerfile(`# FROM alpine\n# CMD /server\n${STATIC}# RUN apk add curl\n${RUN}`),
  ],
  [
    'a comment inside a continuation',
    dockerfile(`${STATIC}ENTRYPOINT \\\n# CMD ["sh", "-c"]\n  ["/server"]\n`),
  ],
  [
    'a builder with a shell and a package manager',
    dockerfile(
      `FROM golang:1.25 AS build\nRUN apt-get update && apt-get install -y gcc\nSHELL ["/bin/bash", "-c"]\nRUN CGO_ENABLED=0 go build -o /server .\nCMD sh\n${STATIC}COPY --from=build /server /server\n${RUN}`,
    ),
  ],
  ['a builder that is never used', dockerfile(`FROM alpine AS tools\nRUN apk add bash\n${STATIC}${RUN}`)],
  [
    'a test stage above the final one',
    dockerfile(`FROM debian:12 AS test\nCMD go test ./...\n${STATIC}${RUN}`),
  ],
  [
    'lower case',
    dockerfile(
      `from gcr.io/distroless/static:nonroot as final\ncopy server /server\nentrypoint ["/server"]\n`,
    ),
  ],
  ['CRLF', dockerfile(`FROM gcr.io/distroless/static\r\nCOPY server /server\r\nENTRYPOINT ["/server"]\r\n`)],
  [
    'a byte order mark and no last line end',
    dockerfile('\ufeffFROM gcr.io/distroless/static\nENTRYPOINT ["/server"]'),
  ],
  ['a static tag with an architecture', dockerfile(`FROM gcr.io/distroless/static:nonroot-arm64\n${RUN}`)],
  ['static by digest', dockerfile(`FROM gcr.io/distroless/static@sha256:${'0'.repeat(64)}\n${RUN}`)],
  [
    'static by the default of an argument',
    dockerfile(`ARG BASE=gcr.io/distroless/static:nonroot\nFROM \${BASE}\n${RUN}`),
  ],
  [
    'static with an open tag',
    dockerfile(`ARG TAG=nonroot\nFROM gcr.io/distroless/static-debian12:$TAG\n${RUN}`),
  ],
  [
    'static for the architecture of the build',
    dockerfile(`FROM --platform=$TARGETPLATFORM gcr.io/distroless/static:latest-$TARGETARCH\n${RUN}`),
  ],
  [
    'exec form with flags that look like a shell’s',
    dockerfile(`${STATIC}ENTRYPOINT ["/server", "-c", "/etc/config.sh"]\n`),
  ],
  ['a flag whose value names a shell', dockerfile(`${STATIC}ENTRYPOINT ["/server", "--shell=/bin/sh"]\n`)],
  ['an argument that is the word sh', dockerfile(`${STATIC}ENTRYPOINT ["/server", "sh", "-c", "x"]\n`)],
  [
    'a program of one’s own called dash',
    dockerfile(`${STATIC}COPY dash /app/dash\nENTRYPOINT ["/app/dash", "serve"]\n`),
  ],
  [
    'a program of one’s own called cmd',
    dockerfile(`${STATIC}COPY cmd /cmd\nENTRYPOINT ["/cmd", "--port=80"]\n`),
  ],
  [
    'a program whose name ends like a shell’s',
    dockerfile(`${STATIC}COPY push /push\nENTRYPOINT ["/push"]\n`),
  ],
  [
    'a program of one’s own called like a tool',
    dockerfile(`${STATIC}COPY test /app/test\nENTRYPOINT ["/app/test"]\n`),
  ],
  ['CMD below an exec ENTRYPOINT', dockerfile(`${STATIC}ENTRYPOINT ["/server"]\nCMD ["--port=80"]\n`)],
  [
    'LABEL and ENV texts',
    dockerfile(
      `${STATIC}LABEL usage="docker run x sh -c 'apt-get install y'"\nENV SHELL=/bin/bash CMD="sh -c x"\n${RUN}`,
    ),
  ],
  [
    'a copied folder',
    dockerfile(`${STATIC}COPY ./bin/linux/ /usr/local/bin/\nENTRYPOINT ["/usr/local/bin/server"]\n`),
  ],
  [
    'a script that is only data',
    {
      ...dockerfile(`${STATIC}COPY scripts /scripts\n${RUN}`),
      'scripts/x.sh': '#!/bin/sh\napt-get install x\n',
    },
  ],
  [
    'a script of the repository that builds',
    {
      ...dockerfile(`${STATIC}COPY server /server\n${RUN}`),
      'hack/build.sh': '#!/bin/bash\ndocker run --rm alpine sh -c "apk add x"\n',
    },
  ],
  [
    'RUN in exec form of a program that was copied',
    dockerfile(`${STATIC}COPY setup /setup\nRUN ["/setup", "--once"]\n${RUN}`),
  ],
  [
    'RUN with a shell that is only mounted',
    dockerfile(`${STATIC}RUN --mount=from=busybox:1.36,src=/bin,dst=/bin mkdir /data\n${RUN}`),
  ],
  ['ONBUILD of the image itself', dockerfile(`${STATIC}ONBUILD RUN mkdir /data\n${RUN}`)],
  [
    'a health check by the program itself',
    dockerfile(`${STATIC}${RUN}HEALTHCHECK CMD ["/server", "health"]\n`),
  ],
  ['a health check that is switched off', dockerfile(`${STATIC}${RUN}HEALTHCHECK NONE\n`)],
  [
    'an entry point that is reset',
    dockerfile(`${STATIC.trim()} AS a\nENTRYPOINT /server\nFROM a\nENTRYPOINT ["/server"]\n`),
  ],
  [
    'a root of static on scratch',
    dockerfile(`${STATIC.trim()} AS root\nFROM scratch\nCOPY --from=root / /\n${RUN}`),
  ],
  [
    'a file of a builder whose name has a shell’s in it',
    dockerfile(
      `FROM debian:12 AS d\n${STATIC}COPY --from=d /etc/bash.bashrc /etc/ssl/certs/ca-certificates.crt /etc/\n${RUN}`,
    ),
  ],
  [
    'a binary out of the builder’s bin folder',
    dockerfile(
      `FROM golang:1.25 AS build\n${STATIC}COPY --from=build /go/bin/server /usr/bin/server\nENTRYPOINT ["server"]\n`,
    ),
  ],
  [
    'a heredoc that is a file',
    dockerfile(`${STATIC}COPY <<EOF /etc/config\nCMD sh -c x\nFROM alpine\nEOF\n${RUN}`),
  ],
  ['Docker’s own front end', dockerfile(`# syntax=docker/dockerfile:1.7\n# escape=\\\n${STATIC}${RUN}`)],
];

const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        properties:
          spec:
            properties:
              containers:
                items:
                  properties:
                    image: {type: string, default: busybox}
                    command: {type: array, default: [sh, -c, x]}
                    livenessProbe: {properties: {exec: {properties: {command: {default: [sh]}}}}}
`;

export const CLEAN_MANIFESTS: readonly CleanShape[] = [
  ['a program with flags', pod('command: [/dns, --log-file=/var/log/dns.log]')],
  [
    'a comment that quotes the old form',
    pod('# command: ["/bin/sh", "-c", "/dns >> /var/log/x 2>&1"]\ncommand: [/dns]'),
  ],
  ['args with a flag that ends in .sh', pod('args: [--hook=/etc/hook.sh, --shell, /bin/sh]')],
  ['an argument that is a shell’s name', pod('command: [/dns, sh]')],
  [
    'a variable that Kubernetes puts in',
    pod('env: [{name: PORT, value: "53"}]\ncommand: [/dns, --port=$(PORT)]'),
  ],
  ['an escaped variable', pod('env: [{name: P, value: sh}]\ncommand: [$$(P), x]')],
  ['a variable that nobody declares', pod('command: [/dns, "--x=$(HOSTNAME)"]')],
  ['a redirection that no shell reads', pod('command: [/dns, ">", /dev/null, "2>&1"]')],
  ['an HTTP probe', pod('livenessProbe: {httpGet: {path: /healthz, port: 8080}}')],
  [
    'gRPC, TCP and sleep handlers',
    pod(
      'readinessProbe: {grpc: {port: 1}}\nstartupProbe: {tcpSocket: {port: 1}}\nlifecycle: {preStop: {sleep: {seconds: 5}}}',
    ),
  ],
  ['a probe by the program itself', pod('livenessProbe: {exec: {command: [/dns, health]}}')],
  [
    'kube-log-runner in front of the program',
    pod('command: [/kube-log-runner, --log-file=/x, --also-stdout=false, /dns, --v=2]'),
  ],
  ['a program of one’s own called dash', pod('command: [/app/dash, serve]')],
  [
    'a shell of the host by nsenter',
    pod('command: [/nsenter, --target, "1", --mount, --, sh, -c, ls]', '  hostPID: true\n'),
  ],
  [
    'a shell of the host by chroot',
    pod(
      'command: [/chroot, /host, /bin/sh, -c, ls]\nvolumeMounts: [{name: root, mountPath: /host}]',
      '  volumes: [{name: root, hostPath: {path: /}}]\n',
    ),
  ],
  [
    'annotations and environment that mention a shell',
    pod('env: [{name: SHELL, value: /bin/sh}, {name: CMD, value: "sh -c x >> y"}]'),
  ],
  ['a schema with these names', file(CRD)],
  [
    'a ConfigMap that holds a script and a manifest',
    file(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  run.sh: |\n    #!/bin/sh\n    apt-get install x\n  pod.txt: |\n    command: [sh, -c, x]\n',
    ),
  ],
  [
    'a Secret with such text',
    file(
      'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {command: "sh -c x", image: busybox}\n',
    ),
  ],
  [
    'a CI job of Prow',
    file(
      'presubmits:\n  org/repo:\n  - name: test\n    spec:\n      containers:\n      - image: golang:1.25\n        command: [bash, -c, make test]\nperiodics:\n- name: p\n  spec: {containers: [{image: alpine, command: [sh, -c, x]}]}\n',
      'config/jobs/x.yaml',
    ),
  ],
  [
    'a workflow of GitHub',
    file(
      'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    container: {image: debian:12}\n    steps:\n    - run: sh -c "make test"\n      shell: bash\n',
      '.github/workflows/ci.yaml',
    ),
  ],
  [
    'a chart’s values',
    file(
      'image: {repository: registry.k8s.io/dns, tag: 1}\ncommand: []\nextraArgs: [sh]\n',
      'chart/values.yaml',
    ),
  ],
  [
    'a Service, a Role, an empty document',
    file(
      '---\n---\napiVersion: v1\nkind: Service\nmetadata: {name: sh}\nspec: {ports: [{port: 1}]}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: bash}\nrules: [{verbs: [exec], resources: [pods/exec]}]\n',
    ),
  ],
  [
    'a kustomization',
    file(
      'resources: [deploy.yaml]\nimages: [{name: busybox, newName: registry.k8s.io/dns}]\n',
      'kustomization.yaml',
    ),
  ],
  [
    'a Go template that only writes flags',
    file(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n  containers:\n  - name: main\n    image: registry.k8s.io/dns:1\n    command: [/dns, "--domain={{ .Domain }}"]\n',
      'dns.yaml.tmpl',
    ),
  ],
  [
    'a chart of somebody’s image with values for everything',
    file(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "x.name" . }}\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"\n        {{- with .Values.command }}\n        command: {{ toYaml . | nindent 8 }}\n        {{- end }}\n        args: {{ toYaml .Values.args | nindent 8 }}\n        {{- include "x.env" . | nindent 8 }}\n',
      'chart/templates/deployment.yaml',
    ),
  ],
  [
    'a third party’s image with a value as its command',
    file(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: a\n    image: quay.io/somebody/tool:1\n    command: {{ .Values.command }}\n    args: {{ toYaml . }}\n',
      'chart/templates/pod.yaml',
    ),
  ],
  [
    'a chart of our image with flags of values',
    file(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: a\n    image: registry.k8s.io/dns/dns:{{ .Values.tag }}\n    command: [/dns]\n    args: {{ toYaml .Values.args | nindent 4 }}\n  - name: b\n    image: registry.k8s.io/dns/dns:1\n    command: ["/{{ .Chart.Name }}-controller"]\n  - name: c\n    image: registry.k8s.io/dns/dns:1\n    args:\n    {{- range .Values.args }}\n    - {{ . }}\n    {{- end }}\n',
      'chart/templates/pod.yaml',
    ),
  ],
  [
    'a Secret with a key and a ConfigMap with a shell’s name',
    file(
      'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {key: c2g=}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata: {SHELL: /bin/bash}\n',
    ),
  ],
  [
    'a third party’s image that starts by a shell',
    file(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - {name: a, image: "quay.io/somebody/tool:1", command: [sh, -c, x]}\n',
    ),
  ],
  [
    'a test of the project’s own test images',
    file(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - {name: a, image: "registry.k8s.io/e2e-test-images/agnhost:2", command: [sh, -c, x]}\n',
    ),
  ],
  [
    'JSON that is no manifest',
    file('{"command": ["sh", "-c", "x"], "image": "busybox"}\n', 'devcontainer.json'),
  ],
  ['a package.json with scripts', file('{"name": "x", "scripts": {"start": "sh -c x"}}\n', 'package.json')],
  ['prose', file('Run `kubectl exec x -- sh -c y`, or `FROM alpine`.\n', 'README.md')],
];

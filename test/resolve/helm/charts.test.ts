import { describe, expect, it } from '@jest/globals';
import type { Container, ProjectModel } from '../../../src/domain/index.ts';
import { modelOf } from '../model.ts';

const CHART = 'apiVersion: v2\nname: dns\nversion: 0.1.0\nappVersion: "1.9"\n';

/** A Deployment with one container of these lines. */
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

function containerOf(files: Readonly<Record<string, string>>, path = 'chart/templates/dns.yaml'): Container {
  const { workloads }: ProjectModel = modelOf(files);
  const container = workloads.find((one) => one.path === path)?.containers[0];
  if (container === undefined) throw new Error(`no container in ${path}`);
  return container;
}

function chart(container: readonly string[], values: string, more: Readonly<Record<string, string>> = {}) {
  return {
    'chart/Chart.yaml': CHART,
    'chart/values.yaml': values,
    'chart/templates/dns.yaml': deployment(...container),
    ...more,
  };
}

describe('the image of a template with the values of its chart', () => {
  const values =
    'image:\n  registry: registry.example\n  repository: acme/dns\n  tag: "1.2"\n  digest: ""\nother:\nsuffix: -slim\nglobal:\n  hub: hub.example\n';

  it.each<readonly [string, string]>([
    ['"{{ .Values.image.repository }}:{{ .Values.image.tag }}"', 'acme/dns:1.2'],
    ['"{{ $.Values.image.repository }}:{{ $.Values.image.tag }}"', 'acme/dns:1.2'],
    ['"{{ .Values.image.registry }}/{{ .Values.image.repository }}"', 'registry.example/acme/dns'],
    ['"{{ .Values.global.hub }}/dns"', 'hub.example/dns'],
    [
      '"{{ .Values.image.repository }}:{{ .Values.image.digest | default .Chart.AppVersion }}"',
      'acme/dns:1.9',
    ],
    ['"{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.other }}"', 'acme/dns:1.9'],
    [
      '"{{ .Values.image.repository }}:{{ .Values.none | default (printf "v%s" .Chart.AppVersion) }}"',
      'acme/dns:v1.9',
    ],
    [
      '{{ printf "%s/%s:%s" .Values.image.registry .Values.image.repository .Values.image.tag | quote }}',
      'registry.example/acme/dns:1.2',
    ],
    [
      '"{{ tpl .Values.image.repository . }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag }}{{ end }}"',
      'acme/dns:1.2',
    ],
    [
      '"{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.suffix }}{{ . }}{{ end }}"',
      'acme/dns:1.2-slim',
    ],
    ['"{{ .Values.image.repository }}:{{ .Values.none }}"', 'acme/dns:{{ .Values.none }}'],
    ['"{{ .Values.image.repository }}:{{ .Release.Name }}"', 'acme/dns:{{ .Release.Name }}'],
    ['"{{ .Values.image.repository }}:1@sha256:{{ .Values.image.digest }}"', 'acme/dns:1'],
    ['"{{ .Values.image.digest }}/{{ .Values.image.repository }}:{{ .Values.image.digest }}"', 'acme/dns'],
    ['"{{ .Values.none }}:1"', '{{ .Values.none }}:1'],
    ['"{{ lookup "v1" "Pod" }}"', '{{ lookup "v1" "Pod" }}'],
  ])('%s', (written, reference) => {
    expect(containerOf(chart([`image: ${written}`], values)).image?.reference).toBe(reference);
  });

  it('follows variables and conditions above it', () => {
    const template = [
      '{{- $tag := .Values.image.tag | default .Chart.AppVersion }}',
      '{{- $registry := "" }}',
      '{{- if .Values.image.registry }}{{ $registry = .Values.image.registry }}{{ end }}',
      deployment('image: "{{ $registry }}/{{ .Values.image.repository }}:{{ $tag }}"'),
    ].join('\n');
    const files = { ...chart([], values), 'chart/templates/dns.yaml': template };
    expect(containerOf(files).image?.reference).toBe('registry.example/acme/dns:1.2');
  });

  it('leaves a variable open that an open condition may change', () => {
    const template = [
      '{{- $tag := "1" }}',
      '{{- if .Release.IsUpgrade }}{{ $tag = "2" }}{{ end }}',
      deployment('image: "{{ .Values.image.repository }}:{{ $tag }}"'),
    ].join('\n');
    const files = { ...chart([], values), 'chart/templates/dns.yaml': template };
    expect(containerOf(files).image?.reference).toBe('acme/dns:{{ $tag }}');
  });

  it('follows helpers', () => {
    const helpers = [
      '{{- define "dns.image" -}}',
      '{{- $tag := .Values.image.tag -}}',
      '{{- if .Values.image.digest -}}',
      '{{ printf "%s@%s" .Values.image.repository .Values.image.digest }}',
      '{{- else -}}',
      '{{ .Values.image.repository }}:{{ $tag }}',
      '{{- end -}}',
      '{{- end -}}',
      '{{- define "any.image" -}}{{ .image.repository }}:{{ .image.tag }}{{- end -}}',
    ].join('\n');
    const more = { 'chart/templates/_helpers.tpl': helpers };
    const reference = (written: string) =>
      containerOf(chart([`image: ${written}`], values, more)).image?.reference;
    expect(reference('{{ include "dns.image" . }}')).toBe('acme/dns:1.2');
    expect(reference('"{{ template "dns.image" . }}"')).toBe('acme/dns:1.2');
    expect(reference('{{ include "any.image" (dict "image" .Values.image) | quote }}')).toBe('acme/dns:1.2');
  });

  it('ends where helpers include each other without end', () => {
    const more = {
      'chart/templates/_helpers.tpl':
        '{{- define "a" -}}{{ include "b" . }}{{ include "b" . }}{{- end -}}{{- define "b" -}}{{ include "a" . }}{{ include "a" . }}{{- end -}}',
    };
    const { image } = containerOf(chart(['image: {{ include "a" . }}'], values, more));
    expect(image?.open).toBe(true);
  });

  it('is one where the branches of a condition come to the same', () => {
    const files = chart(
      [
        '{{- if .Values.image.digest }}',
        'image: "{{ .Values.image.repository }}@sha256:{{ .Values.image.digest }}"',
        '{{- else }}',
        'image: "{{ .Values.image.repository }}"',
        '{{- end }}',
      ],
      values,
    );
    expect(modelOf(files).workloads[0]?.containers).toHaveLength(1);
  });

  it('is the one of the tree that builds it', () => {
    const files = chart(['image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"'], values, {
      Dockerfile: 'FROM gcr.io/distroless/static\nCOPY dns /dns\n',
      Makefile: 'build:\n\tdocker build -t acme/dns:1.2 .\n',
    });
    expect(containerOf(files).runs.whose).toBe('built');
  });

  it('is an operating system on the line of the values that names it', () => {
    const container = containerOf(
      chart(
        ['image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"'],
        'image:\n  tag: "1"\n  repository: busybox\n',
      ),
    );
    expect(container.runs).toMatchObject({
      whose: 'base',
      base: {
        reference: 'busybox:1',
        chain: [{ path: 'chart/templates/dns.yaml' }, { path: 'chart/values.yaml', start: { line: 3 } }],
      },
    });
  });
});

describe('a chart in a chart', () => {
  const files = {
    'chart/Chart.yaml': `${CHART}dependencies:\n  - name: cache\n    alias: store\n`,
    'chart/values.yaml': 'store:\n  image: { tag: "2" }\nglobal:\n  hub: hub.example\n',
    'chart/charts/cache/Chart.yaml': 'name: cache\n',
    'chart/charts/cache/values.yaml': 'image: { name: cache, tag: "1" }\nglobal: { hub: none }\n',
    'chart/charts/cache/templates/cache.yaml': deployment(
      'image: "{{ .Values.global.hub }}/{{ .Values.image.name }}:{{ .Values.image.tag }}"',
    ),
  };

  it('has its own values with those of its parent put over them', () => {
    const { image } = containerOf(files, 'chart/charts/cache/templates/cache.yaml');
    expect(image).toMatchObject({ reference: 'hub.example/cache:2', tagAt: { path: 'chart/values.yaml' } });
  });
});

describe('what a template starts with the values of its chart', () => {
  const words = (container: Container) =>
    container.start?.command.words.map(({ text, path }) => [text, path]);
  const VALUES = 'chart/values.yaml';

  it.each<readonly [string, readonly string[]]>([
    ['on its own line', ['command:', '  {{- toYaml .Values.command | nindent 12 }}']],
    [
      'in a `with`',
      ['{{- with .Values.command }}', 'command:', '  {{- toYaml . | nindent 12 }}', '{{- end }}'],
    ],
    ['as JSON', ['command: {{ .Values.command | toJson }}']],
    ['in a loop', ['command:', '{{- range .Values.command }}', '  - {{ . | quote }}', '{{- end }}']],
    [
      'in a loop with a variable',
      ['command:', '{{- range $word := .Values.command }}', '  - {{ $word }}', '{{- end }}'],
    ],
  ])('%s', (_, lines) => {
    const container = containerOf(
      chart(['image: acme/dns', ...lines], 'command: [sh, -c, "dns >/var/log/dns.log"]\n'),
    );
    expect(words(container)).toEqual([
      ['sh', VALUES],
      ['-c', VALUES],
      ['dns >/var/log/dns.log', VALUES],
    ]);
    expect(container.start?.command.script?.commands).toHaveLength(1);
  });

  it('has no words where the values say that there are none', () => {
    const lines = [
      'image: acme/dns',
      'command: {{ toYaml .Values.command | nindent 12 }}',
      'args: [--port=53]',
    ];
    const container = containerOf(chart(lines, 'command: []\n'));
    expect(words(container)).toEqual([['--port=53', undefined]]);
  });

  it('stays open where another value of a condition would start a shell', () => {
    const files = chart(['image: acme/dns', 'command: [{{ include "dns.program" . }}]'], 'plain: true\n', {
      'chart/templates/_helpers.tpl':
        '{{- define "dns.program" -}}{{ if .Values.plain }}/dns{{ else }}/bin/sh{{ end }}{{- end -}}',
    });
    expect(containerOf(files).start?.undecided?.written).toContain('dns.program');
  });

  it('stays open where the values say nothing of it', () => {
    const lines = ['image: acme/dns', 'command: {{ toYaml .Values.command | nindent 12 }}'];
    expect(containerOf(chart(lines, 'x: 1\n')).start?.undecided?.written).toContain('toYaml .Values.command');
  });

  it('keeps the places of a text that it only puts values into', () => {
    const lines = ['image: acme/dns', 'command: [sh, -c, "exec dns --port={{ .Values.port }} 2>&1"]'];
    const container = containerOf(chart(lines, 'port: 53\n'));
    expect(words(container)?.at(-1)).toEqual(['exec dns --port={{ .Values.port }} 2>&1', undefined]);
  });

  it.each<readonly [string, readonly string[], string]>([
    ['a probe', ['livenessProbe: {{- toYaml .Values.probe | nindent 12 }}'], 'liveness'],
    [
      'a probe on its own line',
      ['readinessProbe:', '  {{- toYaml .Values.probe | nindent 12 }}'],
      'readiness',
    ],
    [
      'a probe without a key',
      ['startupProbe: {{ omit .Values.probe "enabled" | toYaml | nindent 12 }}'],
      'startup',
    ],
    ['a hook', ['lifecycle:', '  {{- toYaml .Values.lifecycle | nindent 12 }}'], 'pre-stop'],
  ])('%s', (_, lines, role) => {
    const values =
      'probe: &probe\n  enabled: true\n  exec:\n    command: [sh, -c, "dns check"]\nlifecycle:\n  preStop: *probe\n';
    const { hooks } = containerOf(chart(['image: acme/dns', ...lines], values));
    expect(
      hooks.map((hook) => [hook.role, hook.start.command.words[0]?.text, hook.start.command.words[0]?.path]),
    ).toEqual([[role, 'sh', VALUES]]);
  });
});

describe('whole lines that values write into a container', () => {
  const VALUES =
    'more:\n  command: [/bin/sh, -c]\n  args: [exec dns]\nprobes:\n  livenessProbe:\n    exec: {command: [sh, -c, x]}\nplain:\n  resources: {}\nnone: {}\n';
  const started = (...lines: readonly string[]) => {
    const { start, hooks } = containerOf(chart(['image: i', ...lines], VALUES));
    const text = (words: readonly { readonly text: string }[]) => words.map((word) => word.text).join(' ');
    return [
      start === undefined ? null : text(start.command.words),
      hooks.map((one) => text(one.start.command.words)),
    ];
  };

  it.each<readonly [string, readonly string[], ReturnType<typeof started>]>([
    ['start what they say', ['{{- toYaml .Values.more | nindent 10 }}'], ['/bin/sh -c exec dns', []]],
    [
      'in a block of their own',
      ['{{- with .Values.more }}', '{{- toYaml . | nindent 10 }}', '{{- end }}'],
      ['/bin/sh -c exec dns', []],
    ],
    [
      'take the place of what the template says',
      ['command: [/dns]', '{{- toYaml .Values.more | nindent 10 }}'],
      ['/bin/sh -c exec dns', []],
    ],
    ['probe by what they say', ['{{- toYaml .Values.probes | nindent 10 }}'], [null, ['sh -c x']]],
    ['say nothing of a start', ['{{- toYaml .Values.plain | nindent 10 }}'], [null, []]],
    ['are none', ['command: [/dns]', '{{- toYaml .Values.none | nindent 10 }}'], ['/dns', []]],
    ['belong to a key', ['resources:', '  {{- toYaml .Values.more | nindent 12 }}'], [null, []]],
  ])('%s', (_, lines, expected) => {
    expect(started(...lines)).toEqual(expected);
  });
});

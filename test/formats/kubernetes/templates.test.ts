import { describe, expect, it } from '@jest/globals';
import { kubernetes } from '../../../src/formats/kubernetes/index.ts';
import { maskTemplate } from '../../../src/formats/kubernetes/mask.ts';
import fc from '../../support/fast-check.ts';
import { at, containerOf, containersOf, podWith, read, texts } from './reading.ts';

describe('templates of YAML', () => {
  it('an action inside a value stays part of the word, quotes and braces in it included', () => {
    const text = podWith(
      'image: {{ .Values.image | default "a/b:1" }}',
      'command: ["app", "--x={{ index .x "}}" }}", \'{{ .y }}\']',
      'args:',
      '- {{ .z }}',
    );
    const container = containerOf(text);
    expect(container.image?.text).toBe('{{ .Values.image | default "a/b:1" }}');
    expect(texts(container.start?.words)).toEqual(['app', '--x={{ index .x "}}" }}', '{{ .y }}', '{{ .z }}']);
    expect(container.args?.map((word) => at(text, word.span))).toEqual(['{{ .z }}']);
  });

  it('both branches are kept: list items, and keys as alternatives', () => {
    const text = podWith(
      '{{- if .Values.debug }}',
      'image: debug',
      'command: [sh]',
      '{{ else }}',
      'image: plain',
      'command: [app]',
      '{{ end }}',
      'args:',
      '{{ range .x }}',
      '- a',
      '{{ else }} # none',
      '- b',
      '{{ end }}',
    );
    expect(
      containersOf(text, 'helm-template').map((one) => [one.image?.text, texts(one.start?.words)]),
    ).toEqual([
      ['debug', ['sh', 'a', 'b']],
      ['plain', ['app', 'a', 'b']],
    ]);
  });

  it('what a template puts in place of a list is a word', () => {
    const text = podWith(
      'command:',
      '  {{- toYaml .Values.command | nindent 4 }}',
      'args:',
      '- one',
      '{{- with .Values.more }}',
      '{{- toYaml . | nindent 4 }}',
      '{{- end }}',
      'image: i',
      '{{ include "later" . }}',
    );
    const container = containerOf(text, 'helm-template');
    expect(texts(container.command)).toEqual(['{{- toYaml .Values.command | nindent 4 }}']);
    expect(texts(container.args)).toEqual(['one', '{{- toYaml . | nindent 4 }}']);
    expect(container.command?.map((word) => at(text, word.span))).toEqual(texts(container.command));
  });

  it('actions in shell text are words of it, not literal, and hide no redirection', () => {
    const text = podWith(
      'command:',
      '- sh',
      '- -c',
      '- exec {{ .cmd | quote }} --x=1 1>>/var/log/{{ .name }}.log 2>&1',
    );
    const [command] = containerOf(text).start?.script?.commands ?? [];
    expect(command?.words.map((word) => [word.text, word.literal])).toEqual([
      ['exec', true],
      ['{{ .cmd | quote }}', false],
      ['--x=1', true],
    ]);
    expect(command?.redirections.map((one) => [one.target, at(text, one.span)])).toEqual([
      ['/var/log/{{ .name }}.log', '1>>/var/log/{{ .name }}.log'],
      ['1', '2>&1'],
    ]);
  });

  it('control lines inside a block scalar leave its lines in place', () => {
    const text = podWith('command: [sh, -c]', 'args:', '- |', '{{- if .x }}', '  a', '{{- end }}', '  b >c');
    const { start } = containerOf(text, 'template');
    expect(start?.script?.commands.map((one) => [one.words[0]?.text, one.span.start.line])).toEqual([
      ['a', 12],
      ['b', 14],
    ]);
  });

  it('control lines first in a block scalar do not set its indentation', () => {
    const lines = [
      'command: [sh, -c]',
      'args:',
      '- |-',
      '      {{- if .x }}',
      '      {{ else }}',
      '  a',
      '  {{- end }}',
    ];
    const text = podWith(...lines, '  b');
    expect(read(text, 'template').unreadable).toEqual([]);
    const { args, start } = containerOf(text, 'template');
    expect(args?.[0]?.text.trimStart()).toMatch(/^a\n *\n?b$/);
    expect(start?.script?.commands.map((one) => one.span.start.line)).toEqual([13, 15]);
  });

  it('placeholders of other tools are no problem where a tool fills the file in', () => {
    const text = podWith('image: @IMAGE@', 'args: [%ARG%]');
    expect(read(text, 'template').unreadable).toEqual([]);
    expect(containerOf(text, 'template').image?.text).toBe('@IMAGE@');
    expect(read(text).unreadable).toHaveLength(1);
  });

  it('comments over lines may hold markers and braces', () => {
    const text = `{{/* one\n---\n{{ two }} */}}\n${podWith('image: i')}`;
    expect(containerOf(text, 'template').span.start.line).toBe(10);
  });

  it('names and kinds may be actions', () => {
    const text =
      'apiVersion: {{ .v }}\nkind: {{ .kind }}\nmetadata:\n  name: x-{{ .n }}\n{{ .k }}: v\nspec:\n  containers:\n  - {name: c, image: i}\n';
    expect(read(text).workloads).toMatchObject([{ workload: '{{ .kind }}', name: 'x-{{ .n }}' }]);
  });
});

describe('templates of JSON', () => {
  const text = `{% set params = "--a" -%}
{# It's a comment with { and " #}
{
"apiVersion": "v1",
"kind": "Pod",
"metadata": {"name":"p{{ suffix }}"},
"spec":{
"containers":[
    {
    "name": "c",
    "image": "{{pillar['registry']}}/c:{{ pillar.get('tag', "1") }}",
    "command": [
                 "/bin/sh",
                 "-c",
                 "exec /c {{params}} 1>>/var/log/c.log 2>&1"
               ],
    {{container_env}}
    "livenessProbe": {"exec": {"command": ["x"]}, "initialDelaySeconds": {{delay}}}
    {{more}}
    "ports":[ {{port}} { "hostPort": {{hp}} }, {{last}} ],
    "volumeMounts": [
        {{mount}}
        {{mount2}}
        { "name": "a", "mountPath": "/a"}
        { "name": "b", "mountPath": "/b"},
    ]
    }
]
}}
`;

  it('read as if the actions were filled in, a missing comma included', () => {
    const container = containerOf(text);
    expect(read(text).unreadable).toEqual([]);
    expect(container.image?.text).toBe("{{pillar['registry']}}/c:{{ pillar.get('tag', \"1\") }}");
    expect(texts(container.command)?.[2]).toBe('exec /c {{params}} 1>>/var/log/c.log 2>&1');
    expect(container.hooks).toHaveLength(1);
    expect(container.mounts).toEqual([
      { volume: 'a', path: '/a' },
      { volume: 'b', path: '/b' },
    ]);
  });

  it('text that a statement block guards above the JSON says nothing, unless it holds containers', () => {
    const guarded = (stray: string) => `{% if a -%}\n  # c\n${stray}\n{% endif -%}\n${text}`;
    expect(containerOf(guarded('  x="--y=";')).command?.[0]?.span.start.line).toBe(17);
    expect(
      read(guarded('kind: Pod\nspec:\n  containers:\n  - {name: x, image: i}\n---')).workloads.length,
    ).toBe(2);
  });

  it('every place is that of the text as written', () => {
    const [, , script] = containerOf(text).command ?? [];
    expect(script === undefined ? '' : at(text, script.span)).toBe(
      '"exec /c {{params}} 1>>/var/log/c.log 2>&1"',
    );
  });
});

describe('fragments', () => {
  const partial = 'containers:\n- name: c\n  image: {{ .i }}\n  command: [sh]\n';
  it('of a template file count where containers have name and image', () => {
    expect(read(partial, 'template').workloads).toMatchObject([{ workload: 'fragment', name: '', at: '' }]);
    expect(read(`spec:\n${partial.replace(/^/gm, '  ')}`, 'helm-template').workloads).toHaveLength(1);
  });

  it('of a plain file, without image, or of jobs of Prow do not', () => {
    expect(read(partial).workloads).toEqual([]);
    expect(read('containers:\n- {name: c, command: [sh]}\n', 'template').workloads).toEqual([]);
    expect(
      read(`periodics:\n- name: j\n  spec:\n${partial.replace(/^/gm, '    ')}`, 'template').workloads,
    ).toEqual([]);
  });
});

describe('hostile templates (I16)', () => {
  it.each([
    ['openings', '{{'],
    ['openings with blanks', '{{ '],
    ['comments', '{{/* '],
    ['quotes', '{{ " '],
    ['backquotes', '{{ ` '],
    ['definitions', '{{ define "x" \n'],
  ])('100,000 %s that nothing closes are said with the first place', (_, piece) => {
    const text = `${podWith('image: i')}x: |\n  ${piece.repeat(100_000)}`;
    expect(read(text, 'helm-template').unreadable[0]?.because).toBe(
      'line 10: a template action that nothing closes',
    );
  });

  it('100,000 actions are read', () => {
    const text = podWith('image: i', `args: ["${'{{ x }}'.repeat(100_000)}"]`);
    expect(containerOf(text).args?.[0]?.text).toHaveLength(700_000);
  });

  it('masking keeps the length, and what is kept is given back', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      '{#',
      '#}',
      '"',
      "'",
      '`',
      '\n',
      ' ',
      'a',
      ':',
      ',',
      '{',
      '}',
      '[',
      ']',
      '/*',
      '*/',
      '-',
      '\\',
      '$',
      '\uE000',
      '\uE001',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 50 }), (pieces) => {
        const text = pieces.join('');
        const masked = maskTemplate(text);
        expect(masked.text).toHaveLength(text.length);
        expect(masked.restore(masked.text)).toHaveLength(text.length);
        for (const { start, end, kept } of masked.actions)
          if (kept) expect(masked.restore(masked.text.slice(start, end))).toBe(text.slice(start, end));
        for (const profile of ['manifest', 'template'])
          kubernetes.facts(`${text}\n${podWith(text)}`, profile);
      }),
      { numRuns: 1500, seed: 11 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { constantOf } from '../../../src/formats/kubernetes/evaluate.ts';
import { isOpenWord, mayBecome, mayBecomeShell } from '../../../src/formats/kubernetes/open-text.ts';
import { containersOf, podWith, read, texts } from './reading.ts';

/** The commands of all alternatives of the one container. */
function commandsOf(...lines: readonly string[]) {
  return containersOf(podWith('image: i', ...lines), 'template').map((one) => texts(one.command));
}

describe('actions that stand inside of a word', () => {
  it.each<readonly [lesson: string, lines: readonly string[], command: readonly string[]]>([
    ['an empty string at a key', ['{{ "" }}command: [sh]'], ['sh']],
    ['a comment at a program', ['command: [sh{{/* x */}}, -c]'], ['sh', '-c']],
    ['a comment of Jinja', ['command: [s{# x #}h]'], ['sh']],
    ['a constant', ['command: [{{ printf "%s" "sh" }}, -c]'], ['sh', '-c']],
    ['a constant in pieces', ['command: [{{ "s" }}h]'], ['sh']],
    ['a condition at a key', ['{{- if .x }}command: [sh]{{ end }}'], ['sh']],
    ['a condition at a key, with a blank', ['{{ if .x }} command: [sh]'], ['sh']],
    ['a statement of Jinja', ['{% if x %}command: [sh]{% endif %}'], ['sh']],
    ['a condition around a list', ['command: {{ if .x }}["sh"]{{ end }}'], ['sh']],
    ['a condition around an item', ['command:', '- a', '{{ if .x }}- sh{{ end }}'], ['a', 'sh']],
    ['a condition inside of a word', ['command: [/bin/{{ if .x }}sh{{ end }}]'], ['/bin/sh']],
    ['elements behind a program', ['command: [ "/server"{{ params }} ]'], ['/server', '{{ params }}']],
    ['elements behind a shell', [`command: ['sh'{{ params }}, "-c"]`], ['sh', '{{ params }}', '-c']],
    ['an assignment', ['{{ $x := "a" }}command: [sh]'], ['sh']],
  ])('%s', (_, lines, command) => {
    expect(commandsOf(...lines)).toEqual([command]);
  });

  it('what is not constant stays as written', () => {
    const [container] = containersOf(
      podWith('image: i', '{{ .k }}command: [a]', 'args: [{{ .y }}b]'),
      'template',
    );
    expect(texts(container?.openKeys)).toEqual(['{{ .k }}command']);
    expect(texts(container?.args)).toEqual(['{{ .y }}b']);
  });

  it('both texts of an else may be written', () => {
    const text = podWith(
      'image: {{ if .x }}a{{ else }}b{{ end }}',
      '{{ if .x }}command{{ else }}args{{ end }}: [sh]',
    );
    const [container] = containersOf(text, 'template');
    expect(container?.image?.text).toBe('a{{ else }}b');
    expect(container?.openKeys).toHaveLength(1);
  });

  it('a word that only an action keeps apart does not hide the workload from the look before reading', () => {
    const text = podWith('image: i')
      .replace('containers', 'con{{/**/}}tainers')
      .replace('Pod', '{{ "Pod" }}');
    expect(read(text, 'helm-template').workloads).toMatchObject([{ workload: 'Pod' }]);
  });
});

describe('branches of a command', () => {
  it.each<readonly [lesson: string, lines: readonly string[], commands: readonly (readonly string[])[]]>([
    [
      'either program',
      ['command:', '{{ if .x }}', '- a', '{{ else }}', '- sh', '- -c', '{{ end }}', '- b'],
      [['a', 'sh', '-c', 'b'], ['sh', '-c', 'b'], ['b']],
    ],
    [
      'a program and a flag that may be there',
      ['command:', '- a', '{{ if .x }}', '- -d', '{{ end }}', '- b'],
      [['a', '-d', 'b']],
    ],
    [
      'nested conditions',
      ['command:', '{{ if .x }}', '{{ if .y }}', '- a', '{{ end }}', '- sh', '{{ end }}'],
      [['a', 'sh'], ['sh']],
    ],
  ])('%s', (_, lines, commands) => {
    expect(commandsOf(...lines)).toEqual(commands);
  });
});

describe('what an action writes whatever the values are', () => {
  it.each<readonly [action: string, text: string | null]>([
    ['{{ "" }}', ''],
    ['{{- /* x */ -}}', ''],
    ['{# x #}', ''],
    ['{% if x %}', ''],
    ['{% else %}', null],
    ['{{ else if .x }}', null],
    ['{{ define "x" }}', null],
    ['{{ template "x" }}', null],
    ['{{ include "x" . }}', null],
    ['{{ .Values.x }}', null],
    ["{{ 'sh' }}", 'sh'],
    ['<%= "sh" %>', 'sh'],
    ['{{ "[sh]" }}', null],
    ['{{ "a: b" }}', null],
    ['{{ "x', null],
    [`{{ "${'x'.repeat(5000)}" }}`, null],
  ])('%s', (action, text) => {
    expect(constantOf(action)).toBe(text);
  });
});

describe('what an open word may become', () => {
  it.each<readonly [word: string, open: boolean, shell: boolean]>([
    ['{{ .x }}', true, true],
    ['/bin/{{ .x }}', true, true],
    ['{{ .x }}sh', true, true],
    ['ba{{ .x }}', true, true],
    ['{{ .x }}/sh', true, true],
    ['{{ .x }}-controller', true, false],
    ['kube-{{ .x }}', true, false],
    ['{{ .x }}/dns', true, false],
    ['a{{ else }}sh', true, true],
    ['a{{ else }}b', true, false],
    ['@PROGRAM@', true, true],
    ['__PROGRAM__', true, true],
    ['${PROGRAM}', true, true],
    ['$(PROGRAM)', false, false],
    ['/dns', false, false],
  ])('%s', (word, open, shell) => {
    expect([isOpenWord(word), mayBecomeShell(word)]).toEqual([open, shell]);
  });

  it('a key with something open in front is any key that ends so', () => {
    expect(mayBecome('{{ .x }}command', 'command')).toBe(true);
    expect(mayBecome('@X@command', 'command')).toBe(true);
    expect(mayBecome('{{ .x }}-command', 'command')).toBe(false);
    expect(mayBecome('image', 'command')).toBe(false);
  });
});

describe('more alternatives than are looked at are an open program', () => {
  const open = (commands: readonly (readonly string[] | undefined)[]) =>
    commands.at(-1)?.[0]?.startsWith('{{');

  it('keys that are repeated', () => {
    const keys = (count: number) => Array.from({ length: count }, () => 'command: [/dns]');
    expect(commandsOf(...keys(64)).length).toBe(64);
    expect(open(commandsOf(...keys(64)))).toBe(false);
    expect(open(commandsOf(...keys(65), 'command: [sh]'))).toBe(true);
    const args = Array.from({ length: 40 }, () => 'args: [x]');
    expect(open(commandsOf(...keys(2), ...args))).toBe(true);
  });

  it('branches of one list', () => {
    const items = Array.from({ length: 100 }, () => '{{ if .x }}\n    - /dns\n    {{ end }}');
    expect(commandsOf('command:', ...items)).toHaveLength(65);
    expect(open(commandsOf('command:', ...items))).toBe(true);
  });
});

describe('branches of a probe and of a variable', () => {
  it('a probe has every command that a branch writes', () => {
    const text = podWith(
      'image: i',
      'livenessProbe:',
      '  exec:',
      '    {{ if .x }}',
      '    command: [sh]',
      '    {{ else }}',
      '    command: [/dns]',
      '    {{ end }}',
    );
    const [container] = containersOf(text, 'template');
    expect(container?.hooks.map(({ command }) => texts(command.words))).toEqual([['sh'], ['/dns']]);
  });

  it('a variable is the shell that a branch makes it; without branches the last value counts', () => {
    const env = (before: string, between: string) =>
      containersOf(
        podWith('image: i', 'env:', before, '- {name: P, value: sh}', between, '- {name: P, value: /dns}'),
        'template',
      )[0]?.env.P;
    expect(env('{{ if .x }}', '{{ else }}')).toBe('sh');
    expect(env('', '')).toBe('/dns');
  });
});

import { describe, expect, it } from '@jest/globals';
import type { HelmValue } from '../../../src/domain/index.ts';
import { Evaluator } from '../../../src/formats/helm/evaluate.ts';
import { readStatement } from '../../../src/formats/helm/expression.ts';
import { helmChart, helmTemplate, helmValues } from '../../../src/formats/helm/index.ts';
import { parseTemplate } from '../../../src/formats/helm/parse.ts';
import { joined, piecesOf, type TemplateValue, valueFrom } from '../../../src/formats/helm/template-value.ts';

function valuesIn(text: string): HelmValue {
  const [fact] = helmValues.facts(text, 'helm-values');
  if (fact?.kind !== 'helm-values') throw new Error('no values');
  return fact.values;
}

function evaluated(text: string, values: string, helpers = ''): TemplateValue {
  const { nodes } = parseTemplate(helpers);
  const evaluator = new Evaluator({
    root: { kind: 'map', entries: new Map([['Values', valueFrom('values.yaml', valuesIn(values))]]) },
    define: (name) =>
      nodes.flatMap((node) => (node.kind === 'define' && node.name === name ? [node.body] : []))[0],
  });
  const [scope] = evaluator.scopesAt(parseTemplate(''), 0);
  if (scope === undefined) throw new Error('no scope');
  return evaluator.valueOf(text, scope);
}

function textOf(value: TemplateValue): string | undefined {
  const pieces = piecesOf(value);
  return pieces === undefined ? undefined : joined(pieces);
}

describe('files of a chart', () => {
  it.each<readonly [string, string | null, string | null, string | null]>([
    ['charts/dns/Chart.yaml', 'helm-chart', null, null],
    ['values.yaml', null, 'helm-values', null],
    ['charts/dns/values-prod.yaml', null, null, null],
    ['templates/dns.yaml', null, null, 'helm-template'],
    ['dns/templates/_helpers.tpl', null, null, 'helm-template'],
    ['dns/mytemplates/dns.yaml', null, null, null],
  ])('%s', (path, chart, values, template) => {
    expect([helmChart, helmValues, helmTemplate].map((one) => one.profileOf(path))).toEqual([
      chart,
      values,
      template,
    ]);
  });

  it('a chart says its name, versions and what its dependencies are called', () => {
    const text =
      'name: dns\nversion: 1.0.0\nappVersion: "1.10"\ndependencies:\n- name: cache\n  alias: store\n- name: log\n';
    expect(helmChart.facts(text, 'helm-chart')).toMatchObject([
      {
        name: 'dns',
        version: { text: '1.0.0' },
        appVersion: { text: '1.10', span: { start: { line: 3, column: 14 } } },
        dependencies: [{ name: 'cache', alias: 'store' }, { name: 'log' }],
      },
    ]);
  });

  it('values keep what counts for nothing apart from what is absent', () => {
    expect(valuesIn('a: ""\nb: "0"\nc: 0\nd:\ne: []\n__proto__: x\n')).toMatchObject({
      entries: [
        { name: 'a', value: { text: '', empty: true } },
        { name: 'b', value: { text: '0' } },
        { name: 'c', value: { text: '0', empty: true } },
        { name: 'd', value: { kind: 'null' } },
        { name: 'e', value: { kind: 'list', items: [] } },
        { name: '__proto__', value: { text: 'x' } },
      ],
    });
  });

  it.each(['', '- a\n', 'a: {{ x }}: [\n', '\t'])('values that are none say nothing: %j', (text) => {
    expect(helmValues.facts(text, 'helm-values').filter(({ kind }) => kind === 'unreadable')).toEqual([]);
  });
});

describe('an expression', () => {
  it.each([
    '',
    '|',
    'a |',
    '(a',
    'a)',
    '"a',
    '.a b .c |',
    "'ab'",
    '$a, $b, $c := .x',
    '$x :=',
    '.a-b',
    '1abc',
  ])('that is none is not read: %s', (text) => {
    expect(readStatement(text)).toBeNull();
  });

  it('is read with the variables that it sets', () => {
    expect(readStatement('$i, $x := .Values.list')).toEqual({
      sets: ['i', 'x'],
      declares: true,
      pipeline: [[{ kind: 'field', path: ['Values', 'list'] }]],
    });
  });

  it('is not read deeper than anybody writes', () => {
    expect(readStatement(`${'('.repeat(4000)}1${')'.repeat(4000)}`)).toBeNull();
  });
});

describe('a text with values', () => {
  const VALUES =
    'a: one\nb: two\nempty: ""\nzero: 0\nnone:\nyes: true\nlist: [x, y]\nmap: { k: v }\nself: "{{ .Values.a }}!"\n';

  it.each<readonly [string, string]>([
    ['{{ .Values.a }}-{{ .Values.b }}', 'one-two'],
    ['{{- .Values.a -}}', 'one'],
    ['{{ .Values.a | upper | quote }}', 'ONE'],
    [
      '{{ default "x" .Values.empty }}{{ .Values.zero | default "y" }}{{ .Values.gone | default "z" }}',
      'xyz',
    ],
    ['{{ coalesce .Values.empty .Values.none .Values.b }}', 'two'],
    ['{{ or .Values.empty .Values.a }}{{ and .Values.a .Values.b }}', 'onetwo'],
    ['{{ ternary "t" "f" .Values.yes }}{{ ternary "t" "f" (eq .Values.a "x") }}', 'tf'],
    ['{{ if and .Values.yes (not .Values.empty) }}t{{ else }}f{{ end }}', 't'],
    ['{{ if .Values.empty }}t{{ else if eq .Values.a "one" }}u{{ else }}f{{ end }}', 'u'],
    ['{{ with .Values.map }}{{ .k }}{{ end }}{{ with .Values.none }}{{ . }}{{ else }}e{{ end }}', 've'],
    ['{{ $x := .Values.a }}{{ if .Values.yes }}{{ $x = "new" }}{{ end }}{{ $x }}', 'new'],
    ['{{ printf "%s:%v%%" .Values.a .Values.zero }}', 'one:0%'],
    ['{{ join "," .Values.list }}{{ index .Values.list 1 }}{{ (index .Values.map "k") }}', 'x,yyv'],
    ['{{ (.Values.map).k }}{{ (dict "m" .Values.map).m.k }}', 'vv'],
    [
      '{{ trimSuffix "e" .Values.a }}{{ trimPrefix "t" .Values.b }}{{ trunc 1 .Values.a }}{{ replace "o" "0" .Values.b }}',
      'onwootw0',
    ],
    ['{{ tpl .Values.self . }}', 'one!'],
    ['{{/* nothing */}}{{ .Values.a }}', 'one'],
    ['{{ .Values.gone }}', '{{ .Values.gone }}'],
    ['{{ .Values.a.b }}', '{{ .Values.a.b }}'],
    ['{{ randAlphaNum 5 }}', '{{ randAlphaNum 5 }}'],
    ['{{ printf "%s-%s" .Values.a (env "X") }}', 'one-{{ printf "%s-%s" .Values.a (env "X") }}'],
    ['{{ if env "X" }}t{{ end }}', '{{ if env "X" }}'],
    ['{{ range .Values.list }}{{ . }}{{ end }}', '{{ range }}'],
    ['{{ .Values.a', '{{ .Values.a'],
    ['a{{ else }}b', 'a{{ else }}b'],
    ['a{{ end }}', 'a'],
  ])('%s', (text, expected) => {
    expect(textOf(evaluated(text, VALUES))).toBe(expected);
  });

  it('has helpers that get what they are given', () => {
    const helpers =
      '{{- define "name" -}}\n{{- /* a comment */ -}}\n{{ .k }}{{ $.k }}\n{{- end -}}\n{{ define "outer" }} {{ include "name" .Values.map }} {{ end }}';
    expect(textOf(evaluated('{{ include "outer" . }}', VALUES, helpers))).toBe('vv');
    expect(textOf(evaluated('{{ include "gone" . }}', VALUES, helpers))).toBe('{{ include "gone" . }}');
  });

  it('knows the places of the values in it', () => {
    const value = evaluated('{{ .Values.a }}:{{ .Values.b }}', VALUES);
    expect(piecesOf(value)?.map(({ at }) => at?.start.line)).toEqual([1, undefined, 2]);
  });
});

describe('hostile templates', () => {
  it.each<readonly [string, string]>([
    ['blocks without end', '{{ if x }}'.repeat(20_000)],
    ['ends without blocks', '{{ end }}'.repeat(20_000)],
    ['others without blocks', '{{ else }}'.repeat(20_000)],
    ['a long pipeline', `{{ .a ${'| b '.repeat(2000)}}}`],
    ['parentheses', `{{ ${'('.repeat(8000)} }}`],
    ['quotes', `{{ ${'"a" '.repeat(2000)} }}`],
    ['variables that double', `{{ $x := "aaaaaaaa" }}${'{{ $x = print $x $x }}'.repeat(200)}{{ $x }}`],
    ['names of objects', '{{ .__proto__.polluted }}{{ $constructor := .constructor }}{{ toString . }}'],
  ])('%s', (_, text) => {
    const pieces = piecesOf(evaluated(text, 'a: 1\n'));
    expect((pieces ?? []).reduce((sum, piece) => sum + piece.text.length, 0)).toBeLessThan(3_000_000);
  });

  it('aliases that repeat each other are kept within bounds', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++)
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    const facts = helmValues.facts(`${lines.join('\n')}\n`, 'helm-values');
    expect(JSON.stringify(facts).length).toBeLessThan(5_000_000);
  });
});

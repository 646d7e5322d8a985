import { describe, expect, it } from '@jest/globals';
import { literalWords, plainReference } from '../../src/resolve/templates.ts';

describe('an image reference of a template', () => {
  it.each<readonly [string, string, boolean]>([
    ['registry.k8s.io/dns:1', 'registry.k8s.io/dns:1', false],
    ["{{ pillar.get('image', 'registry.k8s.io/dns') }}:1", 'registry.k8s.io/dns:1', false],
    ["{{pillar.get('a','x')}}/{{ pillar.get( 'b' , 'y' ) }}", 'x/y', false],
    ['{{ .Values.image | default "registry.k8s.io/dns" }}', 'registry.k8s.io/dns', false],
    ['{{- default "registry.k8s.io/dns" .Values.image -}}', 'registry.k8s.io/dns', false],
    ['{{ .Values.image }}', '{{ .Values.image }}', true],
    ["{{ pillar['image'] }}:1", "{{ pillar['image'] }}:1", true],
    ['registry.k8s.io/${NAME}:1', 'registry.k8s.io/${NAME}:1', true],
    ['registry.k8s.io/dns:{{ .Values.tag }}', 'registry.k8s.io/dns:{{ .Values.tag }}', false],
    ['{{ .Values.image | default .Values.other }}', '{{ .Values.image | default .Values.other }}', true],
    ['{{ never closed', '{{ never closed', true],
  ])('%s', (text, reference, open) => {
    expect(plainReference(text)).toEqual({ reference, open });
  });

  it('is open where it is longer than any name', () => {
    const text = '{{'.repeat(5000);
    expect(plainReference(text)).toEqual({ reference: text, open: true });
  });
});

describe('words that an action writes whatever the values are', () => {
  it.each<readonly [string, readonly string[] | undefined]>([
    ['{{ "sh" }}', ['sh']],
    ['{{- "sh" | quote -}}', ['sh']],
    ['{{ `sh` | squote }}', ['sh']],
    ['{{ quote "sh" }}', ['sh']],
    ['{{ list "sh" "-c" "a \\"b\\"" | toJson }}', ['sh', '-c', 'a "b"']],
    ['{{ list "sh" "-c" "x" | toYaml | nindent 12 }}', ['sh', '-c', 'x']],
    ['{{ .Values.command }}', undefined],
    ['{{ printf "%s" .x }}', undefined],
    ['{{ "sh" | upper }}', ['SH']],
    ['{{ printf "%s/%s" "/bin" "sh" | quote }}', ['/bin/sh']],
    ['{{ (print "s" "h") }}', ['sh']],
    ['{{ b64dec "c2g=" }}', ['sh']],
    ['{{ default "sh" "" }}', ['sh']],
    ['{{ default "sh" .Values.shell }}', undefined],
    ['{{ list "/bin" "sh" | join "/" }}', ['/bin/sh']],
    ['{{ "sh" | unknown }}', undefined],
    ['{{ ((((((((("sh"))))))))) }}', undefined],
    ['{{/* sh */}}', undefined],
    ['sh', undefined],
    ['{{ "sh', undefined],
  ])('%s', (text, words) => {
    expect(literalWords(text)).toEqual(words);
  });
});

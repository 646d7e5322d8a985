import { describe, expect, it } from '@jest/globals';
import type { Alternative, Location, Value } from '../../../src/domain/index.ts';
import { literal, locate, open } from '../../../src/domain/index.ts';
import { expand, globalScope } from '../../../src/formats/dockerfile/evaluate.ts';
import { dockerfileOf } from './reading.ts';

const AT: Location = { path: 'D', start: { line: 9, column: 1 }, end: { line: 9, column: 2 } };

function show({ parts }: Alternative): string {
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.open}>`)).join('');
}

/** The alternatives of a value, open variables in angle brackets. */
function shown(value: Value): readonly string[] {
  return value.alternatives.map(show);
}

const VARIABLES: Readonly<Record<string, Value>> = {
  X: literal('registry.io/img:1.2.3'),
  EMPTY: literal(''),
  NAME: literal('debian'),
  OPEN: open('OPEN'),
  ARM: {
    alternatives: [
      { when: [{ subject: 'ARCH', equals: 'arm' }], parts: ['armhf'], chain: [] },
      { when: [{ subject: 'ARCH', equals: 'amd64' }], parts: ['amd64'], chain: [] },
    ],
  },
};

function expandHere(word: string): Value {
  return expand(word, (name) => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined), AT);
}

describe('expansion as Docker does it', () => {
  it.each([
    ['plain', 'debian:12', 'debian:12'],
    ['$x', '$NAME', 'debian'],
    ['a name ends at what cannot be in it', '$NAME-x:$NAME.y', 'debian-x:debian.y'],
    ['${x}', 'a/${NAME}:1', 'a/debian:1'],
    ['quotes go', '"${NAME}":\'1\'', 'debian:1'],
    ['no expansion in single quotes', "'$NAME'", '$NAME'],
    ['escapes', '\\$NAME\\"', '$NAME"'],
    ['a backslash in double quotes', '"\\$a\\x\\\\"', '$a\\x\\'],
    ['a lone dollar', 'a$ b$', 'a$ b$'],
    ['unknown stays open', 'a-$NOPE', 'a-<NOPE>'],
    ['a default for unknown', '${NOPE:-alpine}', 'alpine'],
    ['a default for open', '${OPEN:-alpine}', 'alpine'],
    ['no default for what is set', '${NAME:-alpine}', 'debian'],
    ['empty counts as unset with a colon', '${EMPTY:-alpine}', 'alpine'],
    ['and as set without', '${EMPTY-alpine}', ''],
    ['nested defaults', '${NOPE:-${NADA:-alpine}}:3', 'alpine:3'],
    ['a default with a variable', '${NOPE:-$NAME}', 'debian'],
    ['a default in quotes', '${NOPE:-"a}b"}', 'a}b'],
    ['plus: set', '${NAME:+-suffix}', '-suffix'],
    ['plus: empty', '${EMPTY:+-suffix}', ''],
    ['plus: undeclared', '${NOPE:+-suffix}', ''],
    ['question mark', '${NAME:?must be set}', 'debian'],
    ['shortest suffix', '${X%:*}', 'registry.io/img'],
    ['longest suffix', '${X%%.*}', 'registry'],
    ['shortest prefix', '${X#*.}', 'io/img:1.2.3'],
    ['longest prefix', '${X##*/}', 'img:1.2.3'],
    ['replace one', '${X/./-}', 'registry-io/img:1.2.3'],
    ['replace all', '${X//./-}', 'registry-io/img:1-2-3'],
    ['a pattern that does not match', '${X%zzz}', 'registry.io/img:1.2.3'],
    ['a pattern on an open value keeps it open', '${OPEN%:*}', '<OPEN>'],
    ['the platform is always set', '${TARGETARCH:-amd64}', '<TARGETARCH>'],
    ['a template action stays as written', '{{ .Base | default "x" }}:1', '{{ .Base | default "x" }}:1'],
    ['a brace that is not closed', 'a${NAME', 'a<${NAME>'],
    ['prototype names are names', '${__proto__}${constructor:-x}', '<__proto__>x'],
  ])('%s: %s', (_lesson, word, expected) => {
    expect(shown(expandHere(word))).toEqual([expected]);
  });

  it('a word that a build argument may add keeps both', () => {
    expect(shown(expandHere('static${OPEN:+-debug}'))).toEqual(['static', 'static-debug']);
    expect(shown(expandHere('${OPEN:+a}${OPEN:+b}'))).toEqual(['', 'ab']);
  });

  it('alternatives keep their conditions and meet only where they agree', () => {
    const value = expandHere('base-$ARM:${ARM}');
    expect(shown(value)).toEqual(['base-armhf:armhf', 'base-amd64:amd64']);
    expect(value.alternatives[0].when).toEqual([{ subject: 'ARCH', equals: 'arm' }]);
  });
});

/** The lines of the chain of the last stage's base, the use included. */
function chainOf(text: string, given: ReadonlyMap<string, Value> = new Map()) {
  const fact = dockerfileOf(text);
  const base = fact.stages.at(-1)?.base;
  if (base === undefined) throw new Error('no stage');
  const value = expand(base.text, globalScope(fact, given, 'D'), locate('D', base.span));
  return { shown: shown(value), lines: value.alternatives[0].chain.map((link) => link.start.line), value };
}

describe('the scope of FROM', () => {
  it.each([
    ['a default', 'ARG BASE=debian\nFROM $BASE', ['debian']],
    ['a default that uses an earlier one', 'ARG V=12\nARG BASE=debian:$V\nFROM $BASE', ['debian:12']],
    ['a default that uses a later one', 'ARG BASE=debian:$V\nARG V=12\nFROM $BASE', ['debian:<V>']],
    ['no default', 'ARG BASE\nFROM $BASE', ['<BASE>']],
    ['the later default wins', 'ARG A=x\nARG A=y\nFROM $A', ['y']],
    ['a bare repetition takes nothing away', 'ARG A=x\nARG A\nFROM $A', ['x']],
    ['an ARG of a stage is not seen', 'FROM x\nARG BASE=debian\nFROM $BASE', ['<BASE>']],
    ['itself', 'ARG X=a$X\nFROM $X', ['a<X>']],
    ['a quoted default', 'ARG BASE="debian:12"\nFROM "${BASE}"', ['debian:12']],
    ['the platform', 'FROM base-$TARGETARCH', ['base-<TARGETARCH>']],
    ['the platform, declared', 'ARG TARGETARCH\nFROM base-$TARGETARCH', ['base-<TARGETARCH>']],
    ['the platform, overridden', 'ARG TARGETARCH=arm64\nFROM base-$TARGETARCH', ['base-arm64']],
  ])('%s', (_lesson, text, expected) => {
    expect(chainOf(text).shown).toEqual(expected);
  });

  it('a build argument wins over the default, for declared names only', () => {
    const given = new Map([['BASE', literal('given')]]);
    expect(chainOf('ARG BASE=debian\nFROM $BASE', given).shown).toEqual(['given']);
    expect(chainOf('FROM $BASE', given).shown).toEqual(['<BASE>']);
  });
});

describe('chains', () => {
  it.each([
    ['a literal base is decided where it is used', 'FROM debian', [1]],
    ['a variable, where its default stands', 'ARG B=debian\nFROM $B', [2, 1]],
    ['through variables', 'ARG A=debian\nARG B=$A\nFROM $B', [3, 2, 1]],
    ['a tag does not decide the base', 'ARG V=12\nFROM debian:$V', [1, 2]],
    ['nor does a registry', 'ARG R=gcr.io\nFROM $R/distroless/static', [1, 2]],
    ['the name does, whatever follows', 'ARG V=12\nARG B=debian\nFROM docker.io/$B:$V', [3, 1, 2]],
    ['a default in the word decides there', 'ARG B\nFROM ${B:-debian}', [2]],
    ['an open one leads to its declaration', 'ARG B\nFROM $B', [2, 1]],
  ])('%s', (_lesson, text, lines) => {
    expect(chainOf(text).lines).toEqual(lines);
  });
});

describe('bounds', () => {
  it('values that double each other end unresolved', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `ARG A${i + 1}=$A${i}$A${i}`).join('\n');
    const { value } = chainOf(`ARG A0=xx\n${lines}\nFROM $A60`);
    expect(value.beyond).toMatch(/characters/);
  });

  it('a chain of more than 32 links ends unresolved', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `ARG A${i + 1}=$A${i}`).join('\n');
    expect(chainOf(`ARG A0=debian\n${lines}\nFROM $A40`).value.beyond).toMatch(/32 links/);
    expect(chainOf(`ARG A0=debian\n${lines}\nFROM $A20`).shown).toEqual(['debian']);
  });

  it('deep nesting and long words end unresolved, never in a crash', () => {
    expect(expandHere('${A:-'.repeat(100)).alternatives).toHaveLength(1);
    expect(expandHere('x'.repeat(5000)).beyond).toMatch(/4096/);
    expect(shown(expandHere(`${'${A:-'.repeat(10)}x${'}'.repeat(10)}`))).toEqual(['x']);
  });
});

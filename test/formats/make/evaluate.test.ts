import { describe, expect, it } from '@jest/globals';
import { BOUNDS } from '../../../src/domain/index.ts';
import { evaluated, recipeOf, recipeTexts, texts } from './reading.ts';

describe('a variable at the end of a makefile', () => {
  it.each<[lesson: string, text: string, expected: readonly string[]]>([
    ['is expanded when it is used', 'X = $(Y)\nY = late\n', ['late']],
    ['is expanded when it is set, with :=', 'Y = early\nX := $(Y)\nY = late\n', ['early']],
    ['keeps the first of two defaults', 'X ?= a\nX ?= b\n', ['a']],
    ['loses its default to an assignment', 'X ?= a\nX = b\n', ['b']],
    ['is appended to', 'X = a\nX += b\n', ['a b']],
    ['is appended to at once, where it is simple', 'X := a\nY = 1\nX += $(Y)\nY = 2\n', ['a 1']],
    ['may be exported or overridden', 'export override X := a\n', ['a']],
    ['may have blanks and tabs around', '\tX\t?=  a  \n', ['a']],
    ['ends at a comment', 'X = a # FROM alpine:3\n', ['a ']],
    ['holds an escaped number sign', 'X = a\\#b\n', ['a\\#b']],
    ['goes on over a backslash', 'X = a \\\n   b\n', ['a b']],
    ['may be written without parentheses', 'B = x\nX = $B\n', ['x']],
    ['may be named by another', 'N = B\nB = x\nX = $($(N))\n', ['x']],
    ['stays open where nothing sets it', 'X = a/$(REGISTRY)/b\n', ['a/<REGISTRY>/b']],
    [
      'is empty where the makefile would set it under what does not hold',
      'SPACE ?=\nifdef SPACE\nPREFIX = $(SPACE)/\nendif\nX = $(PREFIX)a\n',
      ['a'],
    ],
    [
      'stays open as an architecture, whatever sets it elsewhere',
      'ON ?= 0\nifeq ($(ON),1)\nARCH = arm\nendif\nX = a-$(ARCH)\n',
      ['a-<ARCH>'],
    ],
    ['stays open where a shell prints it', 'X = $(shell git describe)\n', ['<shell git describe>']],
    ['knows where it is', 'X = $(notdir $(CURDIR)/a)\n', ['a']],
    ['refers to itself without end', 'X = $(X)\n', ['<?>']],
    ['is what define says', 'define X\na\nb\nendef\n', ['a\nb']],
    ['takes arguments', 'f = $(2)-$(1)\nX = $(call f,a,b)\n', ['b-a']],
    ['is set by eval', '$(eval X := a)\n', ['a']],
    ['is set by eval in a loop', '$(foreach n,1 2,$(eval X += $(n)))\n', ['1 2']],
  ])('%s', (_, text, expected) => {
    expect(texts(evaluated(text).value('X')).map((one) => one.trimEnd())).toEqual(
      expected.map((one) => one.trimEnd()),
    );
  });

  it.each<[call: string, expected: string]>([
    ['$(subst a,b,aca)', 'bcb'],
    ['$(patsubst %.c,%.o,a.c b.h)', 'a.o b.h'],
    ['$(L:.c=.o)', 'a.o b.o'],
    ['$(L:%.c=x/%.o)', 'x/a.o x/b.o'],
    ['$(strip  a   b )', 'a b'],
    ['$(filter %.c,a.c b.h)', 'a.c'],
    ['$(filter-out %.c,a.c b.h)', 'b.h'],
    ['$(findstring b,abc)', 'b'],
    ['$(word 2,a b c)', 'b'],
    ['$(words a b c)', '3'],
    ['$(wordlist 2,3,a b c d)', 'b c'],
    ['$(firstword a b)', 'a'],
    ['$(lastword a b)', 'b'],
    ['$(notdir a/b.c d)', 'b.c d'],
    ['$(dir a/b.c d)', 'a/ ./'],
    ['$(basename a/b.c)', 'a/b'],
    ['$(suffix a/b.c d)', '.c'],
    ['$(addprefix x-,a b)', 'x-a x-b'],
    ['$(addsuffix .x,a b)', 'a.x b.x'],
    ['$(join a b,1 2)', 'a1 b2'],
    ['$(sort b a b)', 'a b'],
    ['$(if ,a,b)', 'b'],
    ['$(if x,a,b)', 'a'],
    ['$(or ,x,y)', 'x'],
    ['$(and x,,y)', ''],
    ['$(foreach n,a b,<$(n)>)', '<a> <b>'],
    ['$(origin L) $(origin NONE)', 'file undefined'],
    ['$(flavor L)', 'recursive'],
    ['$(value L)', 'a.c b.c'],
    ['$(info hello)$(warning hello)x', 'x'],
  ])('%s is %s', (call, expected) => {
    expect(texts(evaluated(`L = a.c b.c\nX := ${call}\n`).value('X'))).toEqual([expected]);
  });
});

describe('conditionals are read in order', () => {
  it('takes what is not set for empty', () => {
    expect(texts(evaluated('ifeq ($(V),1)\nX = a\nelse\nX = b\nendif\nV = 1\n').value('X'))).toEqual(['b']);
  });

  it('lets a default decide', () => {
    const text = 'V ?= 1\nX := alpine\nifeq ($(V), 1)\n\tX := fedora# not alpine\nendif\n';
    expect(texts(evaluated(text).value('X'))).toEqual(['fedora']);
  });

  it('keeps a value for each architecture that is named', () => {
    const text = 'ARCH ?= amd64\nifeq ($(ARCH),amd64)\nX ?= a\nendif\nifeq ($(ARCH),arm)\n  X?=b\nendif\n';
    expect(texts(evaluated(text).value('X'))).toEqual([
      'a if $(ARCH) = amd64',
      'b if $(ARCH) = arm',
      '<X> if $(ARCH) not amd64, arm',
    ]);
  });

  it('joins only what can hold at once', () => {
    const text =
      'ifeq ($(ARCH),arm)\nB = arm-base\nT = 1\nelse ifeq ($(ARCH),arm64)\nB = arm64-base\nT = 2\nelse\nB = base\nT = 3\nendif\nX = $(B):$(T)\n';
    expect(texts(evaluated(text).value('X'))).toEqual([
      'arm-base:1 if $(ARCH) = arm',
      'arm64-base:2 if $(ARCH) = arm64',
      'base:3 if $(ARCH) not arm, arm64',
    ]);
  });

  it('leaves out what ends make', () => {
    const text =
      'ifeq ($(ARCH),arm)\nX = a\nelse ifeq ($(ARCH),amd64)\nX = b\nelse\n$(error no $(ARCH))\nendif\n';
    expect(texts(evaluated(text).value('X'))).toEqual(['a if $(ARCH) = arm', 'b if $(ARCH) = amd64']);
  });

  it('keeps both sides of what a shell decides', () => {
    const text = 'ifneq ($(shell uname),Darwin)\nX = a\nelse\nX = b\nendif\n';
    expect(texts(evaluated(text).value('X'))).toEqual([
      'a if $(shell uname) not Darwin',
      'b if $(shell uname) = Darwin',
    ]);
  });

  it.each<[test: string, expected: string]>([
    ['ifdef A', 'yes'],
    ['ifdef B', 'no'],
    ['ifndef B', 'yes'],
    ['ifeq "$(A)" "a"', 'yes'],
    ["ifneq '$(A)' 'a'", 'no'],
    ['ifeq (,$(findstring x,$(A)))', 'yes'],
  ])('%s: %s', (test, expected) => {
    expect(texts(evaluated(`A = a\n${test}\nX = yes\nelse\nX = no\nendif\n`).value('X'))).toEqual([expected]);
  });
});

describe('chains', () => {
  it('lead over every variable to the line that decides', () => {
    const made = evaluated({
      Makefile: 'include rules.mk\nX = $(BASE)\n',
      'rules.mk': '\nBASE ?= debian:9\n',
    });
    const [only] = made.value('X').alternatives;
    expect(only?.chain.map(({ path, start }) => `${path}:${start.line}`)).toEqual([
      'Makefile:2',
      'rules.mk:2',
    ]);
  });

  it('name the physical line of a long value', () => {
    const [only] = evaluated('X = \\\n  debian:9\n').value('X').alternatives;
    expect(only?.chain.at(-1)?.start.line).toBe(2);
  });
});

describe('recipes', () => {
  it('know their target and prerequisites', () => {
    const text = 'out/a: src/a src/b\n\t@build $@ $< $^ $(@D) $(<F)\n';
    expect(recipeOf(evaluated(text), 'out/a')).toEqual(['build out/a src/a src/a src/b out a']);
  });

  it('see variables as they are at the end, and their own first', () => {
    const text = 'all: X = mine\nall:\n\techo $(X) $(Y)\nX = no\nY = late\n';
    expect(recipeOf(evaluated(text), 'all')).toEqual(['echo mine late']);
  });

  it.each<[lesson: string, text: string, wanted: readonly string[]]>([
    ['append to what the makefile says', 'X = a\nall: X += b\nall:\n\techo $(X)\n', ['echo a b']],
    ['are appended to as they are at the end', 'all: X += b\nall:\n\techo $(X)\nX = late\n', ['echo late b']],
    ['are not set by ?= where the makefile has them', 'X = a\nall: X ?= b\nall:\n\techo $(X)\n', ['echo a']],
    ['see what the target has so far', 'X = a\nall: X = b\nall: Y := $(X)\nall:\n\techo $(Y)\n', ['echo b']],
    ['keep what override has set', 'all: override X = a\nall: X = b\nall:\n\techo $(X)\n', ['echo a']],
    ['lie over those of a pattern', '%.o: X = a\nx.o: X += b\nx.o:\n\techo $(X)\n', ['echo a b']],
    [
      'are told apart by flavor',
      'X = a\nall: X := b\nall:\n\techo $(flavor X) $(value X)\n',
      ['echo simple b'],
    ],
  ])('of a target %s', (_, text, wanted) => {
    expect(recipeOf(evaluated(text), 'all').concat(recipeOf(evaluated(text), 'x.o'))).toEqual(wanted);
  });

  it('see the variables of all that lead to them', () => {
    const text = 'all: A = 1\nimage: B = 2\nall: image\nimage: push\npush:\n\techo $(A)$(B)\nA = 0\nB = 0\n';
    expect([...(recipeTexts(evaluated(text)).get('push') ?? [])].sort()).toEqual([
      'echo 00',
      'echo 02',
      'echo 12',
    ]);
  });

  it('may stand behind a semicolon and hold conditionals', () => {
    const text = 'all: ; one # two\nifdef V\n\tthree\nelse\n\tfour\nendif\n';
    expect(recipeOf(evaluated(text), 'all')).toEqual(['one # two', 'four']);
  });

  it('are made by call and eval, with the origin of each value kept', () => {
    const text =
      'BASE = debian:9\ndefine RULE\nimage-$(1): Dockerfile\n\tdocker build --build-arg BASE=$$(BASE) $(1)\nendef\n$(foreach n,a b,$(eval $(call RULE,$(n))))\n';
    const made = evaluated(text);
    expect(recipeOf(made, 'image-b')).toEqual(['docker build --build-arg BASE=debian:9 b']);
  });
});

describe('hostile makefiles', () => {
  it.each<[lesson: string, text: string]>([
    ['include themselves', 'include Makefile\nX = a\n'],
    ['call themselves', 'f = $(call f,$(1)x)\nX = $(call f,a)\n'],
    [
      'double without end',
      `${Array.from({ length: 40 }, (_, n) => `V${n} = $(V${n + 1})$(V${n + 1})\n`).join('')}X = $(V0)\n`,
    ],
    ['open without end', `X = ${'$('.repeat(20_000)}\n`],
    [
      'have more conditionals than can be kept apart',
      Array.from({ length: 200 }, (_, n) => `ifeq ($(shell ${n}),1)\nX += ${n}\nendif\n`).join(''),
    ],
    ['eval themselves', 'define E\n$$(eval $$(E))\nendef\n$(eval $(E))\nX = a\n'],
  ])('that %s are bounded', (_, text) => {
    // Without a bound none of these would end.
    const made = evaluated(text);
    const { alternatives } = made.value('X');
    expect(alternatives.length).toBeLessThanOrEqual(BOUNDS.alternativesPerValue);
    expect(made.recipes()).toEqual([]);
  });

  it('say that they were cut', () => {
    const cases = Array.from({ length: 70 }, (_, n) => `ifeq ($(ARCH),a${n})\nX = ${n}\nendif\n`).join('');
    const made = evaluated(`${cases}ifeq ($(X),7)\nY = 1\nelse\nY = 2\nendif\n`);
    expect(made.value('X').beyond).toBe('more than 64 alternatives');
    expect(made.value('Y').beyond).toBeDefined();
  });
});

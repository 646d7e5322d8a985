import { describe, expect, it } from '@jest/globals';
import { dockerfileOf, instructionsOf, place, read, unread } from './reading.ts';

function stages(text: string) {
  return dockerfileOf(text).stages.map(({ name, base }) => [base.text, name]);
}

describe('FROM', () => {
  it.each([
    ['a plain image', 'FROM debian:12', [['debian:12', undefined]]],
    ['lower case and several blanks', 'from   debian  aS  Build', [['debian', 'build']]],
    ['quotes stay as written', 'FROM "${BASE}"', [['"${BASE}"', undefined]]],
    ['a digest', 'FROM a@sha256:00 AS x', [['a@sha256:00', 'x']]],
    ['a flag in front', 'FROM --platform=$BUILDPLATFORM golang AS b', [['golang', 'b']]],
    [
      'a stage on a stage',
      'FROM a AS b\nFROM b',
      [
        ['a', 'b'],
        ['b', undefined],
      ],
    ],
    [
      'a template action with blanks is one word',
      'FROM {{ .Values.base }} AS x',
      [['{{ .Values.base }}', 'x']],
    ],
    ['a continuation inside the word', 'FROM deb\\\nian', [['debian', undefined]]],
    ['a lone backslash in front', '\\\nFROM debian', [['debian', undefined]]],
    [
      'CRLF',
      'FROM a\\\r\n:1\r\nFROM b\r\n',
      [
        ['a:1', undefined],
        ['b', undefined],
      ],
    ],
    ['a space of Unicode in front, which Docker trims', '\u00a0FROM debian', [['debian', undefined]]],
  ])('%s', (_lesson, text, expected) => {
    expect(stages(text)).toEqual(expected);
    expect(unread(text)).toEqual([]);
  });

  it('keeps platform and places', () => {
    const [stage] = dockerfileOf('# c\nFROM --platform=linux/amd64 \\\n  busybox AS x').stages;
    expect(stage?.platform?.text).toBe('linux/amd64');
    expect(stage && place(stage.span)).toBe('2:1-3:15');
    expect(stage && place(stage.base.span)).toBe('3:3-3:10');
  });

  it('keeps the stage where more stands on the line, and says so', () => {
    expect(stages('FROM debian # the base')).toEqual([['debian', undefined]]);
    expect(unread('FROM debian # the base')).toEqual([
      'line 1: FROM wants an image, or an image and AS and a name',
    ]);
  });

  it('keeps a stage without an image, so that no stage below changes its number', () => {
    expect(dockerfileOf('FROM\nFROM b').stages.map((stage) => stage.index)).toEqual([0, 1]);
    expect(unread('FROM\nFROM b')).toEqual(['line 1: FROM names no image']);
  });

  it('a comment line never starts a stage, one between continuations neither', () => {
    expect(stages('#FROM a\nFROM b\nRUN x \\\n  # FROM c\n  y')).toEqual([['b', undefined]]);
  });
});

describe('arguments above the first FROM', () => {
  it('reads names, defaults as written, several on a line', () => {
    const { globalArguments } = dockerfileOf('ARG A\nARG B=1 C="x y" D=${B}\nFROM ${C}\nARG E=2');
    expect(globalArguments.map((one) => [one.name, one.default?.text])).toEqual([
      ['A', undefined],
      ['B', '1'],
      ['C', '"x y"'],
      ['D', '${B}'],
    ]);
    expect(globalArguments.map((one) => place(one.span))).toEqual([
      '1:5-1:6',
      '2:5-2:8',
      '2:9-2:16',
      '2:17-2:23',
    ]);
  });

  it('keeps names such as __proto__ as data', () => {
    const { globalArguments } = dockerfileOf('ARG __proto__=evil constructor=x\nFROM a');
    expect(globalArguments.map((one) => one.name)).toEqual(['__proto__', 'constructor']);
    expect(({} as { readonly evil?: unknown }).evil).toBeUndefined();
  });

  it('nothing else may stand there', () => {
    expect(unread('RUN x\nFROM a')).toEqual(['line 1: "RUN" stands above the first FROM']);
  });
});

describe('the escape directive', () => {
  it('makes a backquote continue lines and a backslash plain text', () => {
    const text = '# escape=`\nFROM a\nWORKDIR C:\\\nRUN x `\n  y';
    expect(instructionsOf(text).map((one) => [one.kind, place(one.span)])).toEqual([
      ['workdir', '3:1-3:12'],
      ['run', '4:1-5:4'],
    ]);
  });

  it('counts only at the top: a comment, an unknown directive, a line above it make it a comment', () => {
    for (const above of ['# comment', '# other=1', 'ARG X', '']) {
      const [run] = instructionsOf(`${above}\n# escape=\`\nFROM a\nRUN x \\\n  y`);
      expect(run && place(run.span)).toBe('4:1-5:4');
    }
  });

  it('refuses other characters and a second directive', () => {
    expect(unread('# escape=^\nFROM a')).toHaveLength(1);
    expect(unread('# escape=`\n# escape=\\\nFROM a')).toEqual(['line 2: a second escape directive']);
  });
});

describe('the syntax directive', () => {
  it.each([
    'docker/dockerfile',
    'docker/dockerfile:1',
    'docker/dockerfile:1.7-labs',
    'docker.io/docker/dockerfile:1',
    'docker/dockerfile-upstream:master',
    'docker/dockerfile:1@sha256:00',
  ])('%s is Docker’s own', (syntax) => {
    expect(unread(`# syntax=${syntax}\nFROM a`)).toEqual([]);
  });

  it.each(['evil/dockerfile:1', 'docker/dockerfile2', 'evil.io/docker/dockerfile:1', 'docker/dockerfile/x'])(
    '%s makes the file unreadable',
    (syntax) => {
      const facts = read(`#Syntax = ${syntax}\nFROM gcr.io/distroless/static`);
      expect(facts.map((fact) => fact.kind)).toEqual(['unreadable']);
    },
  );

  it('is found behind a #! line, as BuildKit does, and not behind a comment', () => {
    expect(read('#!/usr/bin/env x\n# syntax=evil/x\nFROM a')[0]?.kind).toBe('unreadable');
    expect(read('# comment\n# syntax=evil/x\nFROM a')[0]?.kind).toBe('dockerfile');
  });
});

describe('what cannot be read', () => {
  it.each([
    ['an empty file', '', 'it holds no FROM instruction'],
    ['comments only', '# nothing\n', 'it holds no FROM instruction'],
    ['no FROM', 'RUN x', 'it holds no FROM instruction'],
    ['a binary file', 'FROM a\0b', 'it holds NUL bytes: not a text file'],
  ])('%s yields no Dockerfile fact', (_lesson, text, because) => {
    expect(read(text).some((fact) => fact.kind === 'dockerfile')).toBe(false);
    expect(unread(text)).toContain(because);
  });

  it('an unknown instruction is said, and the rest is kept', () => {
    const text = 'FROM a\nfoo bar\nUSER x';
    expect(unread(text)).toEqual(['line 2: "foo" is no instruction of a Dockerfile']);
    expect(instructionsOf(text).map((one) => one.kind)).toEqual(['other', 'user']);
  });

  it('words in capitals are what a build rule replaces', () => {
    expect(unread('FROM a\nCROSS_BUILD_COPY qemu-ARCH-static /usr/bin/')).toEqual([]);
  });

  it('is bounded, with the rest counted', () => {
    const told = unread(`FROM a\n${'foo\n'.repeat(100)}`);
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toBe('80 more lines that could not be read');
  });
});

describe('templates', () => {
  it('control flow that may decide which FROM counts is not read over', () => {
    const told = unread(
      '{{ if .Debug }}\nFROM debian\n{{ else }}\nFROM static\n{{ end }}',
      'dockerfile-template',
    );
    expect(told).toHaveLength(3);
    expect(told[0]).toBe('line 1: a template action decides what stands here');
  });

  it('an include may hold anything', () => {
    expect(unread('FROM a\n{{ template "steps" . }}')).toHaveLength(1);
    expect(unread('FROM a\n{% include "steps" %}')).toHaveLength(1);
  });

  it.each(['{{/* a comment */}}', '{{- $x := .Values.y -}}', '{# a comment #}', '{% set x = 1 %}'])(
    '%s leaves nothing in the text',
    (line) => {
      expect(unread(`${line}\nFROM a\n${line}`)).toEqual([]);
    },
  );

  it('a comment does not cover what follows it on its line', () => {
    expect(unread('FROM a\n{{/* x */}}{{ template "steps" . }}')).toHaveLength(1);
  });

  it('lines of a preprocessor are comments to Docker, and none where a file is preprocessed', () => {
    const text = 'FROM a\n#ifdef DEBUG\nFROM b\n#endif';
    expect(unread(text)).toEqual([]);
    expect(unread(text, 'dockerfile-template')).toHaveLength(2);
  });
});

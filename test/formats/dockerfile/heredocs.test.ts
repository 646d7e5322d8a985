import { describe, expect, it } from '@jest/globals';
import type { Instruction } from '../../../src/domain/index.ts';
import { dockerfileOf, instruction, instructionsOf, place, unread } from './reading.ts';

function programs(text: string): readonly (string | undefined)[] | undefined {
  const run: Extract<Instruction, { kind: 'run' }> = instruction('run', text);
  return run.command.script?.commands.map((one) => one.words[0]?.text);
}

describe('COPY with a heredoc', () => {
  it('writes a script where the text begins with #!', () => {
    const copy = instruction(
      'copy',
      'COPY <<EOF <<-B <<C /bin/\n#!/bin/sh\nexec /x\nEOF\n\t#!/usr/bin/env bash\n\tls\n\tB\n#!/usr/bin/python3\nsh()\nC',
    );
    const written = copy.written?.map(({ source, interpreter, script }) => [
      source,
      interpreter,
      script.commands.map((one) => one.words[0]?.text),
    ]);
    expect(written).toEqual([
      ['<<EOF', 'sh', ['exec']],
      ['<<-B', 'bash', ['ls']],
      ['<<C', 'python3', []],
    ]);
    expect(copy.written?.[0] && place(copy.written[0].span)).toBe('3:1-5:1');
  });

  it('writes no script where the text is data', () => {
    expect(instruction('copy', 'COPY <<EOF /etc/x\nsh -c x\nEOF').written).toBeUndefined();
  });
});

describe('RUN with a heredoc', () => {
  it('a bare marker: the body is the script', () => {
    const run = instruction('run', 'RUN <<EOF\nset -e\ncurl x\nEOF\nUSER x');
    expect(run.command.form).toBe('shell');
    expect(run.command.script?.commands.map((one) => one.words[0]?.text)).toEqual(['set', 'curl']);
    expect(run.command.script?.commands[1] && place(run.command.script.commands[1].span)).toBe('4:1-4:7');
    expect(place(run.span)).toBe('2:1-5:4');
  });

  it('a #! line names what runs the body', () => {
    const python = instruction('run', 'RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF').command;
    expect(python).toMatchObject({ form: 'exec', words: [{ text: '/usr/bin/env' }, { text: 'python3' }] });
    expect(python.script).toBeUndefined();
    expect(programs('RUN <<EOF\n#!/bin/bash -e\ncurl x\nEOF')).toEqual(['curl']);
  });

  it('a command with a heredoc starts that command only: the body is its input', () => {
    expect(programs('RUN python3 <<EOF\nimport os\nEOF')).toEqual(['python3']);
    expect(programs('RUN cat <<EOF >/x && chmod +x /x\nrm -rf /\nEOF')).toEqual(['cat', 'chmod']);
  });

  it('several heredocs are read in order, lines of one do not end the other', () => {
    const text = 'RUN cat <<A && cat <<B\nB\nA\nA\nB\nUSER x';
    expect(programs(text)).toEqual(['cat', 'cat']);
    expect(instructionsOf(`FROM a\n${text}`).map((one) => one.kind)).toEqual(['run', 'user']);
  });

  it.each([
    ['quotes', `RUN <<"EOF"\ncurl\nEOF`],
    ['single quotes with a blank', `RUN <<'E F'\ncurl\nE F`],
    ['tabs before the end', 'RUN <<-EOF\n\tcurl\n\tEOF'],
    ['CRLF', 'RUN <<EOF\r\ncurl\r\nEOF\r\n'],
    ['behind a flag', 'RUN --mount=type=cache,target=/c <<EOF\ncurl\nEOF'],
    ['blanks before the name, as newer frontends read it', 'RUN << EOF\ncurl\nEOF'],
  ])('%s', (_lesson, text) => {
    const found = instructionsOf(`FROM a\n${text}\nUSER x`);
    expect(found.map((one) => one.kind)).toEqual(['run', 'user']);
    expect(programs(text)).toEqual(['curl']);
  });

  it.each([
    ['inside quotes', 'RUN echo "<<EOF"'],
    ['a here-string', 'RUN cat <<<EOF'],
    ['not at the start of a word', 'RUN echo $((1<<20))'],
    ['a shift with blanks, which nothing ends', 'RUN echo $((1 << 20))'],
    ['inside JSON', 'RUN ["cat", "<<EOF"]'],
    ['in another instruction', 'CMD cat <<EOF'],
  ])('%s there is none', (_lesson, text) => {
    expect(
      instructionsOf(`FROM a\n${text}\nUSER x`)
        .map((one) => one.kind)
        .at(-1),
    ).toBe('user');
    expect(unread(`FROM a\n${text}\nUSER x`)).toEqual([]);
  });
});

describe('COPY and ADD with a heredoc', () => {
  it('the body is a file, its lines are no instructions', () => {
    const text = 'FROM a\nCOPY <<EOF <<-X /etc/\nFROM evil\nEOF\nRUN evil\n\tX\nUSER x';
    expect(dockerfileOf(text).stages).toHaveLength(1);
    const [copy, user] = instructionsOf(text);
    expect(copy?.kind === 'copy' && copy.sources.map((source) => source.text)).toEqual(['<<EOF', '<<-X']);
    expect(user?.kind).toBe('user');
  });
});

describe('what hides instructions', () => {
  it('a heredoc that nothing ends is said', () => {
    expect(unread('FROM a\nRUN <<EOF\nx')).toEqual(['line 2: the heredoc EOF has no line that ends it']);
  });

  it('an end that another builder takes for a comment is said: it reads the body as instructions', () => {
    for (const name of ['#', '"# x"', '"USER root"']) {
      const end = name.replaceAll('"', '');
      expect(unread(`FROM a\nRUN true <<${name}\nFROM evil\n${end}\n`)).toHaveLength(1);
    }
  });

  it('quotes that do not close make it unclear', () => {
    expect(unread(`FROM a\nRUN true <<X '\nFROM b\n`)).toHaveLength(1);
  });

  it('braces do not keep words together, as BuildKit cuts them', () => {
    expect(
      instructionsOf('FROM a\nRUN echo ${x:- <<EOF }\nUSER y\nEOF\nWORKDIR /z').map((one) => one.kind),
    ).toEqual(['run', 'workdir']);
  });

  it('a heredoc of ONBUILD counts where the inner instruction may have one', () => {
    expect(instructionsOf('FROM a\nONBUILD RUN <<EOF\nUSER x\nEOF').map((one) => one.kind)).toEqual([
      'onbuild',
    ]);
    expect(instructionsOf('FROM a\nONBUILD CMD <<EOF\nUSER x').map((one) => one.kind)).toEqual([
      'onbuild',
      'user',
    ]);
  });
});

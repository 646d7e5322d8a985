import { describe, expect, it } from '@jest/globals';
import { interpreterOf, shell } from '../../../src/formats/shell/index.ts';

describe('the interpreter', () => {
  it.each<[string, string | null]>([
    ['#!/bin/sh\n', 'sh'],
    ['#!/bin/bash -e\r\nls', 'bash'],
    ['#! /bin/dash', 'dash'],
    ['#!/usr/bin/env bash\n', 'bash'],
    ['#!/usr/bin/env -S bash -e\n', 'bash'],
    ['#!/usr/bin/env -Sbash -e\n', 'bash'],
    ['#!/usr/bin/env --split-string=bash -e\n', 'bash'],
    ['#!/usr/bin/env -i A=1 -u B python3\n', 'python3'],
    ['#!/bin/busybox sh\n', 'sh'],
    ['#!/usr/bin/env\n', null],
    ['#!\n/bin/sh', null],
    ['#!', null],
    ['# !/bin/sh', null],
    [' #!/bin/sh', null],
    ['ls\n#!/bin/sh', null],
    ['', null],
    [`#!/bin/sh${' '.repeat(1_000_000)}`, 'sh'],
  ])('%j: %s', (text, interpreter) => {
    expect(interpreterOf(text)).toBe(interpreter);
  });
});

describe('which files', () => {
  it.each(['run.sh', 'a/b.bash', 'x.ksh', 'x.dash'])('%s is a script by its name', (path) => {
    expect(shell.profileOf(path)).not.toBeNull();
    expect(shell.mayMatter('ls', shell.profileOf(path) ?? '')).toBe(true);
  });

  it.each(['entrypoint', 'run.sh.md', 'run.py', 'sh', '.sh/x'])('%s is not', (path) => {
    expect(shell.profileOf(path)).toBeNull();
  });

  it('a file that something refers to is a script by its first line', () => {
    expect(shell.mayMatter('#!/bin/sh\nls', shell.id)).toBe(true);
    expect(shell.mayMatter('\x7fELF\0\0', shell.id)).toBe(false);
  });
});

describe('facts', () => {
  it('one script', () => {
    expect(shell.facts('#!/bin/sh\nexec a "$@"\n', shell.id)).toMatchObject([
      {
        kind: 'script',
        interpreter: 'sh',
        script: { commands: [{ words: [{ text: 'exec' }, { text: 'a' }, { text: '$@' }] }] },
      },
    ]);
  });

  it('the text of another interpreter is not read as shell', () => {
    expect(shell.facts('#!/usr/bin/env python3\nprint("a")\n', shell.id)).toEqual([
      { kind: 'script', interpreter: 'python3', script: { commands: [] } },
    ]);
  });

  it('without a first line it is read as shell', () => {
    expect(shell.facts('ls\n', 'shell-named')).toMatchObject([
      { interpreter: null, script: { commands: [{ words: [{ text: 'ls' }] }] } },
    ]);
  });
});

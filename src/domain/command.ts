import type { Span, Word } from './location.ts';
import type { ShellScript } from './shell.ts';

/** A program start as an image or a manifest declares it. */
export type Command = ExecCommand | ShellCommand;

/** `["executable", "param"]`: no shell is added. */
export interface ExecCommand {
  readonly form: 'exec';
  readonly words: readonly Word[];
  /** The text that a shell among the words is told to run (`sh -c TEXT`), read as shell. */
  readonly script?: ShellScript;
  readonly span: Span;
}

/** Text that the image's shell runs (`/bin/sh -c` unless a SHELL instruction says otherwise). */
export interface ShellCommand {
  readonly form: 'shell';
  /** The text as the shell gets it: continuations joined, comment lines between them left out. */
  readonly text: string;
  readonly script: ShellScript;
  readonly span: Span;
}

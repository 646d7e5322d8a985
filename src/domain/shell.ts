import type { Span, Word } from './location.ts';

/** What a shell text says, as far as Plinth needs it: each simple command in text order. */
export interface ShellScript {
  /** Every simple command, also those in pipelines, lists, functions, substitutions and control flow. */
  readonly commands: readonly SimpleCommand[];
  /** Why the text could not be read to the end; the commands are then those found before it. */
  readonly unreadable?: string;
}

/** One simple command of a script, wherever it stands. */
export interface SimpleCommand {
  /**
   * The command's words without assignments and redirections: quotes removed, expansions left as written
   * (`"$HOME/bin"` becomes `$HOME/bin`). Empty for a bare redirection or assignment.
   */
  readonly words: readonly ShellWord[];
  /** `NAME=value` prefixes or bare assignments. */
  readonly assignments: readonly { readonly name: string; readonly value: string }[];
  /** Redirections of this command, and of the compound commands (`{ …; } >x`, loops) around it. */
  readonly redirections: readonly Redirection[];
  readonly span: Span;
  /** True for what stands in a function body, which runs only when called. */
  readonly inFunction: boolean;
  /** True where the command runs inside `$(…)` or backquotes, so that its output is captured. */
  readonly substituted: boolean;
  /** Its standard output goes into the next command of a pipeline. */
  readonly piped: boolean;
}

/** A word of a command, quotes removed. */
export interface ShellWord extends Word {
  /** False where the word holds an expansion (`$x`, `$(…)`, a glob), so that `text` is not its value. */
  readonly literal: boolean;
}

/** One redirection as written. */
export interface Redirection {
  readonly operator: '>' | '>>' | '>|' | '&>' | '&>>' | '>&' | '<' | '<<' | '<<<' | '<&' | '<>';
  /** The descriptor in front of the operator; null where none is written. */
  readonly descriptor: number | null;
  /** The target word as written without quotes: `/var/log/x.log`, `&1` is written `1` after `>&`. */
  readonly target: string;
  readonly span: Span;
}

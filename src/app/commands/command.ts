import type { Outcome } from '../grants/index.ts';
import type { CommandLine } from './grammar.ts';

/** What a command came to; `text` is Markdown of ours. */
export interface Answer {
  readonly outcome: Outcome;
  readonly text: string;
}

/** Where a command was given. */
export interface CommandContext {
  readonly number: number;
  readonly isOpen: boolean;
  /** Has the pull request judged again, unless it is waiting for that already. */
  recheck(): Promise<void>;
}

/** A command beside its description, from which the help is made. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  /** One clause, as the help lists it. */
  readonly summary: string;
  /** Who may, in words. */
  readonly permission: string;
  /** As somebody would write it. */
  readonly example: string;
  /** Keys that it takes as `key=value`. */
  readonly options: readonly string[];
  run(line: CommandLine, context: CommandContext): Promise<Answer>;
}

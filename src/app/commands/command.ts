import type {
  CommentChange,
  ExceptionEntry,
  GrantEvent,
  Report,
  RuleId,
  RuleMeta,
  StatedException,
} from '../../domain/index.ts';
import type { EffectivePolicy } from '../../policy/index.ts';
import type { MayDecide, Outcome, Person } from '../grants/index.ts';
import type { AppPolicy } from '../ports.ts';
import type { CommandLine } from './grammar.ts';

/** What a command came to; `text` is Markdown of ours. */
export interface Answer {
  readonly outcome: Outcome;
  readonly text: string;
  /** Done once every line of the comment is decided, as it moves the head that they are about; gives the rest of the text. */
  readonly after?: () => Promise<string>;
}

/** An answer to somebody who may not, or to what cannot be. */
export function refused(text: string): Answer {
  return { outcome: 'refused', text };
}

/** An answer to a line that says nothing that is known here. */
export function notUnderstood(text: string): Answer {
  return { outcome: 'not-understood', text };
}

/** The pull request as it was judged just now. */
export interface LookedAt {
  readonly kind: 'judged';
  readonly report: Report;
  readonly policy: AppPolicy;
  /** Where each key of the policy is set, and what is locked; null where nobody can tell. */
  readonly origins: EffectivePolicy | null;
  readonly head: string;
  readonly base: { readonly ref: string; readonly tip: string };
  readonly author: Person | null;
  /** True where the head's check stood there before the comment was written, so that its author could see it (RELIABILITY A01). */
  readonly isShown: boolean;
  /** Entries of the exceptions file of the base branch; empty where it cannot be used. */
  readonly entries: readonly ExceptionEntry[];
  /** What was said about exceptions so far, in its order. */
  events(): readonly GrantEvent[];
  /** Which of the comments that these came from were edited or deleted since. */
  commentChanges(): Promise<readonly CommentChange[]>;
}

/** A look that says nothing, with the reason as a sentence of ours. */
export type Look = LookedAt | { readonly kind: 'not-judged'; readonly why: string };

/**
 * Whether the change's own exceptions file holds an entry: it does, the App committed it just now, or somebody has to write it, for which the App may
 * have left a suggestion on the file.
 */
export type Documented =
  | { readonly kind: 'written' }
  | { readonly kind: 'to-write'; readonly suggested: boolean }
  | { readonly kind: 'committed'; readonly commit: string };

/** What is said about an entry. */
export interface Said {
  readonly kind: GrantEvent['kind'];
  readonly entry: StatedException;
  /** Paths of the definitions that it is for. */
  readonly paths: readonly string[];
  /** What gives the right to say it. */
  readonly permission: string;
}

/** Where a command line was given, and what it may ask for. */
export interface CommandContext {
  readonly number: number;
  /** `owner/name`. */
  readonly repository: string;
  readonly by: Person;
  /** Has the pull request judged again, unless it is waiting for that already. */
  recheck(): Promise<void>;
  /** The same for all commands of a comment. */
  look(): Promise<Look>;
  /** What this line said already, in an attempt whose reply was lost; undefined where nothing was kept. */
  kept(): Promise<GrantEvent | undefined>;
  /** Whether who gives the command may decide on exceptions of the definition at a path. */
  mayDecide(
    look: LookedAt,
    about: { readonly paths: readonly string[]; readonly requesters: readonly number[] },
  ): Promise<MayDecide>;
  /** Keeps it; null, and nothing is kept, where the pull request has another head by now. */
  say(look: LookedAt, said: Said): Promise<GrantEvent | null>;
  /** Writes a granted entry into the change where the App may. */
  document(entry: StatedException): Promise<Documented>;
  readonly rules: ReadonlyMap<RuleId, RuleMeta>;
  /** Address of a rule's page. */
  readonly pageOf: (rule: RuleId) => string;
}

/** Who may give a command: anyone on an open pull request, or whom the policy lets grant exceptions. */
export type MayGive = 'anyone' | 'granters';

/** A `key=value` that a command takes. */
export interface CommandOption {
  readonly key: string;
  /** One clause: what the value is, and what holds without it. */
  readonly meaning: string;
}

/** A command beside its description, from which the help and the guide's page are made. */
export interface Command {
  /** One word, or two: `exception grant`. */
  readonly name: string;
  readonly usage: string;
  /** One clause, as the help lists it. */
  readonly summary: string;
  readonly permission: MayGive;
  /** As somebody would write it. */
  readonly example: string;
  /** How many words it takes at most. */
  readonly words: number;
  readonly options: readonly CommandOption[];
  /** True where the check run names it. */
  readonly isShown: boolean;
  run(line: CommandLine, context: CommandContext): Promise<Answer>;
}

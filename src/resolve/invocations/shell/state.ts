import type { Statement } from 'unbash';
import type { Location } from '../../../domain/index.ts';
import { Environment } from '../../../formats/make/environment.ts';
import { type Conjunction, divide } from '../../../formats/make/guards.ts';
import type { Choice, Piece } from '../../../formats/make/pieces.ts';

/** Levels of functions, scripts and substitutions in each other that are followed. */
export const DEEPEST_CALLS = 48;

/** A text of commands: a script, or a line of a recipe. */
export interface ShellSource {
  /** Path of the file, for what a script asks about itself. */
  readonly path: string;
  /** As it was parsed. */
  readonly text: string;
  /** Text of the file again, where the parsed text is masked. */
  restore(text: string, offset: number): string;
  place(offset: number): Location;
}

/** Where something is expanded or run. */
export interface Site {
  readonly source: ShellSource;
  readonly when: Conjunction;
  /** Levels of functions, substitutions and scripts around it. */
  readonly depth: number;
  /** Place of the substitution in backquotes whose own offsets mean nothing. */
  readonly whole?: number;
  /** Nothing says whether it runs: what it leaves or breaks goes on all the same. */
  readonly mayNotRun?: true;
}

export function placeAt(site: Site, offset: number): Location {
  return site.source.place(site.whole ?? offset);
}

export interface ShellFunction {
  readonly body: readonly Statement[];
  readonly site: Site;
  called: boolean;
  /** Calls of it that are under way. */
  active: number;
}

/** Arguments that are set under conditions, beside those that hold under others. */
export function positionalUnder(when: Conjunction, pieces: readonly Piece[], before: Choice | null): Choice {
  const set = { when, pieces };
  if (when.length === 0 || before === null) return { options: [set] };
  const others = before.options.flatMap((option) =>
    divide(option.when, [when]).outside.map((outside) => ({ when: outside, pieces: option.pieces })),
  );
  return { ...before, options: [set, ...others] };
}

const DEEPEST_REFERENCES = 8;

/** What a shell holds while it runs. */
export class ShellState {
  variables = new Environment();
  readonly exported: Set<string>;
  readonly functions = new Map<string, ShellFunction>();
  /** Names that stand for other variables. */
  references = new Map<string, string>();
  /** Arguments as a list with gaps; null where nobody gives them. */
  positional: Choice | null;

  constructor(positional: Choice | null, exported: Iterable<string> = []) {
    this.positional = positional;
    this.exported = new Set(exported);
  }

  /** The variable that a name stands for. */
  referred(name: string): string {
    let found = name;
    for (let round = 0; round < DEEPEST_REFERENCES; round++) found = this.references.get(found) ?? found;
    return found;
  }
}

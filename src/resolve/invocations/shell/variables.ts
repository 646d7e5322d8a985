// What variables of a shell hold, and the names under which they are kept.
import type { ParsedScript } from 'unbash';
import type { Location } from '../../../domain/index.ts';
import { compatible, joinConditions } from '../../../domain/index.ts';
import { isArchitectureName } from '../../../domain/placeholder.ts';
import type { Held } from '../../../formats/make/environment.ts';
import type { Marks } from '../../../formats/make/marks.ts';
import { type Choice, closed, oneOf, type Piece, under, unsetChoice } from '../../../formats/make/pieces.ts';
import type { ShellState, Site } from './state.ts';

/** What expansions need of the shell around them. */
export interface ShellHost {
  readonly state: ShellState;
  readonly marks: Pick<Marks, 'read'>;
  /** Variables that the shell finds in its environment. */
  readonly environment: ReadonlyMap<string, Choice>;
  /** What a substitution prints. */
  captured(script: ParsedScript, text: string, site: Site): Choice;
  /** Tells that a bound was met; what follows is unresolved. */
  cut(because: string): void;
  /** True where no more work is done. */
  readonly isExhausted: boolean;
  step(): void;
}

const BLANKS = ' \t\n';

/** A variable by its name; what is not set anywhere has an open piece `unset`. */
export function variableOf(host: ShellHost, name: string, at: Location, when: Site['when']): Choice {
  const { state, environment } = host;
  const binding = state.variables.get(state.referred(name));
  const ways = binding.held.flatMap((held): readonly Choice[] => {
    if (!compatible(held.when, when)) return [];
    return [under(definedAs(held, name, environment, at), joinConditions(held.when, when))];
  });
  return oneOf(ways, binding.beyond);
}

function definedAs(
  { definition, when }: Held,
  name: string,
  environment: ReadonlyMap<string, Choice>,
  at: Location,
): Choice {
  if (definition?.flavor === 'simple') return definition.choice;
  const given = environment.get(name);
  if (given !== undefined) return given;
  if (!isArchitectureName(name)) return unsetChoice(name, when, [at]);
  return { options: [{ when: [], pieces: [{ text: name, open: 'architecture', chain: [at] }] }] };
}

/** What cuts unquoted text into fields under the conditions of a place; blanks where that is not decided. */
export function separatorsOf({ state }: ShellHost, { when }: Site): string {
  const [only, second] = state.variables.get('IFS').held.filter((held) => compatible(held.when, when));
  if (second !== undefined || only?.definition?.flavor !== 'simple') return BLANKS;
  return closed(only.definition.choice.options[0]?.pieces ?? []) ?? BLANKS;
}

/** Where the tree's root lies for what builds. */
export const TREE = '/.tree/';

/** An argument that whoever called did not give. */
export const UNSET_ARGUMENT: Piece = { text: 'argument', open: 'unset', elsewhere: true, chain: [] };

/** True for an argument that whoever called did not give: to a test it is empty. */
export function isMissingArgument({ text, open, elsewhere }: Piece): boolean {
  return open !== undefined && elsewhere === true && text === UNSET_ARGUMENT.text;
}

/** An element of an array with keys is a variable of its own. */
export function keyName(name: string, key: string): string {
  return `${name}\u0001${key}`;
}

import type { Location } from '../../domain/index.ts';
import { alikeAsOne, BOUNDS } from '../../domain/index.ts';
import { ALWAYS, type Conjunction, divide, type Guards } from './guards.ts';
import { type Choice, keyOfPieces } from './pieces.ts';

/** Text as it stands in a file, to be expanded when it is used. */
export interface Written {
  readonly text: string;
  readonly at: Location;
  /** Line feeds are its own (`define`, a recipe); else a line feed behind a backslash is a blank. */
  readonly multiline: boolean;
}

/** What a variable holds: text that is expanded at each use, or what it was expanded to; null where it is not set. */
export type Definition = RecursiveDefinition | { readonly flavor: 'simple'; readonly choice: Choice };

export interface RecursiveDefinition {
  readonly flavor: 'recursive';
  readonly written: Written;
  /** What `+=` appended it to. Only for a target is that text which was expanded already. */
  readonly before?: Definition;
  /** A target's `+=`: what the target finds around it comes first. */
  readonly appends?: true;
}

/** What a recursive variable was made of by `+=`, in order. */
export function partsOf(definition: RecursiveDefinition): readonly Definition[] {
  const parts: Definition[] = [];
  let at: Definition | undefined = definition;
  while (at !== undefined) {
    parts.push(at);
    at = at.flavor === 'simple' ? undefined : at.before;
  }
  return parts.reverse();
}

/** The texts that are still to be expanded, in order. */
export function textsOf(definition: RecursiveDefinition): readonly Written[] {
  return partsOf(definition).flatMap((part) => (part.flavor === 'simple' ? [] : [part.written]));
}

export interface Held {
  readonly when: Conjunction;
  readonly definition: Definition | null;
}

/** What a variable holds under which conditions; together they cover every case. */
export interface Binding {
  readonly held: readonly Held[];
  readonly beyond?: string;
}

const UNSET: Binding = { held: [{ when: [], definition: null }] };

/** The variables of a makefile while it is read. */
export class Environment {
  readonly #bindings = new Map<string, Binding>();
  #version = 0;

  /** Rises with each change. */
  get version(): number {
    return this.#version;
  }

  get(name: string): Binding {
    return this.#bindings.get(name) ?? UNSET;
  }

  names(): Iterable<string> {
    return this.#bindings.keys();
  }

  /** The same variables, to be changed apart. */
  copy(): Environment {
    const copy = new Environment();
    for (const [name, binding] of this.#bindings) copy.#bindings.set(name, binding);
    copy.#version = this.#version;
    return copy;
  }

  /** Puts a variable back to what it was. */
  restore(name: string, binding: Binding): void {
    this.#version++;
    this.#bindings.set(name, binding);
  }

  /** Sets a variable where the guards hold, whatever it was before. */
  replace(name: string, guards: Guards, definition: Definition | null): void {
    this.#version++;
    if (guards === ALWAYS) {
      this.#bindings.set(name, { held: [{ when: [], definition }] });
      return;
    }
    const held = guards.map((when): Held => ({ when, definition }));
    const rest = this.#outside(name, guards);
    const isSet = (one: Held): boolean => one.definition !== null;
    this.#keep(name, [...rest.filter(isSet), ...held, ...rest.filter((one) => !isSet(one))]);
  }

  /** Sets a variable where the guards hold; `next` makes the new definition from the old one (null: leave it unset). */
  set(name: string, guards: Guards, next: (held: Held) => Definition | null): void {
    this.#version++;
    const { held, beyond } = this.get(name);
    if (guards === ALWAYS) {
      const made = held.map(({ when, definition }) => ({ when, definition: next({ when, definition }) }));
      this.#keep(name, made);
      return;
    }
    // A value that was cut is unresolved until it is set anew: its cases need not be told apart further.
    if (beyond !== undefined) return;
    const made: Held[] = [];
    for (const old of held) {
      const { inside, outside } = divide(old.when, guards);
      for (const when of inside) made.push({ when, definition: next({ when, definition: old.definition }) });
      for (const when of outside) made.push({ when, definition: old.definition });
      if (made.length > BOUNDS.alternativesPerValue) break;
    }
    this.#keep(name, made);
  }

  /** What the variable holds where none of the guards does. */
  #outside(name: string, guards: Guards): readonly Held[] {
    const { held, beyond } = this.get(name);
    if (beyond !== undefined) return held;
    const rest: Held[] = [];
    for (const { when, definition } of held) {
      for (const outside of divide(when, guards).outside) rest.push({ when: outside, definition });
      if (rest.length > BOUNDS.alternativesPerValue) break;
    }
    return rest;
  }

  #keep(name: string, held: readonly Held[]): void {
    const most = BOUNDS.alternativesPerValue;
    const all = merged(held);
    const beyond = all.length > most ? `more than ${most} alternatives` : this.get(name).beyond;
    const kept = all.slice(0, most);
    this.#bindings.set(name, beyond === undefined ? { held: kept } : { held: kept, beyond });
  }
}

/** A definition that is set whatever holds needs its conditions no more. */
function merged(held: readonly Held[]): readonly Held[] {
  const [first, ...others] = held;
  if (first === undefined || first.definition === null) return held;
  if (others.every((one) => one.definition === first.definition))
    return [{ when: [], definition: first.definition }];
  return held.length > BOUNDS.alternativesPerValue ? withoutRepeats(held) : held;
}

/** Cases in which a variable holds the same text as one, which holds wherever what they share does. */
export function withoutRepeats(held: readonly Held[]): readonly Held[] {
  return alikeAsOne(held, ({ definition }) => keyOfDefinition(definition));
}

/** The same for definitions that hold the same text; any other is only like itself. */
function keyOfDefinition(definition: Definition | null): unknown {
  if (definition?.flavor !== 'simple') return definition;
  const { options, beyond } = definition.choice;
  const [only, second] = options;
  if (only !== undefined && second === undefined && only.when.length === 0 && beyond === undefined)
    return keyOfPieces(only.pieces);
  return JSON.stringify([beyond, options.map(({ when, pieces }) => [when, keyOfPieces(pieces)])]);
}

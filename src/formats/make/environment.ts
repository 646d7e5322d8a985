import type { Location } from '../../domain/index.ts';
import { BOUNDS } from '../../domain/index.ts';
import { ALWAYS, type Conjunction, divide, type Guards } from './guards.ts';
import type { Choice } from './pieces.ts';

/** Text as it stands in a file, to be expanded when it is used. */
export interface Written {
  readonly text: string;
  readonly at: Location;
  /** Line feeds are its own (`define`, a recipe); else a line feed behind a backslash is a blank. */
  readonly multiline: boolean;
}

/** What a variable holds: text that is expanded at each use, or what it was expanded to; null where it is not set. */
export type Definition =
  | { readonly flavor: 'recursive'; readonly written: readonly Written[] }
  | { readonly flavor: 'simple'; readonly choice: Choice };

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

  /** Sets a variable where the guards hold; `next` makes the new definition from the old one (null: leave it unset). */
  set(name: string, guards: Guards, next: (held: Held) => Definition | null): void {
    this.#version++;
    const binding = this.get(name);
    const held: Held[] = [];
    for (const old of binding.held) {
      const { inside, outside } =
        guards === ALWAYS ? { inside: [old.when], outside: [] } : divide(old.when, guards);
      for (const when of inside) held.push({ when, definition: next({ when, definition: old.definition }) });
      for (const when of outside) held.push({ when, definition: old.definition });
    }
    const tooMany = held.length > BOUNDS.alternativesPerValue;
    const beyond = tooMany ? `more than ${BOUNDS.alternativesPerValue} alternatives` : binding.beyond;
    const kept = merged(held).slice(0, BOUNDS.alternativesPerValue);
    this.#bindings.set(name, beyond === undefined ? { held: kept } : { held: kept, beyond });
  }
}

/** A definition that is set whatever holds needs its conditions no more. */
function merged(held: readonly Held[]): readonly Held[] {
  const [first, ...others] = held;
  if (first === undefined || first.definition === null) return held;
  return others.every((one) => one.definition === first.definition)
    ? [{ when: [], definition: first.definition }]
    : held;
}

import type { Names, StarlarkValue } from './values.ts';

/** Names that hold in a function or file, and those around it. */
export class Scope implements Names {
  readonly names: Map<string, StarlarkValue>;
  readonly #outer: Names | null;

  constructor(outer: Names | null, names: Map<string, StarlarkValue> = new Map()) {
    this.#outer = outer;
    this.names = names;
  }

  get(name: string): StarlarkValue | undefined {
    return this.names.get(name) ?? this.#outer?.get(name);
  }

  set(name: string, value: StarlarkValue): void {
    this.names.set(name, value);
  }
}

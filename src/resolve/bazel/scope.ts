import type { StarlarkValue } from './values.ts';

/** Names that hold in a function or file, and those around it. */
export class Scope {
  readonly names: Map<string, StarlarkValue>;
  readonly #outer: Scope | null;

  constructor(outer: Scope | null, names: Map<string, StarlarkValue> = new Map()) {
    this.#outer = outer;
    this.names = names;
  }

  get(name: string): StarlarkValue | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.#outer) {
      const found = scope.names.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  set(name: string, value: StarlarkValue): void {
    this.names.set(name, value);
  }
}

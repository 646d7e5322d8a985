// Which variables a make gives to what it starts. Source: the GNU make manual, section 5.7.2.

/** What `export` and `unexport` have said so far. */
export class Exports {
  readonly #exported = new Set<string>();
  readonly #unexported = new Set<string>();
  #isAll = false;

  add(name: string): void {
    this.#exported.add(name);
    this.#unexported.delete(name);
  }

  /** `export A B`, `unexport A`; without names it is said of all that nothing else is said of. */
  say(names: readonly string[], exported: boolean): void {
    if (names.length === 0) this.#isAll = exported;
    for (const name of names) {
      if (exported) this.add(name);
      else {
        this.#exported.delete(name);
        this.#unexported.add(name);
      }
    }
  }

  /** Those that are exported, of all that there are. */
  among(all: Iterable<string>): readonly string[] {
    return this.#isAll ? [...all].filter((name) => !this.#unexported.has(name)) : [...this.#exported];
  }
}

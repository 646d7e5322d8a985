// What `exit`, `return`, `break` and `continue` end, and how far.
import { type Conjunction, divide, type Guards, impliesAll } from '../../../formats/make/guards.ts';
import type { Site } from './state.ts';

/** Where a shell runs no further. */
export class Exits {
  #left: readonly Conjunction[] = [];
  /** Of the loop around. */
  #broken: readonly Conjunction[] = [];
  /** Of the loop's round. */
  #skipped: readonly Conjunction[] = [];

  isDead(when: Conjunction): boolean {
    return [this.#left, this.#broken, this.#skipped].some((ends) =>
      ends.some((conditions) => impliesAll(when, conditions)),
    );
  }

  /** Where it still runs. */
  rest(when: Conjunction): Guards {
    return divide(when, [...this.#left, ...this.#broken, ...this.#skipped]).outside;
  }

  /** Whoever leaves only under conditions leaves the rest to run under the others. A script's own end is left open: what stands behind it is read. */
  leave(site: Site): void {
    if (site.mayNotRun !== true && (site.when.length > 0 || site.depth > 0))
      this.#left = [...this.#left, site.when];
  }

  breakLoop(site: Site): void {
    if (site.mayNotRun !== true) this.#broken = [...this.#broken, site.when];
  }

  skipRound(site: Site): void {
    if (site.mayNotRun !== true) this.#skipped = [...this.#skipped, site.when];
  }

  /** A function, a subshell, a sourced script: what is left in it goes on behind it. */
  within(act: () => void): void {
    const before = [this.#left, this.#broken, this.#skipped] as const;
    act();
    [this.#left, this.#broken, this.#skipped] = before;
  }

  /** A loop; `round` runs its body once. */
  loop(act: (round: (body: () => void) => void) => void): void {
    const before = [this.#broken, this.#skipped] as const;
    [this.#broken, this.#skipped] = [[], []];
    act((body) => {
      body();
      this.#skipped = [];
    });
    [this.#broken, this.#skipped] = before;
  }

  /** Nothing is left any more. */
  reset(): void {
    [this.#left, this.#broken, this.#skipped] = [[], [], []];
  }
}

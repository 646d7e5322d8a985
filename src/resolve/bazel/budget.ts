/** Evaluation went on for longer than any hand-written file asks for; the message says what was too much. */
export class BeyondBounds extends Error {}

/** `fail(…)` was reached. */
export class Failed extends Error {}

const STEPS_PER_FILE = 400_000;
const STEPS_PER_TREE = 3_000_000;
const DEEPEST = 300;

/** Counts what is evaluated: Starlark always ends, though not always soon. */
export class Budget {
  #tree = 0;
  #file = 0;
  #depth = 0;

  /** A new file begins. */
  begin(): void {
    this.#file = 0;
    this.#depth = 0;
  }

  step(count = 1): void {
    this.#file += count;
    this.#tree += count;
    if (this.#file > STEPS_PER_FILE)
      throw new BeyondBounds(`it takes more than ${STEPS_PER_FILE} steps to evaluate`);
    if (this.#tree > STEPS_PER_TREE)
      throw new BeyondBounds(
        `the Bazel files of the tree take more than ${STEPS_PER_TREE} steps to evaluate`,
      );
  }

  deeper<T>(act: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST)
      throw new BeyondBounds(`its calls and expressions nest more than ${DEEPEST} deep`);
    try {
      return act();
    } finally {
      this.#depth -= 1;
    }
  }
}

/** Numbers that look random and are the same for the same seed (a 32-bit xorshift). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed === 0 ? 1 : seed;
  }

  /** A whole number from 0 up to, not including, `sides`. */
  roll(sides: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % sides;
  }

  pick(words: readonly string[]): string {
    return words[this.roll(words.length)] ?? '';
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.pick(WORDS)).join(' ');
  }
}

const WORDS =
  'cluster node request limit window retry budget sample label metric series storage volume mount queue worker shard leader follower token secret config value default optional timeout interval endpoint gateway route backend traffic policy region zone replica rollout status condition reason message event history'.split(
    ' ',
  );

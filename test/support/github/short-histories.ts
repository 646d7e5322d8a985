// What a short history answers without another process: a start of git costs more than reading a few commits. Where a history is long, or
// has more than one answer, git is asked.
import type { Commit } from './git.ts';

/** Commits that are read here; git has indexes for more. */
const FEW = 100;

export class ShortHistories {
  readonly #commit: (sha: string) => Promise<Commit | null>;
  readonly #known = new Map<string, readonly string[]>();

  constructor(commit: (sha: string) => Promise<Commit | null>) {
    this.#commit = commit;
  }

  /** The one best common ancestor, null where there is none; undefined where git has to say. */
  async mergeBase(one: string, other: string): Promise<string | null | undefined> {
    const [left, right] = [await this.#upTo(one), await this.#upTo(other)];
    if (left === null || right === null) return undefined;
    const common = new Set([...left].filter((sha) => right.has(sha)));
    const below = new Set<string>();
    for (const sha of common) for (const parent of this.#parents(sha)) below.add(parent);
    const best = [...common].filter((sha) => !below.has(sha));
    return best.length < 2 ? (best[0] ?? null) : undefined;
  }

  /** The commits of `to` that `from` has not, oldest first; undefined where git has to say. */
  async between(from: string, to: string): Promise<readonly string[] | undefined> {
    const [before, all] = [await this.#upTo(from), await this.#upTo(to)];
    if (before === null || all === null) return undefined;
    const wanted = new Set([...all].filter((sha) => !before.has(sha)));
    const line: string[] = [];
    for (let at = wanted.has(to) ? to : undefined; at !== undefined; ) {
      line.push(at);
      const next = this.#parents(at).filter((sha) => wanted.has(sha));
      if (next.length > 1) return undefined;
      at = next[0];
    }
    return line.length === wanted.size ? line.reverse() : undefined;
  }

  #parents(sha: string): readonly string[] {
    return this.#known.get(sha) ?? [];
  }

  /** A commit and all that it stands on; null where these are more than a few, or one is not there. */
  async #upTo(sha: string): Promise<ReadonlySet<string> | null> {
    const found = new Set([sha]);
    for (const each of found) {
      const parents = this.#known.get(each) ?? (await this.#commit(each))?.parents;
      if (parents === undefined) return null;
      this.#known.set(each, parents);
      for (const parent of parents) found.add(parent);
      if (found.size > FEW) return null;
    }
    return found;
  }
}

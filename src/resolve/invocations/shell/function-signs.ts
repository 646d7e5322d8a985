import { mayStartBuilds } from '../../../formats/shell/index.ts';
import type { ShellFunction, ShellState } from './state.ts';

/** Signs of a text that builds, makes files, leaves, starts something or sets variables. */
export const DECIDES =
  /=|docker|podman|buildah|nerdctl|\bimg\b|\bko\b|\bmake\b|kaniko|skopeo|crane|\bkind\b|\bcd\b|pushd|popd|\bread\b|source|\.\s|\.sh\b|\bexit\b|\breturn\b|\beval\b|\$@|\$\{?\d|\$\*|\$\{@|\[@\]|unset|export|local|declare|mapfile|readarray|\bset\b|shift|>\s*[^&\s]|\bsed\b|\bcp\b|\bmv\b|\btee\b/;
/** What tells whether a text is of a kind. */
export interface Signs {
  test(text: string): boolean;
}

const STARTS_BUILDS: Signs = { test: mayStartBuilds };
/** Elements that join a name and a base: `server,debian:12`. */
const JOINED = /[\w-],["']?\$?[\w{]/;
const MOVES = /skopeo|crane|buildctl/;
/** Signs of a text that builds, or lists what is built. */
export const BUILDS: Signs = {
  test: (text) => mayStartBuilds(text) || JOINED.test(text) || MOVES.test(text),
};

/** Which signs functions hold, looked at once each. */
export class FunctionSigns {
  readonly #shell: { readonly state: ShellState };
  readonly #known = new Map<Signs, Map<ShellFunction, boolean>>();
  readonly #words = new Map<ShellFunction, readonly string[]>();

  constructor(shell: { readonly state: ShellState }) {
    this.#shell = shell;
  }

  /** True where a function, or one that it calls, holds such a sign. */
  holds(one: ShellFunction, signs: Signs): boolean {
    const known = this.#known.get(signs) ?? new Map<ShellFunction, boolean>();
    this.#known.set(signs, known);
    const before = known.get(one);
    if (before !== undefined) return before;
    const found = this.#reachedFrom(one).some((inner) => signs.test(textOf(inner)));
    known.set(one, found);
    return found;
  }

  /** True where a script, or a function that it may call, builds, starts something that does, or makes a definition. */
  startsBuilds(script: string): boolean {
    if (STARTS_BUILDS.test(script)) return true;
    return this.#namedIn(wordsOf(script)).some((one) => this.holds(one, STARTS_BUILDS));
  }

  #reachedFrom(one: ShellFunction): readonly ShellFunction[] {
    const reached = new Set([one]);
    for (const inner of reached) {
      const words = this.#words.get(inner) ?? wordsOf(textOf(inner));
      this.#words.set(inner, words);
      for (const other of this.#namedIn(words)) reached.add(other);
    }
    return [...reached];
  }

  #namedIn(words: readonly string[]): readonly ShellFunction[] {
    return words.flatMap((word) => this.#shell.state.functions.get(word) ?? []);
  }
}

function textOf({ site, body }: ShellFunction): string {
  return site.source.text.slice(body[0]?.pos ?? 0, body.at(-1)?.end ?? 0);
}

function wordsOf(text: string): readonly string[] {
  return [...new Set(text.match(/[\w:.-]{2,64}/g) ?? [])];
}

import { DEEPEST_CALLS, type ShellFunction, type ShellState } from './state.ts';

/** Signs of a text that builds, makes files, leaves, starts something or sets variables. */
export const DECIDES =
  /=|docker|podman|buildah|nerdctl|\bimg\b|\bko\b|\bmake\b|kaniko|skopeo|crane|\bkind\b|\bcd\b|pushd|popd|\bread\b|source|\.\s|\.sh\b|\bexit\b|\breturn\b|\beval\b|\$@|\$\{?\d|\$\*|\$\{@|\[@\]|unset|export|local|declare|mapfile|readarray|\bset\b|shift|>\s*[^&\s]|\bsed\b|\bcp\b|\bmv\b|\btee\b/;
/** Signs of a text that builds, or lists what is built. */
export const BUILDS =
  /docker|podman|buildah|nerdctl|\bimg\b|\bko\b|\bmake\b|kaniko|skopeo|crane|buildctl|\bbuild\b|[\w-],["']?\$?[\w{]/;

/** Which signs functions hold, looked at once each. */
export class FunctionSigns {
  readonly #shell: { readonly state: ShellState };

  constructor(shell: { readonly state: ShellState }) {
    this.#shell = shell;
  }

  readonly #known = new Map<RegExp, Map<ShellFunction, boolean>>();

  /** True where a function, or one that it calls, holds such a sign. */
  holds(one: ShellFunction, signs: RegExp, depth = 0): boolean {
    const known = this.#known.get(signs) ?? new Map<ShellFunction, boolean>();
    this.#known.set(signs, known);
    const before = known.get(one);
    if (before !== undefined) return before;
    known.set(one, false);
    const { text } = one.site.source;
    const body = text.slice(one.body[0]?.pos ?? 0, one.body.at(-1)?.end ?? 0);
    const found =
      signs.test(body) ||
      depth > DEEPEST_CALLS ||
      [...new Set(body.match(/[\w:.-]{2,64}/g) ?? [])].some((word) => {
        const inner = this.#shell.state.functions.get(word);
        return inner !== undefined && this.holds(inner, signs, depth + 1);
      });
    known.set(one, found);
    return found;
  }
}

import type { Binding, Environment } from '../../../formats/make/environment.ts';
import type { ShellState } from './state.ts';
import { codeOf, SOURCING, type SourceText, topLevelOf } from './top-levels.ts';

const NAMED = /\$\{?[#!]?([A-Za-z_]\w*)/g;
const ARGUMENT = /\$\{?[\d@*#]/;
const CHOOSES_BY_ARGUMENT = /^[^\n]*(?:\b(?:if|elif|case|while|for)\b|\[\[?[ \t]|[ \t]&&)[^\n]*\$\{?[\d@*#]/m;
/** What leaves files that somebody may read later. */
const LEAVES =
  /[^\d&>`(<]>>?(?![ \t]*(?:[&>(]|["']?\/dev\/))|(?<![\w.-])(?:cp|mv|ln|install|rsync|tee|dd|g?sed|perl)[ \t]/;
const MOST_NAMES = 64;

/** A script that does nothing to images. */
interface IdleScript {
  /** Variables that decide what it sources, as they were when it was started. */
  readonly variables: readonly (readonly [string, Binding])[];
  /** Nothing is known of what it prints. */
  readonly printsUnknown: boolean;
}

/** Scripts that do nothing to images, however often they are started: the same libraries are sourced each time. */
export class IdleScripts {
  readonly #known = new Map<string, IdleScript>();

  /** One that did nothing before, and would source the same now. */
  find(text: string, { variables }: ShellState): IdleScript | undefined {
    const known = this.#known.get(text);
    const isSame = known?.variables.every(([name, binding]) => variables.get(name) === binding);
    return isSame === true ? known : undefined;
  }

  /** Keeps that a script, the first of the sources, did nothing. */
  keep(
    text: string,
    sources: readonly SourceText[],
    { variables, printsUnknown }: { readonly variables: Environment; readonly printsUnknown: boolean },
  ): void {
    const codes = sources.map(codeOf);
    const [own = ''] = codes;
    if (LEAVES.test(own) || codes.some((code) => sourcedIn(code).some((one) => ARGUMENT.test(one)))) return;
    if (sources.some((one) => CHOOSES_BY_ARGUMENT.test(topLevelOf(one).code))) return;
    const names = deciding(codes);
    if (names.size > MOST_NAMES) return;
    const held = [...names].map((name) => [name, variables.get(name)] as const);
    this.#known.set(text, { variables: held, printsUnknown });
  }
}

/** Variables in the names of files that are sourced, and in what those variables are set to. */
function deciding(codes: readonly string[]): ReadonlySet<string> {
  const names = new Set(codes.flatMap(sourcedIn).flatMap(namedIn));
  for (const name of names) {
    if (names.size > MOST_NAMES) break;
    const set = new RegExp(`(?<!\\w)${name}\\+?=[^\\n]*`, 'g');
    const lines = codes.flatMap((code) => code.match(set) ?? []);
    for (const one of lines.flatMap(namedIn)) names.add(one);
  }
  return names;
}

function sourcedIn(code: string): readonly string[] {
  return code.match(SOURCING) ?? [];
}

function namedIn(text: string): readonly string[] {
  return [...text.matchAll(NAMED)].map((match) => match[1] ?? '');
}

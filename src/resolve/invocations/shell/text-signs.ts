// What the text of a script or function tells without being run: which words it has, what it looks at, whether it may build.
import type { ParsedScript } from 'unbash';
import { mayStartBuilds } from '../../../formats/shell/index.ts';
import { makesCommands } from './dynamic-words.ts';
import { readsIn } from './effects.ts';
import { SOURCING, type SourceText, withoutFunctions } from './top-levels.ts';

/** Elements that join a name and a base: `server,debian:12`. */
const JOINED = /[\w-],["']?\$?[\w{]/;
const MOVES = /skopeo|crane|buildctl/;

/** Signs of a text that builds, or lists what is built. */
export function buildsOrLists(text: string): boolean {
  return mayStart(text) || JOINED.test(text) || MOVES.test(text);
}

/** Words of a text that may be names of functions, each once. */
export function wordsOf(text: string): readonly string[] {
  return [...new Set(text.match(/[\w:.-]{1,64}(?:\/[\w:.-]{1,64})?/g)?.flatMap(withParts) ?? [])];
}

/** `image/make` may be a name, and so may its parts. */
function withParts(word: string): readonly string[] {
  return word.includes('/') ? [word, ...word.split('/')] : [word];
}

/** Words of a text, but for those that name what is sourced (and is looked through as well) or looked for. */
export function actingWords(text: string): readonly string[] {
  return wordsOf(
    text.replace(SOURCING, '\n').replace(/\[\[?[ \t]+(?:![ \t]+)?-[a-z][ \t]+\S{1,200}[ \t]+\]\]?/g, ''),
  );
}

/** Names of functions whose output is kept somewhere in a text. */
function capturedIn(text: string): readonly string[] {
  const starts = text.matchAll(/(?:\$\(|`|<\()\s*(?:\w+=\S*\s+)*([\w:.-]{1,64})/g);
  const piped = text.matchAll(
    /(?:^|[;&|({]|\b(?:then|do|else|if))[ \t]*([\w:.-]{1,64})\b[^\n;&|]*(?:\|(?!\|)|(?<!\d)>(?!&))/gm,
  );
  return [...starts, ...piped].map((match) => match[1] ?? '');
}

const givenNames = new WeakMap<ParsedScript, Map<string, readonly string[]>>();

/** Words that may be names, behind each call of a function in a text. */
export function namesGivenTo(name: string, { script, text }: SourceText): readonly string[] {
  const known = givenNames.get(script) ?? new Map<string, readonly string[]>();
  givenNames.set(script, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  const names = new Set<string>();
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const rest = /^[ \t]+([^\n;&|)]{1,400})/.exec(text.slice(at + name.length, at + name.length + 420));
    for (const word of rest?.[1]?.match(/[A-Za-z_]\w*/g) ?? []) names.add(word);
  }
  known.set(name, [...names]);
  return [...names];
}

/** What a text looks at outside its functions, and the functions whose output it keeps anywhere. */
interface LookedAt {
  readonly reads: readonly string[];
  readonly keeps: readonly string[];
}

const lookedThrough = new WeakMap<ParsedScript, LookedAt>();

/** Looked through once: libraries are sourced by many scripts. */
export function lookedAt({ script, text }: SourceText): LookedAt {
  const before = lookedThrough.get(script);
  if (before !== undefined) return before;
  const reads = readsIn(withoutFunctions({ script, text })).map(({ name }) => name);
  const found = { reads: [...new Set(reads)], keeps: [...new Set(capturedIn(text))] };
  lookedThrough.set(script, found);
  return found;
}

const starting = new Map<string, boolean>();
const MOST_LOOKED_AT = 4096;

/** True for a text that may build, start what does, or call what only a run knows. */
export function acts(text: string): boolean {
  return mayStart(text) || makesCommands(text);
}

/** Scripts, libraries and functions are asked about by all that start or source them; each is looked through once. */
export function mayStart(text: string): boolean {
  const before = starting.get(text);
  if (before !== undefined) return before;
  if (starting.size >= MOST_LOOKED_AT) starting.clear();
  const found = mayStartBuilds(text);
  starting.set(text, found);
  return found;
}

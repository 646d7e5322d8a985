import type { Profile } from '../format.ts';
import { isTemplate } from './profile.ts';

/** Quick looks at raw text: linear, and never false for a text that holds a workload or a script. */
export function mayHoldFacts(text: string, profile: Profile): boolean {
  if (mayHoldContainers(text, profile)) return true;
  if (mayHoldScripts(text)) return true;
  const decoded = decodeEscapes(text);
  return decoded !== null && (mayHoldContainers(decoded, profile) || mayHoldScripts(decoded));
}

/** A workload needs a list under `containers` (or init, ephemeral), and a kind where no template brings it. */
function mayHoldContainers(text: string, profile: Profile): boolean {
  return hasContainerList(text) && (isTemplate(profile) || hasKey(text, 'kind'));
}

/** Schemas describe `containers` by a mapping: only what can be a list counts. */
export function hasContainerList(text: string): boolean {
  const padding = new Padding(text);
  for (let at = text.indexOf(CONTAINERS); at !== -1; at = text.indexOf(CONTAINERS, at + CONTAINERS.length)) {
    const colon = padding.skip(at + CONTAINERS.length);
    if (text[colon] === ':' ? mayBeginList(text, padding.skip(colon + 1)) : hasProperties(text, at))
      return true;
  }
  return false;
}

const CONTAINERS = 'ontainers';

/** A dash, a bracket, an alias, an anchor or tag, a template's action, or its mask. */
function mayBeginList(text: string, at: number): boolean {
  const char = text[at] ?? '';
  if (char === '{') return text[at + 1] === '{' || text[at + 1] === '%' || text[at + 1] === '#';
  return char !== '' && ('-[*&!<'.includes(char) || char >= '\uE000');
}

/** True where an anchor or tag stands in front of the word: an alias may use it as a key elsewhere. */
function hasProperties(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && isLetterOrQuote(text.charCodeAt(before))) before--;
  while (before >= 0 && isPadding(text.charCodeAt(before))) before--;
  while (before >= 0 && !isPadding(text.charCodeAt(before))) before--;
  const first = text[before + 1];
  return first === '&' || first === '!';
}

function isLetterOrQuote(code: number): boolean {
  return code === 34 || code === 39 || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function mayHoldScripts(text: string): boolean {
  if (!text.includes('ConfigMap')) return false;
  return text.includes('#!') || SCRIPT_ENDINGS.some((ending) => text.includes(ending));
}

export const SCRIPT_ENDINGS: readonly string[] = ['.sh', '.bash', '.ksh', '.dash'];

/** True where the word stands as a key: only quotes, space and comments between it and a colon. */
export function hasKey(text: string, key: string): boolean {
  const padding = new Padding(text);
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + key.length)) {
    if (text[padding.skip(at + key.length)] === ':') return true;
  }
  return false;
}

/** Skips quotes, space and comments. Remembers the last run, so that words inside of a run do not walk it again. */
class Padding {
  readonly #text: string;
  #runStart = 0;
  #runEnd = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset of the first thing that is no padding. */
  skip(from: number): number {
    const text = this.#text;
    let at = from;
    for (;;) {
      while (isPadding(text.charCodeAt(at))) at++;
      if (text[at] !== '#') break;
      // From inside of a comment, its line's end leads to where the run led that skipped it.
      if (at >= this.#runStart && at < this.#runEnd) return this.#runEnd;
      at = this.#lineEnd(at);
    }
    if (at > this.#runEnd) {
      this.#runStart = from;
      this.#runEnd = at;
    }
    return at;
  }

  #lineEnd(from: number): number {
    const found = this.#text.indexOf('\n', from);
    return found === -1 ? this.#text.length : found;
  }
}

function isPadding(code: number): boolean {
  return code === 32 || code === 34 || code === 39 || code === 9 || code === 10 || code === 13;
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U0000([0-9a-fA-F]{4})|\r?\n[ \t]*)/g;

/** The text with the escapes that can hide a key (`"\x63ontainers"`) resolved; null where it has none. */
function decodeEscapes(text: string): string | null {
  if (!text.includes('\\x') && !text.includes('\\u') && !text.includes('\\U') && !/\\\r?\n/.test(text))
    return null;
  return text.replace(ESCAPE, (_, ...codes: (string | undefined)[]) => {
    const code = codes[0] ?? codes[1] ?? codes[2];
    return typeof code === 'string' ? String.fromCharCode(Number.parseInt(code, 16)) : '';
  });
}

import type { Profile } from '../format.ts';
import { mayHoldActions } from './actions.ts';
import { constantOf } from './evaluate.ts';
import { isTemplate } from './profile.ts';

/** Quick looks at raw text: linear, and never false for a text that holds a workload or a script. */
export function mayHoldFacts(text: string, profile: Profile): boolean {
  if (mayHoldAsWritten(text, profile)) return true;
  const decoded = decodeEscapes(text);
  if (decoded !== null && mayHoldAsWritten(decoded, profile)) return true;
  const plain = withoutConstants(text);
  return plain !== null && mayHoldAsWritten(plain, profile);
}

function mayHoldAsWritten(text: string, profile: Profile): boolean {
  return (
    mayHoldContainers(text, profile) || mayHoldScripts(text) || mayHoldBrokenPod(text) || mayHoldSteps(text)
  );
}

/** Tekton calls its containers steps. */
function mayHoldSteps(text: string): boolean {
  return text.includes('tekton.dev/') && hasKey(text, 'steps') && hasImageText(text);
}

/** A workload needs containers, and a kind where no template brings it. */
function mayHoldContainers(text: string, profile: Profile): boolean {
  return (
    (hasContainerList(text) || hasOtherContainers(text)) && (isTemplate(profile) || hasKey(text, 'kind'))
  );
}

/** Containers in a mapping, or one alone: words that schemas are full of, which never say what the image is. */
function hasOtherContainers(text: string): boolean {
  if (!OTHER_HOLDERS.some((word) => text.includes(word)) || !text.includes('apiVersion')) return false;
  return hasImageText(text) && OTHER_HOLDERS.some((word) => hasKey(text, word));
}

const OTHER_HOLDERS: readonly string[] = ['ontainers', 'ontainer', 'sidecars', 'script'];

const LONGEST_IMAGE = 300;
const IS_MAPPING = /^[[{]|^[^#]*:(?:\s|$)/;

/** True where `image` has text for its value, and no mapping as in a schema. */
function hasImageText(text: string): boolean {
  const padding = new Padding(text);
  for (let at = text.indexOf('image'); at !== -1; at = text.indexOf('image', at + 5)) {
    const colon = padding.skip(at + 5);
    if (text[colon] !== ':') continue;
    const from = padding.skip(colon + 1);
    const value = /^[^\n,}]*/.exec(text.slice(from, from + LONGEST_IMAGE))?.[0] ?? '';
    if (text.startsWith('{{', from) || (value !== '' && !IS_MAPPING.test(value.replace(/["']/g, ''))))
      return true;
  }
  return false;
}

/** Kinds whose objects hold containers and nothing much else: where one cannot be read, that is said. */
const POD_KINDS =
  /^(?:Pod|Deployment|DaemonSet|StatefulSet|ReplicaSet|ReplicationController|Job|CronJob)(?![\w-])/;

/** True for a text that says it is a workload, in so many words. */
export function mayHoldBrokenPod(text: string): boolean {
  return text.includes('apiVersion') && hasKind(text, POD_KINDS);
}

const LONGEST_KIND = 200;

/** True where the value of some `kind` begins like this, behind its properties; an alias may stand for it. */
function hasKind(text: string, kinds: RegExp): boolean {
  const padding = new Padding(text);
  for (let at = text.indexOf('kind'); at !== -1; at = text.indexOf('kind', at + 4)) {
    const colon = padding.skip(at + 4);
    if (text[colon] !== ':') continue;
    const value = padding.skip(colon + 1);
    const written = text.slice(value, value + LONGEST_KIND).replace(/^(?:[&!]\S{0,60}\s{1,9}){0,3}["']?/, '');
    if (written.startsWith('*') || kinds.test(written)) return true;
  }
  return false;
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

/** Objects that hold files or variables, with a script or a shell's name in them, plain or in base64. */
function mayHoldScripts(text: string): boolean {
  if (hasKey(text, 'configMapGenerator') || hasKey(text, 'secretGenerator')) return true;
  if (!text.includes('ConfigMap') && !text.includes('Secret')) return false;
  if (!hasKind(text, FILE_KINDS)) return false;
  if (text.includes('#!') || text.includes(ENCODED_SCRIPT)) return true;
  return SCRIPT_ENDINGS.some((ending) => text.includes(ending)) || SHELL_VALUE.test(text);
}

const FILE_KINDS = /^(?:ConfigMap|Secret)(?![\w-])|^\{\{/;

/** `#!/` in base64. */
const ENCODED_SCRIPT = 'IyEv';

/** A shell as a word of its own, or as the end of a path. */
const SHELL_VALUE = /[\s"'/:](?:ba|da|a|k|mk|z|c|tc|fi|rba)?sh(?=["'\s,}\]]|$)/i;

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

/** Actions that hide a word from a look at the text by what they write: a comment, a constant. */
const HIDING = /\{\{-?\s{0,8}["`/][^{}]{0,200}\}\}|\{#[^{}#]{0,200}#\}/g;

/** The text with such actions as what they write; null where it has none. */
function withoutConstants(text: string): string | null {
  if (!mayHoldActions(text)) return null;
  const plain = text.replace(HIDING, (action) => constantOf(action) ?? action);
  return plain === text ? null : plain;
}

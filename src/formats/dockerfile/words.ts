import type { Word } from '../../domain/index.ts';
import { isBlank, isSpace, type Slice, textOf, trim } from './source.ts';

export function wordOf(slice: Slice): Word {
  return { text: textOf(slice), span: slice.of.spanOf(slice.start, slice.end) };
}

/** Words between blanks; quotes mean nothing here (FROM, COPY). A template's action `{{ … }}` stays in one word, a make function as well. */
export function plainWords(slice: Slice): readonly Slice[] {
  const { text } = slice.of;
  const words: Slice[] = [];
  let at = slice.start;
  while (at < slice.end) {
    if (isBlank(text[at])) {
      at++;
      continue;
    }
    const start = at;
    while (at < slice.end && !isBlank(text[at])) at = afterPlainCharacter(text, at, slice.end);
    words.push({ of: slice.of, start, end: at });
  }
  return words;
}

const LONGEST_ACTION = 1024;

/** What make would put in: `$(shell git describe)`, `${patsubst %.c,%.o,$(X)}`. Docker knows no such thing. */
const MAKE_FUNCTION =
  /\$[({](?:shell|subst|patsubst|strip|word|words|wordlist|firstword|lastword|filter|filter-out|sort|dir|notdir|basename|addprefix|addsuffix|join|wildcard|realpath|abspath|if|or|and|foreach|call|value|file|info|error|warning|eval|origin)[ \t]/y;

/** The end of a call of a make function that begins at `at`; null where none does. */
export function makeFunctionEnd(text: string, at: number, end: number): number | null {
  MAKE_FUNCTION.lastIndex = at;
  if (text[at] !== '$' || !MAKE_FUNCTION.test(text)) return null;
  const opens = text[at + 1] ?? '';
  const closes = opens === '(' ? ')' : '}';
  let depth = 0;
  for (let next = at + 1; next < Math.min(end, at + LONGEST_ACTION); next++) {
    if (text[next] === opens) depth++;
    else if (text[next] === closes && --depth === 0) return next + 1;
  }
  return null;
}

function afterPlainCharacter(text: string, at: number, end: number): number {
  const construct = makeFunctionEnd(text, at, end);
  if (construct !== null) return construct;
  if (text[at] !== '{' || text[at + 1] !== '{') return at + 1;
  const close = text.slice(at, Math.min(end, at + LONGEST_ACTION)).indexOf('}}');
  return close < 0 ? at + 2 : at + close + 2;
}

/** Words between blanks that stand outside quotes; quotes and escapes stay in them (ENV, ARG, flags). */
export function quotedWords(slice: Slice, escapeCharacter: string): readonly Slice[] {
  const { text } = slice.of;
  const words: Slice[] = [];
  let at = slice.start;
  while (at < slice.end) {
    if (isSpace(text[at])) {
      at++;
      continue;
    }
    const start = at;
    at = endOfQuotedWord(text, at, slice.end, escapeCharacter);
    words.push({ of: slice.of, start, end: at });
  }
  return words;
}

function endOfQuotedWord(text: string, from: number, end: number, escapeCharacter: string): number {
  let quote: string | null = null;
  let at = from;
  for (; at < end; at++) {
    const character = text[at];
    if (character === escapeCharacter && quote !== "'") {
      at++;
    } else if (quote !== null) {
      if (character === quote) quote = null;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (isSpace(character)) {
      return at;
    }
  }
  return Math.min(at, end);
}

export interface Flag {
  /** Lower case, without the dashes. */
  readonly name: string;
  /** Behind the `=`, quotes around it left out; absent for a flag that is only named. */
  readonly value?: Word;
}

/** The `--name=value` words at the beginning, and what follows them. */
export function flagsOf(slice: Slice): { readonly flags: readonly Flag[]; readonly rest: Slice } {
  const { text } = slice.of;
  const flags: Flag[] = [];
  let rest = trim(slice);
  while (text.startsWith('--', rest.start) && rest.start < rest.end) {
    // Docker takes a backslash for the escape character here, whatever the directive says.
    const end = endOfQuotedWord(text, rest.start, rest.end, '\\');
    if (end - rest.start === 2) {
      rest = trim({ of: slice.of, start: end, end: rest.end });
      break;
    }
    flags.push(flagOf({ of: slice.of, start: rest.start, end }));
    rest = trim({ of: slice.of, start: end, end: rest.end });
  }
  return { flags, rest };
}

function flagOf(slice: Slice): Flag {
  const text = textOf(slice);
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text.slice(2).toLowerCase() };
  const value = withoutQuotes({ of: slice.of, start: slice.start + equals + 1, end: slice.end });
  return { name: text.slice(2, equals).toLowerCase(), value: wordOf(value) };
}

function withoutQuotes(slice: Slice): Slice {
  const { text } = slice.of;
  const first = text[slice.start];
  const quoted =
    slice.end - slice.start > 1 && (first === '"' || first === "'") && text[slice.end - 1] === first;
  return quoted ? { of: slice.of, start: slice.start + 1, end: slice.end - 1 } : slice;
}

/** A string of a JSON array: its text decoded, its place with the quotes. */
export interface JsonString {
  readonly text: string;
  readonly slice: Slice;
}

/** The strings of a JSON array of strings; null for everything else, which Docker takes for shell form. */
export function jsonStrings(slice: Slice): readonly JsonString[] | null {
  const whole = trim(slice);
  const text = textOf(whole);
  if (!text.startsWith('[') || !text.endsWith(']')) return null;
  const values = parsedArray(text);
  if (values === null) return null;
  const strings: JsonString[] = [];
  let at = 0;
  for (const value of values) {
    const start = text.indexOf('"', at);
    const end = endOfJsonString(text, start);
    const place = { of: whole.of, start: whole.start + start, end: whole.start + end };
    strings.push({ text: value, slice: place });
    at = end;
  }
  return strings;
}

function parsedArray(text: string): readonly string[] | null {
  try {
    const values: unknown = JSON.parse(text);
    return Array.isArray(values) && values.every((value) => typeof value === 'string') ? values : null;
  } catch {
    return null;
  }
}

/** The offset behind the closing quote of the string that begins at `start` of valid JSON. */
function endOfJsonString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** For each UTF-16 unit of a JSON string's decoded text its offset in the mapped text, and the end behind the last. */
export function jsonOffsets(string: JsonString): readonly number[] {
  const { slice } = string;
  const { text } = slice.of;
  const offsets: number[] = [];
  let at = slice.start + 1;
  while (at < slice.end - 1) {
    offsets.push(at);
    at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
  }
  offsets.push(slice.end - 1);
  return offsets;
}

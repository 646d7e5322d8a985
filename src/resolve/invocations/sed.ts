import type { Condition } from '../../domain/index.ts';
import type { Replacement } from './build-files.ts';
import { type CommandWord, wordFrom } from './words.ts';

/** A call of sed: what it replaces, and in which files. */
export interface SedCall {
  readonly replacements: readonly Replacement[];
  readonly files: readonly CommandWord[];
  /** `-i`: the files themselves are edited. */
  readonly inPlace: boolean;
}

/** Under what the command runs. */
interface Around {
  readonly when: readonly Condition[];
  readonly beyond?: string;
}

const VALUE_OPTIONS = /^-(?:[nrEsuz]*)([ef])$/;

/** Reads the words behind `sed`. */
export function sedCallOf(words: readonly CommandWord[], around: Around): SedCall {
  const scripts: CommandWord[] = [];
  const files: CommandWord[] = [];
  let inPlace = false;
  let explicit = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) continue;
    const { text } = word;
    const valued = VALUE_OPTIONS.exec(text);
    if (valued !== null) {
      const next = words[++at];
      explicit = true;
      if (valued[1] === 'e' && next !== undefined) scripts.push(next);
    } else if (text.startsWith('--expression=')) {
      explicit = true;
      scripts.push(wordFrom(word, '--expression='.length));
    } else if (/^-e./.test(text)) {
      explicit = true;
      scripts.push(wordFrom(word, 2));
    } else if (/^(-[nrEsuz]*i|--in-place)/.test(text)) inPlace = true;
    else if (text.startsWith('-') && text !== '-') continue;
    else if (text !== '') files.push(word);
  }
  const [first, ...rest] = files;
  if (!explicit && first !== undefined)
    return { replacements: replacementsOf(first, around), files: rest, inPlace };
  return { replacements: scripts.flatMap((script) => replacementsOf(script, around)), files, inPlace };
}

/** Each `s/from/to/` of a script whose pattern is plain text. */
function replacementsOf(script: CommandWord, around: Around): readonly Replacement[] {
  const found: Replacement[] = [];
  const { when, beyond } = around;
  const conditions = beyond === undefined ? { when } : { when, beyond };
  const { text } = script;
  for (let at = 0; at < text.length; ) {
    const start = commandStart(text, at);
    if (start < 0) break;
    const delimiter = text[start + 1] ?? '';
    const middle = delimiterFrom(text, start + 2, delimiter);
    const end = middle < 0 ? -1 : delimiterFrom(text, middle + 1, delimiter);
    if (end < 0) break;
    const from = plainPattern(text.slice(start + 2, middle), delimiter);
    if (from !== null) found.push({ from, to: unescaped(wordFrom(script, middle + 1, end)), ...conditions });
    at = afterFlags(text, end + 1);
  }
  return found;
}

/** The `s` of the next command that substitutes; addresses in front of it are passed over. */
function commandStart(text: string, from: number): number {
  let isStart = true;
  for (let at = from; at < text.length; at++) {
    const character = text[at] ?? '';
    if (isStart && character === 's' && /[^\w\s;]/.test(text[at + 1] ?? '')) return at;
    if (character === ';' || character === '\n' || character === '{' || character === '}') isStart = true;
    else if (isStart && character === '/') {
      const close = delimiterFrom(text, at + 1, '/');
      if (close < 0) return -1;
      at = close;
    } else if (!/[\s\d,$!]/.test(character)) isStart = false;
  }
  return -1;
}

function delimiterFrom(text: string, from: number, delimiter: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    // What make or a shell leaves open is written `$(NAME)`.
    else if (text[at] === '$' && text[at + 1] === '(') at = Math.max(at, text.indexOf(')', at));
    else if (text[at] === delimiter) return at;
  }
  return -1;
}

function afterFlags(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\w]/.test(text[at] ?? '')) at++;
  return at;
}

/** The text that a pattern without real choices matches; null for others. */
function plainPattern(pattern: string, delimiter: string): string | null {
  let plain = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '\\') {
      const next = pattern[++at] ?? '';
      if (/[bB<>]/.test(next)) continue;
      if (/[\w]/.test(next) && next !== delimiter) return null;
      plain += next;
    } else if (character === '^' && at === 0) continue;
    else if (character === '$' && at === pattern.length - 1) continue;
    else if (/[*[\]]/.test(character)) return null;
    else plain += character;
  }
  return plain === '' ? null : plain;
}

/** In the replacement a backslash only protects the next character. */
function unescaped(word: CommandWord): CommandWord {
  if (!word.text.includes('\\')) return word;
  const pieces = word.pieces.map((piece) =>
    piece.open === undefined ? { ...piece, text: piece.text.replace(/\\([^\w])/g, '$1') } : piece,
  );
  return { ...word, text: word.text.replace(/\\([^\w])/g, '$1'), pieces };
}

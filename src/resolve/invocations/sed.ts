import type { Condition } from '../../domain/index.ts';
import { type Pattern, readPattern } from './sed-pattern.ts';
import { type CommandWord, wordFrom } from './words.ts';

/** The lines that a command of sed holds for; `negated` for all others. */
export type Address = { readonly negated?: true } & (
  | { readonly kind: 'line'; readonly number: number }
  | { readonly kind: 'fits'; readonly pattern: Pattern }
  /** From a line to another, or to the next one behind it that fits. */
  | { readonly kind: 'range'; readonly from: number; readonly to: number | Pattern }
);

/** What a command does to the lines of a text. */
export type Edit = { readonly when: readonly Condition[]; readonly beyond?: string } & (
  | {
      readonly kind: 'replace';
      readonly address?: Address;
      readonly pattern: Pattern;
      /** The text that the pattern stands for, where it is plain. */
      readonly plain: string | null;
      readonly to: CommandWord;
      readonly everywhere: boolean;
    }
  /** The line becomes another; null where it goes. */
  | { readonly kind: 'line'; readonly address: Address; readonly to: CommandWord | null }
  /** `t`: where one of so many edits before it replaced something, so many behind it are left out. */
  | { readonly kind: 'leave'; readonly before: number; readonly behind: number }
  /** A change that is not followed, by what makes it. */
  | { readonly kind: 'unknown'; readonly by: string }
);

/** A call of sed: what it changes, and in which files. */
export interface SedCall {
  readonly edits: readonly Edit[];
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

/** Reads the words behind `sed`, or behind `perl -pe`, which replaces in the same notation. */
export function sedCallOf(
  words: readonly CommandWord[],
  around: Around,
  program: 'sed' | 'perl' = 'sed',
): SedCall {
  const call: SedWords = {
    scripts: [],
    files: [],
    inPlace: false,
    extended: program === 'perl',
    explicit: program === 'perl',
    quiet: false,
    file: false,
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) continue;
    noteFlags(call, word.text, program);
    const valued = (program === 'sed' ? VALUE_OPTIONS : /^-[pinlwa0]*(e)$/).exec(word.text);
    if (valued === null) takeWord(call, word);
    else takeValue(call, valued[1], words[++at]);
  }
  if (!call.explicit) call.scripts.push(...call.files.splice(0, 1));
  const { when, beyond } = around;
  const conditions = beyond === undefined ? { when } : { when, beyond };
  const patterns: Pattern[] = [];
  const edits = withJumps(
    call.scripts.flatMap((script) => new SedScript(script, call.extended, conditions, patterns).read()),
  );
  const unread = call.file || call.quiet ? [{ kind: 'unknown', by: program, ...conditions } as const] : [];
  return { edits: [...edits, ...unread], files: call.files, inPlace: call.inPlace };
}

/** `t` goes to the end of all that one call does to a line. */
function withJumps(edits: readonly Edit[]): readonly Edit[] {
  return edits.map((edit, index) =>
    edit.kind === 'leave' ? { ...edit, before: index, behind: edits.length - 1 - index } : edit,
  );
}

/** The words of a call, told apart. */
interface SedWords {
  readonly scripts: CommandWord[];
  readonly files: CommandWord[];
  inPlace: boolean;
  /** The pattern is an extended one. */
  extended: boolean;
  /** An option gives the script, so that no plain word does. */
  explicit: boolean;
  quiet: boolean;
  /** A script of its own file, which is not read. */
  file: boolean;
}

function noteFlags(call: SedWords, text: string, program: 'sed' | 'perl'): void {
  if (/^-[a-z]*i/.test(text) || text.startsWith('--in-place')) call.inPlace = true;
  if (/^-[a-z]*[rE]/.test(text) || text === '--regexp-extended') call.extended = true;
  if (program === 'sed' && /^-[a-z]*n/.test(text)) call.quiet = true;
}

/** `-e SCRIPT`, `-f FILE`. */
function takeValue(call: SedWords, letter: string | undefined, value: CommandWord | undefined): void {
  call.explicit = true;
  if (letter === 'f') call.file = true;
  else if (value !== undefined) call.scripts.push(value);
}

function takeWord(call: SedWords, word: CommandWord): void {
  const { text } = word;
  const joined = /^(?:--expression=|-e(?=.))/.exec(text)?.[0];
  if (joined !== undefined) {
    call.explicit = true;
    call.scripts.push(wordFrom(word, joined.length));
  } else if (text !== '' && !text.startsWith('-')) call.files.push(word);
}

/** Reads the commands of one script. */
class SedScript {
  readonly #word: CommandWord;
  readonly #text: string;
  readonly #extended: boolean;
  readonly #around: Around;
  /** Patterns of the call so far: an empty one means the last that was used. */
  readonly #patterns: Pattern[];
  #at = 0;

  constructor(word: CommandWord, extended: boolean, around: Around, patterns: Pattern[]) {
    this.#word = word;
    this.#text = word.text;
    this.#extended = extended;
    this.#around = around;
    this.#patterns = patterns;
  }

  read(): readonly Edit[] {
    const edits: Edit[] = [];
    for (;;) {
      while (/[\s;{}]/.test(this.#here())) this.#at++;
      if (this.#at >= this.#text.length) return edits;
      const edit = this.#command();
      if (edit === null) return [...edits, this.#unknown()];
      edits.push(edit);
    }
  }

  #here(): string {
    return this.#text[this.#at] ?? '';
  }

  #unknown(): Edit {
    const by = `sed ${this.#text.slice(0, 60)}`;
    return { kind: 'unknown', by, ...this.#around };
  }

  /** Null where the rest cannot be read. */
  #command(): Edit | null {
    if (this.#here() === '#') {
      const feed = this.#text.indexOf('\n', this.#at);
      this.#at = feed < 0 ? this.#text.length : feed;
      return { kind: 'replace', ...NOTHING, to: wordFrom(this.#word, 0, 0), ...this.#around };
    }
    const address = this.#address();
    if (address === null) return null;
    const verb = this.#here();
    this.#at++;
    if (verb === 's') return this.#substitution(address);
    if (verb === 't' && address === undefined && /^[ \t]*(?:[;}\n]|$)/.test(this.#text.slice(this.#at)))
      return { kind: 'leave', before: 0, behind: 0, ...this.#around };
    if (address === undefined) return null;
    if (verb === 'd') return { kind: 'line', address, to: null, ...this.#around };
    if (verb !== 'c') return null;
    // `c\` and a line feed, or the text at once; it goes to the script's end.
    const lead = /^\s*\\?\s*\n?[ \t]*/.exec(this.#text.slice(this.#at, this.#at + 256))?.[0] ?? '';
    const start = this.#at + lead.length;
    this.#at = this.#text.length;
    return { kind: 'line', address, to: wordFrom(this.#word, start), ...this.#around };
  }

  /** Undefined without one; null where it is not followed: ranges from a pattern on, steps, the last line. */
  #address(): Address | undefined | null {
    const digits = /^\d{1,9}/.exec(this.#text.slice(this.#at, this.#at + 9))?.[0];
    let address: Address | undefined;
    if (digits !== undefined) {
      address = { kind: 'line', number: Number(digits) };
      this.#at += digits.length;
      if (this.#here() === ',') return this.#rangeFrom(address.number);
    } else if (this.#here() === '/') {
      const pattern = this.#addressPattern();
      if (pattern === null) return null;
      address = { kind: 'fits', pattern };
    } else if (/[$,~\\]/.test(this.#here())) return null;
    while (this.#here() === ' ') this.#at++;
    if (/[,~]/.test(this.#here())) return null;
    if (this.#here() !== '!') return address;
    this.#at++;
    return address === undefined ? null : { ...address, negated: true };
  }

  #addressPattern(): Pattern | null {
    const end = delimiterFrom(this.#text, this.#at + 1, '/');
    if (end < 0) return null;
    const pattern = this.#pattern(this.#text.slice(this.#at + 1, end), '/', false);
    this.#at = end + 1;
    return pattern;
  }

  /** `1,5` and `1,/^FROM/`. Only lines that decide a base are seen here, so that a range has to end with one of those. */
  #rangeFrom(from: number): Address | null {
    this.#at++;
    while (this.#here() === ' ') this.#at++;
    const digits = /^\d{1,9}/.exec(this.#text.slice(this.#at, this.#at + 9))?.[0];
    if (digits !== undefined) this.#at += digits.length;
    const to = digits === undefined ? (this.#here() === '/' ? this.#addressPattern() : null) : Number(digits);
    while (this.#here() === ' ') this.#at++;
    if (to === null || this.#here() === '!') return null;
    return typeof to === 'number' || beginsLine(to) ? { kind: 'range', from, to } : null;
  }

  #pattern(written: string, delimiter: string, ignoresCase: boolean): Pattern | null {
    if (written === '') return sameAsAll(this.#patterns);
    const text = delimiter === '' ? written : written.replaceAll(`\\${delimiter}`, delimiter);
    const pattern = readPattern(text, { extended: this.#extended, ignoresCase });
    if (pattern !== null) this.#patterns.push(pattern);
    return pattern;
  }

  #substitution(address: Address | undefined): Edit | null {
    const delimiter = this.#here();
    if (delimiter === '' || /[\w\s\\]/.test(delimiter)) return null;
    const start = this.#at + 1;
    const middle = delimiterFrom(this.#text, start, delimiter);
    const end = middle < 0 ? -1 : delimiterFrom(this.#text, middle + 1, delimiter);
    if (end < 0) return null;
    const flags = /^[gGiIpmMw0-9]*/.exec(this.#text.slice(end + 1, end + 16))?.[0] ?? '';
    this.#at = end + 1 + flags.length;
    const written = this.#text.slice(start, middle);
    const pattern = this.#pattern(written, delimiter, /i/i.test(flags));
    if (pattern === null || /[\dwmM]/.test(flags))
      return { kind: 'unknown', by: `sed s${delimiter}${written.slice(0, 60)}${delimiter}`, ...this.#around };
    return {
      kind: 'replace',
      ...(address === undefined ? {} : { address }),
      pattern,
      plain: plainText(pattern),
      to: wordFrom(this.#word, middle + 1, end),
      everywhere: flags.includes('g'),
      ...this.#around,
    };
  }
}

/** Which one was used last depends on the line, where they are not the same. */
function sameAsAll([first, ...rest]: readonly Pattern[]): Pattern | null {
  const written = JSON.stringify(first);
  return first === undefined || rest.some((other) => JSON.stringify(other) !== written) ? null : first;
}

/** It fits the start of FROM or ARG lines alone. */
function beginsLine({ steps }: Pattern): boolean {
  const own = steps.filter(({ kind }) => kind !== 'open' && kind !== 'close');
  const text = own
    .slice(1, 4)
    .map((step) => (step.kind === 'sign' && step.sign.kind === 'one' ? step.sign.text : ''));
  return own[0]?.kind === 'start' && /^(FRO|ARG)$/i.test(text.join(''));
}

const NOTHING = { pattern: { steps: [], ignoresCase: false }, plain: null, everywhere: false } as const;

function delimiterFrom(text: string, from: number, delimiter: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    // What make or a shell leaves open is written `$(NAME)`.
    else if (text[at] === '$' && text[at + 1] === '(') at = Math.max(at, text.indexOf(')', at));
    else if (text[at] === delimiter) return at;
  }
  return -1;
}

/** The text that a pattern without choices stands for, anchors left out; a dot in a name is one. */
function plainText({ steps }: Pattern): string | null {
  let plain = '';
  for (const step of steps) {
    if (step.kind !== 'sign') {
      if (step.kind === 'start' || step.kind === 'end') continue;
      return null;
    }
    if (step.least !== 1 || step.most !== 1) return null;
    if (step.sign.kind === 'one') plain += step.sign.text;
    else if (step.sign.kind === 'any') plain += '.';
    else return null;
  }
  return plain === '' ? null : plain;
}

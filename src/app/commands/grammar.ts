// Which lines of a comment are commands, and what a command line says. Linear in the comment's length.

export const MOST_COMMANDS = 5;
const PREFIX = '/plinth';
const LONGEST_LINE = 2000;

/**
 * The command lines of a comment: those that begin at column 0 with `/plinth`, outside of code, quotes, HTML comments and the signature of an
 * e-mail. One more than is answered at most, so that the reply can say that there were too many.
 */
export function commandLines(body: string): readonly string[] {
  const found: string[] = [];
  let fence: string | null = null;
  let held: Held | null = null;
  let isQuoted = false;
  for (const line of body.split(/\r\n|\n|\r/)) {
    if (held !== null) {
      held = heldBehind(line, held);
      continue;
    }
    const mark = fenceOf(line);
    if (fence !== null) {
      if (mark !== null && closes(mark, fence, line)) fence = null;
      continue;
    }
    isQuoted = quotesNext(line, isQuoted);
    if (mark !== null) {
      fence = mark;
      continue;
    }
    if (line === SIGNATURE) break;
    if (isCommand(line) && !isQuoted) found.push(line.slice(0, LONGEST_LINE));
    held = heldBehind(withoutSpans(line), null);
    if (found.length > MOST_COMMANDS) break;
  }
  return found;
}

/** Mail programs write it in front of what they add to every message. */
const SIGNATURE = '-- ';

function isCommand(line: string): boolean {
  return line === PREFIX || line.startsWith(`${PREFIX} `) || line.startsWith(`${PREFIX}\t`);
}

/** The characters that open or close a fence: at most three blanks, then at least three of a kind. */
function fenceOf(line: string): string | null {
  return /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
}

function closes(mark: string, fence: string, line: string): boolean {
  return mark[0] === fence[0] && mark.length >= fence.length && line.trim() === mark;
}

/** Whether a line stands in a quote: a line below a quoted one belongs to that one's paragraph, with or without its `>`. */
function quotesNext(line: string, isQuoted: boolean): boolean {
  if (/^ {0,3}>/.test(line)) return /[^>\s]/.test(line);
  return isQuoted && line.trim() !== '';
}

/** An element or HTML comment that is open, and how many of its kind are in one another. */
interface Held {
  readonly name: string;
  readonly depth: number;
}

/** Without what stands in backticks, which opens nothing; a backslash may take their meaning from them. */
function withoutSpans(line: string): string {
  return line.includes('\\') ? line : line.replaceAll(/`[^`]*`/g, '');
}

const COMMENT = '!--';
const OPENING = /<(?:(!--)|(pre|code|blockquote)(?=[\s>/]|$))/gi;
const ENDS: Readonly<Record<string, RegExp>> = {
  [COMMENT]: /-->/g,
  pre: /<(\/?)pre(?=[\s>/]|$)/gi,
  code: /<(\/?)code(?=[\s>/]|$)/gi,
  blockquote: /<(\/?)blockquote(?=[\s>/]|$)/gi,
};

/** What is open behind a line in which `held` is open. */
function heldBehind(line: string, held: Held | null): Held | null {
  let current = held;
  let from = 0;
  for (;;) {
    const pattern: RegExp = current === null ? OPENING : (ENDS[current.name] ?? OPENING);
    pattern.lastIndex = from;
    const next = pattern.exec(line);
    if (next === null) return current;
    from = pattern.lastIndex;
    if (current === null) current = { name: next[1] ?? next[2]?.toLowerCase() ?? COMMENT, depth: 1 };
    else if (current.name !== COMMENT && next[1] === '') current = { ...current, depth: current.depth + 1 };
    else current = current.depth > 1 ? { ...current, depth: current.depth - 1 } : null;
  }
}

/** A command line taken apart. */
export interface CommandLine {
  /** Empty for a bare `/plinth`. */
  readonly name: string;
  readonly words: readonly string[];
  /** `key=value`, in order. */
  readonly options: readonly { readonly key: string; readonly value: string }[];
  /** True where a quote is not closed: what its words are is not known. */
  readonly isUnclosed: boolean;
}

/** Words are separated by blanks; double quotes keep blanks, and a word that begins with one is never an option. */
export function parseCommandLine(line: string): CommandLine {
  const { found, isUnclosed } = wordsOf(line.slice(PREFIX.length));
  const [name, ...rest] = found;
  const words: string[] = [];
  const options: { key: string; value: string }[] = [];
  for (const { text, plain } of rest) {
    const equals = text.slice(0, plain).indexOf('=');
    if (equals > 0 && /^[a-z][a-z-]*$/.test(text.slice(0, equals)))
      options.push({ key: text.slice(0, equals), value: text.slice(equals + 1) });
    else words.push(text);
  }
  return { name: name?.text ?? '', words, options, isUnclosed };
}

interface Word {
  readonly text: string;
  /** How many of its characters stand before its first quote. */
  readonly plain: number;
}

function wordsOf(line: string): { readonly found: readonly Word[]; readonly isUnclosed: boolean } {
  const found: Word[] = [];
  let text: string | null = null;
  let plain = Number.POSITIVE_INFINITY;
  let isOpen = false;
  for (const character of `${line} `) {
    if (character === '"') {
      isOpen = !isOpen;
      text ??= '';
      plain = Math.min(plain, text.length);
    } else if (!isOpen && (character === ' ' || character === '\t')) {
      if (text !== null) found.push({ text, plain });
      text = null;
      plain = Number.POSITIVE_INFINITY;
    } else text = (text ?? '') + character;
  }
  return { found, isUnclosed: isOpen };
}

// Which lines of a comment are commands, and what a command line says. Linear in the comment's length.

export const MOST_COMMANDS = 5;
const PREFIX = '/plinth';
const LONGEST_LINE = 2000;

/**
 * The command lines of a comment: those that begin at column 0 with `/plinth`, outside of code fences, indented code, quotes and
 * HTML comments. One more than is answered at most, so that the reply can say that there were too many.
 */
export function commandLines(body: string): readonly string[] {
  const found: string[] = [];
  let fence: string | null = null;
  let inHtmlComment = false;
  for (const line of body.split(/\r\n|\n|\r/)) {
    if (inHtmlComment) {
      inHtmlComment = opensHtmlComment(line, true);
      continue;
    }
    const mark = fenceOf(line);
    if (fence !== null) {
      if (mark !== null && closes(mark, fence, line)) fence = null;
      continue;
    }
    if (mark !== null) {
      fence = mark;
      continue;
    }
    if (isCommand(line)) found.push(line.slice(0, LONGEST_LINE));
    inHtmlComment = opensHtmlComment(line, false);
    if (found.length > MOST_COMMANDS) break;
  }
  return found;
}

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

/** Whether a comment is open behind this line. */
function opensHtmlComment(line: string, open: boolean): boolean {
  let isOpen = open;
  let from = 0;
  for (;;) {
    const next = line.indexOf(isOpen ? '-->' : '<!--', from);
    if (next < 0) return isOpen;
    from = next + (isOpen ? 3 : 4);
    isOpen = !isOpen;
  }
}

/** A command line taken apart. */
export interface CommandLine {
  /** Empty for a bare `/plinth`. */
  readonly name: string;
  readonly words: readonly string[];
  /** `key=value`, in order. */
  readonly options: readonly { readonly key: string; readonly value: string }[];
}

/** Words are separated by blanks; a double-quoted word keeps its blanks. */
export function parseCommandLine(line: string): CommandLine {
  const [name = '', ...rest] = wordsOf(line.slice(PREFIX.length));
  const words: string[] = [];
  const options: { key: string; value: string }[] = [];
  for (const word of rest) {
    const equals = word.indexOf('=');
    if (equals > 0 && /^[a-z][a-z-]*$/.test(word.slice(0, equals)))
      options.push({ key: word.slice(0, equals), value: word.slice(equals + 1) });
    else words.push(word);
  }
  return { name, words, options };
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (const character of text) {
    if (character === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (!quoted && (character === ' ' || character === '\t')) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (word !== null) words.push(word);
  return words;
}

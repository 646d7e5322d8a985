/** Text inside another file, and where it stands there. */
export interface Piece {
  readonly text: string;
  /** The line of the file on which its first line stands. */
  readonly line: number;
  /** Columns by which its first line begins further right than in the piece. */
  readonly column: number;
  /** Set where the text is written in escapes, so that its places are those of the literal that holds it. */
  readonly escaped?: true;
}

const MOST_PIECES = 2000;

// ---- scripts -------------------------------------------------------------------------------------------

const OPENING = /<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([A-Za-z_][\w.-]*))/g;

/** The heredocs of a shell script, one after another; two that begin on one line follow each other. */
export function heredocsIn(text: string): readonly Piece[] {
  const lines = text.split('\n');
  const pieces: Piece[] = [];
  for (let at = 0; at < lines.length && pieces.length < MOST_PIECES; at++) {
    for (const { tabs, end } of openingsIn(lines[at] ?? '')) {
      const first = at + 1;
      const last = endOf(lines, first, end, tabs);
      if (last === null) return pieces;
      const body = lines.slice(first, last);
      pieces.push({ text: body.map((line) => plainLine(line, tabs)).join('\n'), line: first + 1, column: 0 });
      at = last;
    }
  }
  return pieces;
}

function openingsIn(line: string): readonly { readonly tabs: boolean; readonly end: string }[] {
  if (!line.includes('<<') || line.trimStart().startsWith('#')) return [];
  return [...line.matchAll(OPENING)]
    .filter(({ index }) => line[index + 2] !== '<' && line[index - 1] !== '<')
    .map(([, dash, single, double, word]) => ({
      tabs: dash === '-',
      end: single ?? double ?? word ?? '',
    }));
}

function endOf(lines: readonly string[], from: number, end: string, tabs: boolean): number | null {
  for (let at = from; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(/\r$/, '');
    if ((tabs ? line.replace(/^\t+/, '') : line) === end) return at;
  }
  return null;
}

/** Tabs that `<<-` takes away become blanks, a line that is nothing but a variable a comment: columns hold. */
function plainLine(line: string, tabs: boolean): string {
  const blanks = tabs ? line.replace(/^\t+/, (run) => ' '.repeat(run.length)) : line;
  return /^\s*\$(?:\w+|\{[^{}]*\})\s*$/.test(blanks) ? blanks.replace('$', '#') : blanks;
}

// ---- Go ------------------------------------------------------------------------------------------------

/** The string literals of a Go source that run over lines: raw ones, and those with `\n` in them. */
export function stringsIn(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const lines = new LineCounter(text);
  let at = 0;
  while (at < text.length && pieces.length < MOST_PIECES) {
    const next = nextLiteral(text, at);
    if (next === null) break;
    const { start, end } = next;
    const inner = text.slice(start + 1, end);
    at = end + 1;
    if (next.quote === '`' && inner.includes('\n')) {
      const lead = /^\n/.test(inner) ? 0 : lines.columnOf(start + 1) - 1;
      pieces.push({ text: inner, line: lines.lineOf(start), column: lead });
    } else if (next.quote === '"' && inner.includes('\\n')) {
      pieces.push({ text: unescaped(inner), line: lines.lineOf(start), column: 0, escaped: true });
    }
  }
  return pieces;
}

interface Literal {
  readonly quote: '`' | '"' | "'";
  readonly start: number;
  readonly end: number;
}

/** The next literal, comments passed over; null where none ends. */
function nextLiteral(text: string, from: number): Literal | null {
  for (let at = from; at < text.length; at++) {
    const here = text[at];
    if (here === '/' && text[at + 1] === '/') at = skipTo(text, '\n', at);
    else if (here === '/' && text[at + 1] === '*') at = skipTo(text, '*/', at + 2) + 1;
    else if (here === '`') {
      const end = text.indexOf('`', at + 1);
      return end < 0 ? null : { quote: here, start: at, end };
    } else if (here === '"' || here === "'") {
      const end = closing(text, at, here);
      if (here === '"' && end !== null) return { quote: here, start: at, end };
      at = end ?? at;
    }
  }
  return null;
}

function skipTo(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found;
}

function closing(text: string, from: number, quote: string): number | null {
  for (let at = from + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return null;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign === 't' ? '\t' : sign));
}

/** Lines and columns of offsets that only grow. */
class LineCounter {
  readonly #text: string;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  lineOf(offset: number): number {
    for (;;) {
      const next = this.#text.indexOf('\n', this.#lineStart);
      if (next < 0 || next >= offset) return this.#line;
      this.#line += 1;
      this.#lineStart = next + 1;
    }
  }

  columnOf(offset: number): number {
    this.lineOf(offset);
    return offset - this.#lineStart + 1;
  }
}

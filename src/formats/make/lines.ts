/** A logical line: a physical one and those that a backslash at the end adds to it. */
export interface LogicalLine {
  /** Offset of its first character. */
  readonly start: number;
  /** Offset behind its last character, the line feed left out. */
  readonly end: number;
}

/** Cuts a text (line feeds only) into logical lines. */
export function logicalLines(text: string): readonly LogicalLine[] {
  const lines: LogicalLine[] = [];
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const end = feed < 0 ? text.length : feed;
    at = end + 1;
    if (feed >= 0 && isContinued(text, start, end)) continue;
    lines.push({ start, end });
    start = at;
  }
  if (start < text.length) lines.push({ start, end: text.length });
  return lines;
}

function isContinued(text: string, start: number, end: number): boolean {
  let backslashes = 0;
  for (let at = end - 1; at >= start && text[at] === '\\'; at--) backslashes++;
  return backslashes % 2 === 1;
}

/** The end of a makefile line without its comment: an unescaped `#` outside references (GNU make 4.3). */
export function withoutComment(text: string, start: number, end: number): number {
  const first = text.indexOf('#', start);
  if (first < 0 || first >= end) return end;
  let unclosed = 0;
  for (let at = start; at < end; at++) {
    const character = text[at];
    if (character === '#') return at;
    if (character === '\\') at++;
    else if (character === '$' && unclosed < MOST_UNCLOSED) {
      const close = closing(text, at, end);
      if (close === null) unclosed++;
      else at = close - 1;
    }
  }
  return end;
}

/** Looking for the end of references that have none takes time. */
const MOST_UNCLOSED = 64;

/** The end of a reference; null where it is not closed: it hides no comment. */
function closing(text: string, at: number, end: number): number | null {
  const opens = text[at + 1];
  if (opens !== '(' && opens !== '{') return Math.min(end, at + 2);
  const closes = opens === '(' ? ')' : '}';
  let depth = 0;
  for (let index = at + 1; index < end; index++) {
    if (text[index] === opens) depth++;
    else if (text[index] === closes && --depth === 0) return index + 1;
  }
  return null;
}

/** A part of a line: offsets into it. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  /** What stands between, without blanks around it. */
  readonly text: string;
}

/** The cells of a line of a table; null for a line that has no bar. */
export function cellsOf(line: string): readonly Cell[] | null {
  const body = line.replace(/\r?\n$/, '');
  const bars = barsOf(body);
  if (bars.length === 0) return null;
  const opens = body.slice(0, bars[0]).trim() === '';
  const closes = bars.length > 1 && body.slice((bars.at(-1) ?? 0) + 1).trim() === '';
  const starts = [...(opens ? [] : [-1]), ...(closes ? bars.slice(0, -1) : bars)];
  return starts.map((bar) => {
    const start = bar + 1;
    const end = bars.find((next) => next > bar) ?? body.length;
    return { start, end, text: body.slice(start, end).trim() };
  });
}

/** Bars that part cells: one behind a backslash is text. */
function barsOf(line: string): readonly number[] {
  const bars: number[] = [];
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === '|') bars.push(at);
  }
  return bars;
}

/** What a reader sees of a text: links by their label, code without its ticks. */
export function plainText(markdown: string): string {
  let text = '';
  let at = 0;
  while (at < markdown.length) {
    const close = markdown[at] === '[' ? closing(markdown, at, '[', ']') : -1;
    if (close >= 0) {
      text += plainText(markdown.slice(at + 1, close));
      at = behindTarget(markdown, close + 1);
      continue;
    }
    if (markdown[at] !== '`') text += markdown[at];
    at++;
  }
  return text.replaceAll('**', '').trim();
}

/** The place behind `(address)` or `[reference]`, where one of them follows a label. */
function behindTarget(markdown: string, at: number): number {
  const close =
    markdown[at] === '('
      ? closing(markdown, at, '(', ')')
      : markdown[at] === '['
        ? closing(markdown, at, '[', ']')
        : -1;
  return close < 0 ? at : close + 1;
}

/** Where the bracket at `from` is closed; -1 where it is not. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === open) depth++;
    else if (text[at] === close && --depth === 0) return at;
  }
  return -1;
}

/** The parts of a cell that names several things, as they are written: at commas and line breaks. */
export function partsOf(cell: string): readonly string[] {
  return cell
    .split(/\s{0,20}(?:,|<br\s{0,20}\/?>)\s{0,20}/i)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A text as one cell of a table: no bar, end of line or last backslash of it ends or joins cells. */
export function asCell(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
    .replace(/\\?\|/g, '\\|')
    .trim()
    .replace(/(?<!\\)(?:\\\\)*\\$/, '$&\\');
}

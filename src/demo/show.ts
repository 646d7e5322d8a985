// What GitHub would show, for a terminal: pure text from what the scene brought back.
import { stripVTControlCharacters } from 'node:util';
import pico from 'picocolors';
import type { ShownCheck, ShownException } from './exception.ts';
import type { Shown, ShownNote } from './scene.ts';

/** What the text is laid out for. */
export interface ShowGiven {
  readonly color: boolean;
  /** Columns. */
  readonly width: number;
  /** Lines of a file at head; undefined where it is not there. */
  readonly lines: (path: string) => readonly string[] | undefined;
}

const SIGNS = { success: '✓', failure: '✗', neutral: '■', action_required: '!', cancelled: '■' } as const;

/** The check run, its annotations and the review's comments under their source lines, as text that ends with a newline. */
export function show(shown: Shown, given: ShowGiven): string {
  const colors = pico.createColors(given.color);
  const rule = colors.dim('─'.repeat(given.width));
  return [
    rule,
    checkLine(shown, colors),
    colors.dim(`  check run, conclusion: ${shown.conclusion}`),
    rule,
    plainMarkdown(shown.summary, given),
    '',
    section('Files changed: annotations', shown.annotations, given),
    section('Files changed: review comments', shown.comments, given),
    rule,
    colors.dim(
      `From webhook to check run: ${Math.round(shown.milliseconds)} ms, ${shown.requests.length} requests to GitHub.`,
    ),
    ...exceptionLines(shown.exception, given),
  ]
    .filter((part) => part !== undefined)
    .join('\n')
    .concat('\n');
}

function checkLine({ conclusion, title }: ShownCheck, colors: Colors): string {
  const paint =
    conclusion === 'success' ? colors.green : conclusion === 'failure' ? colors.red : colors.yellow;
  const sign = Object.entries(SIGNS).find(([name]) => name === conclusion)?.[1] ?? '?';
  return `${paint(`${sign} Plinth`)}  ${colors.bold(title)}`;
}

/** An exception from its request to the green check: the checks, and between them what each comment begins with. */
function exceptionLines(shown: ShownException | null, given: ShowGiven): readonly string[] {
  if (shown === null) return [];
  const colors = pico.createColors(given.color);
  const names = shown.comments.map(({ by }) => by.length);
  const indent = Math.max(0, ...names) + 4;
  const said = shown.comments.flatMap(({ by, text }) => {
    const lines = plainMarkdown(firstSentence(text), { ...given, width: given.width - indent }).split('\n');
    return lines.map(
      (line, index) => `  ${colors.magenta((index === 0 ? by : '').padEnd(indent - 2))}${line}`,
    );
  });
  return [
    '',
    `An exception, on another pull request: “${shown.title}”.`,
    checkLine(shown.before, colors),
    ...said,
    checkLine(shown.after, colors),
    ...shown.used.flatMap((line) => plainMarkdown(line, given).split('\n')),
  ];
}

/** What a comment says first; a reply quotes its command in front. */
function firstSentence(text: string): string {
  const [first = ''] = text.replace(/^`\/plinth[^`]*`: /, '').split('\n\n');
  return first.replace(/(\.) .*$/s, '$1');
}

/** Headings and emphasis as a terminal shows them, in lines that fit; HTML comments are not shown, as on GitHub. */
function plainMarkdown(text: string, { color, width }: ShowGiven): string {
  const colors = pico.createColors(color);
  let isFenced = false;
  return text
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace(/<\/?(details|summary|sub|br|b|i|p)\b[^>]*>/g, '')
    .split('\n')
    .flatMap((line) => {
      const isFence = line.startsWith('```');
      if (isFence) isFenced = !isFenced;
      return isFence || isFenced ? [line] : wrap(styled(line, colors), width);
    })
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

type Colors = ReturnType<typeof pico.createColors>;

/** Words are painted one by one, so that a line may break between them. */
function styled(line: string, colors: Colors): string {
  const each = (text: string, paint: (word: string) => string) => text.split(' ').map(paint).join(' ');
  const plain = line.replace(/\[((?:[^\]\\]|\\.)+)\]\([^)\s]+\)/g, (_, inner: string) => inner);
  const heading = /^#+ (.*)$/.exec(plain)?.[1];
  if (heading !== undefined) return each(heading, colors.bold);
  return plain
    .replace(/`([^`]+)`/g, (_, inner: string) => each(inner, colors.cyan))
    .replace(/\*\*([^*]+)\*\*/g, (_, inner: string) => each(inner, colors.bold));
}

function section(title: string, notes: readonly ShownNote[], given: ShowGiven): string | undefined {
  if (notes.length === 0) return undefined;
  const colors = pico.createColors(given.color);
  return [colors.bold(title), ...notes.map((note) => noteText(note, given))].join('\n\n').concat('\n');
}

const MOST_LINES = 6;

function noteText(note: ShownNote, given: ShowGiven): string {
  const colors = pico.createColors(given.color);
  const paint = { failure: colors.red, warning: colors.yellow, notice: colors.blue, comment: colors.magenta }[
    note.level
  ];
  const lines = given.lines(note.path) ?? [];
  const shownLines = Array.from(
    { length: Math.min(note.endLine - note.line + 1, MOST_LINES) },
    (_, index) => note.line + index,
  );
  const gutter = String(shownLines.at(-1) ?? note.line).length;
  const source = shownLines.map(
    (number) =>
      `  ${colors.dim(`${String(number).padStart(gutter)} │`)} ${cut(lines[number - 1] ?? '', given.width - gutter - 6)}`,
  );
  const bar = paint('  ┃ ');
  const body = plainMarkdown(note.text, { ...given, width: given.width - 4 })
    .split('\n')
    .map((line) => bar + line);
  return [
    colors.dim(`  ${note.path}`),
    ...source,
    ...(note.title === '' ? [] : [bar + paint(note.title)]),
    ...body,
  ].join('\n');
}

function cut(line: string, width: number): string {
  const plain = line.replaceAll('\t', '    ');
  return plain.length <= width ? plain : `${plain.slice(0, width - 1)}…`;
}

/** Breaks a line at blanks, below its own first word; a longer word, such as an address, stands whole. Escape sequences take no room. */
function wrap(line: string, width: number): readonly string[] {
  const lead = /^\s*(?:[-*>] |\d+\. )?/.exec(line)?.[0] ?? '';
  const indent = ' '.repeat(lead.length);
  const lines: string[] = [];
  let current = lead;
  let isEmpty = true;
  for (const word of line.slice(lead.length).split(' ')) {
    const longer = isEmpty ? current + word : `${current} ${word}`;
    if (!isEmpty && lengthOf(longer) > width) {
      lines.push(current);
      current = indent + word;
    } else {
      current = longer;
      isEmpty = false;
    }
  }
  return [...lines, current];
}

function lengthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

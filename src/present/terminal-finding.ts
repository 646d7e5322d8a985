import type { Edit, Level, Report, ReportBase, ReportFinding, ReportLocation } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import { basesDecidedAt, placeOf } from './findings.ts';
import { layLine, type Mark } from './source-frame.ts';
import type { Colors, TextGiven } from './terminal.ts';
import type { EntryNote } from './terminal-entry.ts';
import { cellsIn, visible } from './visible.ts';
import { levelWord } from './words.ts';
import { wrap } from './wrap.ts';

/** What one finding is rendered with. */
export interface FindingGiven extends TextGiven {
  readonly report: Report;
  readonly colors: Colors;
  readonly lines: (path: string, side: 'head' | 'tip') => readonly string[] | undefined;
  readonly entries: ReadonlyMap<ReportFinding, EntryNote>;
}

const MOST_BESIDE = 4;
const MOST_SPANNED = 6;
const MOST_DIFF = 8;
const MOST_BASES = 6;

/** One finding: what it is, its source lines with marks, how the base was resolved, what to do, where to read on. */
export function renderFinding(given: FindingGiven, finding: ReportFinding): string {
  const gutter = ' '.repeat(gutterWidth(finding));
  const notes = [
    ...basesDecidedAt(given.report, finding)
      .slice(0, MOST_BASES)
      .flatMap((base) => baseNote(given, gutter, base)),
    ...relatedElsewhere(given, gutter, finding),
    ...causeNote(given, gutter, finding),
    ...note(given, gutter, 'help', given.rules.get(finding.rule)?.remedy ?? ''),
    ...fixNote(given, gutter, finding),
    ...entryNote(given, gutter, finding),
    ...note(given, gutter, 'more', given.moreOf(finding.rule)),
  ];
  return [...heading(given, finding), ...frame(given, gutter, finding), ...notes].join('\n');
}

function heading(given: FindingGiven, finding: ReportFinding): readonly string[] {
  const { colors } = given;
  const label = `${levelWord(given.report, finding.level)}[${finding.rule}]`;
  const lines = wrap(visible(finding.message), given.width - 2, given.width - label.length - 2);
  const [first = '', ...rest] = lines;
  const paint = paintOf(colors, finding.level);
  return [
    `${colors.bold(paint(label))}${colors.bold(`: ${first}`)}`,
    ...rest.map((line) => `  ${colors.bold(line)}`),
  ];
}

function paintOf(colors: Colors, level: Level): (text: string) => string {
  switch (level) {
    case 'block':
      return colors.red;
    case 'needs-exception':
      return colors.magenta;
    case 'inconclusive':
    case 'warn':
      return colors.yellow;
    case 'note':
      return colors.cyan;
    default:
      return level satisfies never;
  }
}

// ---- source lines --------------------------------------------------------------------------------------

function gutterWidth(finding: ReportFinding): number {
  const beside = besides(finding).map((link) => link.line);
  return String(Math.max(finding.endLine ?? finding.line, ...beside)).length + 1;
}

/** Related places in the finding's own file, shown in the same frame. */
function besides(finding: ReportFinding): readonly (ReportLocation & { readonly message: string })[] {
  return (finding.related ?? [])
    .filter((link) => link.path === finding.path && !within(link.line, finding))
    .slice(0, MOST_BESIDE);
}

function within(line: number, finding: ReportFinding): boolean {
  return line >= finding.line && line <= (finding.endLine ?? finding.line);
}

function frame(given: FindingGiven, gutter: string, finding: ReportFinding): readonly string[] {
  const { colors } = given;
  const place = finding.column === undefined ? placeOf(finding) : `${placeOf(finding)}:${finding.column}`;
  const head = `${gutter}${colors.blue('-->')} ${visible(place)} ${colors.dim(`(finding ${finding.id})`)}`;
  const sourceLines = given.lines(finding.path, finding.state === 'fixed' ? 'tip' : 'head');
  const bar = `${gutter} ${colors.blue('|')}`;
  const parts = [
    ...besides(finding).map((link) => ({
      line: link.line,
      lines: besideLines(given, gutter, link, sourceLines),
    })),
    { line: finding.line, lines: spanLines(given, gutter, finding, sourceLines) },
  ]
    .filter((part) => part.lines.length > 0)
    .sort((a, b) => a.line - b.line);
  const shown: string[] = [];
  let previous: number | undefined;
  for (const part of parts) {
    if (previous !== undefined && part.line > previous + 1) shown.push(`${gutter}${colors.blue('...')}`);
    shown.push(...part.lines);
    previous = part.line === finding.line ? (finding.endLine ?? part.line) : part.line;
  }
  return shown.length === 0 ? [head] : [head, bar, ...shown, bar];
}

function besideLines(
  given: FindingGiven,
  gutter: string,
  link: ReportLocation & { readonly message: string },
  sourceLines: readonly string[] | undefined,
): readonly string[] {
  return markedLine(given, gutter, link, sourceLines, {
    sign: '-',
    label: link.message,
    paint: given.colors.blue,
  });
}

function spanLines(
  given: FindingGiven,
  gutter: string,
  finding: ReportFinding,
  sourceLines: readonly string[] | undefined,
): readonly string[] {
  const paint = paintOf(given.colors, finding.level);
  const endLine = finding.endLine ?? finding.line;
  if (endLine === finding.line || sourceLines === undefined)
    return markedLine(given, gutter, finding, sourceLines, { sign: '^', label: '', paint });
  const count = endLine - finding.line + 1;
  const shown = count <= MOST_SPANNED ? count : MOST_SPANNED - 2;
  const numbers = Array.from({ length: shown }, (_, index) => finding.line + index);
  const lines = numbers.map((number) => spannedLine(given, gutter, number, sourceLines, paint));
  if (shown === count) return lines;
  return [
    ...lines,
    `${gutter}${given.colors.blue('...')} ${given.colors.dim(`${counted(count - shown - 1, 'line')} left out`)}`,
    spannedLine(given, gutter, endLine, sourceLines, paint),
  ];
}

/** A line of a span of several lines carries its mark in the gutter. */
function spannedLine(
  given: FindingGiven,
  gutter: string,
  number: number,
  sourceLines: readonly string[],
  paint: (text: string) => string,
): string {
  const laid = layLine(sourceLines[number - 1] ?? '', [], given.width - gutter.length - 4);
  return `${numbered(given, gutter, number)} ${paint('>')} ${laid.text}`.trimEnd();
}

interface MarkStyle {
  readonly sign: string;
  readonly label: string;
  readonly paint: (text: string) => string;
}

function markedLine(
  given: FindingGiven,
  gutter: string,
  at: ReportLocation,
  sourceLines: readonly string[] | undefined,
  style: MarkStyle,
): readonly string[] {
  const { colors } = given;
  const source = sourceLines?.[at.line - 1];
  const width = given.width - gutter.length - 4;
  // Without the file, or where the file is not the text that was judged, the columns say nothing.
  const fits =
    source !== undefined && (at.text === undefined || source.trim().startsWith(at.text.replace(/…$/, '')));
  const line = fits ? source : (at.text ?? '');
  if (line === '') return [];
  const laid = layLine(line, fits ? marksOf(at, source) : [], width);
  const printed = `${numbered(given, gutter, at.line)} ${colors.blue('|')} ${laid.text}`.trimEnd();
  const [mark] = laid.marks;
  if (mark === undefined) return [printed];
  const bar = `${gutter} ${colors.blue('|')} `;
  const below = ' '.repeat(mark.from) + style.paint(style.sign.repeat(mark.to - mark.from));
  if (style.label === '') return [printed, bar + below];
  const label = visible(style.label);
  if (mark.to + 1 + cellsIn(label) <= width) return [printed, `${bar}${below} ${style.paint(label)}`];
  // Where it does not fit behind the mark, it stands under it.
  const indent = ' '.repeat(Math.max(0, Math.min(mark.from, width - cellsIn(label))));
  return [printed, bar + below, bar + indent + style.paint(label)];
}

function marksOf(at: ReportLocation, source: string): readonly Mark[] {
  if (at.column === undefined) return [];
  const oneLine = at.endLine === undefined || at.endLine === at.line;
  const endColumn = oneLine ? (at.endColumn ?? at.column + 1) : source.length + 1;
  return [{ column: at.column, endColumn: Math.min(Math.max(endColumn, at.column + 1), source.length + 1) }];
}

function numbered(given: FindingGiven, gutter: string, line: number): string {
  return given.colors.blue(String(line).padStart(gutter.length));
}

// ---- what follows the source ---------------------------------------------------------------------------

function note(given: FindingGiven, gutter: string, name: string, text: string): readonly string[] {
  return text === '' ? [] : noteOfLines(given, gutter, name, [text]);
}

/** A note whose lines stay apart; each is wrapped below its own start. */
function noteOfLines(
  given: FindingGiven,
  gutter: string,
  name: string,
  texts: readonly string[],
): readonly string[] {
  const { colors } = given;
  const indent = ' '.repeat(name.length + 2);
  const width = given.width - gutter.length - 3 - indent.length;
  const lines = texts.flatMap((text) => wrap(visible(text), width));
  return lines.map((line, index) =>
    index === 0
      ? `${gutter} ${colors.blue('=')} ${colors.bold(`${name}:`)} ${line}`
      : `${gutter}   ${indent}${line}`,
  );
}

/** `base: debian:12 ← Dockerfile:2 FROM ${BASE} ← Dockerfile:1 ARG BASE=debian:12`; a base that is written where it is used needs none. */
function baseNote(given: FindingGiven, gutter: string, base: ReportBase): readonly string[] {
  if (base.chain.length < 2) return [];
  const platform = base.platform === null ? '' : ` on ${base.platform}`;
  const parts = [
    base.reference + platform,
    ...base.chain.map((link) => `← ${placeOf(link)} ${link.text ?? ''}`.trimEnd()),
  ];
  const oneLine = note(given, gutter, 'base', parts.join(' '));
  return oneLine.length === 1 ? oneLine : noteOfLines(given, gutter, 'base', parts);
}

function relatedElsewhere(given: FindingGiven, gutter: string, finding: ReportFinding): readonly string[] {
  const chain = new Set(
    basesDecidedAt(given.report, finding).flatMap((base) => base.chain.map((link) => placeOf(link))),
  );
  const elsewhere = (finding.related ?? []).filter(
    (link) => link.path !== finding.path && !chain.has(placeOf(link)),
  );
  const shown = elsewhere
    .slice(0, MOST_BESIDE)
    .flatMap((link) => note(given, gutter, 'see', `${placeOf(link)}: ${link.message}${quoted(link.text)}`));
  const rest = elsewhere.length - MOST_BESIDE;
  return rest > 0 ? [...shown, ...note(given, gutter, 'see', `${counted(rest, 'more place')}`)] : shown;
}

function causeNote(given: FindingGiven, gutter: string, finding: ReportFinding): readonly string[] {
  const { cause } = finding;
  if (cause === undefined || (cause.path === finding.path && within(cause.line, finding))) return [];
  return note(
    given,
    gutter,
    'cause',
    `${placeOf(cause)}: this changed line brings it about${quoted(cause.text)}`,
  );
}

function quoted(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `: ${text}`;
}

// ---- fixes ---------------------------------------------------------------------------------------------

function fixNote(given: FindingGiven, gutter: string, finding: ReportFinding): readonly string[] {
  const { fix } = finding;
  if (fix === undefined) return [];
  const safety = fix.safe ? '' : ' (look at it first: it may change behaviour)';
  return [
    ...note(given, gutter, 'fix', fix.title + safety),
    ...fix.edits.flatMap((edit) => [
      ...(edit.path === finding.path ? [] : [`${gutter} ${given.colors.blue('|')} ${visible(edit.path)}`]),
      ...diffOf(given, gutter, edit),
    ]),
  ];
}

/** The lines of an entry stay whole, since they are to be copied. */
function entryNote(given: FindingGiven, gutter: string, finding: ReportFinding): readonly string[] {
  const entry = given.entries.get(finding);
  if (entry === undefined) return [];
  return [
    ...note(given, gutter, 'entry', entry.said),
    ...entry.lines.map((line) => `${gutter}     ${visible(line)}`),
  ];
}

function diffOf(given: FindingGiven, gutter: string, edit: Edit): readonly string[] {
  const { colors } = given;
  const width = given.width - gutter.length - 4;
  const old = (given.lines(edit.path, 'head') ?? []).slice(edit.startLine - 1, edit.endLine);
  const sides = [
    { sign: '-', lines: old, paint: colors.red },
    { sign: '+', lines: edit.newText.split(/\r\n|\n|\r/), paint: colors.green },
  ];
  return sides.flatMap(({ sign, lines, paint }) =>
    cutDiff(lines).map((line, index) => {
      const text = `${sign} ${layLine(line, [], width).text}`;
      return `${numbered(given, gutter, edit.startLine + index)} ${paint(text)}`;
    }),
  );
}

function cutDiff(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_DIFF) return lines;
  const shown = lines.slice(0, MOST_DIFF - 1);
  return [...shown, `… ${counted(lines.length - shown.length, 'more line')}`];
}

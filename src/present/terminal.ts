import pico from 'picocolors';
import type { Report, ReportFinding, RuleId, RuleMeta, UnreadFile } from '../domain/index.ts';
import { decidingOutcome } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import { countingFindings, coveredFindings, fixedFindings, placeOf, unreadBeside } from './findings.ts';
import { renderFinding } from './terminal-finding.ts';
import { visible } from './visible.ts';
import { existingCount, policyInWords, shortCommit, verdictSentence } from './words.ts';
import { wrap } from './wrap.ts';

/** What the text output needs beside the report. */
export interface TextGiven {
  /** Text of a file at head (or in the working tree) or at the tip; undefined where it is not at hand. */
  readonly sources: (path: string, side: 'head' | 'tip') => string | undefined;
  readonly rules: ReadonlyMap<RuleId, RuleMeta>;
  /** Colour is the caller's decision (NO_COLOR, a pipe). */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Where the rule's page is found. */
  readonly pageOf: (rule: RuleId) => string;
}

export type Colors = ReturnType<typeof pico.createColors>;

const NARROWEST = 40;
const MOST_SHORT = 10;

/**
 * The report as a contributor reads it in a terminal: each finding that counts under its source line, worst first, then what stays
 * silent as counts, then the verdict. Ends with a newline.
 */
export function renderText(report: Report, given: TextGiven): string {
  const colors = pico.createColors(given.color);
  const width = Math.max(NARROWEST, given.width);
  const findings = countingFindings(report);
  const lines = cachedLines(given.sources);
  const blocks = [
    ...findings.map((finding) => renderFinding({ ...given, report, colors, width, lines }, finding)),
    coveredBlock(report, colors),
    fixedBlock(report, colors),
    ...unreadBlocks(report, colors, width),
    verdictBlock(report, colors, width),
  ].filter((block) => block !== '');
  return `${blocks.join('\n\n')}\n`;
}

/** Lines of a file, split once. */
function cachedLines(
  sources: TextGiven['sources'],
): (path: string, side: 'head' | 'tip') => readonly string[] | undefined {
  const known = new Map<string, readonly string[] | undefined>();
  return (path, side) => {
    const key = `${side}:${path}`;
    if (!known.has(key)) known.set(key, sources(path, side)?.split(/\r\n|\n|\r/));
    return known.get(key);
  };
}

function coveredBlock(report: Report, colors: Colors): string {
  const covered = coveredFindings(report);
  return shortList(
    colors.cyan(`${counted(covered.length, 'finding')} covered by an exception`),
    covered.map(
      (finding) => `${shortLine(finding, colors)} ${colors.dim(`(${visible(finding.exception ?? '')})`)}`,
    ),
  );
}

function fixedBlock(report: Report, colors: Colors): string {
  const fixed = fixedFindings(report);
  return shortList(
    colors.green(`${counted(fixed.length, 'finding')} fixed`),
    fixed.map((finding) => shortLine(finding, colors)),
  );
}

function shortLine(finding: ReportFinding, colors: Colors): string {
  return `${visible(placeOf(finding))} ${colors.dim(finding.rule)}`;
}

function shortList(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, MOST_SHORT).map((line) => `  ${line}`);
  const rest = lines.length > MOST_SHORT ? [`  and ${lines.length - MOST_SHORT} more`] : [];
  return [title, ...shown, ...rest].join('\n');
}

/** What could not be read is always listed with its reason: first what counts. */
function unreadBlocks(report: Report, colors: Colors, width: number): readonly string[] {
  const unread = unreadBeside(report);
  const counting = unread.filter((file) => file.counts && file.exception == null);
  const others = unread.filter((file) => !counting.includes(file));
  const line = (file: UnreadFile) =>
    wrap(`${visible(file.path)}: ${visible(file.because)}`, width - 4).join('\n    ');
  return [
    shortList(colors.yellow(`${counted(counting.length, 'file')} not analysed`), counting.map(line)),
    shortList(
      colors.dim(
        `${counted(others.length, 'file')} not analysed and not counted: not touched by this change, or excepted`,
      ),
      others.map(line),
    ),
  ];
}

function verdictBlock(report: Report, colors: Colors, width: number): string {
  const paint = {
    pass: colors.green,
    warn: colors.yellow,
    'needs-exception': colors.magenta,
    block: colors.red,
    inconclusive: colors.yellow,
  }[decidingOutcome(report)];
  const undecided = undecidedReasons(report).flatMap((reason) => wrap(visible(reason), width));
  const verdict = wrap(visible(verdictSentence(report)), width).map((line) => colors.bold(paint(line)));
  return [
    ...undecided,
    ...verdict,
    ...footer(report).flatMap((line) => wrap(visible(line), width).map(colors.dim)),
  ].join('\n');
}

/** Reasons that no listed finding or file gives: a rule that failed. */
function undecidedReasons(report: Report): readonly string[] {
  const told = [
    ...report.findings.map((finding) => finding.message),
    ...report.unread.map((file) => file.because),
  ];
  return report.verdict.because.filter(
    (reason) => reason.startsWith('The rule ') && !told.some((message) => reason.includes(message)),
  );
}

function footer(report: Report): readonly string[] {
  const existing = existingCount(report);
  const { stats, policy } = report;
  const enforced = policy.enforcement === 'observe' ? 'observed only: nothing gates' : 'enforced';
  return [
    ...(existing === 0 ? [] : [`${counted(existing, 'older finding')} not counted.`]),
    ...(report.merge === undefined || report.merge.conflicting.length === 0
      ? []
      : [`${counted(report.merge.conflicting.length, 'file')} in conflict with the tip, judged as at head.`]),
    `Policy ${policyInWords(report)}, ${enforced}.`,
    comparedInWords(report),
    `${counted(stats.filesAnalysed, 'file')} analysed, ${stats.filesFromCache} from the cache, of ${stats.filesListed} in ${Math.round(stats.milliseconds)} ms.`,
  ];
}

function comparedInWords(report: Report): string {
  const head = report.head === null ? 'the working tree' : `commit ${shortCommit(report.head)}`;
  if (report.tip === null)
    return `Judged ${head} as a whole. To judge only what a change adds: plinth check --base origin/main`;
  return `Judged ${head} as merged into ${shortCommit(report.tip)}.`;
}

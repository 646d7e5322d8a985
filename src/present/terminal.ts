import pico from 'picocolors';
import type { Report, ReportFinding, RuleId, RuleMeta, UnreadFile } from '../domain/index.ts';
import { decidingOutcome } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import {
  countingFindings,
  coveredFindings,
  failedRuleReasons,
  fixedFindings,
  placeOf,
  unreadBeside,
} from './findings.ts';
import { entryNotes } from './terminal-entry.ts';
import { renderFinding } from './terminal-finding.ts';
import { visible } from './visible.ts';
import { existingCount, findingsInWords, policyInWords, shortCommit, verdictSentence } from './words.ts';
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
  /** How to read on about a rule: `plinth explain <rule>`. */
  readonly moreOf: (rule: RuleId) => string;
  /** What stands in the place of a head commit: `the working tree` (the default), `the index`. */
  readonly judged?: string;
  /** A revision that a tree judged alone could be compared with; undefined where there is none to propose. */
  readonly proposedBase?: string;
}

/** What paints; all of it returns the text as it is where nothing is to be coloured. */
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
  const entries = entryNotes(report, findings, given.rules);
  const blocks = [
    ...findings.map((finding) => renderFinding({ ...given, report, colors, width, lines, entries }, finding)),
    coveredBlock(report, colors),
    fixedBlock(report, colors),
    ...unreadBlocks(report, colors, width),
    verdictBlock(report, given, colors, width),
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

/** `ID, until 2027-06-30, @acme/app`; an id that tells the end tells it once. */
function exceptionInWords({ exceptions }: Report, { exception }: ReportFinding): string {
  const entry = exceptions?.find(({ id }) => id === exception);
  const until = entry?.expires == null ? '' : `until ${entry.expires}`;
  const isTold = exception?.endsWith(until) === true;
  return [exception ?? '', isTold ? '' : until, entry?.owner ?? ''].filter((part) => part !== '').join(', ');
}

function coveredBlock(report: Report, colors: Colors): string {
  const covered = coveredFindings(report);
  return shortList(
    colors.cyan(`${counted(covered.length, 'finding')} covered by an exception`),
    covered.map(
      (finding) =>
        `${shortLine(finding, colors)} ${colors.dim(`(${visible(exceptionInWords(report, finding))})`)}`,
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

function verdictBlock(report: Report, given: TextGiven, colors: Colors, width: number): string {
  const paint = {
    pass: colors.green,
    warn: colors.yellow,
    'needs-exception': colors.magenta,
    block: colors.red,
    inconclusive: colors.yellow,
  }[decidingOutcome(report)];
  const undecided = failedRuleReasons(report).flatMap((reason) => wrap(visible(reason), width));
  const verdict = wrap(visible(verdictSentence(report)), width).map((line) => colors.bold(paint(line)));
  return [
    ...undecided,
    ...verdict,
    ...wrapped(findingsInWords(report), width),
    ...footer(report, given).flatMap((line) => wrap(visible(line), width).map(colors.dim)),
  ].join('\n');
}

function wrapped(text: string, width: number): readonly string[] {
  return text === '' ? [] : wrap(text, width);
}

function footer(report: Report, given: TextGiven): readonly string[] {
  const existing = existingCount(report);
  return [
    ...(existing === 0 ? [] : [`${counted(existing, 'older finding')} not counted.`]),
    ...(report.merge === undefined || report.merge.conflicting.length === 0
      ? []
      : [`${counted(report.merge.conflicting.length, 'file')} in conflict with the tip, judged as at head.`]),
    ...(report.notes ?? []),
    policyLine(report),
    ...comparedInWords(report, given),
    workInWords(report),
  ];
}

function policyLine(report: Report): string {
  const { policy } = report;
  const enforced = policy.enforcement === 'observe' ? 'observed only: nothing gates' : 'enforced';
  if (policy.sources.some(({ tier }) => tier !== 'shipped'))
    return `Policy ${policyInWords(report)}, ${enforced}.`;
  const where =
    report.tip === null ? 'Nothing here sets a policy' : `No policy at ${shortCommit(report.tip)}`;
  return `${where}, so the default applies: ${policy.name}, ${enforced}. Others: --policy minimal, or a file .github/plinth.yml.`;
}

function comparedInWords(report: Report, given: TextGiven): readonly string[] {
  const head =
    report.head === null ? (given.judged ?? 'the working tree') : `commit ${shortCommit(report.head)}`;
  if (report.tip !== null) return [`Judged ${head} as merged into ${shortCommit(report.tip)}.`];
  const alone = `Judged ${head} as a whole.`;
  return given.proposedBase === undefined
    ? [alone]
    : [`${alone} To judge only what a change adds:`, `plinth check --base ${given.proposedBase}`];
}

/** A file counts once for each format it is read as; where two trees were judged, one that differs counts on both sides. */
function workInWords({ tip, stats }: Report): string {
  const { filesAnalysed, filesFromCache, filesListed, milliseconds } = stats;
  const read = `${counted(filesAnalysed, 'analysis', 'analyses')}, ${filesFromCache} from the cache`;
  const work = tip === null ? read : `${read} (both sides of the change)`;
  return `${counted(filesListed, 'file')} in the tree: ${work}, ${Math.round(milliseconds)} ms.`;
}

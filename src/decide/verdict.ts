import type { FailedRule, Level, Outcome, ReportFinding, UnreadFile } from '../domain/index.ts';
import { LEVELS } from '../domain/index.ts';
import { failedRuleInWords } from '../domain/words.ts';

/** What a verdict follows from. */
export interface VerdictInput {
  readonly findings: readonly ReportFinding[];
  /** Findings that the change touches (SEMANTICS 5.1). */
  readonly isTouched: (finding: ReportFinding) => boolean;
  readonly unread: readonly UnreadFile[];
  readonly failedRules: readonly FailedRule[];
  /** True where no base was given: every finding counts. */
  readonly alone: boolean;
}

/** The verdict of a report, with a sentence for each reason. */
export interface VerdictParts {
  readonly outcome: Outcome;
  readonly touched: Outcome;
  readonly because: readonly string[];
}

const MOST_REASONS = 50;

/** The verdict that findings, unread files and failed rules amount to (SEMANTICS 5.1, 5.2). */
export function verdictOf(input: VerdictInput): VerdictParts {
  const open = input.findings.filter((finding) => finding.exception == null && finding.state !== 'fixed');
  const counting = input.alone ? open : open.filter((finding) => finding.state === 'introduced');
  const touched = input.alone
    ? open
    : open.filter((finding) => finding.state === 'introduced' || input.isTouched(finding));
  const unread = unreadReasons(input);
  const failed = input.failedRules.map(failedRuleInWords);
  const isUndecided = unread.length + failed.length > 0;
  const outcome = outcomeOf(counting, isUndecided);
  return {
    outcome,
    touched: outcomeOf(touched, isUndecided),
    because: outcome === 'pass' ? [] : reasonsFor(counting, unread, failed),
  };
}

function unreadReasons(input: VerdictInput): readonly string[] {
  // One that is a finding of its own has its sentence already.
  const said = new Set(
    input.findings.filter((finding) => finding.rule === 'unread-file').map((finding) => finding.path),
  );
  const unread = input.unread.filter((file) => file.counts && file.exception == null && !said.has(file.path));
  return unread.map((file) => `${file.path} could not be analysed: ${file.because}.`);
}

function outcomeOf(findings: readonly ReportFinding[], undecided: boolean): Outcome {
  const levels = new Set<Level>(findings.map((finding) => finding.level));
  if (undecided) levels.add('inconclusive');
  const worst = LEVELS.find((level) => levels.has(level));
  return worst === undefined || worst === 'note' ? 'pass' : worst;
}

/** Worst first; many are counted, but for the rules that failed: each is named (SEMANTICS 5.2). */
function reasonsFor(
  findings: readonly ReportFinding[],
  unread: readonly string[],
  failed: readonly string[],
): readonly string[] {
  const deciding = findings
    .filter((finding) => finding.level !== 'note')
    .toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
    .map((finding) => `${finding.path}:${finding.line}: ${finding.message}`);
  const reasons = [...deciding, ...unread];
  const rest = reasons.length - MOST_REASONS;
  return [...reasons.slice(0, MOST_REASONS), ...failed, ...(rest > 0 ? [`And ${rest} more.`] : [])];
}

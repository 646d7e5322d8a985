import type { NonEmpty, Outcome, Report } from '../domain/index.ts';
import { compareText, decidingOutcome, isNonEmpty } from '../domain/index.ts';
import { conclusionOf } from './conclusion.ts';

/** Worst first (SEMANTICS 5.1). */
const OUTCOMES: readonly Outcome[] = ['block', 'needs-exception', 'inconclusive', 'warn', 'pass'];

/**
 * Reports of several open pull requests on one head, worst first (SEMANTICS 6.1): what gates before what is only observed, then by outcome.
 */
export function worstOf(reports: NonEmpty<Report>): NonEmpty<Report> {
  const sorted = reports.toSorted(
    (a, b) =>
      Number(gates(b)) - Number(gates(a)) ||
      OUTCOMES.indexOf(decidingOutcome(a)) - OUTCOMES.indexOf(decidingOutcome(b)) ||
      compareText(a.tip ?? '', b.tip ?? ''),
  );
  return isNonEmpty(sorted) ? sorted : reports;
}

function gates(report: Report): boolean {
  const conclusion = conclusionOf(report);
  return conclusion === 'failure' || conclusion === 'action_required';
}

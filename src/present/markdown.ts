import type { Report } from '../domain/index.ts';
import { decidingOutcome } from '../domain/index.ts';
import { renderSummary, type SummaryGiven } from './summary.ts';
import { verdictTitle } from './words.ts';

/** GitHub takes a job summary of 1 MiB a step. */
const MOST_BYTES = 1_000_000;

/** The report as a job summary in Markdown; ends with a newline. */
export function renderMarkdown(report: Report, given: SummaryGiven): string {
  const heading = `## Plinth: ${headingWords(report)}`;
  return `${heading}\n\n${renderSummary([report], given, MOST_BYTES - 200)}\n`;
}

/** Numbers and words of ours, except for an outcome without findings: then the title is left to the summary. */
function headingWords(report: Report): string {
  const title = verdictTitle(report);
  return /^[\w :·,]{1,200}$/.test(title) ? title : decidingOutcome(report);
}

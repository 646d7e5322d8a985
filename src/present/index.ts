// In: a report (domain/report.ts) and what its readers need beside it. Out: words: terminal, JSON, SARIF, Markdown, check run, review.
// Pure: no disk, no network, no clock. Text of others is escaped here, and only here.
// Not here: what is true (rules, decide), and where words are sent (adapters, app, cli).
export {
  type CheckAction,
  type CheckRunGiven,
  type CheckRunOutput,
  RECHECK,
  renderCheckRun,
} from './check-run.ts';
export { bytesIn, clipBytes } from './clip.ts';
export { type Conclusion, conclusionOf } from './conclusion.ts';
export { code, fence, prose } from './escape.ts';
export { draftException, type ExceptionDraft, exceptionEntry } from './exception-entry.ts';
export { definitionOf } from './findings.ts';
export { canonicalJson, renderJson } from './json.ts';
export type { Links } from './links.ts';
export { renderMarkdown } from './markdown.ts';
export { hunksOf, inOneHunk } from './patch.ts';
export { redact } from './redact.ts';
export {
  findingMarker,
  fixedEdits,
  planReview,
  type ReviewComment,
  type ReviewGiven,
  type ReviewPlan,
  readMarker,
} from './review.ts';
export { renderSarif, type SarifGiven } from './sarif.ts';
export { type NumberedFinding, numberedFindings, type SummaryGiven } from './summary.ts';
export { renderText, type TextGiven } from './terminal.ts';
export { visible } from './visible.ts';
export { asWord, grantLine, remedyWithLink, shortSource, verdictSentence, verdictTitle } from './words.ts';
export { worstOf } from './worst-of.ts';

// In: a report (domain/report.ts) and what its readers need beside it. Out: words: terminal, JSON, SARIF, Markdown, check run, review.
// Pure: no disk, no network, no clock. Text of others is escaped here, and only here.
// Not here: what is true (rules, decide), and where words are sent (adapters, app, cli).
export { canonicalJson, renderJson } from './json.ts';
export { renderText, type TextGiven } from './terminal.ts';
export { visible } from './visible.ts';

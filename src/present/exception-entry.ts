import { escapeInJson } from '../domain/escape-in-json.ts';
import type { Report, ReportFinding, RuleId } from '../domain/index.ts';
import { definitionOf, imageOf } from './findings.ts';

/** How long a proposed exception lasts unless its author writes another date. */
const DAYS = 180;

/** An entry of the exceptions file (DESIGN.md 7) for a finding, in YAML, with what only a person knows left to be filled in. */
export function exceptionEntry(report: Report, finding: ReportFinding): string {
  const image = imageOf(report, finding);
  const definition = definitionOf(report, finding);
  const family = image?.bases.find((base) => base.standing !== 'allowed')?.family;
  const named = image !== undefined && image.name !== null && !image.name.includes('$') ? image.name : null;
  return [
    named === null ? `- path: ${quoted(definition)}` : `- image: ${quoted(named)}`,
    `  rule: ${ruleOf(report, finding, definition)}`,
    ...(family === undefined || family === null ? [] : [`  base: ${quoted(family)}`]),
    '  reason: other # needs-shell, needs-iptables, needs-debugging, non-static-binary, third-party, other',
    '  text: "" # what the image needs the base for',
    '  owner: "" # a person or team',
    '  issue: "" # where the way out is tracked',
    `  expires: ${dayAfter(report.inputs.date, DAYS)}`,
  ].join('\n');
}

/** An exception for the base covers every need of the image on it (SEMANTICS 7.1), so one question is asked, about the base. */
function ruleOf(report: Report, finding: ReportFinding, definition: string): RuleId {
  const asksForBase = report.findings.some(
    (one) =>
      one.rule === 'base-needs-exception' &&
      one.state !== 'fixed' &&
      definitionOf(report, one) === definition,
  );
  return finding.level === 'needs-exception' && asksForBase ? 'base-needs-exception' : finding.rule;
}

/** JSON's quoted strings are YAML's; what is not seen is written as an escape. */
function quoted(text: string): string {
  return escapeInJson(JSON.stringify(text));
}

function dayAfter(date: string, days: number): string {
  const start = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(start)) return '""';
  return new Date(start + days * 86_400_000).toISOString().slice(0, 10);
}

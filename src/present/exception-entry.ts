import { aboutLines, asListItem } from '../domain/entry-lines.ts';
import {
  dayAfter,
  EXCEPTION_DAYS,
  EXCEPTION_REASONS,
  type ExceptedIdentity,
  isBaseRule,
  type Report,
  type ReportFinding,
  type ReportImage,
  type RuleId,
} from '../domain/index.ts';
import { definitionOf, imageOf } from './findings.ts';

/** What an entry for a finding says of itself; the rest only a person knows. */
export interface ExceptionDraft {
  readonly identity: ExceptedIdentity;
  readonly rule: RuleId;
  readonly base: string | null;
  /** Unless its author writes another date. */
  readonly expires: string;
}

/** The entry of the exceptions file (DESIGN.md 7) that would cover a finding. */
export function draftException(report: Report, finding: ReportFinding): ExceptionDraft {
  const expires = dayAfter(report.inputs.date, EXCEPTION_DAYS);
  if (finding.rule === 'unread-file')
    return { identity: unreadIdentity(report, finding), rule: finding.rule, base: null, expires };
  const definition = definitionOf(report, finding);
  // Two definitions that differ are no matter of one image: the file that differs is named.
  if (finding.rule === 'base-drift')
    return { identity: { path: definition }, rule: finding.rule, base: null, expires };
  const image = imageOf(report, finding);
  const rule = ruleOf(report, finding, definition);
  const named = image === undefined ? null : nameOf(report, image);
  const target = named === null ? targetOf(finding, definition) : undefined;
  return {
    identity:
      named === null ? { path: definition, ...(target === undefined ? {} : { target }) } : { image: named },
    rule,
    base: baseOf(report, { ...finding, rule }, definition),
    expires,
  };
}

/** A file that could not be read is what it holds, so that nothing else is taken for it. */
function unreadIdentity({ unread }: Report, { path }: ReportFinding): ExceptedIdentity {
  const blob = unread.find((file) => file.path === path)?.blob;
  return { path, ...(blob === undefined ? {} : { blob }) };
}

/** The name that an entry can have; of several images of a file, the report does not say which one a finding is about. */
function nameOf(report: Report, { path, name }: ReportImage): string | null {
  if (name === null || name.includes('$')) return null;
  return report.images.some((one) => one.path === path && one.name !== name) ? null : name;
}

/** That entry in YAML, with what only a person knows left to be filled in. */
export function exceptionEntry(report: Report, finding: ReportFinding): string {
  const draft = draftException(report, finding);
  const lines = [
    ...aboutLines(draft),
    `reason: other # ${EXCEPTION_REASONS.join(', ')}`,
    'text: "" # what the image needs the base for',
    'owner: "" # a person or team',
    'issue: "" # where the way out is tracked',
    endOf(draft),
  ];
  return asListItem(lines, 0).join('\n');
}

/** The same entry in two lines: where it is one way out of several. */
export function shortEntry(report: Report, finding: ReportFinding): string {
  const draft = draftException(report, finding);
  const about = aboutLines(draft).join(', ');
  return `- { ${about},\n    reason: other, text: "", owner: "", issue: "", ${endOf(draft)} }`;
}

function endOf({ expires }: ExceptionDraft): string {
  return `expires: ${expires === '' ? '""' : expires}`;
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

/** What the finding is about inside its definition: a stage, a base as policies name it. */
function aboutOf({ subject }: ReportFinding, definition: string): string {
  return subject.startsWith(`${definition}: `) ? subject.slice(definition.length + 2) : '';
}

/** The base that an exception is for: the finding's own, else that of the image which the policy asks about. */
function baseOf(report: Report, finding: ReportFinding, definition: string): string | null {
  if (finding.effect !== undefined && !isBaseRule(finding.rule)) return onlyBaseOf(report, definition);
  if (!isBaseRule(finding.rule)) return null;
  const target = targetOf(finding, definition);
  const isOwn = (one: ReportFinding): boolean =>
    one.rule === finding.rule &&
    one.state !== 'fixed' &&
    definitionOf(report, one) === definition &&
    targetOf(one, definition) === target;
  const asked =
    report.findings.find((one) => isOwn(one) && one.id === finding.id) ?? report.findings.find(isOwn);
  if (asked === undefined) return null;
  const about = aboutOf(asked, definition);
  // A manifest's container stands before it; a base that nothing decides is a text of any kind, even none.
  if (imageOf(report, asked) === undefined) return about.split(' ').at(-1) ?? '';
  return about.replace(/^#\S+ ?/, '');
}

/** The base on which a need was looked at: on another it may be worse. Null where the definition has several, or one that no table knows. */
function onlyBaseOf(report: Report, definition: string): string | null {
  const bases = report.images.filter(({ path }) => path === definition).flatMap((image) => image.bases);
  const [family, ...others] = new Set(bases.map((base) => base.family));
  return others.length > 0 ? null : (family ?? null);
}

/** The stage that the finding is about, where it is not the last. */
function targetOf(finding: ReportFinding, definition: string): string | undefined {
  return /^#(\S+)/.exec(aboutOf(finding, definition))?.[1];
}

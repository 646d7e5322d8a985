import type { Report, ReportBase, ReportFinding, ReportImage, ReportLocation } from '../domain/index.ts';
import { compareText, LEVELS } from '../domain/index.ts';
import { failedRuleInWords } from '../domain/words.ts';

/** True where a tree was judged without a base: every finding counts (SEMANTICS 1.1). */
export function isAlone(report: Report): boolean {
  return report.tip === null;
}

/** True where old findings count too: in a tree judged alone, and where the policy asks for all that is touched. */
export function countsExisting(report: Report): boolean {
  return isAlone(report) || report.policy.scope === 'touched';
}

/** Findings that the deciding outcome follows from, worst first; existing ones are listed only for what is touched. */
export function countingFindings(report: Report): readonly ReportFinding[] {
  return countableFindings(report).filter((finding) => !isCovered(finding));
}

/** Those, and those that would count if no exception covered them. */
export function countableFindings(report: Report): readonly ReportFinding[] {
  const state = countsExisting(report) ? 'existing' : 'introduced';
  return worstFirst(
    report.findings.filter((finding) => finding.state === state || finding.state === 'introduced'),
  );
}

/** Findings that an exception in force takes out of the verdict. */
export function coveredFindings(report: Report): readonly ReportFinding[] {
  return worstFirst(report.findings.filter((finding) => isCovered(finding) && finding.state !== 'fixed'));
}

/** Findings that were there before and are not covered: listed ones, of what the change touches. */
export function existingFindings(report: Report): readonly ReportFinding[] {
  if (countsExisting(report)) return [];
  return worstFirst(report.findings.filter((finding) => !isCovered(finding) && finding.state === 'existing'));
}

/** Findings that the change removes, worst first. */
export function fixedFindings(report: Report): readonly ReportFinding[] {
  return worstFirst(report.findings.filter((finding) => finding.state === 'fixed'));
}

/** True where an exception in force covers the finding. */
export function isCovered(finding: ReportFinding): boolean {
  return finding.exception !== undefined && finding.exception !== null;
}

/** By level, then by place: an order that is the same everywhere findings are shown. */
export function worstFirst(findings: readonly ReportFinding[]): readonly ReportFinding[] {
  return findings.toSorted(
    (a, b) =>
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
      compareText(a.path, b.path) ||
      a.line - b.line ||
      (a.column ?? 0) - (b.column ?? 0) ||
      compareText(a.rule, b.rule) ||
      compareText(a.fingerprint, b.fingerprint),
  );
}

/** The image that a finding is about: its subject begins with the definition's path (SEMANTICS 4.2). */
export function imageOf(report: Report, finding: ReportFinding): ReportImage | undefined {
  const { images } = indexOf(report);
  const { subject } = finding;
  const whole = images.get(subject);
  if (whole !== undefined) return whole;
  for (let end = subject.indexOf(': '); end >= 0; end = subject.indexOf(': ', end + 1)) {
    const image = images.get(subject.slice(0, end));
    if (image !== undefined) return image;
  }
  return undefined;
}

/** Path of the definition that the finding is about, wherever it is shown. */
export function definitionOf(report: Report, finding: ReportFinding): string {
  return imageOf(report, finding)?.path ?? finding.subject.split(': ', 1)[0] ?? finding.path;
}

/** Bases whose deciding line is the finding's place: those that a base finding is about. */
export function basesDecidedAt(report: Report, finding: ReportFinding): readonly ReportBase[] {
  const side = finding.state === 'fixed' ? 'before' : 'bases';
  return indexOf(report)[side].get(decidingKey(finding)) ?? [];
}

interface ReportIndex {
  readonly images: ReadonlyMap<string, ReportImage>;
  readonly bases: ReadonlyMap<string, readonly ReportBase[]>;
  readonly before: ReadonlyMap<string, readonly ReportBase[]>;
}

/** Reports with thousands of images and findings are asked for each finding: what is looked up is built once. */
const INDEXES = new WeakMap<Report, ReportIndex>();

function indexOf(report: Report): ReportIndex {
  const known = INDEXES.get(report);
  if (known !== undefined) return known;
  const index = {
    // Reversed, so that the first image of a path is the one that stays.
    images: new Map(report.images.toReversed().map((image) => [image.path, image])),
    bases: basesByPlace(report.images.flatMap((image) => image.bases)),
    before: basesByPlace(report.images.flatMap((image) => image.before ?? [])),
  };
  INDEXES.set(report, index);
  return index;
}

function basesByPlace(bases: readonly ReportBase[]): ReadonlyMap<string, readonly ReportBase[]> {
  const places = new Map<string, Map<string, ReportBase>>();
  for (const base of bases) {
    const last = base.chain.at(-1);
    if (last === undefined) continue;
    const key = decidingKey(last);
    const here = places.get(key) ?? new Map<string, ReportBase>();
    here.set(JSON.stringify([base.reference, base.platform, base.chain.map(placeOf)]), base);
    places.set(key, here);
  }
  return new Map([...places].map(([key, here]) => [key, [...here.values()]]));
}

function decidingKey(at: ReportLocation): string {
  return `${at.line}:${at.column ?? 0}:${at.path}`;
}

/** Unread files that no listed finding speaks of, those that count first. */
export function unreadBeside(report: Report): Report['unread'] {
  const told = new Set(
    report.findings.filter((finding) => finding.rule === 'unread-file').map((finding) => finding.path),
  );
  return report.unread
    .filter((file) => !told.has(file.path))
    .toSorted((a, b) => Number(b.counts) - Number(a.counts) || compareText(a.path, b.path));
}

/** `path:line`, the way every tool writes a place. */
export function placeOf(location: { readonly path: string; readonly line: number }): string {
  return `${location.path}:${location.line}`;
}

/** A sentence for each rule that failed, which neither a finding nor an unread file tells. */
export function failedRuleReasons(report: Report): readonly string[] {
  return (report.failedRules ?? []).map(failedRuleInWords);
}

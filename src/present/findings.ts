import type { Report, ReportBase, ReportFinding, ReportImage } from '../domain/index.ts';
import { compareText, LEVELS } from '../domain/index.ts';

/** True where a tree was judged without a base: every finding counts (SEMANTICS 1.1). */
export function isAlone(report: Report): boolean {
  return report.tip === null;
}

/** Findings that the verdict follows from, worst first. */
export function countingFindings(report: Report): readonly ReportFinding[] {
  const state = isAlone(report) ? 'existing' : 'introduced';
  return worstFirst(
    report.findings.filter(
      (finding) => !isCovered(finding) && (finding.state === state || finding.state === 'introduced'),
    ),
  );
}

/** Findings that an exception in force takes out of the verdict. */
export function coveredFindings(report: Report): readonly ReportFinding[] {
  return worstFirst(report.findings.filter((finding) => isCovered(finding) && finding.state !== 'fixed'));
}

/** Findings that were there before and are not covered: listed ones, of what the change touches. */
export function existingFindings(report: Report): readonly ReportFinding[] {
  if (isAlone(report)) return [];
  return worstFirst(report.findings.filter((finding) => !isCovered(finding) && finding.state === 'existing'));
}

export function fixedFindings(report: Report): readonly ReportFinding[] {
  return worstFirst(report.findings.filter((finding) => finding.state === 'fixed'));
}

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
  return report.images.find(
    (image) => finding.subject === image.path || finding.subject.startsWith(`${image.path}: `),
  );
}

/** Path of the definition that the finding is about, wherever it is shown. */
export function definitionOf(report: Report, finding: ReportFinding): string {
  return imageOf(report, finding)?.path ?? finding.subject.split(': ', 1)[0] ?? finding.path;
}

/** Bases whose deciding line is the finding's place: those that a base finding is about. */
export function basesDecidedAt(report: Report, finding: ReportFinding): readonly ReportBase[] {
  const found = new Map<string, ReportBase>();
  for (const image of report.images) {
    const bases = finding.state === 'fixed' ? (image.before ?? []) : image.bases;
    for (const base of bases) {
      const last = base.chain.at(-1);
      if (last?.path !== finding.path || last.line !== finding.line || last.column !== finding.column)
        continue;
      found.set(
        JSON.stringify([base.reference, base.platform, base.chain.map((link) => [link.path, link.line])]),
        base,
      );
    }
  }
  return [...found.values()];
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

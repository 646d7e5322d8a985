import type {
  CheckAnnotation,
  Level,
  NonEmpty,
  Report,
  ReportFinding,
  RuleId,
  RuleMeta,
} from '../domain/index.ts';
import { clip, clipBytes } from './clip.ts';
import { isPlainPath } from './escape.ts';
import { basesDecidedAt, placeOf } from './findings.ts';
import { linkTo } from './links.ts';
import { redact } from './redact.ts';
import { openNumbered, type SummaryGiven } from './summary.ts';
import { visible } from './visible.ts';
import { levelWord } from './words.ts';

const MOST_ANNOTATIONS = 100;
const LONGEST_TITLE = 255;
const MOST_MESSAGE_BYTES = 64_000;
const LONGEST_SENTENCE = 2000;
const CUT = '\n(cut)';

/** Annotations of the findings that count, worst first, at most 100, none for notes of vendored files; `omitted` are those that have none. */
export function annotationsOf(
  reports: NonEmpty<Report>,
  given: SummaryGiven,
): { readonly annotations: readonly CheckAnnotation[]; readonly omitted: number } {
  const findings = openNumbered(reports).map(({ finding }) => finding);
  const vendored = vendoredPaths(reports);
  const possible = findings.filter(
    (finding) =>
      isPlainPath((finding.cause ?? finding).path) &&
      // Nobody changes a line of a vendored file: the summary counts them, and that is enough.
      !(finding.level === 'note' && vendored.has(finding.path)),
  );
  const shown = possible.slice(0, MOST_ANNOTATIONS);
  const observe = reports[0].policy.enforcement === 'observe';
  return {
    annotations: shown.map((finding) => annotationOf(reports, given, finding, observe)),
    omitted: findings.length - shown.length,
  };
}

/** Definitions that are vendored only. */
function vendoredPaths(reports: NonEmpty<Report>): ReadonlySet<string> {
  const images = reports.flatMap((report) => report.images);
  const built = new Set(images.filter(({ scope }) => scope !== 'vendored').map(({ path }) => path));
  return new Set(images.map(({ path }) => path).filter((path) => !built.has(path)));
}

function annotationOf(
  reports: NonEmpty<Report>,
  given: SummaryGiven,
  finding: ReportFinding,
  observe: boolean,
): CheckAnnotation {
  const at = finding.cause ?? finding;
  const endLine = Math.max(at.line, at.endLine ?? at.line);
  const details = rawDetails(reports, finding);
  return {
    path: at.path,
    start_line: at.line,
    end_line: endLine,
    ...(endLine === at.line && at.column !== undefined
      ? { start_column: at.column, end_column: Math.max(at.column, (at.endColumn ?? at.column + 1) - 1) }
      : {}),
    annotation_level: annotationLevel(finding.level, observe),
    title: clip(visible(`${levelWord(reports[0], finding.level)}: ${finding.rule}`), LONGEST_TITLE),
    message: clipBytes(messageOf(given, finding), MOST_MESSAGE_BYTES, CUT),
    ...(details === '' ? {} : { raw_details: clipBytes(details, MOST_MESSAGE_BYTES, CUT) }),
  };
}

/** What gates is a failure, also what could not be decided; where nothing gates nothing is more than a warning. */
function annotationLevel(level: Level, observe: boolean): CheckAnnotation['annotation_level'] {
  if (level === 'note') return 'notice';
  return level === 'warn' || observe ? 'warning' : 'failure';
}

function messageOf(given: SummaryGiven, finding: ReportFinding): string {
  const page = given.pageOf?.(finding.rule);
  return [
    plain(finding.message),
    ...elsewhere(given, finding),
    ...remedyOf(given.rules, finding.rule),
    ...(page === undefined ? [] : [page]),
  ].join('\n');
}

function remedyOf(rules: ReadonlyMap<RuleId, RuleMeta>, rule: RuleId): readonly string[] {
  const remedy = rules.get(rule)?.remedy;
  return remedy === undefined ? [] : [remedy];
}

/** A finding that is annotated on its cause says where it stands. */
function elsewhere(given: SummaryGiven, finding: ReportFinding): readonly string[] {
  const { cause } = finding;
  if (cause === undefined || (cause.path === finding.path && cause.line === finding.line)) return [];
  const address = linkTo(given.links, finding);
  return [
    `It stands at ${plain(placeOf(finding))}${address === undefined ? '' : ` (${address})`}; this line brings it about.`,
  ];
}

/** The finding's id, its one source line, and the places that resolved the base. */
function rawDetails(reports: NonEmpty<Report>, finding: ReportFinding): string {
  const bases = reports
    .flatMap((report) => basesDecidedAt(report, finding))
    .filter((base) => base.chain.length > 1);
  const lines = bases.map((base) =>
    [`base: ${plain(base.reference)}`, ...base.chain.map((link) => plain(placeOf(link)))].join(' ← '),
  );
  const source = finding.text === undefined ? [] : [`${plain(placeOf(finding))} | ${plain(finding.text)}`];
  return [`finding ${finding.id}`, ...source, ...new Set(lines)].join('\n');
}

function plain(text: string): string {
  return visible(clip(redact(clip(text, LONGEST_SENTENCE * 4)), LONGEST_SENTENCE));
}

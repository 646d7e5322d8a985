import type { Outcome, Report } from '../domain/index.ts';
import { type BaseScore, type LabelledImage, scoreBases } from './replay-bases.ts';

/** A labelled change: what `plinth replay` reads of a case file. */
export interface ReplayCase {
  readonly id: string;
  readonly repo: string;
  readonly fetchFrom?: string;
  readonly base: string;
  readonly head: string;
  readonly literal: boolean;
  readonly truth: {
    readonly introduced: readonly LabelledFinding[];
    readonly preExisting: readonly LabelledFinding[];
    readonly fixed: readonly (Omit<LabelledFinding, 'line'> & { readonly baseLine: number })[];
    readonly images: readonly LabelledImage[];
    readonly verdictUnderKepPolicy: LabelledVerdict;
    readonly verdictOnIntroducedOnly: LabelledVerdict;
    readonly verdictAlternatives?: readonly LabelledVerdict[];
    readonly listIsPartial?: boolean;
  };
}

/** The verdicts that labels know. */
export type LabelledVerdict = 'pass' | 'needs-exception' | 'fail';

/** One problem that a labelled change is known to have. */
export interface LabelledFinding {
  readonly kind: string;
  readonly path: string;
  readonly line: number;
  readonly instructionLine?: number;
  readonly evidence: string;
}

/** How the answer to one labelled change compares with its labels. */
export interface CaseScore {
  readonly id: string;
  readonly literal: boolean;
  readonly found: number;
  readonly missed: readonly string[];
  readonly surplus: readonly string[];
  readonly introducedVerdict: VerdictScore;
  readonly touchedVerdict: VerdictScore;
  readonly bases: BaseScore;
  /** It should block or need an exception, and came out as pass or warn. */
  readonly falseGreen: boolean;
}

/** A verdict that was given, beside the one that is right. */
export interface VerdictScore {
  readonly right: boolean;
  readonly wanted: string;
  readonly got: Outcome;
}

/** Rules without labels: their findings are not scored (DOMAIN 6). */
const UNLABELLED: ReadonlySet<string> = new Set([
  'rebase-breaks-manifest',
  'base-drift',
  'healthcheck-shell',
  'shell-copied-into-image',
  'policy-changed',
  'exception-expired',
  'exception-unused',
  'exception-undocumented',
  'unread-file',
  'unresolved-base',
  'missing-program',
  'k8s-too-old',
]);

/** Compares a report with a case's labels. */
export function scoreCase(one: ReplayCase, report: Report): CaseScore {
  // Labels do not name what a builder image does: it is not shipped (DOMAIN 5.9).
  const builders = new Set(
    report.images.filter((image) => image.scope === 'builder').map(({ path }) => path),
  );
  const introduced = report.findings.filter(
    (finding) =>
      finding.state === 'introduced' && !UNLABELLED.has(finding.rule) && !builders.has(finding.path),
  );
  const free = [...introduced];
  const missed: string[] = [];
  let found = 0;
  for (const label of one.truth.introduced) {
    const index = free.findIndex((finding) => fits(label, finding));
    if (index < 0) missed.push(`${label.kind} ${label.path}:${label.line}`);
    else {
      free.splice(index, 1);
      found += 1;
    }
  }
  // A label names a line once, however many images it decides.
  const more = free.filter((finding) => !one.truth.introduced.some((label) => fits(label, finding)));
  const surplus =
    one.truth.listIsPartial === true
      ? []
      : more.map((finding) => `${finding.rule} ${finding.path}:${finding.line}`);
  const alternatives = one.truth.verdictAlternatives ?? [];
  const introducedVerdict = scoreVerdict(
    [one.truth.verdictOnIntroducedOnly, ...alternatives],
    report.verdict.outcome,
  );
  const touchedVerdict = scoreVerdict(
    [one.truth.verdictUnderKepPolicy, ...alternatives],
    report.verdict.touched,
  );
  return {
    id: one.id,
    literal: one.literal,
    found,
    missed,
    surplus,
    introducedVerdict,
    touchedVerdict,
    bases: scoreBases(one.truth.images, report),
    falseGreen: one.truth.verdictOnIntroducedOnly !== 'pass' && isGreen(report.verdict.outcome),
  };
}

function fits(label: LabelledFinding, finding: Report['findings'][number]): boolean {
  if (label.kind !== finding.rule || label.path !== finding.path) return false;
  const end = finding.endLine ?? finding.line;
  const within = (line: number) => line >= finding.line && line <= end;
  return within(label.line) || (label.instructionLine !== undefined && within(label.instructionLine));
}

function scoreVerdict(wanted: readonly LabelledVerdict[], got: Outcome): VerdictScore {
  const right = wanted.some((verdict) =>
    verdict === 'fail' ? got === 'block' : verdict === 'pass' ? isGreen(got) : got === 'needs-exception',
  );
  return { right, wanted: [...new Set(wanted)].join(' or '), got };
}

function isGreen(outcome: Outcome): boolean {
  return outcome === 'pass' || outcome === 'warn';
}

/** Sums and shares over several cases; shares go from 0 to 1. */
export interface Totals {
  readonly cases: number;
  readonly found: number;
  readonly missed: number;
  readonly surplus: number;
  readonly recall: number;
  readonly precision: number;
  readonly introducedVerdicts: number;
  readonly touchedVerdicts: number;
  /** Labelled images whose bases came out exactly. */
  readonly exactBases: number;
  readonly images: number;
  readonly falseGreens: number;
}

/** Adds up cases. A share of nothing is 1. */
export function totalsOf(scores: readonly CaseScore[]): Totals {
  const sum = (count: (score: CaseScore) => number) =>
    scores.reduce((total, score) => total + count(score), 0);
  const found = sum((score) => score.found);
  const missed = sum((score) => score.missed.length);
  const surplus = sum((score) => score.surplus.length);
  const exact = sum(({ bases }) => bases.exact);
  const otherwise = sum(({ bases }) => bases.wrong.length);
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
  return {
    cases: scores.length,
    found,
    missed,
    surplus,
    recall: share(found, found + missed),
    precision: share(found, found + surplus),
    introducedVerdicts: share(
      sum((score) => (score.introducedVerdict.right ? 1 : 0)),
      scores.length,
    ),
    touchedVerdicts: share(
      sum((score) => (score.touchedVerdict.right ? 1 : 0)),
      scores.length,
    ),
    exactBases: share(exact, exact + otherwise),
    images: exact + otherwise,
    falseGreens: sum((score) => (score.falseGreen ? 1 : 0)),
  };
}

import type { Level, NonEmpty, Outcome, Proposal, Report, ReportFinding } from '../domain/index.ts';
import { daysLeft, decidingOutcome, LEVELS } from '../domain/index.ts';
import { capitalise, counted, EXPLAIN_EXCEPTIONS, listed } from '../domain/words.ts';
import {
  countingFindings,
  countsExisting,
  coveredFindings,
  definitionOf,
  existingFindings,
  fixedFindings,
  imageOf,
  isAlone,
} from './findings.ts';

const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  block: 'blocks',
  'needs-exception': 'needs exception',
  inconclusive: 'undecided',
  warn: 'warning',
  note: 'note',
};

/** A level in one or two words, as it stands before a finding; where nothing gates, nothing is said to block. */
export function levelWord(report: Report, level: Level): string {
  const observes = report.policy.enforcement === 'observe';
  return observes && level === 'block' ? 'would block' : LEVEL_WORDS[level];
}

/** An outcome in one or two words. */
const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'passes',
  warn: 'passes with warnings',
  'needs-exception': 'held up',
  block: 'blocked',
  inconclusive: 'could not evaluate',
};

/** What an outcome would be where nothing gates (SEMANTICS 5.4). */
const OBSERVED_WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'passes',
  warn: 'would warn',
  'needs-exception': 'would ask for an exception',
  block: 'would block',
  inconclusive: 'could not evaluate',
};

/** The outcome with the counts behind it in one sentence, as a terminal ends with it. */
export function verdictSentence(report: Report): string {
  const word = report.policy.enforcement === 'observe' ? OBSERVED_WORDS : OUTCOME_WORDS;
  return `${capitalise(word[decidingOutcome(report)])}: ${countsInWords(report)}`;
}

/** The title of a check run: the counts that matter; in observe what it would be. Never empty. */
export function verdictTitle(report: Report): string {
  const outcome = decidingOutcome(report);
  const counts = countsInWords(report);
  if (outcome === 'inconclusive') return `${OUTCOME_WORDS.inconclusive}: ${counts}`;
  if (outcome === 'pass' || report.policy.enforcement !== 'observe') return capitalise(counts);
  return `${OBSERVED_WORDS[outcome]}: ${counts}`;
}

/** The counts that matter, worst first: `2 images need changes · 1 image needs an exception · 1 warning`. */
function countsInWords(report: Report): string {
  const counting = countingFindings(report);
  const parts = [
    needing(report, of(counting, 'block'), ['needs changes', 'need changes']),
    needing(report, of(counting, 'needs-exception'), ['needs an exception', 'need an exception']),
    ...undecidedInWords(report, of(counting, 'inconclusive')),
    countOf(of(counting, 'warn').length, 'warning'),
    ...remainderInWords(report),
    endInWords(report),
  ].filter((part) => part !== '');
  return parts.length === 0 ? fallback(report) : parts.join(' · ');
}

const LEVEL_COUNTS: Readonly<Record<Level, readonly [one: string, many: string]>> = {
  block: ['blocks', 'block'],
  'needs-exception': ['needs an exception', 'need an exception'],
  inconclusive: ['undecided', 'undecided'],
  warn: ['warning', 'warnings'],
  note: ['note', 'notes'],
};

/** How many findings are listed, by level where they differ: `5 findings: 3 block, 2 notes.` Empty for one finding or none, which speaks for itself. */
export function findingsInWords(report: Report): string {
  const counting = countingFindings(report);
  if (counting.length < 2) return '';
  const observes = report.policy.enforcement === 'observe';
  const counts = LEVELS.flatMap((level) => {
    const count = of(counting, level).length;
    const [one, many] = LEVEL_COUNTS[level];
    if (count === 0) return [];
    return [level === 'block' && observes ? `${count} would block` : `${count} ${count === 1 ? one : many}`];
  });
  const all = counted(counting.length, 'finding');
  // The sentence before says what one level means.
  return counts.length === 1 ? `${all}.` : `${all}: ${counts.join(', ')}.`;
}

function remainderInWords(report: Report): readonly string[] {
  if (decidingOutcome(report) !== 'pass') return [];
  const covered = coveredFindings(report).length;
  const fixed = fixedFindings(report).length;
  const notes = of(countingFindings(report), 'note').length;
  return [
    nothingFound(report),
    covered === 0 ? '' : `${counted(covered, 'finding')} covered by an exception`,
    fixed === 0 ? '' : `${fixed} fixed`,
    countOf(notes, 'note'),
  ];
}

/** The first end that is near, of the exceptions that are used: `1 exception ends in 9 days`. */
function endInWords({ exceptions, inputs }: Report): string {
  const left = (exceptions ?? []).flatMap((one) => daysLeft(one, inputs.date) ?? []);
  if (left.length === 0) return '';
  const days = Math.min(...left);
  const when = days === 0 ? 'today' : `in ${counted(days, 'day')}`;
  return left.length === 1
    ? `1 exception ends ${when}`
    : `${left.length} exceptions end soon, the first ${when}`;
}

function nothingFound(report: Report): string {
  if (isAlone(report)) return 'no problems';
  return countsExisting(report) ? 'no problems in what this change touches' : 'no new problems';
}

/** An outcome whose reasons are no findings still says why. */
function fallback(report: Report): string {
  const [reason] = report.verdict.because;
  return reason ?? `the outcome is ${decidingOutcome(report)}`;
}

function of(findings: readonly ReportFinding[], level: Level): readonly ReportFinding[] {
  return findings.filter((finding) => finding.level === level);
}

function countOf(count: number, noun: string): string {
  return count === 0 ? '' : counted(count, noun);
}

/** Images, then manifests, then other files: `1 image and 2 manifests need changes`. */
function needing(
  report: Report,
  findings: readonly ReportFinding[],
  [one, many]: readonly [string, string],
): string {
  const things = { image: new Set<string>(), manifest: new Set<string>(), file: new Set<string>() };
  for (const finding of findings) {
    const { noun, key } = thingOf(report, finding);
    things[noun].add(key);
  }
  const counts = (['image', 'manifest', 'file'] as const)
    .filter((noun) => things[noun].size > 0)
    .map((noun) => counted(things[noun].size, noun));
  const total = things.image.size + things.manifest.size + things.file.size;
  return counts.length === 0 ? '' : `${listed(counts)} ${total === 1 ? one : many}`;
}

function thingOf(
  report: Report,
  finding: ReportFinding,
): { readonly noun: 'image' | 'manifest' | 'file'; readonly key: string } {
  const image = imageOf(report, finding);
  if (image !== undefined)
    return {
      noun: 'image',
      key: JSON.stringify([image.path, image.name]),
    };
  const definition = definitionOf(report, finding);
  return {
    noun:
      finding.rule !== POLICY_RULE && /\.(ya?ml|json|manifest|template)$/i.test(definition)
        ? 'manifest'
        : 'file',
    key: definition,
  };
}

/** What it finds stands in the policy, which is neither manifest nor base. */
const POLICY_RULE = 'policy-changed';
/** Rules whose undecided findings are files that could not be read. */
const UNREAD_RULES: ReadonlySet<string> = new Set(['unread-file', POLICY_RULE]);

function undecidedInWords(report: Report, findings: readonly ReportFinding[]): readonly string[] {
  if (decidingOutcome(report) === 'pass' || decidingOutcome(report) === 'warn') return [];
  const unread = new Set(
    report.unread.filter((file) => file.counts && file.exception == null).map((file) => file.path),
  );
  for (const { rule, path } of findings) if (UNREAD_RULES.has(rule)) unread.add(path);
  const bases = findings.filter((finding) => finding.rule === 'unresolved-base').length;
  const others = findings.filter(({ rule }) => !UNREAD_RULES.has(rule) && rule !== 'unresolved-base').length;
  const failed = report.failedRules?.length ?? 0;
  return [
    bases === 0 ? '' : `${counted(bases, 'base')} could not be resolved`,
    others === 0 ? '' : `${counted(others, 'finding')} undecided`,
    unread.size === 0 ? '' : `${counted(unread.size, 'file')} could not be read`,
    failed === 0 ? '' : `${counted(failed, 'rule')} failed`,
  ];
}

/** How many old findings stay silent: those listed, and those in what the change does not touch. */
export function existingCount(report: Report): number {
  return existingFindings(report).length + (isAlone(report) ? 0 : report.elsewhere.existing);
}

/** The comment that asks for an exception to a finding, by its number (`#1`) or id, as somebody would complete it. */
export function askLine(finding: string): string {
  return `/plinth exception request ${finding} reason=needs-shell "why the image needs it"`;
}

/** The comment that grants an entry. */
export function grantLine(id: string): string {
  return `/plinth exception grant ${asWord(id)}`;
}

/** As a command names an entry: in quotes where its id has blanks. */
export function asWord(id: string): string {
  return /[\s=]/.test(id) ? `"${id}"` : id;
}

/** An entry that the change itself writes for a finding, which waits for somebody who may grant. */
export function proposalFor(reports: NonEmpty<Report>, { id }: ReportFinding): Proposal | undefined {
  return reports.flatMap(({ proposals = [] }) => proposals).find(({ covers }) => covers.includes(id));
}

/** A rule's remedy as Markdown: how an exception is given is one click away where it has a page. */
export function remedyWithLink(remedy: string, exceptionsPage: string | undefined): string {
  if (exceptionsPage === undefined) return remedy;
  return remedy.replaceAll(`\`${EXPLAIN_EXCEPTIONS}\` says how`, `[how](${exceptionsPage})`);
}

/** Where the policy came from: `kep-1729 (shipped)`. */
export function policyInWords(report: Report): string {
  const sources = report.policy.sources.map((source) =>
    source.from === source.tier ? source.from : `${source.tier} ${shortSource(source.from)}`,
  );
  return `${report.policy.name} (${sources.join(', ')})`;
}

/** Where a policy text is from, its commit as people write it: `.github/plinth.yml@0123456789`. */
export function shortSource(from: string): string {
  return from.replace(/@([0-9a-f]{10})(?:[0-9a-f]{30}|[0-9a-f]{54})$/, '@$1');
}

/** A commit id as people write it; names other than ids stay whole. */
export function shortCommit(commit: string): string {
  return /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, 10) : commit;
}

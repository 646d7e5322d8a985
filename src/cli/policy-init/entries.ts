import { exceptionStates } from '../../decide/index.ts';
import type {
  ExceptionEntry,
  ExceptionReason,
  Policy,
  Report,
  ReportFinding,
  RuleId,
} from '../../domain/index.ts';
import { AppError, aboutException, compareText, isBaseRule } from '../../domain/index.ts';
import type { GivenExceptions } from '../../engine/ports.ts';
import { type EntryToWrite, writeExceptions } from '../../policy/exceptions/index.ts';
import { countingFindings, definitionOf, imageOf } from '../../present/findings.ts';
import { draftException } from '../../present/index.ts';

/** An entry with what it was written for. */
export interface FoundEntry {
  readonly entry: EntryToWrite;
  /** Why nothing is known, where that is what it excepts; else empty. */
  readonly because: string;
  /** Path of the definition or manifest that it was written for. */
  readonly path: string;
}

/** What a tree needs to pass, and what is left. */
export interface Found {
  /** In the order of the file. */
  readonly entries: readonly FoundEntry[];
  /** The judgement with these entries. */
  readonly report: Report;
  /** What still holds the tree up: no entry covers it. */
  readonly left: readonly ReportFinding[];
}

/** How entries are found and written. */
export interface EntriesGiven {
  readonly policy: Policy;
  readonly date: string;
  readonly expires: string;
  /** Who answers for a path; empty where nothing tells. */
  readonly ownerOf: (path: string) => string;
  readonly judge: (exceptions: GivenExceptions) => Promise<Report>;
}

/** One that covers a base may uncover nothing new, one round for bases and one for the rest; more are for what only then shows. */
const MOST_ROUNDS = 4;

/**
 * The entries under which a tree passes, found by judging it: those for bases first, since they cover the needs on them as well, then those
 * for what is left. Entries that turn out to cover nothing are dropped. What is returned was judged as it stands.
 */
export async function entriesFor(given: EntriesGiven): Promise<Found> {
  let found: readonly FoundEntry[] = [];
  let report = await judgedWith(found, given);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const more = newEntries(report, found, { ...given, basesOnly: round === 0 });
    if (more.length > 0) {
      found = sorted([...found, ...more]);
      report = await judgedWith(found, given);
    } else if (round > 0) break;
  }
  const finished = withReasons(withoutIdle(found, report, given), report, given);
  report = await judgedWith(finished, given);
  return { entries: finished, report, left: holdingUp(report) };
}

/** Findings that keep a tree from passing. */
function holdingUp(report: Report): readonly ReportFinding[] {
  return countingFindings(report).filter(({ level }) => level !== 'warn' && level !== 'note');
}

/** What is judged is what will be read: the entries as text. */
function judgedWith(found: readonly FoundEntry[], given: EntriesGiven): Promise<Report> {
  return given.judge({ entries: readBack(found, given), source: given.policy.exceptions });
}

/** In the order of `found`. */
function readBack(found: readonly FoundEntry[], { policy }: EntriesGiven): readonly ExceptionEntry[] {
  const text = writeExceptions(found.map(({ entry }) => entry));
  const read = policy.exceptionsOf({ from: policy.exceptions, text });
  // Each was read alone before; together they can only be too many.
  if ('problems' in read)
    throw new AppError(
      'exceptions-invalid',
      `there is too much for one exceptions file (${read.problems[0]?.message}): leave folders out with --ignore`,
    );
  return read.entries;
}

interface Round extends EntriesGiven {
  readonly basesOnly: boolean;
}

function newEntries(report: Report, found: readonly FoundEntry[], given: Round): readonly FoundEntry[] {
  const keys = new Set(found.map(({ entry }) => aboutException(entry)));
  const more: FoundEntry[] = [];
  for (const finding of holdingUp(report)) {
    const entry = entryFor(report, finding, given);
    if (given.basesOnly && !isBaseRule(entry.rule)) continue;
    const about = aboutException(entry);
    // One entry for an image and base, whatever finds it.
    if (keys.has(about) || !canBeRead(entry, given)) continue;
    keys.add(about);
    more.push({ entry, because: becauseOf(report, finding), path: definitionOf(report, finding) });
  }
  return more;
}

function entryFor(report: Report, finding: ReportFinding, given: EntriesGiven): EntryToWrite {
  const { identity, rule, base } = draftException(report, finding);
  return {
    identity,
    rule,
    base,
    reason: 'other',
    text: `as found by plinth policy init on ${given.date}; replace with the reason`,
    owner: given.ownerOf(definitionOf(report, finding)),
    issue: '',
    expires: given.expires,
  };
}

function becauseOf(report: Report, { rule, path, message }: ReportFinding): string {
  if (rule === 'unread-file') return report.unread.find((file) => file.path === path)?.because ?? message;
  return rule === 'unresolved-base' ? message : '';
}

/** A name or path with signs of a pattern in it cannot be an entry's. */
function canBeRead(entry: EntryToWrite, { policy }: EntriesGiven): boolean {
  return 'entries' in policy.exceptionsOf({ from: policy.exceptions, text: writeExceptions([entry]) });
}

function withoutIdle(
  found: readonly FoundEntry[],
  report: Report,
  given: EntriesGiven,
): readonly FoundEntry[] {
  const states = exceptionStates(readBack(found, given), report, given.date);
  return found.filter((_, index) => (states[index]?.covers ?? 0) > 0);
}

// ---- reasons -------------------------------------------------------------------------------------------

/** What a container starts with a shell. What a build does with one is over once the image is built. */
const STARTS_A_SHELL: ReadonlySet<RuleId> = new Set([
  'shell-entrypoint',
  'script-entrypoint',
  'healthcheck-shell',
  'manifest-shell-command',
  'manifest-shell-probe',
  'manifest-log-redirection',
]);

function withReasons(
  found: readonly FoundEntry[],
  report: Report,
  given: EntriesGiven,
): readonly FoundEntry[] {
  const ids = readBack(found, given).map(({ id }) => id);
  return found.map((one, index) => {
    const covered = report.findings.filter(({ exception }) => exception === ids[index]);
    return { ...one, entry: { ...one.entry, reason: reasonOf(one.entry, covered, report) } };
  });
}

/** The reason that what an entry covers tells; `other` where it tells none. */
function reasonOf(
  { rule, base }: EntryToWrite,
  covered: readonly ReportFinding[],
  report: Report,
): ExceptionReason {
  if (rule === 'unread-file' || rule === 'unresolved-base') return 'other';
  if (base?.endsWith('-iptables') === true) return 'needs-iptables';
  const isBuiltByOthers = covered.every((one) => isBaseRule(one.rule) && imageOf(report, one) === undefined);
  if (isBuiltByOthers) return 'third-party';
  if (covered.some((one) => STARTS_A_SHELL.has(one.rule))) return 'needs-shell';
  return covered.some((one) => one.rule === 'dynamic-binary') ? 'non-static-binary' : 'other';
}

// ---- order ---------------------------------------------------------------------------------------------

const LAST_RULES: readonly RuleId[] = ['unresolved-base', 'unread-file'];

/** By rule and base, so that what has one way out stands together; then by name. */
function sorted(found: readonly FoundEntry[]): readonly FoundEntry[] {
  return found.toSorted(
    ({ entry: a }, { entry: b }) =>
      placeOf(a.rule) - placeOf(b.rule) ||
      compareText(a.rule, b.rule) ||
      compareText(a.base ?? '', b.base ?? '') ||
      compareText(JSON.stringify(a.identity), JSON.stringify(b.identity)),
  );
}

/** Bases that are known, needs, then what is not known. */
function placeOf(rule: RuleId): number {
  const last = LAST_RULES.indexOf(rule);
  return last >= 0 ? last + 2 : isBaseRule(rule) ? 0 : 1;
}

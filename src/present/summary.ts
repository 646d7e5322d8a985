// The summary in Markdown that check run and job summary share: sections in the order of DESIGN.md 6, within a size, never silently cut.
import type {
  Level,
  NonEmpty,
  Report,
  ReportFinding,
  RuleId,
  RuleMeta,
  UnreadFile,
} from '../domain/index.ts';
import { counted, EXPLAIN_EXCEPTIONS, listed } from '../domain/words.ts';
import { bytesIn, clipBytes } from './clip.ts';
import { code, linkedCode, prose } from './escape.ts';
import {
  basesDecidedAt,
  countableFindings,
  coveredFindings,
  failedRuleReasons,
  fixedFindings,
  isAlone,
  isCovered,
  unreadBeside,
  worstFirst,
} from './findings.ts';
import { type Links, linkTo } from './links.ts';
import {
  askLine,
  existingCount,
  findingsInWords,
  grantLine,
  levelWord,
  proposalFor,
  remedyWithLink,
  shortCommit,
  shortSource,
  verdictTitle,
} from './words.ts';

/** What a summary needs beside its reports. */
export interface SummaryGiven {
  readonly rules: ReadonlyMap<RuleId, RuleMeta>;
  /** Absent where the summary stands on no repository page: places are then not linked. */
  readonly links?: Links;
  /** Address of the rule's page; undefined where there is none. */
  readonly pageOf?: (rule: RuleId) => string | undefined;
  /** Address of the page that says how an exception is given. */
  readonly exceptionsPage?: string;
  /** True where comments with commands are read. */
  readonly readsComments?: boolean;
  /** How a report's base is called where several are shown: `main`, `release-1.2`. */
  readonly baseOf?: (report: Report) => string;
  /** What there is to say of where the policy comes from, beside its sources; Markdown of ours. */
  readonly policySentence?: string;
  /** What a person can write or press, as Markdown of ours; the last section. */
  readonly commandsHelp?: string;
}

interface Section {
  readonly title: string;
  /** Each renders itself: what does not fit is only counted. */
  readonly items: readonly (() => string)[];
  /** What an item is, for the sentence that says how many were cut. */
  readonly noun: string;
}

/** A finding with the number that names it in comments: `#1`. */
export interface NumberedFinding {
  readonly finding: ReportFinding;
  readonly number: number;
}

/**
 * Findings as they are numbered in the summary: those that count in any report, worst first, each once. One that an exception covers keeps its number, so
 * that a number means the same finding of a head whatever is granted meanwhile.
 */
export function numberedFindings(reports: NonEmpty<Report>): readonly NumberedFinding[] {
  const once = new Map<string, ReportFinding>();
  for (const report of reports) {
    for (const finding of countableFindings(report)) {
      const key = `${finding.fingerprint} ${finding.path}:${finding.line}:${finding.column ?? 0}`;
      const known = once.get(key);
      // What counts in one report counts.
      if (known === undefined || (isCovered(known) && !isCovered(finding))) once.set(key, finding);
    }
  }
  return worstFirst([...once.values()]).map((finding, index) => ({ finding, number: index + 1 }));
}

/** Those of them that no exception covers. */
export function openNumbered(reports: NonEmpty<Report>): readonly NumberedFinding[] {
  return numberedFindings(reports).filter(({ finding }) => !isCovered(finding));
}

/** The summary of reports on one head, the worst first, in at most `most` bytes of UTF-8. */
export function renderSummary(reports: NonEmpty<Report>, given: SummaryGiven, most: number): string {
  const opening = [openingLines(reports, given)];
  const closing = closingBlocks(reports, given);
  const room = most - bytesIn([...opening, ...closing].join('\n\n')) - ROOM_FOR_CUT;
  const blocks = [...opening, ...fitSections(sectionsOf(reports, given), room), ...closing];
  return clipBytes(blocks.join('\n\n'), most, CUT_ANYWHERE);
}

const ROOM_FOR_CUT = 400;
const CUT_ANYWHERE = '\n\n*Cut here: the summary is larger than GitHub takes.*';

/** As many items as fit, whole; what does not is counted by kind. */
function fitSections(sections: readonly Section[], room: number): readonly string[] {
  const blocks: string[] = [];
  const left = new Map<string, number>();
  let used = 0;
  for (const section of sections) {
    const heading = `### ${section.title}`;
    const items: string[] = [];
    for (const render of section.items) {
      const item = left.size > 0 ? '' : render();
      const cost = bytesIn(item) + 1 + (items.length === 0 ? bytesIn(heading) + 3 : 0);
      if (left.size > 0 || used + cost > room) {
        left.set(section.noun, (left.get(section.noun) ?? 0) + 1);
        continue;
      }
      used += cost;
      items.push(item);
    }
    if (items.length > 0) blocks.push(`${heading}\n${items.join('\n')}`);
  }
  if (left.size === 0) return blocks;
  const counts = [...left].map(([noun, count]) => counted(count, noun));
  return [
    ...blocks,
    `**Not shown here: ${listed(counts)}.** GitHub limits the size of a summary; \`plinth check --format json\` lists all of them.`,
  ];
}

// ---- opening -------------------------------------------------------------------------------------------

function openingLines(reports: NonEmpty<Report>, given: SummaryGiven): string {
  const [worst] = reports;
  const observes =
    worst.policy.enforcement === 'observe' ? ' Plinth only observes here: nothing is held up.' : '';
  const lead = `**${prose(verdictTitle(worst))}**.${observes}`;
  if (reports.length === 1) return [lead, findingsInWords(worst)].join(' ').trimEnd();
  const each = reports.map(
    (report) => `- against ${code(baseName(report, given))}: ${prose(verdictTitle(report))}`,
  );
  return `${lead}\n\nSeveral pull requests have this head; the worst verdict counts:\n${each.join('\n')}`;
}

function baseName(report: Report, given: SummaryGiven): string {
  return given.baseOf?.(report) ?? (report.tip === null ? 'no base' : shortCommit(report.tip));
}

// ---- sections ------------------------------------------------------------------------------------------

const ELSEWHERE: ReadonlySet<RuleId> = new Set(['rebase-breaks-manifest']);

function sectionsOf(reports: NonEmpty<Report>, given: SummaryGiven): readonly Section[] {
  const numbered = openNumbered(reports);
  const items = (belongs: (finding: ReportFinding) => boolean) =>
    numbered
      .filter(({ finding }) => belongs(finding))
      .map(
        ({ finding, number }) =>
          () =>
            findingItem(reports, given, finding, number),
      );
  const decides = (finding: ReportFinding) =>
    finding.level === 'block' || finding.level === 'needs-exception';
  return [
    {
      title: 'What needs a change or an exception',
      noun: 'finding',
      items: items((finding) => decides(finding) && !ELSEWHERE.has(finding.rule)),
    },
    {
      title: 'What this change breaks elsewhere',
      noun: 'finding',
      items: items((finding) => finding.level !== 'inconclusive' && ELSEWHERE.has(finding.rule)),
    },
    { title: 'Exceptions used', noun: 'covered finding', items: exceptionItems(reports) },
    {
      title: 'What could not be read or resolved',
      noun: 'finding',
      items: items((finding) => finding.level === 'inconclusive'),
    },
    { title: 'Rules that failed', noun: 'rule', items: failedRuleItems(reports) },
    { title: 'Files not analysed', noun: 'file', items: unreadItems(reports) },
    {
      title: 'Warnings and notes',
      noun: 'finding',
      items: items(
        (finding) => !decides(finding) && finding.level !== 'inconclusive' && !ELSEWHERE.has(finding.rule),
      ),
    },
  ];
}

function findingItem(
  reports: NonEmpty<Report>,
  given: SummaryGiven,
  finding: ReportFinding,
  number: number,
): string {
  const remedy = given.rules.get(finding.rule)?.remedy;
  const page = given.pageOf?.(finding.rule);
  const details = [
    ...baseLines(reports, given, finding),
    ...causeLines(given, finding),
    ...relatedLines(given, finding),
    ...(remedy === undefined ? [] : [`**To do:** ${remedyWithLink(remedy, given.exceptionsPage)}`]),
  ].map((line) => `  - ${line}`);
  const place = linkedCode(`${finding.path}:${finding.line}`, linkTo(given.links, finding));
  return [
    `- \`#${number}\` **${levelWord(reports[0], finding.level)}** ${place} ${prose(finding.message)} (${linkedCode(finding.rule, page)}, finding ${code(finding.id)})`,
    ...details,
  ].join('\n');
}

const MOST_LINKS = 6;

/** How the base was resolved: the places of its chain. Their text stays in the repository (RELIABILITY S03). */
function baseLines(
  reports: NonEmpty<Report>,
  given: SummaryGiven,
  finding: ReportFinding,
): readonly string[] {
  const bases = reports
    .flatMap((report) => basesDecidedAt(report, finding))
    .filter((base) => base.chain.length > 1);
  const lines = bases.map((base) => {
    const links = base.chain
      .slice(0, MOST_LINKS)
      .map((link) => linkedCode(`${link.path}:${link.line}`, linkTo(given.links, link)));
    const more = base.chain.length > MOST_LINKS ? ' ← …' : '';
    const platform = base.platform === null ? '' : ` on ${code(base.platform)}`;
    return `**Base:** ${code(base.reference)}${platform} ← ${links.join(' ← ')}${more}`;
  });
  return [...new Set(lines)].slice(0, 3);
}

function causeLines(given: SummaryGiven, finding: ReportFinding): readonly string[] {
  const { cause } = finding;
  if (cause === undefined || (cause.path === finding.path && cause.line === finding.line)) return [];
  return [`**Brought about by:** ${linkedCode(`${cause.path}:${cause.line}`, linkTo(given.links, cause))}`];
}

function relatedLines(given: SummaryGiven, finding: ReportFinding): readonly string[] {
  if (!ELSEWHERE.has(finding.rule)) return [];
  return (finding.related ?? []).slice(0, MOST_LINKS).map((link) => {
    const place = linkedCode(`${link.path}:${link.line}`, linkTo(given.links, link));
    return `**There:** ${place} ${prose(link.message)}`;
  });
}

function exceptionItems(reports: NonEmpty<Report>): Section['items'] {
  const uses = new Map<string, number>();
  const told = new Map(reports.flatMap((report) => report.exceptions ?? []).map((one) => [one.id, one]));
  for (const report of reports) {
    const ids = [...coveredFindings(report), ...report.unread].map((covered) => covered.exception);
    for (const id of ids) if (id !== null && id !== undefined) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  return [...uses].map(([id, count]) => () => {
    const entry = told.get(id);
    const expiry = entry?.expires == null ? '' : `, expires ${code(entry.expires)}`;
    const owner = (entry?.owner ?? '') === '' ? '' : `, owner ${code(entry?.owner ?? '')}`;
    const granted = entry?.grantedBy ?? [];
    const undocumented =
      granted.length === 0
        ? ''
        : `: granted by ${listed(granted.map(code))}, and **undocumented** until the exceptions file of the base branch holds it`;
    return `- ${code(id)} covers ${counted(count, 'finding')}${expiry}${owner}${undocumented}`;
  });
}

/** What the change does not touch. */
const NOT_COUNTED = ' (not counted)';

function unreadItems(reports: NonEmpty<Report>): Section['items'] {
  const files = new Map<string, UnreadFile>();
  for (const report of reports) {
    for (const file of unreadBeside(report)) {
      const known = files.get(file.path);
      if (file.exception == null && (known === undefined || file.counts)) files.set(file.path, file);
    }
  }
  return [...files.values()].map((file) => () => {
    const mark = file.counts ? '' : NOT_COUNTED;
    return `- ${code(file.path)}: ${prose(file.because)}${mark}`;
  });
}

function failedRuleItems(reports: NonEmpty<Report>): Section['items'] {
  const reasons = new Set(reports.flatMap((report) => failedRuleReasons(report)));
  return [...reasons].map((reason) => () => `- ${prose(reason)}`);
}

// ---- closing -------------------------------------------------------------------------------------------

function closingBlocks(reports: NonEmpty<Report>, given: SummaryGiven): readonly string[] {
  return [
    oldFindings(reports),
    [...new Set(reports.flatMap((report) => report.notes ?? []))].map(prose).join('\n\n'),
    exceptionsHelp(reports, given),
    reports.map(provenance).join('\n\n'),
    given.policySentence ?? '',
    ...(given.commandsHelp === undefined || given.commandsHelp === '' ? [] : [given.commandsHelp]),
  ].filter((block) => block !== '');
}

function oldFindings(reports: NonEmpty<Report>): string {
  const [worst] = reports;
  if (isAlone(worst)) return '';
  const existing = existingCount(worst);
  const fixed = fixedFindings(worst).length;
  const parts = [
    existing === 0 ? '' : `${counted(existing, 'older finding')} not counted`,
    fixed === 0 ? '' : `${counted(fixed, 'finding')} fixed by this change`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${parts.join(' · ')}.`;
}

const HOLDS_UP: ReadonlySet<Level> = new Set(['block', 'needs-exception', 'inconclusive']);

/** Where only an exception may be left, how it is asked for and given. */
function exceptionsHelp(reports: NonEmpty<Report>, given: SummaryGiven): string {
  if (given.exceptionsPage === undefined) return '';
  const asks = ({ rule }: ReportFinding) =>
    given.rules.get(rule)?.remedy.includes(EXPLAIN_EXCEPTIONS) === true;
  const numbered = openNumbered(reports);
  if (!numbered.some(({ finding }) => asks(finding))) return '';
  const how = `How exceptions are given: ${given.exceptionsPage}`;
  const asked = numbered.find(({ finding }) => asks(finding) && HOLDS_UP.has(finding.level));
  if (asked === undefined || given.readsComments !== true) return how;
  const written = proposalFor(reports, asked.finding)?.entry.id;
  return written === undefined
    ? `To ask for an exception, comment ${code(askLine(`#${asked.number}`))}. ${how}`
    : `The change writes an entry for this, which counts once it is granted by the comment ${code(grantLine(written))}. ${how}`;
}

/** Policy, commits, engine: what the verdict is a function of (SEMANTICS 1.2). */
function provenance(report: Report): string {
  const sources = report.policy.sources.slice(0, 6).map((source) => code(shortSource(source.from)));
  const commits = [
    commitInWords('head', report.head),
    commitInWords('tip', report.tip),
    commitInWords('merge base', report.mergeBase),
  ].filter((part) => part !== '');
  const conflicts = report.merge?.conflicting.length ?? 0;
  const conflict =
    conflicts === 0 ? '' : ` ${counted(conflicts, 'file')} in conflict with the tip, judged as at head.`;
  return `${policyOrigin(report, sources)} · ${commits.join(' · ')} · ${code(report.inputs.date)} · Plinth ${code(report.engine.version)}.${conflict}`;
}

function policyOrigin(report: Report, sources: readonly string[]): string {
  const name = code(report.policy.name);
  return report.policy.sources.some(({ tier }) => tier !== 'shipped')
    ? `Policy ${name} from ${listed(sources)}`
    : `Policy ${name}, the default where nothing sets one`;
}

function commitInWords(name: string, commit: string | null): string {
  if (commit !== null) return `${name} ${code(shortCommit(commit))}`;
  return name === 'head' ? 'head is the working tree' : '';
}

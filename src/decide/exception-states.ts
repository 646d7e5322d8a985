import type { ExceptionEntry, ExceptionState, ReportFinding, UnreadFile, Unused } from '../domain/index.ts';
import { daysLeft, isBaseRule } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import { isInForce } from './exceptions.ts';

/** What a judgement of a whole tree says of each entry, in the file's order. */
export function exceptionStates(
  entries: readonly ExceptionEntry[],
  covered: {
    readonly findings: readonly ReportFinding[];
    readonly unread: readonly UnreadFile[];
  },
  date: string,
  unused: ReadonlyMap<string, Unused> = new Map(),
): readonly ExceptionState[] {
  return entries.map((entry) => {
    const findings = covered.findings.filter(({ exception }) => exception === entry.id);
    const unread = covered.unread.filter(({ exception }) => exception === entry.id);
    const count =
      findings.length + unread.filter(({ path }) => !findings.some((one) => one.path === path)).length;
    return { entry, covers: count, remarks: remarksOn(entry, findings, { count, date, unused }) };
  });
}

interface RemarksGiven {
  readonly count: number;
  readonly date: string;
  /** By id: what is known of those that cover nothing. */
  readonly unused: ReadonlyMap<string, Unused>;
}

function remarksOn(
  entry: ExceptionEntry,
  findings: readonly ReportFinding[],
  { count, date, unused }: RemarksGiven,
): readonly string[] {
  const isOver = !isInForce(entry, date);
  return [
    ...(isOver ? [`ended on ${entry.expires}`] : endsSoon(entry, date)),
    ...(!isOver && count === 0 ? [unusedInWords(unused.get(entry.id))] : []),
    ...(hasLapsed(entry, findings)
      ? ['the image needs no shell any more: move it to a base without one']
      : []),
    ...(entry.base === null && findings.some(({ effect }) => effect !== undefined)
      ? ['holds on any base that the image will have: name the one that it is for']
      : []),
    ...(entry.text === '' ? ['no reason in words'] : []),
    ...(entry.owner === '' ? ['no owner'] : []),
  ];
}

/** A line that decides a base may be younger than the move to its family: so the day is the latest that it can have been. */
function unusedInWords(unused: Unused | undefined): string {
  if (unused?.kind === 'no-image')
    return 'covers nothing, as no image that was found goes by this name: remove it, or correct the name';
  if (unused?.kind === 'moved')
    return `covers nothing since ${unused.day} at the latest (commit ${unused.commit.slice(0, 10)}), as the image is on ${unused.bases.join(', ')}: remove it`;
  return 'covers nothing: remove it';
}

function endsSoon(entry: ExceptionEntry, date: string): readonly string[] {
  const days = daysLeft(entry, date);
  if (days === null) return [];
  return [days === 0 ? 'ends today' : `ends in ${counted(days, 'day')}`];
}

/** It was given for a shell, and nothing but the base is left of what it covers. */
function hasLapsed({ reason, rule }: ExceptionEntry, findings: readonly ReportFinding[]): boolean {
  return (
    reason === 'needs-shell' &&
    isBaseRule(rule) &&
    findings.length > 0 &&
    findings.every((finding) => isBaseRule(finding.rule))
  );
}

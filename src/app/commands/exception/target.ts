import { isSameName } from '../../../domain/image-reference.ts';
import {
  aboutException,
  type Grant,
  type GrantEvent,
  type Proposal,
  type ReportFinding,
  type StatedException,
  standingGrants,
} from '../../../domain/index.ts';
import { nearest } from '../../../domain/nearest.ts';
import {
  code,
  definitionOf,
  draftException,
  type NumberedFinding,
  numberedFindings,
} from '../../../present/index.ts';
import { termsOf } from '../../grants/index.ts';
import { type Answer, type LookedAt, notUnderstood, refused } from '../command.ts';
import type { EntryDraft } from './entry.ts';

/** What a command about an exception means. */
export type Target =
  /** An entry that the change proposes, or that somebody asked for: granted as it is, or not at all. */
  | {
      readonly kind: 'entry';
      readonly entry: StatedException;
      readonly isWritten: boolean;
      /** The definitions that it is for. */
      readonly paths: readonly string[];
    }
  /** A finding that no entry is for yet. */
  | { readonly kind: 'draft'; readonly draft: EntryDraft; readonly paths: readonly string[] };

/** What stands on the pull request, and what waits. */
export function standingOn(
  look: LookedAt,
  events: readonly GrantEvent[] = look.events(),
): {
  readonly grants: readonly Grant[];
  readonly waiting: readonly GrantEvent[];
} {
  return standingGrants(events, termsOf(look.policy, look.base.ref));
}

/** Findings that only a change or an exception takes away, as the check numbers them. */
function openFindings({ report }: LookedAt): readonly NumberedFinding[] {
  return numberedFindings([report]).filter(
    ({ finding: { level, exception } }) =>
      exception == null && ['block', 'needs-exception', 'inconclusive'].includes(level),
  );
}

/** What is named by `#1`, a finding's id or an entry's; without a name, what alone is open. */
export function targetOf(name: string | undefined, look: LookedAt): Target | Answer {
  if (name === undefined) return onlyTarget(look);
  const finding = findingNamed(name, look);
  if (finding !== undefined) return ofFinding(finding, look);
  const [entry, ...others] = entriesOf(look).filter((one) => one.entry.id === name);
  // Whoever writes an entry into the change may give it the id that somebody else's request has.
  if (others.length > 0)
    return refused(
      `the change writes an entry ${code(name)}, and somebody asked for another one of that id: name the finding, as the check numbers it.`,
    );
  return entry ?? notFound(name, look);
}

function onlyTarget(look: LookedAt): Target | Answer {
  const all = [
    ...entriesOf(look),
    ...openFindings(look).flatMap(({ finding }) => {
      const target = ofFinding(finding, look);
      return 'kind' in target ? [target] : [];
    }),
  ];
  const [first, ...others] = [...new Map(all.map((target) => [keyOf(target), target])).values()];
  if (first === undefined) return refused('nothing here needs an exception.');
  return others.length === 0 ? first : refused(`say which one is meant; ${namesOf(look)}.`);
}

/** Targets about one thing are one. */
function keyOf(target: Target): string {
  return aboutException(target.kind === 'entry' ? target.entry : target.draft);
}

/** The finding that `#1`, or its id, names in the check of this head. */
export function findingNamed(name: string, { report }: LookedAt): ReportFinding | undefined {
  const numbered = numberedFindings([report]);
  const number = /^#?([1-9]\d{0,4})$/.exec(name)?.[1];
  return number === undefined
    ? report.findings.find(({ id }) => id === name)
    : numbered[Number(number) - 1]?.finding;
}

function ofFinding(finding: ReportFinding, look: LookedAt): Target | Answer {
  const { report } = look;
  if (finding.exception != null)
    return refused(`the exception ${code(finding.exception)} covers this finding already.`);
  if (!openFindings(look).some((one) => one.finding === finding))
    return refused('this finding holds nothing up, so it needs no exception.');
  const draft = draftException(report, finding);
  // Where the finding is shown may be a file of others: its owners decide nothing about the image.
  const own = definitionOf(report, finding);
  const proposal = report.proposals?.find(({ covers }) => covers.includes(finding.id));
  if (proposal !== undefined) return ofProposal(proposal, look);
  const paths = [...new Set([own, ...definitionsFor(draft, look)])];
  const asked = standingOn(look).waiting.find(({ entry }) => aboutException(entry) === aboutException(draft));
  if (asked !== undefined) return { kind: 'entry', entry: asked.entry, isWritten: false, paths };
  return { kind: 'draft', draft, paths };
}

/** Entries that wait for somebody who may: the change's own, and those that were asked for. */
function entriesOf(look: LookedAt): readonly Extract<Target, { kind: 'entry' }>[] {
  const proposals = look.report.proposals ?? [];
  const written = proposals.map((proposal) => ofProposal(proposal, look));
  const asked = standingOn(look)
    .waiting.filter(({ entry }) => !proposals.some((one) => one.entry.hash === entry.hash))
    .map(({ entry }) => ({
      kind: 'entry' as const,
      entry,
      isWritten: false,
      paths: definitionsFor(entry, look),
    }));
  return [...written, ...asked];
}

function ofProposal({ entry, covers }: Proposal, look: LookedAt): Extract<Target, { kind: 'entry' }> {
  const covered = look.report.findings.filter(({ id }) => covers.includes(id));
  const paths = [...covered.map((one) => definitionOf(look.report, one)), ...definitionsFor(entry, look)];
  return { kind: 'entry', entry, isWritten: true, paths: [...new Set(paths)] };
}

/** Paths of the definitions that an entry is for as the change has them: owners of all of these may decide. */
export function definitionsFor(
  { identity }: Pick<StatedException, 'identity'>,
  { report }: LookedAt,
): readonly string[] {
  if ('path' in identity) return [identity.path];
  const paths = report.images.filter(({ name }) => name !== null && isSameName(name, identity.image));
  return [...new Set(paths.map(({ path }) => path))];
}

function notFound(name: string, look: LookedAt): Answer {
  const near = nearest(name, [
    ...entriesOf(look).map(({ entry }) => entry.id),
    ...openFindings(look).map(({ finding }) => finding.id),
  ]);
  const hint = near === undefined ? namesOf(look) : `did you mean ${code(near)}?`;
  return notUnderstood(
    `there is no finding or entry ${code(name)} in the check of ${code(look.head.slice(0, 10))}; ${hint}`,
  );
}

const MOST_NAMED = 10;

function namesOf(look: LookedAt): string {
  const names = [
    ...entriesOf(look).map(({ entry }) => entry.id),
    ...openFindings(look).map(({ number }) => `#${number}`),
  ];
  if (names.length === 0) return 'nothing here needs an exception.';
  const more = names.length > MOST_NAMED ? ', …' : '';
  return `what is open: ${names.slice(0, MOST_NAMED).map(code).join(', ')}${more}`;
}

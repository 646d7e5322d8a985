import type { GitHub, RepositoryRef } from '../../adapters/github/api.ts';
import type {
  MarkingDelivery,
  PullMark,
  Repository,
  Store,
  TakenDelivery,
} from '../../adapters/store/index.ts';
import { isOrganisationRepository } from '../../domain/index.ts';
import type { RepositoryEssentials } from '../events/act.ts';
import type { Act, CommentEssentials, Patch } from '../events/index.ts';
import { organisationMoved } from '../judge/organisation.ts';
import type { Log, Time } from '../ports.ts';
import { leftOn } from './shared-head.ts';
import { BASE_MOVED_MS, dueAt } from './spacing.ts';

export interface DeliveryGiven {
  readonly store: Store;
  readonly github: GitHub;
  readonly time: Time;
  readonly log: Log;
  readonly owner: string;
  /** Looks for pull requests of an installation that were missed. */
  readonly onInstallation: (installation: number) => void;
}

/** A delivery that keeps failing is given up: the sweep makes up for it. */
const MOST_ATTEMPTS = 10;
const LEASE_MS = 60_000;
const AT_ONCE = 50;
/** One transaction keeps the event loop for a millisecond or two; deliveries that come meanwhile wait as long. */
const MOST_TOGETHER = 10;

/** Works off the oldest deliveries; `more`: others may be waiting that nobody tells of. */
export async function workDeliveries(given: DeliveryGiven): Promise<{ worked: number; more: boolean }> {
  const { store, time, owner } = given;
  const taken = await store.takeDeliveries({ owner, now: time.now(), leaseMs: LEASE_MS, limit: AT_ONCE });
  for (const some of together(taken)) {
    if (!(await markTogether(some, given))) for (const delivery of some) await workOff(delivery, given);
  }
  return { worked: taken.length, more: taken.length === AT_ONCE };
}

/** In their order, those that only mark pull requests side by side. */
function together(taken: readonly TakenDelivery[]): readonly (readonly TakenDelivery[])[] {
  const groups: TakenDelivery[][] = [];
  for (const delivery of taken) {
    const last = groups.at(-1);
    const fits = last !== undefined && last.length < MOST_TOGETHER && [last[0], delivery].every(onlyMarks);
    if (fits) last.push(delivery);
    else groups.push([delivery]);
  }
  return groups;
}

function onlyMarks(delivery: TakenDelivery | undefined): boolean {
  return (
    delivery !== undefined &&
    delivery.installationId !== null &&
    delivery.payload.repository !== null &&
    actsOf(delivery).every(({ kind }) => kind === 'mark' || kind === 'note')
  );
}

/** Marks and finishes several in one transaction; false where that is not done, and each has to be worked off by itself. */
async function markTogether(some: readonly TakenDelivery[], given: DeliveryGiven): Promise<boolean> {
  if (!some.every(onlyMarks)) return false;
  try {
    const deliveries: MarkingDelivery[] = [];
    for (const delivery of some)
      deliveries.push({ guid: delivery.guid, marks: await marksOf(delivery, given) });
    await given.store.finishMarking(deliveries, given.time.now());
    return true;
  } catch {
    // One of them cannot be written; alone it is told apart from the others.
    return false;
  }
}

async function marksOf(delivery: TakenDelivery, given: DeliveryGiven): Promise<readonly PullMark[]> {
  const place = placeOf(delivery);
  if (place === null) return [];
  const marks: PullMark[] = [];
  for (const act of actsOf(delivery))
    if (act.kind === 'mark' || act.kind === 'note') marks.push(...(await marksOfAct(place, act, given)));
  return marks;
}

/** Its own, and those of the pull requests on a head that it leaves: their check may carry its verdict (SEMANTICS 6.1). */
async function marksOfAct(
  place: Place,
  act: Extract<Act, { kind: 'mark' | 'note' }>,
  given: DeliveryGiven,
): Promise<readonly PullMark[]> {
  const { number, patch } = act;
  const key = { installationId: place.installation, repositoryId: place.id, number };
  const known = await given.store.pull(key);
  const names = { owner: place.owner, name: place.name };
  const now = given.time.now();
  const headSha = known?.headSha ?? patch.headSha ?? null;
  const leaves = patch.state === 'closed' || (patch.headSha !== undefined && patch.headSha !== headSha);
  const left = leaves ? await leftOn({ ...key, headSha }, given.store) : [];
  return [
    {
      key,
      patch: { ...names, ...asItIs(patch, now) },
      ...(act.kind === 'note'
        ? { seenAt: now }
        : { due: { at: dueAt(known, act.reason, now), reason: act.reason } }),
    },
    ...left.map((row) => ({
      key: row,
      patch: names,
      due: { at: dueAt(row, 'head-left', now), reason: 'head-left' },
    })),
  ];
}

/** A delivery is new for so long: GitHub waits ten seconds for an answer, and somebody may have it sent again days later. */
const NEW_MS = 10 * 60_000;

/** What was new when it was sent: on one that is sent again later, much may have been said. */
function asItIs({ isNew, ...patch }: Patch, now: number): Patch {
  const isFresh = isNew === true && patch.observedAt !== undefined && now - patch.observedAt < NEW_MS;
  return isFresh ? { ...patch, isNew } : patch;
}

async function workOff(delivery: TakenDelivery, given: DeliveryGiven): Promise<void> {
  const { guid, event, action } = delivery;
  try {
    for (const act of actsOf(delivery)) await perform(act, delivery, given);
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown error';
    given.log.warn({ guid, event, action, attempts: delivery.attempts, error: message }, 'a delivery failed');
    // Its lease ends by itself; until then it is not taken again.
    if (delivery.attempts < MOST_ATTEMPTS) return;
  }
  await given.store.finishDelivery(guid, given.time.now());
}

/** Written by the front in the same version; an older form is not acted on, the sweep makes up for it. */
function actsOf({ payload }: TakenDelivery): readonly Act[] {
  return Array.isArray(payload.acts) ? (payload.acts as readonly Act[]) : [];
}

/** Every act can be done again: a crash in the middle repeats some. */
async function perform(act: Act, delivery: TakenDelivery, given: DeliveryGiven): Promise<void> {
  const { installationId } = delivery;
  if (installationId === null) return;
  if (act.kind === 'installation') return installation(act, installationId, given);
  if (act.kind === 'repositories') return repositories(act, installationId, given);
  const place = placeOf(delivery);
  if (place === null) return;
  switch (act.kind) {
    case 'mark':
    case 'note':
      return mark(place, act, given);
    case 'mark-head':
      return markHead(place, act.head, given);
    case 'mark-base':
      return markBase(place, act, given);
    case 'command':
      return command(place, act.comment, delivery, given);
    case 'comment-changed':
      return given.store.noteCommentChange(
        { repositoryId: place.id, number: act.number },
        { ...act.change, at: delivery.receivedAt },
      );
    case 'repository':
      return moveRepository(place, given);
    case 'repository-gone':
      return goneRepository(place, given);
    case 'merge-group':
      return mergeGroup(place, act, delivery, given);
    case 'merge-group-gone':
      return given.store.dropMergeGroup(place.id, act.head, given.time.now());
    default:
      act satisfies never;
  }
}

type Place = RepositoryRef & { readonly defaultBranch: string | null };

function placeOf({ installationId, payload }: TakenDelivery): Place | null {
  const repository = payload.repository as RepositoryEssentials | null;
  return installationId === null || repository === null
    ? null
    : { installation: installationId, ...repository };
}

function repositoryOf({ installation: installationId, id, owner, name, defaultBranch }: Place): Repository {
  return { id, installationId, owner, name, defaultBranch };
}

async function mark(
  place: Place,
  act: Extract<Act, { kind: 'mark' | 'note' }>,
  given: DeliveryGiven,
): Promise<void> {
  for (const { key, patch, ...how } of await marksOfAct(place, act, given)) {
    if ('due' in how) await given.store.markDue(key, patch, how.due.at, how.due.reason);
    else await given.store.notePull(key, patch, how.seenAt);
  }
}

/** Pull requests by their head: our own table knows forks; what it does not know GitHub lists. A merge group has one, too. */
async function markHead(place: Place, head: string, given: DeliveryGiven): Promise<void> {
  const isGroup = await given.store.remindMergeGroup(place.id, head);
  const known = await given.store.findByHead(place.id, head);
  const asked = (number: number, patch: Patch) =>
    mark(place, { kind: 'mark', number, patch, reason: 'asked' }, given);
  for (const row of known) await asked(row.number, {});
  if (isGroup || known.length > 0) return;
  const open = await given.github.repository(place, 'sweep').openPulls({});
  for (const pull of open) {
    if (pull.head !== head) continue;
    await asked(pull.number, { headSha: head, baseRef: pull.base, draft: pull.draft, state: 'open' });
  }
}

/** Marked once, however often the branch moves: what is due already stays due as it is. */
async function markBase(
  place: Place,
  { branch, policy }: Extract<Act, { kind: 'mark-base' }>,
  { store, time }: DeliveryGiven,
): Promise<void> {
  const at = time.now() + BASE_MOVED_MS;
  if (policy && branch === place.defaultBranch && isOrganisationRepository(place.name))
    return organisationMoved(place.installation, { store, time });
  // The default branch's policy counts for other branches, too (SEMANTICS 1.3).
  if (policy && branch === place.defaultBranch)
    await store.markOpenDue({ repositoryId: place.id }, at, 'policy-moved');
  else await store.markOpenDue({ repositoryId: place.id, baseRef: branch }, at, 'base-moved');
}

/** Another name, owner or default branch; for the organisation's repository, before or after, another policy. */
async function moveRepository(place: Place, given: DeliveryGiven): Promise<void> {
  const { store, time } = given;
  const before = await store.repository(place.id);
  await store.saveRepository(repositoryOf(place), time.now());
  if (isOrganisationRepository(place.name)) await organisationMoved(place.installation, given);
  else if (before !== null && isOrganisationRepository(before.name))
    await goneOrganisation(place.installation, given);
}

async function goneRepository(place: Place, given: DeliveryGiven): Promise<void> {
  await given.store.removeRepository(place.id);
  if (isOrganisationRepository(place.name)) await goneOrganisation(place.installation, given);
}

/** Whoever deletes or renames the repository takes the policy away; that is not to be unable to read it. */
async function goneOrganisation(installation: number, given: DeliveryGiven): Promise<void> {
  await given.store.forgetOrganisationFile(installation);
  await organisationMoved(installation, given);
}

async function mergeGroup(
  place: Place,
  { head, base, branch }: Extract<Act, { kind: 'merge-group' }>,
  { receivedAt }: TakenDelivery,
  { store, time }: DeliveryGiven,
): Promise<void> {
  await store.saveRepository(repositoryOf(place), time.now());
  await store.recordMergeGroup({
    installationId: place.installation,
    repositoryId: place.id,
    owner: place.owner,
    name: place.name,
    head,
    baseRef: branch,
    base,
    receivedAt,
  });
}

async function command(
  place: Place,
  comment: CommentEssentials,
  delivery: TakenDelivery,
  { store, time }: DeliveryGiven,
): Promise<void> {
  // First: a comment that is on record is worked off at once, and its repository's name is told by deliveries alone.
  await store.saveRepository(repositoryOf(place), time.now());
  await store.recordCommand({
    // A delivery that an older version took in says less.
    source: comment.source ?? 'issue-comment',
    commentId: comment.id,
    nodeId: comment.nodeId ?? null,
    installationId: place.installation,
    repositoryId: place.id,
    number: comment.number,
    authorId: comment.author.id,
    authorLogin: comment.author.login,
    body: comment.lines,
    writtenAt: comment.writtenAt ?? delivery.receivedAt,
    receivedAt: delivery.receivedAt,
  });
}

async function installation(
  { change, account }: Extract<Act, { kind: 'installation' }>,
  id: number,
  { store, time, onInstallation }: DeliveryGiven,
): Promise<void> {
  if (change === 'gone') return store.removeInstallation(id);
  if (account !== null)
    await store.saveInstallation({ id, accountId: account.id, accountLogin: account.login }, time.now());
  await store.suspendInstallation(id, change === 'suspended', time.now());
  if (change === 'here') onInstallation(id);
}

async function repositories(
  { added, removed, organisation }: Extract<Act, { kind: 'repositories' }>,
  id: number,
  given: DeliveryGiven,
): Promise<void> {
  const { store, onInstallation } = given;
  if (organisation === true) await organisationMoved(id, given);
  for (const repository of removed) await store.removeRepository(repository);
  if (added) onInstallation(id);
}

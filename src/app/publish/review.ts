import type { RepositoryClient, ReviewComment } from '../../adapters/github/api.ts';
import type { PublishedComment, Store } from '../../adapters/store/index.ts';
import type { Policy, Report } from '../../domain/index.ts';
import { AppError } from '../../domain/index.ts';
import { fixedEdits, planReview, type ReviewPlan, readMarker } from '../../present/index.ts';
import type { SeenPull } from '../judge/index.ts';
import type { Time } from '../ports.ts';
import type { Guide } from './guide.ts';

export interface ReviewGiven {
  readonly client: RepositoryClient;
  readonly store: Pick<Store, 'publishedComments' | 'savePublishedComments'>;
  readonly time: Time;
  readonly guide: Guide;
  readonly snapshot: SeenPull;
  readonly report: Report;
  readonly review: Policy['review'];
  /** Null where the comparison did not list them. */
  readonly patches: ReadonlyMap<string, string | undefined> | null;
  /** A review of ours may stand there unrecorded. */
  readonly recovering: boolean;
}

/**
 * One review per head, for what is new; what was told stays, what is fixed is said. The id of the review; null where there was nothing
 * to say. GitHub's refusal of a comment never fails the judgement: the check run says all of it.
 */
export async function publishReview(given: ReviewGiven): Promise<number | null> {
  const { snapshot } = given;
  if (snapshot.draft || snapshot.locked) return null;
  const known = await knownComments(given);
  await editFixed(known, given);
  const told = new Set(known.filter((comment) => comment.fixedIn === null).map((one) => one.fingerprint));
  const plan = await planFor(told, given);
  return plan === null ? null : sendReview(plan, given);
}

async function knownComments(given: ReviewGiven): Promise<readonly PublishedComment[]> {
  const { client, store, snapshot } = given;
  const recorded = await store.publishedComments(client.repository.id, snapshot.number);
  if (!given.recovering) return recorded;
  const byFingerprint = new Map(recorded.map((comment) => [comment.fingerprint, comment]));
  for (const { id, body } of await client.ownReviewComments(snapshot.number)) {
    const marker = readMarker(body);
    if (marker === null) continue;
    const { fingerprint, fixed } = marker;
    const before = byFingerprint.get(fingerprint);
    const headSha = before?.headSha ?? snapshot.head;
    const fixedIn = fixed ? (before?.fixedIn ?? snapshot.head) : null;
    byFingerprint.set(fingerprint, { fingerprint, commentId: id, headSha, fixedIn });
  }
  const all = [...byFingerprint.values()];
  await store.savePublishedComments(client.repository.id, snapshot.number, all, given.time.now());
  return all;
}

// ---- what is fixed -------------------------------------------------------------------------------------

async function editFixed(known: readonly PublishedComment[], given: ReviewGiven): Promise<void> {
  const { client, report, snapshot } = given;
  const open = new Set(
    report.findings.filter((finding) => finding.state !== 'fixed').map((finding) => finding.fingerprint),
  );
  const gone = known.filter((comment) => comment.fixedIn === null && !open.has(comment.fingerprint));
  if (gone.length === 0) return;
  const ours = new Map<string, { readonly id: number; readonly body: string }>();
  for (const { id, body } of await client.ownReviewComments(snapshot.number)) {
    const marker = readMarker(body);
    if (marker !== null && !marker.fixed) ours.set(marker.fingerprint, { id, body });
  }
  const bodies = new Map(
    gone.flatMap(({ fingerprint }) => {
      const comment = ours.get(fingerprint);
      return comment === undefined ? [] : [[fingerprint, comment.body] as const];
    }),
  );
  const edited: PublishedComment[] = [];
  for (const { fingerprint, body } of fixedEdits(report, bodies)) {
    const comment = ours.get(fingerprint);
    const before = gone.find((one) => one.fingerprint === fingerprint);
    if (comment === undefined || before === undefined) continue;
    await client.updateReviewComment(comment.id, body);
    edited.push({ ...before, commentId: comment.id, fixedIn: snapshot.head });
  }
  await save(edited, given);
}

// ---- what is new ---------------------------------------------------------------------------------------

async function planFor(told: ReadonlySet<string>, given: ReviewGiven): Promise<ReviewPlan | null> {
  const { client, report, review, snapshot } = given;
  const isNew = report.findings.some(
    (finding) => finding.state === 'introduced' && !told.has(finding.fingerprint),
  );
  if (!isNew || review === 'off') return null;
  const patches = given.patches ?? (await client.patches(snapshot.number));
  const { rules, pageOf, exceptionsPage } = given.guide;
  return planReview(report, {
    patches,
    alreadyCommented: told,
    review,
    rules,
    pageOf,
    exceptionsPage,
  });
}

async function sendReview(plan: ReviewPlan, given: ReviewGiven): Promise<number | null> {
  for (const comments of [plan.comments, plan.onAddedLines]) {
    if (comments.length === 0) continue;
    const id = await accepted(() =>
      given.client.createReview(given.snapshot.number, {
        commit: given.snapshot.head,
        body: plan.body,
        comments: comments.map(wireForm),
      }),
    );
    if (id === null) continue;
    await save(
      comments.map(({ fingerprint }) => ({
        fingerprint,
        // GitHub names the review only; a comment is looked up when it is to be edited.
        commentId: 0,
        headSha: given.snapshot.head,
        fixedIn: null,
      })),
      given,
    );
    return id;
  }
  return null;
}

/** Null where GitHub refuses a comment's place, or comments on this pull request at all. */
async function accepted(act: () => Promise<number>): Promise<number | null> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof AppError && (error.code === 'invalid-request' || error.code === 'forbidden'))
      return null;
    throw error;
  }
}

function wireForm({ path, line, startLine, side, body }: ReviewPlan['comments'][number]): ReviewComment {
  return { path, line, ...(startLine === undefined ? {} : { startLine }), side, body };
}

async function save(comments: readonly PublishedComment[], given: ReviewGiven): Promise<void> {
  if (comments.length === 0) return;
  const { client, store, snapshot, time } = given;
  await store.savePublishedComments(client.repository.id, snapshot.number, comments, time.now());
}

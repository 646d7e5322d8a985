import type { Selectable } from 'kysely';
import type { Outcome } from '../../domain/index.ts';
import type { Tables } from './schema.ts';

/**
 * Which pull request. Repository and number identify it; the installation says who serves it now, and follows when the
 * repository moves to another account.
 */
export interface PullKey {
  readonly installationId: number;
  readonly repositoryId: number;
  readonly number: number;
}

/** What a delivery or a look at GitHub says of a pull request; what is left out stays as it is known. */
export interface PullPatch {
  readonly owner: string;
  readonly name: string;
  readonly headSha?: string;
  /** The base branch's name, without `refs/heads/`. */
  readonly baseRef?: string;
  readonly baseSha?: string;
  readonly state?: PullState;
  readonly draft?: boolean;
  readonly fork?: boolean;
  /** True for one that was opened just now: nothing was said on it that is not on record. */
  readonly isNew?: true;
  /** GitHub's `updated_at` of the pull request: facts older than the ones on record are then left out. */
  readonly observedAt?: number;
}

/** Whether a pull request can still be judged. */
export type PullState = 'open' | 'closed';

/** One row of the reconcile table: what is known, what was judged, when it is due, who works on it. */
export interface PullRow extends PullKey {
  readonly owner: string;
  readonly name: string;
  readonly headSha: string | null;
  readonly baseRef: string | null;
  readonly baseSha: string | null;
  readonly state: PullState;
  readonly draft: boolean;
  readonly fork: boolean;
  /** Due since (or from) then; null where nothing is to do. Keeps its value while a worker holds the row. */
  readonly dueAt: number | null;
  readonly dueReason: string | null;
  /** Not to be claimed before: a back-off or a rate limit. */
  readonly notBefore: number;
  /** Claims since the last mark that did not end in `finishPull` or `postponePull`, a running one included. */
  readonly attempts: number;
  /** Counts marks: an evaluation is current while this is what it was at the claim. */
  readonly generation: number;
  /** Counts claims: tells this claim from a later one of the same owner. */
  readonly claims: number;
  readonly leaseOwner: string | null;
  readonly leaseUntil: number | null;
  /** The last published judgement. */
  readonly judgedHead: string | null;
  /** Digest of the inputs it was a function of. */
  readonly judgedInputs: string | null;
  readonly judgedAt: number | null;
  readonly verdict: Outcome | null;
  readonly checkRunId: number | null;
  readonly reviewId: number | null;
  readonly updatedAt: number;
}

/** A row of the table as the domain names its columns. */
export function toPullRow(row: Selectable<Tables['pulls']>): PullRow {
  return {
    installationId: row.installation_id,
    repositoryId: row.repository_id,
    number: row.number,
    owner: row.owner,
    name: row.name,
    headSha: row.head_sha,
    baseRef: row.base_ref,
    baseSha: row.base_sha,
    state: row.state === 'closed' ? 'closed' : 'open',
    draft: row.draft === 1,
    fork: row.fork === 1,
    dueAt: row.due_at,
    dueReason: row.due_reason,
    notBefore: row.not_before,
    attempts: row.attempts,
    generation: row.generation,
    claims: row.claims,
    leaseOwner: row.lease_owner,
    leaseUntil: row.lease_until,
    judgedHead: row.judged_head,
    judgedInputs: row.judged_inputs,
    judgedAt: row.judged_at,
    verdict: row.verdict as Outcome | null,
    checkRunId: row.check_run_id,
    reviewId: row.review_id,
    updatedAt: row.updated_at,
  };
}

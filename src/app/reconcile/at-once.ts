import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { PullRow } from '../../adapters/store/index.ts';
import { dayAt } from '../../domain/index.ts';
import type { EarlyComparison, JudgeGiven } from '../judge/index.ts';
import { nameOf, type OrganisationTier, organisationTier } from '../judge/organisation.ts';
import { compareNamed } from '../judge/untouched.ts';
import type { Decided } from '../publish/index.ts';
import { sharingOf } from './shared-head.ts';

/** What was learned at once: what the delivery's commits differ in, what the organisation says, and the verdict where that is enough. */
export interface SeenAtOnce {
  readonly organisation: OrganisationTier;
  readonly comparison?: EarlyComparison;
  readonly decided?: Decided;
}

/** A change that touches nothing of ours needs no more than the comparison that the delivery names; null where it cannot be told so. */
export async function lookAtOnce(
  row: PullRow,
  client: RepositoryClient,
  given: JudgeGiven,
): Promise<SeenAtOnce | null> {
  const { store, tips, time } = given;
  const { repositoryId, number, headSha, baseSha, baseRef, state, dueReason, draft, fork } = row;
  const fresh = dueReason === 'opened' || dueReason === 'pushed';
  if (!fresh || state === 'closed' || headSha === null || baseSha === null || baseRef === null) return null;
  const known = tips.get(repositoryId, baseSha);
  if (known === undefined) return null;
  const { pulls, group } = await sharingOf(store, repositoryId, headSha, row);
  if (pulls.length > 0 || group !== null) return null;
  if ((await store.publishedComments(repositoryId, number)).some((one) => one.fixedIn === null)) return null;
  // Nothing is decided at once by a policy that is another by now.
  const organisation = await organisationTier(client.repository, given);
  if (organisation.kind === 'lost' || nameOf(organisation) !== known.organisation) return { organisation };
  const named = { base: baseSha, head: headSha, date: dayAt(time.now()) };
  const { comparison, report } = await compareNamed(client, named, known);
  const early = { base: baseSha, head: headSha, comparison };
  if (report === null) return { organisation, comparison: early };
  const base = { ref: baseRef, tip: baseSha };
  const snapshot = { number, head: headSha, base, draft, locked: false, fork };
  const inputs = `untouched ${headSha}`;
  return {
    organisation,
    comparison: early,
    decided: { kind: 'judged', snapshot, report, policy: null, patches: null, inputs },
  };
}

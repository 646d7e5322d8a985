import type { RepositoryRef } from '../../adapters/github/api.ts';
import type { KnownOrganisationFile } from '../../adapters/store/index.ts';
import {
  isOrganisationRepository,
  ORGANISATION_REPOSITORY,
  type OrganisationFile,
  POLICY_PATH,
  type PolicyProblem,
  type PolicyText,
} from '../../domain/index.ts';
import { leavesKeys } from '../../policy/index.ts';
import type { AppPorts, OperatorChoice } from '../ports.ts';

/** What the organisation says of the policy. */
export type OrganisationTier =
  | { readonly kind: 'policy'; readonly text: PolicyText }
  | { readonly kind: 'none' }
  /** Its repository cannot be read, and never held a policy that Plinth saw: said in the summary (SEMANTICS 1.4). */
  | { readonly kind: 'unseen'; readonly repository: string }
  /** It held one, and cannot be read any more: a configuration error (SEMANTICS 1.4). */
  | { readonly kind: 'lost'; readonly problem: PolicyProblem };

export interface OrganisationGiven extends Pick<AppPorts, 'store' | 'github' | 'time'> {
  readonly operator: OperatorChoice;
}

/** How long what was read counts where no delivery says that it changed. */
const KEPT_MS = 5 * 60_000;
/** Most accounts have no such repository, and each look is a token that is refused: no more of these than of others. */
const UNREACHABLE_KEPT_MS = 50 * 60_000;
/** What only may read differently waits a moment: GitHub's answers may lag behind its deliveries. */
export const ORGANISATION_MOVED_MS = 45_000;
/** A longer text is refused by its length, so its end is not needed. */
const LONGEST_TEXT = 90_000;

/**
 * The organisation's policy for a repository: as it was read a moment ago, else read now. Throws the AppErrors of GitHub and the
 * store: what may pass is tried again, and never taken for the absence of a policy.
 */
export async function organisationTier(
  repository: RepositoryRef,
  given: OrganisationGiven,
): Promise<OrganisationTier> {
  const { policy } = given.operator;
  // In its own repository it is that repository's policy, read at the base branch like any other.
  if (isOrganisationRepository(repository.name)) return { kind: 'none' };
  if (policy !== null && !leavesKeys(policy)) return { kind: 'none' };
  const { store, time } = given;
  const kept = await store.organisationFile(repository.installation);
  if (kept !== null && isFresh(kept, time.now())) return tierOf(kept.file, kept.seen, repository);
  return readAgain(repository, kept, given);
}

/** The policy may have changed: what was read is read again, and the installation's open pull requests are judged again (SEMANTICS 6.3). */
export async function organisationMoved(
  installation: number,
  { store, time }: Pick<AppPorts, 'store' | 'time'>,
): Promise<void> {
  const at = time.now() + ORGANISATION_MOVED_MS;
  await store.distrustOrganisationFile(installation, at);
  await store.markOpenDue({ installationId: installation }, at, 'policy-moved');
}

async function readAgain(
  repository: RepositoryRef,
  kept: KnownOrganisationFile | null,
  { store, github, time }: OrganisationGiven,
): Promise<OrganisationTier> {
  const { installation } = repository;
  const readAt = time.now();
  const read = await github.organisationFile(installation, POLICY_PATH);
  const file = sameText(kept?.file, read) ? kept.file : shortened(read);
  await store.saveOrganisationFile(installation, file, readAt);
  const seen = file.kind === 'unreachable' ? kept?.seen === true : file.kind === 'present';
  const tier = tierOf(file, seen, repository);
  // A change that no delivery told of.
  if (kept !== null && meaningOf(tier) !== meaningOf(tierOf(kept.file, kept.seen, repository)))
    await store.markOpenDue(
      { installationId: installation },
      time.now() + ORGANISATION_MOVED_MS,
      'policy-moved',
    );
  return tier;
}

function isFresh({ file, readAt, trustedFrom }: KnownOrganisationFile, now: number): boolean {
  const kept = file.kind === 'unreachable' ? UNREACHABLE_KEPT_MS : KEPT_MS;
  return readAt >= trustedFrom && now - readAt < kept;
}

/** The commit that a text was first read at stays its name, so that other changes to that repository change no input. */
function sameText(kept: OrganisationFile | undefined, read: OrganisationFile): kept is OrganisationFile {
  return (
    kept?.kind === 'present' &&
    read.kind === 'present' &&
    kept.owner === read.owner &&
    kept.text === keptText(read.text)
  );
}

function shortened(file: OrganisationFile): OrganisationFile {
  return file.kind === 'present' ? { ...file, text: keptText(file.text) } : file;
}

/** PostgreSQL keeps no NUL; nothing that a policy says holds one. */
function keptText(text: string): string {
  return text.slice(0, LONGEST_TEXT).replaceAll('\0', '\uFFFD');
}

function tierOf(file: OrganisationFile, seen: boolean, { owner }: RepositoryRef): OrganisationTier {
  if (file.kind === 'present') {
    const from = `${file.owner}/${ORGANISATION_REPOSITORY}:${POLICY_PATH}@${file.commit}`;
    return { kind: 'policy', text: { tier: 'organisation', from, text: file.text } };
  }
  if (file.kind === 'absent') return { kind: 'none' };
  const repository = `${owner}/${ORGANISATION_REPOSITORY}`;
  if (!seen) return { kind: 'unseen', repository };
  const message = `the organisation has a policy, and this App cannot read it any more: give it access to ${repository}, or take the file out of that repository while it has`;
  return { kind: 'lost', problem: { from: `${repository}:${POLICY_PATH}`, line: 1, column: 1, message } };
}

/** What reports call the organisation's policy; empty where there is none. */
export function nameOf(tier: OrganisationTier): string {
  return tier.kind === 'policy' ? tier.text.from : '';
}

/** What a tier comes to for a judgement, as text. */
function meaningOf(tier: OrganisationTier): string {
  if (tier.kind === 'none' || tier.kind === 'unseen') return '';
  return tier.kind === 'policy' ? tier.text.text : tier.kind;
}

import type { Act, EventReader, Patch, Reason } from './act.ts';
import { at, commitId, shortText, timeOf, wholeNumber } from './payload.ts';

const REASONS: ReadonlyMap<string, Reason> = new Map([
  ['opened', 'opened'],
  ['reopened', 'opened'],
  ['synchronize', 'pushed'],
  ['ready_for_review', 'ready'],
  ['edited', 'retargeted'],
]);

/** A pull request was opened, pushed to, made ready, retargeted: it is due. Closed or made a draft: that is noted. */
export const readPullRequest: EventReader = (payload, action) => {
  const number = wholeNumber(at(payload, 'pull_request', 'number'));
  if (number === null || action === null) return [];
  const patch = patchOf(payload);
  if (action === 'closed') return [{ kind: 'note', number, patch: { ...patch, state: 'closed' } }];
  if (action === 'converted_to_draft') return [{ kind: 'note', number, patch }];
  // Titles and descriptions are edited, too; only another base branch changes what is judged.
  if (action === 'edited' && at(payload, 'changes', 'base') === undefined) return [];
  const reason = REASONS.get(action);
  if (reason === undefined) return [];
  return [marked(number, action === 'opened' ? { ...patch, isNew: true } : patch, reason)];
};

function marked(number: number, patch: Patch, reason: Reason): Act {
  return { kind: 'mark', number, patch, reason };
}

/** What the payload says of the pull request. A fork that was deleted since has no repository. */
function patchOf(payload: unknown): Patch {
  const pull = at(payload, 'pull_request');
  const headSha = commitId(at(pull, 'head', 'sha'));
  const baseSha = commitId(at(pull, 'base', 'sha'));
  const baseRef = shortText(at(pull, 'base', 'ref'), 1000);
  const state = at(pull, 'state');
  const draft = at(pull, 'draft');
  const observedAt = timeOf(at(pull, 'updated_at'));
  const home = wholeNumber(at(pull, 'base', 'repo', 'id'));
  return {
    ...(headSha === null ? {} : { headSha }),
    ...(baseSha === null ? {} : { baseSha }),
    ...(baseRef === null ? {} : { baseRef }),
    ...(state === 'open' || state === 'closed' ? { state } : {}),
    ...(typeof draft === 'boolean' ? { draft } : {}),
    ...(home === null ? {} : { fork: wholeNumber(at(pull, 'head', 'repo', 'id')) !== home }),
    ...(observedAt === null ? {} : { observedAt }),
  };
}

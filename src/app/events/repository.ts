import type { EventReader } from './act.ts';

const MOVES = new Set(['renamed', 'transferred', 'edited']);

/** A repository has another name, owner or default branch, or is gone. Its id stays. */
export const readRepository: EventReader = (_payload, action) => {
  if (action === 'deleted') return [{ kind: 'repository-gone' }];
  return MOVES.has(action ?? '') ? [{ kind: 'repository' }] : [];
};

import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { GrantsKey, Store } from '../../adapters/store/index.ts';
import type { GrantEvent, GrantTerms } from '../../domain/index.ts';
import type { AppPolicy } from '../ports.ts';
import type { ReplyMarks } from './reply-marker.ts';

export interface GrantEventsGiven {
  readonly store: Pick<Store, 'grantEvents' | 'restoreGrantEvents'>;
  readonly replies: ReplyMarks;
}

/** What was said about exceptions on a pull request. */
export interface SaidOnPull {
  readonly events: readonly GrantEvent[];
  /**
   * False where a reply of the App is missing: what was said before it does not stand, since the missing one may have taken it back. What was said
   * after it does.
   */
  readonly isWhole: boolean;
}

/**
 * The events of a pull request from the App's own replies, for a store that does not know them (SEMANTICS 7.5): one request for a hundred
 * comments. They are kept, and not asked for again.
 */
export async function restoreEvents(
  client: RepositoryClient,
  key: GrantsKey,
  { store, replies }: GrantEventsGiven,
): Promise<SaidOnPull> {
  const kept = (await store.grantEvents(key)).events;
  const own = await client.ownComments(key.number, 0);
  const said = own.flatMap(({ body }) => replies.read(body, key)?.events ?? []);
  const byPosition = new Map([...kept, ...said].map((event) => [event.position, event]));
  const all = [...byPosition.values()].sort((a, b) => a.position - b.position);
  const afterGap = all.findLastIndex(
    ({ position }, index) => position !== (all[index - 1]?.position ?? 0) + 1,
  );
  const events = all.slice(Math.max(0, afterGap));
  await store.restoreGrantEvents(key, events);
  return { events, isWhole: afterGap < 0 };
}

/** All that was said on a pull request: of the store where that knows, else of the App's own replies. */
export async function allEvents(
  client: RepositoryClient,
  key: GrantsKey,
  given: GrantEventsGiven,
): Promise<readonly GrantEvent[]> {
  const { events, known } = await given.store.grantEvents(key);
  return known ? events : (await restoreEvents(client, key, given)).events;
}

/** What a policy says of what stands on a base branch. */
export function termsOf({ commands }: Pick<AppPolicy, 'commands'>, baseRef: string): GrantTerms {
  return { baseRef, persons: commands.twoPerson ? 2 : 1 };
}

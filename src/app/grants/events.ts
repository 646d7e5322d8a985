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
  /** False where a reply of the App is missing: then nothing stands, since it may have taken back what the others grant. */
  readonly isWhole: boolean;
}

/**
 * The events of a pull request from the App's own replies, for a store that does not know them (SEMANTICS 7.5): one request for a hundred
 * comments. What is whole is kept, and not asked for again.
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
  const events = [...byPosition.values()].sort((a, b) => a.position - b.position);
  const isWhole = events.every(({ position }, index) => position === index + 1);
  if (!isWhole) return { events: [], isWhole };
  await store.restoreGrantEvents(key, events);
  return { events, isWhole };
}

/** What a policy says of what stands on a base branch. */
export function termsOf({ commands }: Pick<AppPolicy, 'commands'>, baseRef: string): GrantTerms {
  return { baseRef, persons: commands.twoPerson ? 2 : 1 };
}

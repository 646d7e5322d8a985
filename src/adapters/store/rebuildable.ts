import type { Connection } from './connection.ts';
import { isDamage } from './errors.ts';

/**
 * Runs an act on facts or tips, what can be made again: damage there costs what was kept and nothing else, and the act
 * answers as on an empty cache. Any other fault is the caller's to hear of.
 */
export async function onRebuildable<T>(connection: Connection, act: () => Promise<T>, empty: T): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isDamage(error)) throw error;
    await connection.resetCache();
    return empty;
  }
}

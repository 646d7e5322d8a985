import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** Milliseconds since 1970. */
export type Clock = () => number;

/** The databases that hold the store; the schema is one. */
export type DatabaseKind = 'sqlite' | 'postgres';

/** An open database, and the few things in which the two kinds differ. */
export interface Connection {
  readonly kind: DatabaseKind;
  readonly db: Kysely<Tables>;
  /**
   * Resolves when all that was committed before is on the disk. Commits come there in their order, so a power cut takes the
   * latest ones back, and none without those after it.
   */
  settle(): Promise<void>;
  /** Starts the rebuildable part (facts, tips) afresh after damage was met in it. */
  resetCache(): Promise<void>;
  /** Gives space of deleted rows back to the disk, as far as that is cheap. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

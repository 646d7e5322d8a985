import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** Milliseconds since 1970. */
export type Clock = () => number;

export type DatabaseKind = 'sqlite' | 'postgres';

/** An open database, and the few things in which the two kinds differ. */
export interface Connection {
  readonly kind: DatabaseKind;
  readonly db: Kysely<Tables>;
  /** Starts the rebuildable part (facts, tips) afresh after damage was met in it. */
  resetCache(): Promise<void>;
  /** Gives space of deleted rows back to the disk, as far as that is cheap. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

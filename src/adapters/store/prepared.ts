import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Tables } from './schema.ts';

type Stored = string | number | null;

/** Stands in a query for a value that each run brings along. */
class Hole {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A value of a run, where the query is written. */
export type ValueOf<V> = <K extends keyof V & string>(name: K) => V[K];

/** A query that runs with the values given, on the database or in a transaction on it. */
export type Prepared<V, O> = (db: Kysely<Tables>, values: V) => Promise<readonly O[]>;

/**
 * A query whose text is made once. Writing a query with Kysely and compiling it costs several times what the database needs for it, so the few
 * queries that each delivery asks for are prepared.
 */
export function prepare<V extends Readonly<Record<string, Stored>>, O>(
  build: (db: Kysely<Tables>, value: ValueOf<V>) => Compilable<O>,
): Prepared<V, O> {
  let known: CompiledQuery<O> | undefined;
  return async (db, values) => {
    // Kysely takes what is no expression for a value, and hands it on as a parameter.
    known ??= build(db, (name) => new Hole(name) as never).compile();
    const parameters = known.parameters.map((one) => (one instanceof Hole ? values[one.name] : one));
    return (await db.executeQuery<O>({ ...known, parameters })).rows;
  };
}

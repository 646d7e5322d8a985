import { type Clock, sleep } from './clock.ts';
import { failure, hasCode } from './errors.ts';

/** A batch's answers; keys without one are asked again. */
export interface BatchAnswer<K, V> {
  readonly answers: ReadonlyMap<K, V>;
  /** Bytes that the answers carried. */
  readonly bytes: number;
}

export interface BatchGiven<K, V> {
  readonly clock: Clock;
  readonly ask: (keys: readonly K[]) => Promise<BatchAnswer<K, V>>;
}

/**
 * Both sides of a hundred changed files. GitHub takes more aliases in one query (none of them is a connection, so its node limit is far),
 * but answers in ten seconds or not at all.
 */
const MOST_KEYS = 200;
const AIM_BYTES = 4 * 1024 * 1024;
/** Failures one after another; each halves the batch. */
const MOST_FAILURES = 5;
const FIRST_PAUSE_MS = 1000;

/**
 * Asks for all keys, at most 200 and about 4 MB at a time. A batch that fails, or is answered in part, is halved, and only what is missing
 * is asked again (RELIABILITY F09). Every key has an answer in the end, or this throws.
 */
export async function askInBatches<K, V>(
  keys: Iterable<K>,
  { clock, ask }: BatchGiven<K, V>,
): Promise<Map<K, V>> {
  const all = new Map<K, V>();
  let pending = [...new Set(keys)];
  let most = MOST_KEYS;
  let failures = 0;
  while (pending.length > 0) {
    const batch = pending.slice(0, most);
    const { answers, bytes, why } = await attempt(batch, ask);
    for (const [key, value] of answers) all.set(key, value);
    const missing = batch.filter((key) => !answers.has(key));
    pending = [...pending.slice(batch.length), ...missing];
    if (answers.size > 0) {
      failures = 0;
      const aim = Math.floor((AIM_BYTES * answers.size) / Math.max(bytes, 1));
      most = Math.max(1, Math.min(MOST_KEYS, most * 2, aim));
    }
    if (missing.length === 0) continue;
    most = Math.max(1, Math.floor(batch.length / 2));
    if (answers.size > 0) continue;
    failures++;
    if (failures === MOST_FAILURES) throw failure('github-failed', why, { retryable: true });
    await sleep(clock, FIRST_PAUSE_MS * 2 ** (failures - 1));
  }
  return all;
}

async function attempt<K, V>(
  batch: readonly K[],
  ask: BatchGiven<K, V>['ask'],
): Promise<BatchAnswer<K, V> & { readonly why: string }> {
  try {
    return { ...(await ask(batch)), why: 'GitHub answered a query in part, five times.' };
  } catch (error) {
    if (!hasCode(error, 'github-failed') || !error.retryable) throw error;
    return { answers: new Map(), bytes: 0, why: error.message };
  }
}

/** Asks one thing until it is answered, or this throws; undefined is no answer. */
export async function askAgain<V>(clock: Clock, ask: () => Promise<V | undefined>): Promise<V> {
  const answers = await askInBatches(['it'], {
    clock,
    ask: async ([key = '']) => {
      const answer = await ask();
      return { answers: answer === undefined ? new Map<string, V>() : new Map([[key, answer]]), bytes: 0 };
    },
  });
  return answers.get('it') as V;
}

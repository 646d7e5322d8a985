import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { Time } from '../ports.ts';

const REMEMBERED_MS = 10 * 60_000;
const MOST_REMEMBERED = 1000;

/** Who is asking, as a delivery names them. */
export interface Asker {
  readonly login: string;
  readonly accountId: number;
}

/**
 * Whether people may write to a repository, as GitHub says. Remembered for ten minutes: this guards against floods and gives nobody
 * anything, so what grants rights must not ask here.
 */
export class Writers {
  readonly #time: Time;
  readonly #known = new Map<string, { readonly may: boolean; readonly until: number }>();

  constructor(time: Time) {
    this.#time = time;
  }

  /** By login, and refused where that login is another account by now (RELIABILITY A06). */
  async may(client: RepositoryClient, { login, accountId }: Asker): Promise<boolean> {
    const key = `${client.repository.id}:${accountId}`;
    const now = this.#time.now();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.may;
    const answer = await client.permission(login);
    const may =
      answer !== null &&
      answer.accountId === accountId &&
      (answer.level === 'admin' || answer.level === 'write');
    this.#known.delete(key);
    this.#known.set(key, { may, until: now + REMEMBERED_MS });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return may;
  }
}

// How the App signs in: as itself by a JWT, or as one of its installations by a token made for the job.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { AppError } from '../../domain/index.ts';
import type { Clock } from './clock.ts';
import { failure, hasCode } from './errors.ts';
import type { HttpAnswer } from './http.ts';
import type { Permissions } from './permissions.ts';

/** What a request is signed with. */
export interface Credential {
  /** Whose limits and writes the request counts among. */
  readonly account: string;
  authorization(): Promise<string>;
  /** After a 401 to a request so authorised: whether another try has a chance. Throws where the reason is known. */
  renew(answer: HttpAnswer, authorization: string): boolean;
  /** After a 403: a better error than `forbidden`; null where there is none. */
  explain(): Promise<AppError | null>;
}

const MINUTE_MS = 60_000;
/** GitHub allows ten minutes; both ends leave room for its clock. */
const JWT_BEFORE_MS = MINUTE_MS;
const JWT_AFTER_MS = 9 * MINUTE_MS;
/** A clock further off is wrong about the day's date before long, so it is said and not worked around. */
const LARGEST_SKEW_MS = 10 * MINUTE_MS;
const SMALLEST_SKEW_MS = 5000;

/** The App itself. The clock's difference to GitHub's is learnt from the answer that refuses a JWT (RELIABILITY F14). */
export class AppCredential implements Credential {
  readonly account = 'app';
  readonly #appId: number;
  readonly #key: KeyObject;
  readonly #clock: Clock;
  #skewMs = 0;

  constructor(appId: number, privateKey: string, clock: Clock) {
    this.#appId = appId;
    this.#key = createPrivateKey(privateKey);
    this.#clock = clock;
  }

  async authorization(): Promise<string> {
    const now = this.#clock.now() + this.#skewMs;
    const claims = {
      iat: Math.floor((now - JWT_BEFORE_MS) / 1000),
      exp: Math.floor((now + JWT_AFTER_MS) / 1000),
      iss: String(this.#appId),
    };
    const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
    return `bearer ${signed}.${sign('RSA-SHA256', Buffer.from(signed), this.#key).toString('base64url')}`;
  }

  renew({ headers }: HttpAnswer): boolean {
    const skewMs = Date.parse(headers.get('date')?.slice(0, 100) ?? '') - this.#clock.now();
    if (!Number.isFinite(skewMs) || Math.abs(skewMs - this.#skewMs) < SMALLEST_SKEW_MS) return false;
    if (Math.abs(skewMs) > LARGEST_SKEW_MS) {
      const minutes = Math.round(Math.abs(skewMs) / MINUTE_MS);
      const side = skewMs > 0 ? 'behind' : 'ahead of';
      throw failure(
        'clock-skew',
        `This machine's clock is ${minutes} minutes ${side} GitHub's, so GitHub refuses to sign the App in: set the clock.`,
      );
    }
    this.#skewMs = skewMs;
    return true;
  }

  async explain(): Promise<null> {
    return null;
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** What a token is for; equal scopes share one. */
export interface TokenScope {
  readonly installation: number;
  /** By id, or by name where the id is not known; null for all repositories of the installation. */
  readonly repository: number | string | null;
  readonly permissions: Permissions;
}

/** Asks GitHub about installations, as the App. */
export interface TokenOffice {
  /** Throws `installation-gone`, `forbidden`; `not-found` where the installation has no repository of the name. */
  mint(scope: TokenScope): Promise<string>;
  /** Whether the installation is there and not suspended. */
  isActive(installation: number): Promise<boolean>;
}

interface Held {
  readonly authorization: Promise<string>;
  readonly until: number;
  /** What the promise came to. */
  used: string | null;
}

/** Tokens are good for an hour; the rest is room for a long job. */
const TOKEN_MS = 50 * MINUTE_MS;

/** The tokens in use, one per scope. Held in memory only. */
export class Tokens {
  readonly #office: TokenOffice;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();

  constructor(office: TokenOffice, clock: Clock) {
    this.#office = office;
    this.#clock = clock;
  }

  credential(scope: TokenScope): Credential {
    const { installation } = scope;
    const key = JSON.stringify([installation, scope.repository, scope.permissions]);
    return {
      account: `installation ${installation}`,
      authorization: () => this.#hold(key, scope).authorization,
      renew: (_answer, authorization) => {
        // Another request may have renewed it already.
        if (this.#held.get(key)?.used === authorization) this.#held.delete(key);
        return true;
      },
      explain: async () => ((await this.#isGone(installation)) ? installationGone(installation) : null),
    };
  }

  async #isGone(installation: number): Promise<boolean> {
    try {
      return !(await this.#office.isActive(installation));
    } catch (error) {
      return hasCode(error, 'not-found');
    }
  }

  #hold(key: string, scope: TokenScope): Held {
    const now = this.#clock.now();
    const known = this.#held.get(key);
    if (known !== undefined && known.until > now) return known;
    for (const [each, { until }] of this.#held) if (until <= now) this.#held.delete(each);
    const authorization = this.#office.mint(scope).then((token) => `token ${token}`);
    const held: Held = { authorization, until: now + TOKEN_MS, used: null };
    this.#held.set(key, held);
    authorization.then(
      (text) => {
        held.used = text;
      },
      () => {
        if (this.#held.get(key) === held) this.#held.delete(key);
      },
    );
    return held;
  }
}

export function installationGone(installation: number): AppError {
  return failure('installation-gone', `The installation ${installation} is suspended or deleted.`);
}

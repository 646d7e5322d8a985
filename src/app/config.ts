import type { StoreAddress } from '../adapters/store/index.ts';
import type { Enforcement, NonEmpty, PolicyText } from '../domain/index.ts';
import { isNonEmpty } from '../domain/index.ts';
import { nearest } from '../domain/nearest.ts';
import { readPrivateKey } from './private-key.ts';
import { isGuessable } from './secret-strength.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** All that the App is started with. Holds secrets: never log it. */
export interface AppConfig {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  /** The secret in use, and the one before it while it is being replaced. */
  readonly webhookSecrets: NonEmpty<string>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** `https://api.github.com`, or the API of a GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly logLevel: LogLevel;
  readonly store: StoreAddress;
  readonly policy: PolicyText | null;
  readonly enforcement: Enforcement | null;
}

/** Probot's set-up page, where no credential is there yet; on loopback only. */
export interface SetUp {
  readonly host: string;
  readonly port: number;
  /** Where GitHub will reach the App; null where that is not known yet. */
  readonly publicUrl: string | null;
}

export type Start =
  | { readonly kind: 'run'; readonly config: AppConfig }
  | { readonly kind: 'set-up'; readonly setUp: SetUp }
  /** Sentences that name the variable, never its value. */
  | { readonly kind: 'refused'; readonly problems: NonEmpty<string> };

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws where the file cannot be read. */
  readonly readFile: (path: string) => string;
  /** Names of the policies that come with Plinth. */
  readonly shippedPolicies: readonly string[];
}

const CREDENTIALS = ['APP_ID', 'PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET'] as const;
const SHORTEST_SECRET = 20;
/** Runs wherever Plinth does. */
const MAKE_SECRET = `node -p "crypto.randomBytes(32).toString('hex')"`;
const DEFAULT_PORT = 3000;
const LOOPBACK = '127.0.0.1';

/** Decides how the App starts. As soon as one credential is set all are checked (DESIGN section 8). */
export function readConfig(given: Surroundings): Start {
  const reader = new Reader(given);
  const address = { host: reader.host(), port: reader.port() };
  if (
    CREDENTIALS.every((name) => reader.text(name) === undefined) &&
    reader.text('NODE_ENV') !== 'production'
  )
    return setUpOf(reader, address);
  const config = {
    appId: reader.appId(),
    privateKey: reader.privateKey(),
    webhookSecrets: reader.secrets(),
    ...address,
    apiUrl: reader.apiUrl(),
    logLevel: reader.oneOf('LOG_LEVEL', LOG_LEVELS) ?? 'info',
    store: reader.store(),
    policy: reader.policy(),
    enforcement: reader.oneOf('PLINTH_ENFORCEMENT', ['observe', 'enforce'] as const) ?? null,
  };
  return reader.refusedOr(() => ({ kind: 'run', config }));
}

function setUpOf(reader: Reader, { host, port }: Pick<SetUp, 'host' | 'port'>): Start {
  const publicUrl = reader.publicUrl();
  return reader.refusedOr(() => ({
    kind: 'set-up',
    setUp: { host: isLoopback(host) ? host : LOOPBACK, port, publicUrl },
  }));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || host.startsWith('127.');
}

/** A clause that never holds the secret; null where nothing speaks against it. */
function weaknessOf(secret: string | undefined): string | null {
  if (secret === undefined) return 'is not set: deliveries could not be told from forgeries';
  if (secret === 'development') return 'is the word that everybody knows from examples';
  if (secret.length < SHORTEST_SECRET) return `is too short: it needs ${SHORTEST_SECRET} characters or more`;
  if (isGuessable(secret))
    return 'can be guessed: most of it is repetition, a sequence, or words that everybody tries';
  return null;
}

/** Reads one variable at a time and keeps what is wrong with each. */
class Reader {
  readonly #given: Surroundings;
  readonly #problems: string[] = [];

  constructor(given: Surroundings) {
    this.#given = given;
  }

  refusedOr(start: () => Start): Start {
    return isNonEmpty(this.#problems) ? { kind: 'refused', problems: this.#problems } : start();
  }

  /** An empty variable is one that is not set. */
  text(name: string): string | undefined {
    const value = this.#given.env[name]?.trim();
    return value === '' ? undefined : value;
  }

  appId(): number {
    const text = this.text('APP_ID');
    if (text === undefined)
      return this.#refuse('APP_ID is not set: give the id that the App’s settings page shows.', 0);
    if (!/^[1-9]\d{0,14}$/.test(text)) return this.#refuse('APP_ID is not a whole number.', 0);
    return Number(text);
  }

  privateKey(): string {
    const inline = this.text('PRIVATE_KEY');
    const path = this.text('PRIVATE_KEY_PATH');
    if (inline !== undefined) return this.#checkKey('PRIVATE_KEY', inline);
    if (path === undefined)
      return this.#refuse(
        'PRIVATE_KEY or PRIVATE_KEY_PATH is not set: give the PEM text, or the file that holds it.',
        '',
      );
    const content = this.#readFile(path);
    if (content === undefined) return this.#refuse('PRIVATE_KEY_PATH names a file that cannot be read.', '');
    return this.#checkKey('PRIVATE_KEY_PATH', content);
  }

  #checkKey(name: string, text: string): string {
    const key = readPrivateKey(text);
    return 'pem' in key ? key.pem : this.#refuse(`${name} ${key.because}.`, '');
  }

  secrets(): NonEmpty<string> {
    const current = this.#secret('WEBHOOK_SECRET');
    const old = this.text('WEBHOOK_SECRET_OLD') === undefined ? [] : [this.#secret('WEBHOOK_SECRET_OLD')];
    return [current, ...old];
  }

  #secret(name: string): string {
    const text = this.text(name);
    const because = weaknessOf(text);
    if (text !== undefined && because === null) return text;
    return this.#refuse(
      `${name} ${because}. This makes a good one, for here and for the App’s settings on GitHub: ${MAKE_SECRET}`,
      '',
    );
  }

  host(): string {
    return this.text('HOST') ?? LOOPBACK;
  }

  port(): number {
    const text = this.text('PORT');
    if (text === undefined) return DEFAULT_PORT;
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
      return this.#refuse('PORT is not a number from 0 to 65535.', 0);
    return Number(text);
  }

  publicUrl(): string | null {
    const text = this.text('PLINTH_PUBLIC_URL');
    if (text === undefined) return null;
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.username !== '')
      return this.#refuse('PLINTH_PUBLIC_URL is not an address such as https://plinth.example.org.', null);
    if (isLoopback(url.hostname))
      return this.#refuse(
        'PLINTH_PUBLIC_URL is this machine’s own address, which GitHub cannot reach.',
        null,
      );
    return url.href.replace(/\/$/, '');
  }

  apiUrl(): string {
    const host = this.text('GHE_HOST');
    const protocol = this.oneOf('GHE_PROTOCOL', ['https', 'http'] as const) ?? 'https';
    if (host === undefined) return 'https://api.github.com';
    if (!/^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(host))
      return this.#refuse('GHE_HOST is not a host name: leave out protocol and path.', '');
    return `${protocol}://${host}/api/v3`;
  }

  store(): StoreAddress {
    const databaseUrl = this.text('DATABASE_URL');
    if (databaseUrl === undefined) return { dataDirectory: this.text('PLINTH_DATA_DIR') ?? 'plinth-data' };
    if (!/^postgres(ql)?:\/\//.test(databaseUrl))
      return this.#refuse('DATABASE_URL is not the address of a PostgreSQL database (postgres://…).', {
        databaseUrl: '',
      });
    return { databaseUrl };
  }

  policy(): PolicyText | null {
    const name = this.text('PLINTH_POLICY');
    if (name === undefined) return null;
    if (this.#given.shippedPolicies.includes(name))
      return { tier: 'operator', from: name, text: `extends: ${name}\n` };
    const text = this.#readFile(name);
    if (text !== undefined) return { tier: 'operator', from: name, text };
    const names = this.#given.shippedPolicies.join(', ');
    return this.#refuse(
      `PLINTH_POLICY names neither a policy that comes with Plinth (${names}) nor a file that can be read.`,
      null,
    );
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = allowed.find((one) => one === text);
    if (found !== undefined) return found;
    const near = nearest(text, allowed);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return this.#refuse(`${name} is none of ${allowed.join(', ')}${hint}`, undefined);
  }

  #readFile(path: string): string | undefined {
    try {
      return this.#given.readFile(path);
    } catch {
      return undefined;
    }
  }

  #refuse<T>(problem: string, instead: T): T {
    this.#problems.push(problem);
    return instead;
  }
}

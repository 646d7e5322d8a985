// Trouble at one call of the App on the world around it: its store, GitHub, the analysis.
import type { AppPorts } from '../../../src/app/index.ts';
import { AppError } from '../../../src/domain/index.ts';

/** What happens at a call. */
export type Trouble =
  /** It throws what nobody foresaw, and nothing was done. */
  | 'fails before'
  /** It was done, and throws all the same: the answer is lost. */
  | 'fails after'
  /** The adapter says that the other side does not answer. */
  | 'unavailable'
  /** The process ends. */
  | 'ends before'
  | 'ends after';

/** A call by its name and how many of that name came before it. */
export interface CallPlace {
  readonly name: string;
  readonly nth: number;
}

/** Methods that answer at once, with further methods or without any work. */
const GIVES_METHODS = ['store.facts', 'github.repository'];
const IS_NO_CALL = ['store.close', 'requestsSent'];

/** The ports of one App, with what it asked of them since `watch` and trouble at one place. */
export class InterruptedPorts {
  readonly ports: AppPorts;
  /** In their order. */
  readonly calls: CallPlace[] = [];
  readonly ended: Promise<void>;
  /** True once the trouble came. */
  isPlayed = false;
  /** True once the process has ended. */
  hasEnded = false;
  readonly #at: (CallPlace & { readonly trouble: Trouble }) | null;
  readonly #seen = new Map<string, number>();
  #isWatched = false;
  #end: () => void = () => {};

  constructor(ports: AppPorts, at: (CallPlace & { readonly trouble: Trouble }) | null) {
    this.#at = at;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.ports = {
      ...ports,
      store: this.#wrap(ports.store, 'store'),
      github: this.#wrap(ports.github, 'github'),
      analyse: (...given) => this.#call('analyse', () => ports.analyse(...given)),
    };
  }

  /** From here on calls are counted. */
  watch(): void {
    this.#isWatched = true;
  }

  #wrap<T extends object>(target: T, name: string): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key);
        const path = `${name}.${String(key)}`;
        if (typeof value === 'object' && value !== null && key === 'blobs') return this.#wrap(value, path);
        if (typeof value !== 'function' || IS_NO_CALL.some((one) => path.endsWith(one))) return value;
        if (!GIVES_METHODS.includes(path))
          return (...given: unknown[]) =>
            this.#call(path, () => Reflect.apply(value, target, given) as Promise<unknown>);
        return (...given: unknown[]) => {
          const purpose = path === 'github.repository' ? `.${String(given[1])}` : '';
          return this.#wrap(Reflect.apply(value, target, given) as object, `${path}${purpose}`);
        };
      },
    });
  }

  async #call<T>(name: string, perform: () => Promise<T>): Promise<T> {
    const trouble = this.#troubleAt(name);
    if (trouble === 'ends before') this.#stop();
    if (this.hasEnded) return silence(name);
    if (trouble === 'fails before') throw new Error('something that nobody foresaw');
    if (trouble === 'unavailable') throw unavailable(name);
    const answer = await perform().catch((error: unknown) => {
      if (this.hasEnded) return silence(name);
      throw error;
    });
    if (trouble === 'ends after') this.#stop();
    if (this.hasEnded) return silence(name);
    if (trouble === 'fails after') throw lost(name);
    return answer;
  }

  #troubleAt(name: string): Trouble | null {
    if (!this.#isWatched) return null;
    const nth = this.#seen.get(name) ?? 0;
    this.#seen.set(name, nth + 1);
    this.calls.push({ name, nth });
    if (this.#at === null || this.#at.name !== name || this.#at.nth !== nth) return null;
    this.isPlayed = true;
    return this.#at.trouble;
  }

  /** Nothing that this App asks for is answered any more. */
  #stop(): void {
    this.hasEnded = true;
    this.#end();
  }
}

/** An ended process goes on with nothing; but its connections are cut, so that GitHub learns that nothing was acknowledged. */
function silence(name: string): Promise<never> {
  return name === 'store.recordDelivery' ? Promise.reject(lost(name)) : new Promise(() => {});
}

function unavailable(name: string): AppError {
  const code = name.startsWith('github.') ? 'github-failed' : codeOfOurs(name);
  return new AppError(code, 'It does not answer.', { retryable: true });
}

function lost(name: string): AppError {
  const code = name.startsWith('github.') ? 'write-unknown' : codeOfOurs(name);
  return new AppError(code, 'Its answer was lost.', { retryable: true });
}

function codeOfOurs(name: string): string {
  return name === 'analyse' ? 'analyser-died' : 'store-unavailable';
}

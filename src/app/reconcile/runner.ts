import type { Log, Time } from '../ports.ts';
import { loggedFailure } from './failure.ts';

/** One piece of work; `idle` where there was none, with the time at which there will be some, if that is known. */
export type Step = () => Promise<'worked' | { readonly idleUntil: number | null }>;

/** Without any word from outside a runner looks again after this time. */
const LOOK_AGAIN_MS = 30_000;
/** After a failure of the store itself. */
const AFTER_FAILURE_MS = 5_000;

/** Takes one step after another, and rests while there is nothing to do. */
export class Runner {
  readonly #name: string;
  readonly #step: Step;
  readonly #time: Time;
  readonly #log: Log;
  #wake: () => void = () => {};
  #woken = false;
  #stopping = false;
  #resting = false;
  #run: Promise<void> | null = null;
  readonly #onRest: () => void;

  constructor(
    name: string,
    step: Step,
    given: { readonly time: Time; readonly log: Log; readonly onRest: () => void },
  ) {
    this.#name = name;
    this.#step = step;
    this.#time = given.time;
    this.#log = given.log;
    this.#onRest = given.onRest;
  }

  /** True while it waits for something to do. */
  get resting(): boolean {
    return this.#resting && !this.#woken;
  }

  start(): void {
    this.#run ??= this.#loop();
  }

  /** There may be something to do. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Takes no further step; settles when the step under way has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#run;
  }

  async #loop(): Promise<void> {
    while (!this.#stopping) {
      this.#woken = false;
      const result = await this.#safeStep();
      if (result !== 'worked' && !this.#stopping) await this.#rest(result.idleUntil);
    }
  }

  async #safeStep(): Promise<Awaited<ReturnType<Step>>> {
    try {
      return await this.#step();
    } catch (error) {
      this.#log.error({ runner: this.#name, ...loggedFailure(error) }, 'a step failed');
      return { idleUntil: this.#time.now() + AFTER_FAILURE_MS };
    }
  }

  async #rest(until: number | null): Promise<void> {
    if (this.#woken) return;
    const latest = this.#time.now() + LOOK_AGAIN_MS;
    await new Promise<void>((resolve) => {
      const cancel = this.#time.at(Math.min(until ?? latest, latest), resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
      this.#resting = true;
      this.#onRest();
    });
    this.#resting = false;
    this.#wake = () => {};
  }
}

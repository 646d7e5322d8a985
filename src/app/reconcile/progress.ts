import type { Log, Time } from '../ports.ts';
import { beginCheck, type CheckGiven } from '../publish/index.ts';
import { loggedFailure } from './failure.ts';

/** A verdict that takes longer is announced by a run in progress. */
export const SHOW_PROGRESS_MS = 5_000;

/** What showing a run in progress asks for; once `stop` is set none is begun. */
export interface ProgressGiven {
  readonly time: Time;
  readonly log: Log;
  readonly stop: AbortSignal;
}

/** Shows a run in progress on a commit where its verdict takes its time. */
export class Progress {
  readonly #given: ProgressGiven;
  #cancels: (() => void)[] = [];
  #shown: Promise<void> | null = null;

  constructor(given: ProgressGiven) {
    this.#given = given;
  }

  /** Begins a run once the check takes that long, unless `settle` comes first. */
  showLater(check: CheckGiven): void {
    const { time, log, stop } = this.#given;
    const cancel = time.at(check.startedAt + SHOW_PROGRESS_MS, () => {
      if (stop.aborted) return;
      this.#shown = beginCheck(check).catch((error: unknown) =>
        log.warn(
          { repository: check.client.repository.id, head: check.head, ...loggedFailure(error) },
          'a run in progress could not be shown',
        ),
      );
    });
    this.#cancels.push(cancel);
  }

  /** From here on no run is begun any more; whether one may stand there. */
  async settle(): Promise<boolean> {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    await this.#shown;
    return this.#shown !== null;
  }
}

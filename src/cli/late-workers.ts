import type { OpenFactWorkers } from '../adapters/fact-workers/index.ts';
import type { Fact } from '../domain/index.ts';
import type { FactWorkers, FormattedText } from '../engine/ports.ts';

/** Workers whose adapter is loaded when they are first asked: most commands never do. */
export class LateWorkers implements FactWorkers {
  readonly count: number;
  #opened: Promise<OpenFactWorkers> | undefined;

  constructor(count: number) {
    this.count = count;
  }

  async read(texts: readonly FormattedText[]): Promise<readonly (readonly Fact[])[] | null> {
    this.#opened ??= import('../adapters/fact-workers/index.ts').then(({ openFactWorkers }) =>
      openFactWorkers(this.count),
    );
    return await (await this.#opened).read(texts);
  }

  async close(): Promise<void> {
    (await this.#opened)?.close();
  }
}

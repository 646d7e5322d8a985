import type { Fact } from '../domain/index.ts';
import type { Format } from '../formats/format.ts';
import type { FactWorkers, FormattedText } from './ports.ts';
import { factsOfText } from './text-facts.ts';

/** A text to read under a format, and who waits for its facts. */
export interface Reading {
  readonly format: Format;
  readonly profile: string;
  readonly text: string;
  readonly take: (facts: readonly Fact[]) => void;
}

/** Below this many characters in all, other processes would be asked for longer than it takes to read. */
const WORTH_WORKERS = 2_000_000;
/** What is sent at once: enough to be worth a message, little enough to be shared evenly. */
const CHUNK = 200_000;

/** Reads texts here, or in other processes once there is enough to be worth them. The facts are the same, and come in any order. */
export class TextReader {
  readonly #workers: FactWorkers | null;
  readonly #underWay = new Set<Promise<void>>();
  #waiting: Reading[] = [];
  #waitingLength = 0;
  #readHere = 0;

  constructor(workers: FactWorkers | null) {
    this.#workers = workers;
  }

  async read(reading: Reading): Promise<void> {
    const length = reading.text.length;
    if (this.#workers === null || this.#readHere < WORTH_WORKERS) {
      this.#readHere += length;
      await readHere(reading);
      return;
    }
    this.#waiting.push(reading);
    this.#waitingLength += length;
    if (this.#waitingLength >= CHUNK) await this.#send(this.#workers);
  }

  /** Ends when all that was given is read. */
  async settle(): Promise<void> {
    if (this.#workers !== null && this.#waiting.length > 0) await this.#send(this.#workers);
    await Promise.all(this.#underWay);
  }

  async #send(workers: FactWorkers): Promise<void> {
    const chunk = this.#waiting;
    this.#waiting = [];
    this.#waitingLength = 0;
    // Two for each worker: one that it reads, one that it finds when it is done.
    while (this.#underWay.size >= workers.count * 2) await Promise.race(this.#underWay);
    const sent = readThere(chunk, workers).finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
  }
}

async function readThere(chunk: readonly Reading[], workers: FactWorkers): Promise<void> {
  const texts: readonly FormattedText[] = chunk.map(({ format, profile, text }) => ({
    format: format.id,
    profile,
    text,
  }));
  const facts = await workers.read(texts);
  for (const [at, reading] of chunk.entries()) {
    const found = facts?.[at];
    // A worker that died took its answers with it: here, what kills it has the name that was announced.
    if (found === undefined) await readHere(reading);
    else reading.take(found);
  }
}

async function readHere({ format, profile, text, take }: Reading): Promise<void> {
  take(await factsOfText(format, profile, text));
}

import { stripVTControlCharacters } from 'node:util';
import { AppError } from '../domain/index.ts';

/** Prints an error for a person: a sentence for what is known, the stack only for a fault of ours. */
export function printError(error: unknown): void {
  if (error instanceof AppError || (error instanceof Error && 'code' in error)) {
    process.stderr.write(`plinth: ${oneLine(error.message).replace(/^error: /, '')}\n`);
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(
    `plinth: an unexpected fault; please report it with this text:\n${stripVTControlCharacters(text)}\n`,
  );
}

/** Says on standard error what a person should know beside the output. */
export function printNote(text: string): void {
  process.stderr.write(`plinth: ${oneLine(text)}\n`);
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
  return stripVTControlCharacters(text).replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, '\u{fffd}');
}

/** Whether to colour: a terminal that nobody asked to stay plain (NO_COLOR, FORCE_COLOR). */
export function wantsColor(stream: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR) return false;
  if (process.env.FORCE_COLOR) return process.env.FORCE_COLOR !== '0';
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}

/** A line of progress on standard error, only where that is a terminal. */
export class Progress {
  readonly #shown = process.stderr.isTTY === true;
  #last = 0;

  say(text: string): void {
    if (!this.#shown) return;
    const now = performance.now();
    if (now - this.#last < 100) return;
    this.#last = now;
    process.stderr.write(`\r\u001b[2K${text}`);
  }

  done(): void {
    if (this.#shown && this.#last > 0) process.stderr.write('\r\u001b[2K');
  }
}

let isGuarded = false;

/** Writes all of a text to standard output, also where a pipe takes it slowly or was closed by its reader. */
export async function print(text: string): Promise<void> {
  // A reader that goes away is told twice: to the write, and as an event that would end the process.
  if (!isGuarded) process.stdout.on('error', () => {});
  isGuarded = true;
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error == null || ('code' in error && error.code === 'EPIPE')) resolve();
      else reject(error);
    });
  });
}

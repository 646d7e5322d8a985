// What commands hand to each other through a pipe.
import type { MadeFile } from './build-files.ts';
import type { BuildCommand } from './words.ts';

/** A command that may run in several ways is one place of the pipe: each way reads the same, and what all print is read next. */
export class Pipe {
  /** What the command that runs now finds in it. */
  files: readonly MadeFile[] = [];
  #last: { readonly written: object; readonly found: readonly MadeFile[] } | null = null;
  #printed: readonly MadeFile[] = [];

  clear(): void {
    this.files = [];
    this.#last = null;
    this.#printed = [];
  }

  enter({ written }: BuildCommand): void {
    if (written !== undefined && this.#last?.written === written) {
      this.files = this.#last.found;
      return;
    }
    this.#last = written === undefined ? null : { written, found: this.files };
    this.#printed = [];
  }

  leave({ piped }: BuildCommand, made: readonly MadeFile[] | null): void {
    if (piped) this.#printed = [...this.#printed, ...(made ?? [])];
    this.files = piped ? this.#printed : [];
  }
}

// The command line's memory of judged trees: a file for each in the user's cache folder, never inside the judged tree.
import { hash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TextMemory } from '../../engine/ports.ts';

/** Trees that are remembered: a few branches of a few repositories. */
const MOST_TREES = 24;
const LONGEST_TEXT = 32 * 1024 * 1024;

/**
 * Texts that one program made, in files that only their user reads. `program` is a digest of the program's code; `now` in seconds since 1970.
 * What is damaged is not there; what cannot be written is not kept.
 */
export function openTreeMemory(folder: string, program: string, now: number): TextMemory {
  return new FileMemory(join(folder, 'trees'), program, now);
}

class FileMemory implements TextMemory {
  readonly #folder: string;
  readonly #program: string;
  readonly #now: number;

  constructor(folder: string, program: string, now: number) {
    this.#folder = folder;
    this.#program = program;
    this.#now = now;
  }

  async get(key: string): Promise<string | undefined> {
    const name = this.#nameOf(key);
    try {
      const file = join(this.#folder, name);
      const kept = readFileSync(file, 'utf8');
      const end = kept.indexOf('\n');
      const text = kept.slice(end + 1);
      if (kept.slice(0, end) !== checksum(name, text)) return undefined;
      // The time of the last use decides what goes.
      utimesSync(file, this.#now, this.#now);
      return text;
    } catch {
      return undefined;
    }
  }

  async put(key: string, text: string): Promise<void> {
    if (text.length > LONGEST_TEXT) return;
    const name = this.#nameOf(key);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const draft = join(this.#folder, `${name}.${process.pid}`);
      writeFileSync(draft, `${checksum(name, text)}\n${text}`, { mode: 0o600 });
      // Whole or not at all, also where another process keeps the same.
      renameSync(draft, join(this.#folder, name));
      this.#forgetOldest();
    } catch {
      // A full or read-only disk costs time in the next run, nothing else.
    }
  }

  #nameOf(key: string): string {
    return hash('sha256', `${this.#program}\0${key}`, 'hex');
  }

  /** Drafts that a killed process left grow old as well. */
  #forgetOldest(): void {
    const files = readdirSync(this.#folder).map((name) => {
      const file = join(this.#folder, name);
      return { file, usedMs: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
    });
    for (const { file } of files.sort((a, b) => b.usedMs - a.usedMs).slice(MOST_TREES))
      rmSync(file, { force: true });
  }
}

/** A text holds under its own name only. */
function checksum(name: string, text: string): string {
  return hash('sha1', `${name}\0${text}`, 'base64url');
}

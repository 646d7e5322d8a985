import type { ScriptFact, StartedScript } from '../domain/index.ts';
import {
  fileName,
  folderOf,
  foldersUpward,
  isShell,
  joinPath,
  locate,
  programName,
} from '../domain/index.ts';
import type { LandedCopy } from './copies.ts';
import type { FileReader } from './files.ts';

const SCRIPT_SUFFIX = /\.(sh|bash|ksh|dash)$/;

export function looksLikeScript(program: string): boolean {
  return SCRIPT_SUFFIX.test(program);
}

/** Finds the file of the tree that stands at a program's path in an image, and reads it as a script. */
export class ScriptFinder {
  /** Files that a start may name and that could not be read: the image rests on them all the same. */
  readonly unread = new Set<string>();
  readonly #reader: FileReader;
  readonly #definition: string;
  readonly #byFile = new Map<string, LandedCopy[]>();
  readonly #folders: readonly LandedCopy[];
  readonly #workdir: string;

  constructor(
    reader: FileReader,
    definition: string,
    given: { copies: readonly LandedCopy[]; workdir: string },
  ) {
    this.#reader = reader;
    this.#definition = definition;
    this.#workdir = given.workdir;
    for (const copy of given.copies) {
      for (const key of [copy.file, fileName(copy.file)]) {
        const list = this.#byFile.get(key);
        if (list === undefined) this.#byFile.set(key, [copy]);
        else list.push(copy);
      }
    }
    this.#folders = given.copies.slice(-MOST_FOLDERS);
  }

  /**
   * The script that a program's path names. Where several files of the tree may be meant, a shell script among them counts;
   * undefined where none of them is one.
   */
  find(program: string): StartedScript | undefined {
    const written = this.#written(program);
    if (written !== undefined) return written;
    let isOther = false;
    for (const path of this.#candidates(program)) {
      const facts = this.#reader.read(path, 'shell');
      const fact = facts.find((one): one is ScriptFact => one.kind === 'script');
      if (fact === undefined) {
        if (facts.some((one) => one.kind === 'unreadable' && one.binary !== true)) this.unread.add(path);
        continue;
      }
      if (!startsShell(fact, program)) {
        isOther = true;
        continue;
      }
      const origin = { line: 1, column: 1 };
      return { program, at: locate(path, { start: origin, end: origin }), fact };
    }
    return !isOther && looksLikeScript(program) ? { program } : undefined;
  }

  /** A script that a heredoc of the definition itself writes there. */
  #written(program: string): StartedScript | undefined {
    const script = this.#copiesTo(program)
      .map(({ copy }) => copy.written)
      .find((one) => one !== undefined);
    if (script === undefined) return undefined;
    const fact: ScriptFact = { kind: 'script', interpreter: script.interpreter, script: script.script };
    if (!startsShell(fact, program)) return undefined;
    return { program, at: locate(this.#definition, script.span), fact };
  }

  *#candidates(program: string): Iterable<string> {
    if (program === '' || program.length > LONGEST_PATH) return;
    const contexts = foldersUpward(folderOf(this.#definition));
    const copies = this.#copiesTo(program);
    for (const { copy, source } of copies) {
      // What another stage or image brings is no file of the build context.
      if (copy.from !== undefined) continue;
      for (const context of contexts) {
        const path = joinPath(context, source);
        if (this.#reader.has(path)) yield path;
      }
    }
    if (copies.length > 0) return;
    const beside = joinPath(folderOf(this.#definition), programName(program));
    if (this.#reader.has(beside)) yield beside;
  }

  /** Copies that may have put the program where it is, the last first. */
  #copiesTo(program: string): readonly { copy: LandedCopy; source: string }[] {
    const absolute = joinPath('/', program.startsWith('/') ? '' : this.#workdir, program);
    const named = this.#byFile.get(program.includes('/') ? absolute : fileName(absolute)) ?? [];
    const found = named.toReversed().map((copy) => ({ copy, source: copy.source }));
    for (const copy of this.#folders.toReversed()) {
      const prefix = copy.destination === '/' ? '/' : `${copy.destination}/`;
      if (!absolute.startsWith(prefix)) continue;
      const folder = /[*?[]/.test(copy.source) ? folderOf(copy.source) : copy.source;
      found.push({ copy, source: joinPath(folder, absolute.slice(prefix.length)) });
    }
    return found;
  }
}

/** A program starts through few copies; more are not looked through. */
const MOST_FOLDERS = 256;
const LONGEST_PATH = 4096;

/** A file without `#!` counts by its name: whoever starts it means a shell to read it. */
function startsShell(fact: ScriptFact, program: string): boolean {
  return fact.interpreter === null ? looksLikeScript(program) : isShell(fact.interpreter);
}

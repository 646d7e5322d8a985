import type { ScriptFact, StartedScript, Step } from '../domain/index.ts';
import {
  fileName,
  folderOf,
  foldersUpward,
  isShell,
  joinPath,
  locate,
  programName,
} from '../domain/index.ts';
import type { FileReader } from './files.ts';

const SCRIPT_SUFFIX = /\.(sh|bash|ksh|dash)$/;

export function looksLikeScript(program: string): boolean {
  return SCRIPT_SUFFIX.test(program);
}

/** Finds the file of the tree that stands at a program's path in an image, and reads it as a script. */
export class ScriptFinder {
  readonly #reader: FileReader;
  readonly #definition: string;
  readonly #copies: readonly { source: string; destination: string; folder: boolean }[];
  readonly #workdir: string;

  constructor(reader: FileReader, definition: string, steps: readonly Step[]) {
    this.#reader = reader;
    this.#definition = definition;
    const { copies, workdir } = copiesOf(steps);
    this.#copies = copies;
    this.#workdir = workdir;
  }

  /** The script that a program's path names; undefined where it is surely none (found, and no shell script). */
  find(program: string): StartedScript | undefined {
    for (const path of this.#candidates(program)) {
      const fact = this.#script(path);
      if (fact === undefined) continue;
      if (!startsShell(fact, program)) return undefined;
      const origin = { line: 1, column: 1 };
      return { program, at: locate(path, { start: origin, end: origin }), fact };
    }
    return looksLikeScript(program) ? { program } : undefined;
  }

  #script(path: string): ScriptFact | undefined {
    return this.#reader.read(path, 'shell').find((fact): fact is ScriptFact => fact.kind === 'script');
  }

  *#candidates(program: string): Iterable<string> {
    if (program === '' || program.length > 4096) return;
    const absolute = joinPath('/', program.startsWith('/') ? '' : this.#workdir, program);
    const contexts = foldersUpward(folderOf(this.#definition));
    for (const source of this.#sourcesOf(absolute, program.includes('/'))) {
      for (const context of contexts) {
        const path = joinPath(context, source);
        if (this.#reader.has(path)) yield path;
      }
    }
    const beside = joinPath(folderOf(this.#definition), programName(program));
    if (this.#reader.has(beside)) yield beside;
  }

  *#sourcesOf(absolute: string, isPath: boolean): Iterable<string> {
    for (const copy of this.#copies.toReversed()) {
      if (copy.destination === absolute) yield copy.source;
      else if (!isPath && fileName(copy.destination) === fileName(absolute)) yield copy.source;
      else if (copy.folder && absolute.startsWith(`${copy.destination === '/' ? '' : copy.destination}/`)) {
        yield joinPath(copy.source, absolute.slice(copy.destination === '/' ? 0 : copy.destination.length));
      }
    }
  }
}

/** A file without `#!` counts by its name: whoever starts it means a shell to read it. */
function startsShell(fact: ScriptFact, program: string): boolean {
  return fact.interpreter === null ? looksLikeScript(program) : isShell(fact.interpreter);
}

function copiesOf(steps: readonly Step[]) {
  const copies: { source: string; destination: string; folder: boolean }[] = [];
  let workdir = '/';
  for (const { instruction } of steps) {
    if (instruction.kind === 'workdir') {
      workdir = joinPath('/', instruction.value.text.startsWith('/') ? '' : workdir, instruction.value.text);
    }
    if (instruction.kind !== 'copy' && instruction.kind !== 'add') continue;
    const destination = joinPath(
      '/',
      instruction.destination.text.startsWith('/') ? '' : workdir,
      instruction.destination.text,
    );
    const many = instruction.sources.length > 1 || /\/$|^\.$|\/\.$/.test(instruction.destination.text);
    for (const source of instruction.sources) {
      if (/[$*?[]/.test(source.text) || source.text.startsWith('<<')) {
        copies.push({ source: folderOf(source.text), destination, folder: true });
        continue;
      }
      const name = fileName(source.text);
      if (many && name !== '' && name !== '.')
        copies.push({ source: source.text, destination: joinPath(destination, name), folder: false });
      else copies.push({ source: source.text, destination, folder: false });
      copies.push({ source: source.text, destination, folder: true });
    }
  }
  return { copies, workdir };
}

import type { DockerfileFact, MakeStatement, ScriptFact } from '../../domain/index.ts';
import { locate } from '../../domain/index.ts';
import type { Choice } from '../../formats/make/pieces.ts';
import { placeIn } from '../../formats/shell/index.ts';
import type { FileReader } from '../files.ts';
import type { Surroundings } from './recipe-walk.ts';
import type { ShellText } from './shell/run.ts';

/** What is said of scripts and makefiles behind the bound of their tree. */
export const SPENT = 'the scripts and makefiles of this tree take too long to follow';

/** What was asked of a tree, with its answers: where they are the same, so is what follows from them. */
export class Asked {
  /** A file that it asked for is only read in the next round: what follows from the rest is asked for again then. */
  isPending = false;
  /** A script that it asked for is not there, or is none. */
  missesScript = false;
  /** Commands that were followed. */
  steps = 0;
  readonly #reader: FileReader;
  readonly #files = new Map<string, boolean>();
  readonly #programs = new Map<string, readonly MakeStatement[] | undefined>();
  readonly #scripts = new Map<string, ScriptFact | undefined>();
  readonly #definitions = new Map<string, DockerfileFact | undefined>();
  readonly #names = new Map<string, boolean>();
  readonly #lists = new Map<string, readonly string[] | null>();

  constructor(reader: FileReader) {
    this.#reader = reader;
  }

  /** What a shell finds around it that asks here. */
  surroundings(environment: ReadonlyMap<string, Choice>): Required<Surroundings> {
    return {
      environment,
      script: (path) => this.script(path),
      below: (folder) => this.below(folder),
      holdsName: (name) => this.#holdsName(name),
      isPending: () => this.isPending,
      spend: (steps) => {
        this.steps += steps;
      },
    };
  }

  has(path: string): boolean {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const there = this.#reader.has(path);
    this.#files.set(path, there);
    return there;
  }

  program(path: string): readonly MakeStatement[] | undefined {
    const statements = programOf(this.#reader, path);
    if (statements === undefined && this.#reader.isPending(path, 'make')) this.isPending = true;
    this.#programs.set(path, statements);
    return statements;
  }

  /** The definition that a file holds. */
  definition(path: string): DockerfileFact | undefined {
    const fact = definitionOf(this.#reader, path);
    if (fact === undefined && this.#reader.isPending(path, 'dockerfile')) this.isPending = true;
    this.#definitions.set(path, fact);
    return fact;
  }

  /** A script of the tree, as a text that a shell can run. */
  script(path: string): ShellText | undefined {
    const fact = calledScriptOf(this.#reader, path);
    this.#scripts.set(path, fact);
    if (fact === undefined && this.#reader.isPending(path, 'called-script')) this.isPending = true;
    if (fact?.text === undefined) this.missesScript = true;
    return fact?.text === undefined ? undefined : textOf(path, fact.text);
  }

  /** Files below a folder, relative to it; null where they are not listed. */
  below(folder: string): readonly string[] | null {
    const known = this.#lists.get(folder);
    if (known !== undefined) return known;
    const list = this.#reader.below(folder);
    this.#lists.set(folder, list);
    return list;
  }

  #holdsName(name: string): boolean {
    const there = this.#reader.holdsName(name);
    this.#names.set(name, there);
    return there;
  }

  isSame(reader: FileReader): boolean {
    for (const [name, there] of this.#names) if (reader.holdsName(name) !== there) return false;
    for (const [path, there] of this.#files) if (reader.has(path) !== there) return false;
    for (const [path, program] of this.#programs) if (programOf(reader, path) !== program) return false;
    for (const [path, script] of this.#scripts) if (calledScriptOf(reader, path) !== script) return false;
    for (const [path, fact] of this.#definitions) if (definitionOf(reader, path) !== fact) return false;
    for (const [folder, list] of this.#lists)
      if (reader.below(folder)?.join('\0') !== list?.join('\0')) return false;
    return true;
  }
}

export function textOf(path: string, text: string): ShellText {
  const place = placeIn(text);
  return {
    path,
    text,
    place: (offset) => {
      const start = place(offset);
      return locate(path, { start, end: start });
    },
  };
}

function definitionOf(reader: FileReader, path: string): DockerfileFact | undefined {
  return reader.read(path, 'dockerfile').find((one): one is DockerfileFact => one.kind === 'dockerfile');
}

export function programOf(reader: FileReader, path: string): readonly MakeStatement[] | undefined {
  for (const fact of reader.read(path, 'make')) if (fact.kind === 'program') return fact.statements;
  return undefined;
}

function calledScriptOf(reader: FileReader, path: string): ScriptFact | undefined {
  return reader.read(path, 'called-script').find((one): one is ScriptFact => one.kind === 'script');
}

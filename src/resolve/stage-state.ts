import type { Instruction, Location, Value } from '../domain/index.ts';
import { BOUNDS, closedText, literal } from '../domain/index.ts';
import { expand, type Lookup } from '../formats/dockerfile/evaluate.ts';

/** No hand writes a longer path; where one would come out, what it names is not decided. */
const LONGEST_PATH = 1024;
/** What makes a word more than its text. */
const EXPANDS = /[$"'\\]/;

/** What a word can be. */
export interface Decided {
  /** The texts that it can be; the word as written where that is not decided. */
  readonly texts: readonly string[];
  readonly open: boolean;
}

/** An absolute path of an image; open where it is not decided, and then as far as it is known. */
export interface Place {
  readonly path: string;
  readonly open: boolean;
}

/** Values that build rules give, and those of the arguments above the first FROM. */
export interface Arguments {
  readonly given: ReadonlyMap<string, Value>;
  readonly globals: Lookup;
}

/** Variables and folder of a stage, as they stand at an instruction; a stage takes those of ENV and WORKDIR from the one below it. */
export class StageState {
  #workdir: Place;
  readonly #arguments: Arguments;
  readonly #below: StageState | null;
  readonly #environment = new Map<string, Value>();
  readonly #declared = new Map<string, Value>();

  constructor(given: Arguments, below: StageState | null) {
    this.#arguments = given;
    this.#below = below;
    this.#workdir = below?.workdir ?? { path: '/', open: false };
  }

  get workdir(): Place {
    return this.#workdir;
  }

  /** Takes on what an instruction sets. */
  see(instruction: Instruction, at: Location): void {
    if (instruction.kind === 'workdir') {
      this.#workdir = this.place(this.decide(instruction.value.text, at));
    } else if (instruction.kind === 'env') {
      // All of them are expanded before any is set.
      const values = instruction.variables.map(({ value }) => this.#valueOf(value.text, at));
      instruction.variables.forEach(({ name }, index) => {
        const value = values[index];
        if (value !== undefined) this.#environment.set(name, value);
      });
    } else if (instruction.kind === 'arg') {
      for (const { name, default: written } of instruction.declarations) {
        const { given, globals } = this.#arguments;
        const standard = written === undefined ? globals(name) : this.#valueOf(written.text, at);
        const value = given.get(name) ?? standard;
        if (value !== undefined) this.#declared.set(name, value);
      }
    }
  }

  /** Docker's expansion of a word. */
  decide(text: string, at: Location): Decided {
    if (!EXPANDS.test(text)) return { texts: [text], open: false };
    const { alternatives, beyond } = this.#valueOf(text, at);
    const texts = new Set(alternatives.map((one) => closedText(one) ?? text));
    const open = beyond !== undefined || texts.has(text);
    return { texts: [...texts].slice(0, BOUNDS.alternativesPerValue), open };
  }

  /** A path as it is meant in the stage's folder. */
  place({ texts: [text = ''], open }: Decided): Place {
    return open && !text.startsWith('/') ? { ...this.#workdir, open } : this.pathOf(text, open);
  }

  pathOf(text: string, open = false): Place {
    if (text.startsWith('/')) return bounded(below('', text), open);
    return this.#workdir.open ? this.#workdir : bounded(below(this.#workdir.path, text), open);
  }

  /** What a variable is: ENV stands above ARG, of whatever stage below. */
  lookup(name: string): Value | undefined {
    for (let state: StageState | null = this; state !== null; state = state.#below) {
      const value = state.#environment.get(name);
      if (value !== undefined) return value;
    }
    return this.#declared.get(name);
  }

  #valueOf(text: string, at: Location): Value {
    return EXPANDS.test(text) ? expand(text, (name) => this.lookup(name), at) : literal(text, [at]);
  }
}

/** Joins a path to a folder that is normalised already, so that a long folder costs nothing. */
export function below(folder: string, text: string): string {
  if (text.length > LONGEST_PATH) return text;
  let path = folder === '/' ? '' : folder;
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue;
    path = part === '..' ? path.slice(0, Math.max(0, path.lastIndexOf('/'))) : `${path}/${part}`;
  }
  return path === '' ? '/' : path;
}

function bounded(path: string, open: boolean): Place {
  return path.length > LONGEST_PATH ? { path: '/', open: true } : { path, open };
}

import type { Instruction, Location, Step, Value, Word, WrittenScript } from '../domain/index.ts';
import { closedText, fileName, joinPath } from '../domain/index.ts';
import { expand } from '../formats/dockerfile/evaluate.ts';

/** One source of a COPY or ADD with where it lands. */
export interface LandedCopy {
  readonly at: Location;
  readonly by: 'copy' | 'add';
  /** `--from` as written, expanded as far as it is decided. */
  readonly from?: string;
  readonly source: string;
  /** Absolute: the folder that it lands in, or the file that it becomes. */
  readonly destination: string;
  /** Where the source lands if it is a file. */
  readonly file: string;
  /** True where an expansion in it is not decided, so that it may name anything. */
  readonly open: boolean;
  /** The script that a heredoc source writes. */
  readonly written?: WrittenScript;
  /** An archive of the build context, which ADD unpacks into its destination. */
  readonly unpacked: boolean;
}

/** Looks up a global argument (of FROM lines), whose value a stage's `ARG NAME` takes on. */
export type GlobalLookup = (name: string) => Value | undefined;

const ARCHIVE = /\.(tar|tgz|tar\.(gz|xz|bz2|zst)|tbz2?|txz)$/i;
const REMOTE = /^(https?|git|ssh):\/\/|^git@/;

/** Every copy of the steps in order, with ARG, ENV and WORKDIR as they stand there; and the last WORKDIR. */
export function copiesOf(
  steps: readonly Step[],
  globals: GlobalLookup,
): { readonly copies: readonly LandedCopy[]; readonly workdir: string } {
  const state = new StageState(globals);
  const copies: LandedCopy[] = [];
  for (const { at, instruction } of steps) {
    if (instruction.kind === 'copy' || instruction.kind === 'add') {
      const destination = state.decide(instruction.destination, at);
      const from = instruction.from === undefined ? undefined : state.decide(instruction.from, at).text;
      const many = instruction.sources.length > 1 || /(^|\/)\.?$/.test(destination.text);
      for (const word of instruction.sources) {
        const source = state.decide(word, at);
        const copy = landed({
          at,
          by: instruction.kind,
          from,
          source,
          destination,
          many,
          workdir: state.workdir,
        });
        const written = instruction.written?.find((one) => one.source === word.text);
        copies.push(written === undefined ? copy : { ...copy, written });
      }
    } else {
      state.see(instruction, at);
    }
  }
  return { copies, workdir: state.workdir };
}

interface Decided {
  readonly text: string;
  readonly open: boolean;
}

interface Landing extends Pick<LandedCopy, 'at' | 'by'> {
  readonly from: string | undefined;
  readonly source: Decided;
  readonly destination: Decided;
  readonly many: boolean;
  readonly workdir: string;
}

function landed({ at, by, from, source, destination, many, workdir }: Landing): LandedCopy {
  const folder = below(destination.text, workdir);
  const name = fileName(source.text.replace(/\/$/, ''));
  return {
    at,
    by,
    ...(from === undefined ? {} : { from }),
    source: source.text,
    destination: folder,
    file: many || folder === '/' ? joinPath(folder, name) : folder,
    open: source.open || destination.open,
    unpacked: by === 'add' && ARCHIVE.test(source.text) && !REMOTE.test(source.text),
  };
}

/** Variables and folder as they stand at an instruction. */
class StageState {
  workdir = '/';
  readonly #globals: GlobalLookup;
  readonly #environment = new Map<string, Value>();

  constructor(globals: GlobalLookup) {
    this.#globals = globals;
  }

  see(instruction: Instruction, at: Location): void {
    if (instruction.kind === 'workdir') {
      this.workdir = below(this.decide(instruction.value, at).text, this.workdir);
    } else if (instruction.kind === 'env') {
      for (const { name, value } of instruction.variables)
        this.#environment.set(name, this.#expand(value.text, at));
    } else if (instruction.kind === 'arg') {
      for (const { name, default: given } of instruction.declarations) {
        const value = this.#globals(name) ?? (given === undefined ? undefined : this.#expand(given.text, at));
        if (value !== undefined) this.#environment.set(name, value);
      }
    }
  }

  decide(word: Word, at: Location): Decided {
    if (!/[$"'\\]/.test(word.text)) return { text: word.text, open: false };
    const value = this.#expand(word.text, at);
    const [first] = value.alternatives;
    const isOne = value.alternatives.length === 1 && value.beyond === undefined;
    const text = isOne ? closedText(first) : undefined;
    return text === undefined ? { text: word.text, open: true } : { text, open: false };
  }

  #expand(text: string, at: Location): Value {
    return expand(text, (name) => this.#environment.get(name), at);
  }
}

function below(text: string, workdir: string): string {
  return joinPath('/', text.startsWith('/') ? '' : workdir, text);
}

/** `/`, `/.`, `./`, `*`, `/../`: everything that is in a stage, as `--from` counts from its root. */
export function isWholeRoot(source: string): boolean {
  return source !== '' && /^\/\*?$/.test(joinPath('/', source));
}

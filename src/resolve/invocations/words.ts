import type { Condition, Location, Value } from '../../domain/index.ts';
import { isArchitectureName } from '../../domain/placeholder.ts';
import type { Marks } from '../../formats/make/marks.ts';
import { type Choice, type Piece, shown, toValue } from '../../formats/make/pieces.ts';

/** A word of a command: as it is shown, and where each part of it comes from. */
export interface CommandWord {
  /** Open parts are written `$(NAME)`. */
  readonly text: string;
  readonly pieces: readonly Piece[];
  readonly at: Location;
}

/** A command of a build rule. */
export interface BuildCommand {
  readonly words: readonly CommandWord[];
  /** Variables that are set for this command alone: `NAME=value` in front of it. */
  readonly assignments?: ReadonlyMap<string, CommandWord>;
  readonly at: Location;
  /** The command as it is written: all the ways that it may run in stand at one place of a pipe. */
  readonly written?: object;
  readonly when: readonly Condition[];
  /** Files that its output goes to, and that its input comes from. */
  readonly writes: CommandWord | null;
  readonly readsFrom: CommandWord | null;
  /** Its output goes into the next command. */
  readonly piped: boolean;
  /** True inside `$(…)`. */
  readonly substituted: boolean;
  /** The bound that cut the line that it stands on: it may be other things as well. */
  readonly beyond?: string;
  /** Its output is added to the file. */
  readonly appends?: boolean;
  /** What it prints, where that is known or names what would print it. */
  readonly prints?: Choice;
  /** What its here-document, its here-string or the group in front of it gives it to read. */
  readonly input?: Choice;
  /** What the shell exports to the program. */
  environment?(): ReadonlyMap<string, Choice>;
  /** A subshell begins or ends here: its folder is its own. */
  readonly boundary?: 'enter' | 'leave';
}

export function wordOf(pieces: readonly Piece[], at: Location): CommandWord {
  return { text: shown(pieces), pieces, at };
}

/** A word that stands in the place of others. */
export function wordAt(text: string, at: Location): CommandWord {
  return wordOf([{ text, chain: [at] }], at);
}

/** The part of a word from an offset of its text on. */
export function wordFrom(word: CommandWord, from: number, to = word.text.length): CommandWord {
  const pieces: Piece[] = [];
  let at = 0;
  for (const piece of word.pieces) {
    const length = shown([piece]).length;
    const start = Math.max(from, at);
    const end = Math.min(to, at + length);
    if (start < end) {
      const whole = piece.open !== undefined || end - start === length;
      pieces.push(whole ? piece : { ...piece, text: piece.text.slice(start - at, end - at) });
    }
    at += length;
  }
  return wordOf(pieces, word.at);
}

/** The word as a value that holds under the command's conditions; every way begins at the command. */
export function wordValue(word: CommandWord, when: readonly Condition[], beyond?: string): Value {
  const pieces = word.pieces.map((piece) =>
    piece.chain.length > 0 ? piece : { ...piece, chain: [word.at] },
  );
  const value = toValue({ options: [{ when, pieces }] });
  return beyond === undefined ? value : { ...value, beyond };
}

/** The text where nothing in it is open. */
export function closedText(word: CommandWord): string | undefined {
  return word.pieces.some((piece) => piece.open !== undefined) ? undefined : word.text;
}

const VARIABLE = /\$(?:(\w+)|\{(\w+)\}|\{(\w+):?[-=]([^{}$]*)\}|\{(\w+)[^{}]*\}|\(([^()]*)\))|`([^`]*)`/g;
const ROUNDS = 4;
/** A value that its own text makes longer is not spelled out: variables that double reach any length in a line. */
const LONGEST = 100_000;

/** Puts a shell's own variables in their place: values that the same text set, else open parts. `text` and values are marked. */
export function withShellVariables(
  text: string,
  known: ReadonlyMap<string, string>,
  marks: Pick<Marks, 'read' | 'writePiece'>,
): string {
  let current = text;
  let length = 0;
  for (let round = 0; round < ROUNDS && /[$`]/.test(current); round++) {
    const next = current.replace(
      VARIABLE,
      (written, plain, braced, withDefault, otherwise, changed, command, quoted) => {
        const name = plain ?? braced ?? withDefault ?? changed;
        const value = name === undefined || changed !== undefined ? undefined : known.get(name);
        if (value !== undefined) {
          length += value.length;
          return length > LONGEST ? marks.writePiece(openPiece(name ?? '')) : value;
        }
        if (withDefault !== undefined) return otherwise ?? '';
        return marks.writePiece(openPiece(name ?? shown(marks.read(command ?? quoted ?? written, []))));
      },
    );
    if (next === current) break;
    current = next;
  }
  return current;
}

function openPiece(name: string): Piece {
  const text = name
    .replace(/[$(){}\s]+/g, ' ')
    .trim()
    .slice(0, 80);
  return { text, open: isArchitectureName(text) ? 'architecture' : 'computed', chain: [] };
}

import type { Location } from '../domain/index.ts';
import type { LineHunk } from '../domain/line-diff.ts';
import { diffLines } from '../domain/line-diff.ts';

/** Lines of one side of a file that something rests on. */
type Lines = Pick<Location, 'start' | 'end'>;

/** One side of a file: its lines, and those that something rests on. */
export interface RestedText {
  readonly lines: readonly string[];
  readonly rests: readonly Lines[];
}

/** A place where this side differs from the other: its own lines there, if any, and where lines of the other are gone. */
interface Place {
  /** The last line before it, 0 for none. */
  readonly before: number;
  /** The first line after it. */
  readonly after: number;
  /** True where what the other side had here belonged to what the line before, or after, belongs to. */
  readonly joinsBefore: boolean;
  readonly joinsAfter: boolean;
}

/**
 * Which lines of one side of a file a change touches, lines that went counted where they stood (SEMANTICS 5.1): between two lines of
 * a thing they were its own; at its border they were where something at the other side held both.
 */
export class TouchedLines {
  readonly #places: readonly Place[];

  /** `here` and `there` are the two sides; a side without lines is a file that is not there. */
  constructor(here: RestedText, there: RestedText) {
    const joined = joinsOf(there);
    this.#places = diffOf(there.lines, here.lines).map((hunk) => ({
      before: hunk.after,
      after: hunk.after + hunk.afterLength + 1,
      joinsBefore: hunk.beforeLength > 0 && joined(hunk.before),
      joinsAfter: hunk.beforeLength > 0 && joined(hunk.before + hunk.beforeLength),
    }));
  }

  touches({ start, end }: Lines): boolean {
    return this.#places.some(({ before, after, joinsBefore, joinsAfter }) => {
      if (end.line < before || start.line > after) return false;
      if (end.line === before) return joinsBefore;
      return start.line === after ? joinsAfter : true;
    });
  }
}

function diffOf(before: readonly string[], after: readonly string[]): readonly LineHunk[] {
  if (before.length > 0 && after.length > 0) return diffLines(before, after);
  return [{ before: 0, beforeLength: before.length, after: 0, afterLength: after.length }];
}

/** Whether something rests on a line and on the next one. */
function joinsOf({ lines, rests }: RestedText): (line: number) => boolean {
  const steps = new Array<number>(lines.length + 2).fill(0);
  for (const { start, end } of rests) {
    steps[start.line] = (steps[start.line] ?? 0) + 1;
    steps[end.line] = (steps[end.line] ?? 0) - 1;
  }
  let open = 0;
  const joins = steps.map((step) => {
    open += step;
    return open > 0;
  });
  return (line) => joins[line] === true;
}

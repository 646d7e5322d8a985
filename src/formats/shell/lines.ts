import { lastAtMost } from '../../domain/sorted.ts';
import type { Place } from './commands.ts';

/** Positions in a text whose lines end in a line feed (a carriage return before it belongs to the line). */
export function placeIn(text: string): Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const line = lastAtMost(starts, offset);
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

import { firstFrom } from '../../domain/sorted.ts';
import type { Place } from './commands.ts';

/** Takes the carriage return out of each line end (a shell would read it as part of the last word), keeping places right. */
export function withoutCarriageReturns(
  text: string,
  place: Place,
): { readonly text: string; readonly place: Place } {
  if (!text.includes('\r\n')) return { text, place };
  /** Of each removed character, its offset in the shorter text. */
  const removed: number[] = [];
  for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n', at + 2))
    removed.push(at - removed.length);
  return {
    text: text.replaceAll('\r\n', '\n'),
    place: (offset) => place(offset + countBelow(removed, offset)),
  };
}

/** How many of the sorted numbers are smaller. */
function countBelow(sorted: readonly number[], limit: number): number {
  return firstFrom(sorted, (one) => one < limit);
}

import type { ParsedScript } from 'unbash';
import { parse } from 'unbash';
import { withoutCarriageReturns } from './carriage-returns.ts';
import type { Place } from './commands.ts';
import { tooHard } from './read.ts';
import { TemplateMask } from './templates.ts';

/** Shell text as a tree, for what follows its control flow. */
export interface ParsedShell {
  readonly script: ParsedScript;
  /** As it was parsed: template actions masked, carriage returns left out. */
  readonly text: string;
  /** Puts template actions back into a part of that text. */
  restore(text: string, offset: number): string;
  /** Turns an offset into that text into a position. */
  readonly place: Place;
}

const LONGEST_TEXT = 500_000;

/** Parses shell text; null where it cannot be parsed to its end, or would cost too much. */
export function parseShell(text: string, place: Place): ParsedShell | null {
  if (text.length > LONGEST_TEXT) return null;
  const lines = withoutCarriageReturns(text, place);
  const mask = new TemplateMask(lines.text);
  if (tooHard(mask.text) !== null) return null;
  try {
    const script = parse(mask.text);
    if ((script.errors?.length ?? 0) > 0) return null;
    return {
      script,
      text: mask.text,
      restore: (part, offset) => mask.restore(part, offset),
      place: lines.place,
    };
  } catch {
    return null;
  }
}

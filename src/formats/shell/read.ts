import type { ShellScript } from '../../domain/index.ts';
import { withoutCarriageReturns } from './carriage-returns.ts';
import { type CommandList, listCommands, type Place } from './commands.ts';
import { TemplateMask } from './templates.ts';
import { scanCommands } from './tolerant.ts';

const LONGEST_TEXT = 2_000_000;

/** The parser's time grows with the square of the here-documents that one line opens. */
const MOST_HEREDOCS = 4096;

/** Chains such as `f() g() h() …` are read by recursion, some thousands of which end the stack. */
const MOST_FUNCTIONS = 1500;

/**
 * Reads shell text (sh, bash; the text of RUN, of `sh -c`, of a script file) into its simple commands. Total: text that cannot
 * be read to its end sets `unreadable`. Template actions (`{{…}}`) may stand in it and make their words not literal; a
 * `$(NAME)` in capitals is a variable of Kubernetes or make, no command.
 * `place` turns a UTF-16 offset into `text` into a position of the file that holds it.
 */
export function readShell(text: string, place: Place): ShellScript {
  if (text.length > LONGEST_TEXT) {
    return { commands: [], unreadable: `longer than ${LONGEST_TEXT} characters` };
  }
  const lines = withoutCarriageReturns(text, place);
  const mask = new TemplateMask(lines.text);
  const why = tooHard(mask.text);
  if (why !== null) return { commands: scanCommands(mask, lines.place), unreadable: why };
  try {
    return judge(listCommands(mask, lines.place), mask, lines.place);
  } catch (error) {
    const reason = error instanceof RangeError ? 'nested too deeply' : 'the parser failed';
    return { commands: scanCommands(mask, lines.place), unreadable: reason };
  }
}

/** The parser goes on behind most errors; an unclosed quote swallows the rest, which the scan then finds. */
function judge({ commands, error }: CommandList, mask: TemplateMask, place: Place): ShellScript {
  if (error === undefined) return { commands };
  const unreadable = `line ${place(error.offset).line}: ${error.message}`;
  const scanned = scanCommands(mask, place);
  return { commands: scanned.length > commands.length ? scanned : commands, unreadable };
}

export function tooHard(text: string): string | null {
  if (hasMore(text, '<<', MOST_HEREDOCS)) return `more than ${MOST_HEREDOCS} here-documents`;
  const hasMany = ['()', 'function', 'coproc'].some((sign) => hasMore(text, sign, MOST_FUNCTIONS));
  return hasMany ? `more than ${MOST_FUNCTIONS} functions` : null;
}

function hasMore(text: string, sign: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + sign.length)) {
    if (++count > most) return true;
  }
  return false;
}

import type { ShellScript } from '../../domain/index.ts';
import { listCommands, type Place } from './commands.ts';

/**
 * Reads shell text (sh, bash; the text of RUN, of `sh -c`, of a script file) into its simple commands. Total: text that cannot
 * be read sets `unreadable`. `place` turns a UTF-16 offset into `text` into a position of the file that holds it.
 */
export function readShell(text: string, place: Place): ShellScript {
  try {
    const { commands, error } = listCommands(text, place);
    if (error === undefined) return { commands };
    return { commands, unreadable: `line ${place(error.offset).line}: ${error.message}` };
  } catch {
    return { commands: [], unreadable: 'nested too deeply' };
  }
}

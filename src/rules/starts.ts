import type { BuiltImage, Command, Start } from '../domain/index.ts';
import { isShell, shellIndex } from '../domain/index.ts';

/** CMD and ENTRYPOINT as they take effect together. */
export interface EntryStart {
  readonly role: 'ENTRYPOINT' | 'CMD';
  readonly start: Start;
  /** True where a shell is started to run it: shell form, or a shell named in exec form. */
  readonly byShell: boolean;
}

/** What an image starts: a shell-form ENTRYPOINT ignores CMD; under an exec ENTRYPOINT, CMD is its arguments (DOMAIN 4). */
export function* entryStarts(image: BuiltImage): Iterable<EntryStart> {
  const { entrypoint, cmd } = image;
  if (entrypoint !== undefined)
    yield { role: 'ENTRYPOINT', start: entrypoint, byShell: isShellStart(entrypoint.command) };
  if (cmd === undefined || entrypoint?.command.form === 'shell') return;
  const prefix = entrypoint === undefined ? inheritedEntrypoint(image) : wordsOf(entrypoint.command);
  if (prefix.length > 0 && shellIndex(prefix) !== null) return;
  const words = [...prefix, ...wordsOf(cmd.command)];
  yield { role: 'CMD', start: cmd, byShell: shellIndex(words) !== null };
}

/** The entry point that the base itself has, where every base agrees on it. */
function inheritedEntrypoint(image: BuiltImage): readonly string[] {
  return image.bases[0].assessment.contents.entrypoint;
}

/** The words that the kernel starts for a command; for shell form those of the shell. */
export function wordsOf(command: Command): readonly string[] {
  return command.form === 'exec' ? command.words.map((word) => word.text) : ['/bin/sh', '-c', command.text];
}

/** True where the command starts a shell, by its form or by one of its words. */
export function isShellStart(command: Command): boolean {
  return command.form === 'shell' || shellIndex(wordsOf(command)) !== null;
}

/** True where the words themselves name a shell first: `["/bin/bash", "/x.sh"]`. */
export function namesShell(command: Command): boolean {
  return command.form === 'exec' && isShell(command.words[0]?.text ?? '');
}

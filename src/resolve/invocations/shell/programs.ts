import { shellScriptIndex, shellTextIndex, startedPrograms } from '../../../domain/index.ts';

/** Where in the words of a command the program stands that it is about, wrappers passed. */
export interface PlainProgram {
  /** Of the program's word. */
  readonly index: number;
  /** Of the word from which on the command is told: xargs stays in front of what it gives words that are not seen here. */
  readonly from: number;
  /** Of the text that a shell is told to run (`sh -c TEXT`). */
  readonly textIndex: number | null;
  /** Of the script that a shell is told to run (`bash build.sh`). */
  readonly scriptIndex: number | null;
}

/** `sudo -u x timeout 5 docker build` is about docker. Words that stay open are programs too. */
export function plainProgram(words: readonly string[]): PlainProgram {
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word) && word !== '!');
  const from = start < 0 ? words.length : start;
  const rest = words.slice(from);
  // `command -v docker` only looks for it.
  if (/^(command|which|type|hash)$/.test(rest[0] ?? '') && !/^[^-]/.test(rest[1] ?? '-'))
    return { index: from, from, textIndex: null, scriptIndex: null };
  const programs = startedPrograms(rest);
  const last = programs.at(-1);
  const at = (index: number | null): number | null => (index === null ? null : from + index);
  const index = last?.index ?? 0;
  return {
    index: from + index,
    from: from + (programs.find(({ name }) => name === 'xargs')?.index ?? index),
    textIndex: at(shellTextIndex(rest)),
    scriptIndex: at(shellScriptIndex(rest)),
  };
}

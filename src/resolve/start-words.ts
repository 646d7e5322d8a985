import type { ExecCommand, Word } from '../domain/index.ts';
import { shellTextIndex } from '../domain/index.ts';
import { readShell } from '../formats/shell/index.ts';
import { literalWords } from './templates.ts';

const LONGEST_WORD = 4096;
/** `$(NAME)`, and `$$`, which escapes it. */
const REFERENCE = /\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)/g;

/**
 * A container's start with what its manifest itself decides put in: `$(NAME)` of the container's literal environment, and template
 * actions that only write literals (`{{ "sh" | quote }}`). A start that names its shell as written stays as it is, places included.
 */
export function decidedStart(
  command: ExecCommand,
  environment: Readonly<Record<string, string>> | null,
): ExecCommand {
  if (command.script !== undefined) return command;
  const words = command.words.flatMap((word) => decidedWords(word, environment));
  if (words.length === command.words.length && words.every((word, at) => word === command.words[at]))
    return command;
  const index = shellTextIndex(words.map((word) => word.text));
  const told = index === null ? undefined : words[index];
  if (told === undefined) return { ...command, words };
  return { ...command, words, script: readShell(told.text, () => told.span.start) };
}

function decidedWords(word: Word, environment: Readonly<Record<string, string>> | null): readonly Word[] {
  if (word.text.length > LONGEST_WORD) return [word];
  const written = literalWords(word.text);
  const words = written === undefined ? [word] : written.map((text) => ({ text, span: word.span }));
  return environment === null ? words : words.map((one) => withVariables(one, environment));
}

/** Kubernetes leaves a name that is not declared as it is written. */
function withVariables(word: Word, environment: Readonly<Record<string, string>>): Word {
  if (!word.text.includes('$(')) return word;
  const text = word.text.replace(REFERENCE, (written, name: string | undefined) => {
    if (name === undefined) return '$';
    return Object.hasOwn(environment, name) ? (environment[name] ?? written) : written;
  });
  return text === word.text ? word : { ...word, text };
}

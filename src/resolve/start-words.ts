import type { ExecCommand, UndecidedStart, Word } from '../domain/index.ts';
import { isShell, shellIndex, shellTextIndex, startedPrograms } from '../domain/index.ts';
import { mayBecomeShell, possibleTexts } from '../formats/kubernetes/open-text.ts';
import { readShell } from '../formats/shell/index.ts';
import { type Environment, withOpenVariables, withVariables } from './environment.ts';
import { defaultText, literalWords } from './templates.ts';

const LONGEST_WORD = 4096;

/**
 * A container's start with what its manifest itself decides put in: `$(NAME)` of the container's environment, and template actions that
 * only write literals (`{{ "sh" | quote }}`) or a shell where no value says otherwise. A start that names its shell as written stays as it
 * is, places included.
 */
export function decidedStart(command: ExecCommand, environment: Environment): ExecCommand {
  if (command.script !== undefined) return command;
  const words = command.words.flatMap((word) => decidedWords(word, environment));
  if (words.length === command.words.length && words.every((word, at) => word === command.words[at]))
    return command;
  const index = shellTextIndex(words.map((word) => word.text));
  const told = index === null ? undefined : words[index];
  if (told === undefined) return { ...command, words };
  return { ...command, words, script: readShell(told.text, () => told.span.start) };
}

function decidedWords(word: Word, environment: Environment): readonly Word[] {
  if (word.text.length > LONGEST_WORD) return [word];
  const written = literalWords(word.text) ?? shellByDefault(word.text);
  const words = written === undefined ? [word] : written.map((text) => ({ ...word, text }));
  return words.map((one) => {
    const text = withVariables(one.text, environment);
    return text === one.text ? one : { ...one, text };
  });
}

/** Values may say otherwise, but what nobody sets is a shell. */
function shellByDefault(text: string): readonly string[] | undefined {
  const value = defaultText(text);
  return value !== undefined && isShell(value) ? [value] : undefined;
}

/** Where the program of a start is open and may be a shell; undefined where it is known, or cannot be one. */
export function undecidedIn(
  path: string,
  command: ExecCommand,
  environment: Environment,
): UndecidedStart | undefined {
  const written = command.words.map(({ text }) => text);
  if (shellIndex(written) !== null) return undefined;
  const texts = written.map((text) => withOpenVariables(text, environment));
  const shapes = texts.map((text) => (isKnown(text) ? text : OPEN));
  const last = startedPrograms(shapes).at(-1);
  if (last === undefined || last.text !== OPEN || !mayBecomeShell(texts[last.index] ?? '')) return undefined;
  const word = command.words[last.index];
  return word === undefined
    ? undefined
    : { at: { path: word.path ?? path, ...word.span }, written: word.text };
}

/** A word that no wrapper and no option is written like. */
const OPEN = '{{}}';

function isKnown(text: string): boolean {
  const texts = possibleTexts(text);
  return texts.length === 1 && texts[0]?.length === 1;
}

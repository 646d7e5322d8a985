import type { Condition } from '../../domain/index.ts';
import { compatible, fileName, joinConditions, joinPath, programName } from '../../domain/index.ts';
import type { Choice } from '../../formats/make/pieces.ts';
import type { BuildFiles, MadeFile } from './build-files.ts';
import { type Edit, sedCallOf } from './sed.ts';
import type { BuildCommand, CommandWord } from './words.ts';

/** Commands that make files out of others, or out of what they print. */
export class FileCommands {
  readonly #files: BuildFiles;
  readonly #path: (word: CommandWord) => string;

  constructor(files: BuildFiles, path: (word: CommandWord) => string) {
    this.#files = files;
    this.#path = path;
  }

  #find(word: CommandWord, when: readonly Condition[]): readonly MadeFile[] {
    return this.#files.find(this.#path(word), when);
  }

  cat(words: readonly CommandWord[], command: BuildCommand, input: readonly MadeFile[]): readonly MadeFile[] {
    const named = plainWords(words);
    if (named.length > 0) return named.flatMap((word) => this.#find(word, command.when));
    return input.length === 0 && command.prints !== undefined ? printedFiles(command.prints, command) : input;
  }

  tee(words: readonly CommandWord[], command: BuildCommand, input: readonly MadeFile[]): readonly MadeFile[] {
    for (const word of plainWords(words)) {
      if (words.some(({ text }) => text === '-a' || text === '--append'))
        this.#files.append(this.#path(word), input, command.when);
      else this.#files.write(this.#path(word), input, [], command.when);
    }
    return input;
  }

  copy(words: readonly CommandWord[], when: readonly Condition[]): void {
    const plain = plainWords(words);
    const destination = plain.at(-1);
    if (destination === undefined || plain.length < 2) return;
    const to = this.#path(destination);
    for (const source of plain.slice(0, -1)) {
      const from = this.#path(source);
      if (fileName(source.text) === '*' || source.text === '.' || source.text.endsWith('/.')) {
        this.#files.copyFolder(fileName(from) === '*' ? joinPath(from, '..') : from, to, when);
        continue;
      }
      if (/[*?[]/.test(fileName(from))) {
        this.#files.copyFolder(joinPath(from, '..'), to, when, fileName(from));
        continue;
      }
      const made = this.#files.find(from, when);
      if (made.length === 0) {
        // A folder: it comes to lie inside an existing one, or takes its name.
        this.#files.copyFolder(from, joinPath(to, fileName(from)), when);
        if (plain.length === 2) this.#files.copyFolder(from, to, when);
        continue;
      }
      this.#files.write(joinPath(to, fileName(from)), made, [], when);
      if (plain.length === 2) this.#files.write(to, made, [], when);
    }
  }

  /** `find … | xargs cp … FOLDER`: the files of the folder come to lie in the other. */
  copyFound(words: readonly CommandWord[], folder: string, when: readonly Condition[]): void {
    const destination = plainWords(words).at(-1);
    if (destination !== undefined && destination.text !== '{}')
      this.#files.copyFolder(folder, this.#path(destination), when);
  }

  /** sed, and perl where it is called as sed is; null where it changes files in their place. */
  sed(
    program: CommandWord,
    words: readonly CommandWord[],
    command: BuildCommand,
    input: readonly MadeFile[],
  ): readonly MadeFile[] | null {
    const isPerl = programName(program.text) === 'perl';
    if (isPerl && !words.some(({ text }) => /^-[a-z0]*[pi]/.test(text)))
      return this.other(words, command, input);
    const call = sedCallOf(words, command, isPerl ? 'perl' : 'sed');
    if (call.inPlace) {
      for (const file of call.files) {
        const path = this.#path(file);
        this.#files.write(path, this.#files.find(path, command.when), call.edits, command.when);
      }
      return null;
    }
    const from =
      call.files.length === 0 ? input : call.files.flatMap((file) => this.#find(file, command.when));
    return edited(from, call.edits, command.when);
  }

  /** What another program prints: known text, or files that it reads changed in a way that is not followed. */
  other(
    words: readonly CommandWord[],
    command: BuildCommand,
    input: readonly MadeFile[],
  ): readonly MadeFile[] | null {
    const [first] = command.words;
    if (first === undefined) return null;
    const name = programName(first.text);
    if (name === 'echo' || name === 'printf')
      return command.prints === undefined ? null : printedFiles(command.prints, command);
    // Only what goes into a file, or on to another program, matters.
    if (command.writes === null && !command.piped) return null;
    const read = [...input, ...plainWords(words).flatMap((word) => this.#find(word, command.when))];
    if (read.length === 0) return command.prints === undefined ? null : printedFiles(command.prints, command);
    const by = command.words
      .map(({ text }) => text)
      .join(' ')
      .slice(0, 60);
    return edited(read, [{ kind: 'unknown', by, when: command.when }], command.when);
  }
}

/** What is printed, as a file for each thing that it can be. */
export function printedFiles(text: Choice, { when }: Pick<BuildCommand, 'when'>): readonly MadeFile[] {
  return text.options
    .filter((option) => compatible(option.when, when))
    .map((option) => ({
      source: '',
      printed: option.pieces,
      edits: [],
      when: joinConditions(when, option.when),
    }));
}

function plainWords(words: readonly CommandWord[]): readonly CommandWord[] {
  return words.filter((word) => !word.text.startsWith('-') && word.text !== '');
}

function edited(
  from: readonly MadeFile[],
  edits: readonly Edit[],
  when: readonly Condition[],
): readonly MadeFile[] {
  return from
    .filter((file) => compatible(file.when, when))
    .map((file) => ({
      ...file,
      edits: [...file.edits, ...edits],
      when: joinConditions(file.when, when),
    }));
}

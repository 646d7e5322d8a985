// Builds that stand in the words of another command: what `retry 3`, `ssh`, `su -c`, `parallel`, `find -exec` and `docker exec` start.
import { isShell, programName, textIndexAfter } from '../../domain/index.ts';
import { Marks } from '../../formats/make/marks.ts';
import type { Piece } from '../../formats/make/pieces.ts';
import { startsBuilds } from '../../formats/shell/index.ts';
import { isEngine, isToldWhat, withoutGlobalOptions } from './engines.ts';
import { asDockerBuild } from './other-engines.ts';
import { commandsOf } from './shell-lines.ts';
import { type BuildCommand, type CommandWord, wordAt, wordFrom, wordOf } from './words.ts';

/** Programs, and functions by their names, that print, look for, or write down what they are given. */
const TELLS =
  /^(cat|tee|grep|egrep|fgrep|rg|ag|sed|gsed|awk|gawk|perl|jq|yq|test|\[|\[\[|which|type|hash|man|git|gh|hub|curl|wget|kill|pkill|pgrep|alias|complete|read|diff|sleep|true|false|:)$|(^|[_:.-])(log|echo|printf?|info|warn|warning|err|error|debug|fatal|notice|message|msg|die|fail|usage|help|status|title|header|banner|say|note|step)([_:.-]|$)/i;
/** Programs of which a word may be a text that a shell runs, here or elsewhere. */
const TAKES_TEXT =
  /^(su|runuser|ssh|script|trap|parallel|watch|env|vagrant|tmux|screen|limactl|colima|minikube|multipass|lxc|expect|retry|eatmydata|chronic)$|^(try|run|exec|do|with)([_:-]|$)|retr(y|ies)|(^|[_:-])(run|exec|execute|try|retry|cmd|command)$/i;
/** Words behind which another command begins, or the words that a command is given. */
const ENDS = /^(:::\+?|::::\+?|;|\\;|\+|&&|\|\|)$/;
const MOST_WORDS = 256;

/** True for a program that only prints, looks for, or writes down the words that it is given. */
export function onlyTells(program: string): boolean {
  return TELLS.test(program);
}

/** The commands that build an image among the words of one that does not do so itself. */
export function innerCommands(command: BuildCommand): readonly BuildCommand[] {
  const words = command.words.slice(0, MOST_WORDS);
  const [program] = words;
  if (program === undefined) return [];
  // `env -S 'docker build .'` hands on one word for the whole command.
  if (/\s/.test(program.text)) return commandsIn(withoutSplit(program), command);
  const name = programName(program.text);
  if (onlyTells(name)) return [];
  const texts = words.map(({ text }) => text);
  for (let at = 1; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) continue;
    const text = isShell(word.text) ? words[textIndexAfter(texts, at) ?? -1] : undefined;
    if (text !== undefined) return commandsIn(text, command);
    const inner = buildFrom(words.slice(at));
    if (inner !== null) return [{ ...command, words: inner }];
  }
  return TAKES_TEXT.test(name) ? words.slice(1).flatMap((word) => commandsIn(word, command)) : [];
}

/** The words of a build that begins with the first of these. */
function buildFrom(words: readonly CommandWord[]): readonly CommandWord[] | null {
  const [program, ...rest] = words;
  if (program === undefined) return null;
  const name = programName(program.text);
  // The image of an engine or of kaniko starts it by itself.
  const image = /(?:^|\/)(docker|buildah|kaniko-project\/executor)(?:[:@][\w.:-]+)?$/.exec(program.text)?.[1];
  const isOther = /^(kaniko|executor|buildctl|buildctl-daemonless\.sh)$/.test(name);
  if (!isOther && image === undefined && !isEngine(name)) return null;
  const end = words.findIndex(({ text }) => ENDS.test(text));
  const own = end < 0 ? words : words.slice(0, end);
  if (isOther && asDockerBuild(own) !== null) return own;
  if (image === 'kaniko-project/executor') return [wordAt('kaniko', program.at), ...own.slice(1)];
  const engine = isEngine(name) ? program : image === undefined ? null : wordAt(image, program.at);
  if (engine === null) return null;
  const [verb, second] = withoutGlobalOptions(rest);
  const isBuild = /^(build|bud)$/.test((verb?.text === 'buildx' ? second : verb)?.text ?? '');
  return isBuild && isToldWhat(own) ? [engine, ...own.slice(1)] : null;
}

/** A shell that reads what to do from its input, here or where `ssh` leads. */
export function readsCommands({ words }: Pick<BuildCommand, 'words'>): boolean {
  const texts = words.map(({ text }) => text);
  if (onlyTells(programName(texts[0] ?? ''))) return false;
  const shell = texts.findIndex((text) => isShell(text));
  if (shell >= 0)
    return (
      textIndexAfter(texts, shell) === null && (hasInputOption(texts, shell) || scriptAfter(texts, shell) < 0)
    );
  // `ssh host` alone starts a shell there.
  return programName(texts[0] ?? '') === 'ssh' && texts.filter((text) => !text.startsWith('-')).length <= 3;
}

/** The script that a command runs, by itself or by a shell. */
export function scriptRunBy({ words }: Pick<BuildCommand, 'words'>): CommandWord | undefined {
  const texts = words.map(({ text }) => text);
  const [program = ''] = texts;
  if (isShell(program)) return words[scriptAfter(texts, 0)];
  return program.includes('/') ? words[0] : undefined;
}

/** `bash -s ARGS…` */
function hasInputOption(texts: readonly string[], shell: number): boolean {
  return texts.slice(shell + 1).some((text) => /^-[a-z]*s$/.test(text));
}

function scriptAfter(texts: readonly string[], shell: number): number {
  return texts.findIndex((text, at) => at > shell && text !== '' && !/^[-+]/.test(text));
}

/** The commands of what somebody printed, as a shell runs them. */
export function printedCommands(printed: readonly Piece[], around: BuildCommand): readonly BuildCommand[] {
  return commandsIn(wordOf(printed, around.at), around);
}

/** `-Sdocker build .` and `--split-string=docker build .` */
function withoutSplit(word: CommandWord): CommandWord {
  const lead = /^(?:-[iv0]*S|--split-string=)/.exec(word.text)?.[0];
  return lead === undefined ? word : wordFrom(word, lead.length);
}

/** The commands of a text that a shell runs, where it may build. */
function commandsIn(word: CommandWord, around: BuildCommand): readonly BuildCommand[] {
  if (!/\s/.test(word.text) || !startsBuilds(word.text)) return [];
  const marks = new Marks();
  const line = { text: marks.write(word.pieces), marks, when: around.when };
  const { at, when, beyond } = around;
  return commandsOf(line, at, beyond).map((one) => {
    // Text of several lines has places of its own.
    const own = one.words[0]?.pieces[0]?.chain[0] ?? at;
    return {
      ...one,
      words: one.words.map((each) => ({ ...each, at: own })),
      at: own,
      when,
      ...(around.environment === undefined ? {} : { environment: () => around.environment?.() ?? new Map() }),
    };
  });
}

import { programName } from '../../domain/index.ts';
import { ROOT } from '../../formats/make/evaluate.ts';
import { type CommandWord, wordFrom } from './words.ts';

/** The words of `docker build` that say what a call of kaniko says; null for another program. */
export function asDockerBuild(words: readonly CommandWord[]): readonly CommandWord[] | null {
  const [program, ...options] = words;
  if (program === undefined || !isKaniko(program.text)) return null;
  const say = (text: string): CommandWord => ({
    text,
    pieces: [{ text, chain: [program.at] }],
    at: program.at,
  });
  const said: CommandWord[] = [say('docker'), say('build')];
  let context: CommandWord = say('.');
  let pushes = true;
  for (let at = 0; at < options.length; at++) {
    const word = options[at];
    const match = /^--?([a-z][a-z-]*)(=)?/.exec(word?.text ?? '');
    if (word === undefined || match?.[1] === undefined) continue;
    const option = NAMES.get(match[1]);
    if (match[1] === 'no-push') pushes = false;
    if (option === undefined) continue;
    const value = match[2] === undefined ? options[++at] : wordFrom(word, match[0].length);
    if (value === undefined) continue;
    if (option === 'context') context = folderOf(value);
    else said.push(say(option), value);
  }
  return [...said, ...(pushes ? [say('--push')] : []), context];
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['dockerfile', '--file'],
  ['f', '--file'],
  ['destination', '--tag'],
  ['d', '--tag'],
  ['build-arg', '--build-arg'],
  ['target', '--target'],
  ['context', 'context'],
  ['c', 'context'],
]);

function isKaniko(program: string): boolean {
  return programName(program) === 'kaniko' || /(^|\/)kaniko\/executor$/.test(program);
}

/** `dir:///workspace/x` is x of the tree. */
function folderOf(word: CommandWord): CommandWord {
  const prefix = /^(?:dir:\/\/)?\/(?:workspace|github\/workspace)\/?/.exec(word.text)?.[0];
  if (prefix === undefined) return word;
  const rest = wordFrom(word, prefix.length);
  const pieces = [{ text: `${ROOT}/`, chain: [word.at] }, ...rest.pieces];
  return { ...rest, text: `${ROOT}/${rest.text}`, pieces };
}

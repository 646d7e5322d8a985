import type { GoBuild } from '../../domain/index.ts';
import { fileName, folderOf, joinPath, programName } from '../../domain/index.ts';
import { treePath } from '../../formats/make/evaluate.ts';
import { toValue, under } from '../../formats/make/pieces.ts';
import { type BuildCommand, type CommandWord, wordValue } from './words.ts';

const CGO = 'CGO_ENABLED';

/** Options of `go build` that take a value in the next word. */
const VALUED =
  /^--?(o|p|C|asmflags|buildmode|buildvcs|compiler|gccgoflags|gcflags|installsuffix|ldflags|mod|modfile|overlay|pgo|pkgdir|tags|toolexec)$/;

/** The Go program that a command builds where cgo is set for it; null for any other command. */
export function goBuildOf(command: BuildCommand, folder: string): GoBuild | null {
  const [program, verb, ...rest] = command.words;
  if (programName(program?.text ?? '') !== 'go' || verb?.text !== 'build') return null;
  const prefixed = command.assignments?.get(CGO);
  const exported = prefixed === undefined ? command.environment?.().get(CGO) : undefined;
  if (prefixed === undefined && exported === undefined) return null;
  if (rest.some(({ text }) => isStatic(text))) return null;
  return {
    at: command.at,
    output: outputOf(rest, folder),
    cgo:
      prefixed !== undefined
        ? wordValue(prefixed, command.when, command.beyond)
        : toValue(under(exported ?? { options: [] }, command.when)),
  };
}

/** `-extldflags "-static"` makes a cgo binary static. */
function isStatic(text: string): boolean {
  return /(^|[\s"'=])-static\b/.test(text);
}

/** What `-o` names, else what Go calls the program: the file or folder that is built. A final slash says that it lies in a folder. */
function outputOf(words: readonly CommandWord[], folder: string): string {
  const packages: string[] = [];
  let output: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const text = words[at]?.text ?? '';
    const joined = /^--?o=(.*)$/.exec(text)?.[1];
    if (joined !== undefined) output = joined;
    else if (VALUED.test(text)) {
      at++;
      if (/^--?o$/.test(text)) output = words[at]?.text;
    } else if (!text.startsWith('-')) packages.push(text);
  }
  const built = nameOf(packages.at(-1) ?? '.', folder);
  if (output === undefined) return treePath(folder, built);
  return output.endsWith('/') ? joinPath(treePath(folder, output), built) : treePath(folder, output);
}

/** Go calls a program like its package's folder, or like the file that is built. */
function nameOf(given: string, folder: string): string {
  if (given.endsWith('.go')) return fileName(given).slice(0, -'.go'.length);
  const path = joinPath(given.startsWith('.') ? joinPath(folder, given) : given);
  return fileName(path) === '' ? fileName(folderOf(path)) : fileName(path);
}

import type {
  Condition,
  ImageUse,
  Location,
  ScriptFact,
  ShellScript,
  SimpleCommand,
} from '../../domain/index.ts';
import { folderOf, locate } from '../../domain/index.ts';
import { ROOT } from '../../formats/make/evaluate.ts';
import { Marks } from '../../formats/make/marks.ts';
import type { FileReader } from '../files.ts';
import { BuildFiles } from './build-files.ts';
import type { KoCommand } from './ko-commands.ts';
import type { FoundInvocations } from './make.ts';
import { invocationsOf } from './merge.ts';
import { type WalkResult, walkScript } from './recipe-walk.ts';
import { type BuildCommand, type CommandWord, withShellVariables, wordOf } from './words.ts';

/** Words that declare what follows them. */
const DECLARES: ReadonlySet<string> = new Set(['export', 'local', 'readonly', 'declare', 'typeset']);

/** What scripts build. Their control flow is not followed: a variable that is set twice stays open. */
export function scriptInvocations(
  paths: readonly string[],
  reader: FileReader,
  definitions: readonly string[],
): FoundInvocations {
  const found = paths.flatMap((path) => {
    const fact = reader.read(path, 'build-script').find((one): one is ScriptFact => one.kind === 'script');
    return fact === undefined ? [] : [walked(path, fact, reader)];
  });
  return {
    invocations: found.flatMap(({ builds }) => invocationsOf('script', builds, definitions)),
    uses: found.flatMap(({ uses }): readonly ImageUse[] => uses),
    unread: [],
  };
}

/** Calls of ko in scripts, and the versions of ko that they name. */
export function koCallsOfScripts(
  paths: readonly string[],
  reader: FileReader,
): { readonly commands: readonly KoCommand[]; readonly versions: readonly string[] } {
  const found = paths.flatMap((path) => {
    const fact = reader.read(path, 'build-script').find((one): one is ScriptFact => one.kind === 'script');
    const mentions = fact?.script.commands.some(({ words }) =>
      words.some(({ text }) => /\bko\b/i.test(text)),
    );
    return fact === undefined || mentions !== true ? [] : [walked(path, fact, reader)];
  });
  return {
    commands: found.flatMap(({ koCommands }) => koCommands),
    versions: found.flatMap(({ koVersions }) => koVersions),
  };
}

/** Where a script runs is not said: at the root, else in its own folder, whichever has the files that it builds. */
function walked(path: string, fact: ScriptFact, reader: FileReader): WalkResult {
  const commands = commandsOf(path, fact);
  const has = (name: string): boolean => reader.has(name);
  const ways = [...new Set(['', folderOf(path)])].map((folder) =>
    walkScript('script', commands, folder, new BuildFiles(has)),
  );
  const filesOf = (way: WalkResult): number => way.builds.filter(({ files }) => files.length > 0).length;
  return ways.reduce((best, way) => (filesOf(way) > filesOf(best) ? way : best));
}

/** What stands around a script: variables that it is given, and what another tool replaces in its text first. */
export interface ScriptSetting {
  readonly marks: Marks;
  /** Values as marked text. */
  readonly known: ReadonlyMap<string, string>;
  readonly when: readonly Condition[];
  /** The text with what is replaced in it, as marked text. */
  replaced(text: string, at: Location): string;
}

function commandsOf(path: string, fact: ScriptFact): readonly BuildCommand[] {
  const marks = new Marks();
  return scriptCommands(path, fact.script, { marks, known: new Map(), when: [], replaced: (text) => text });
}

/** The commands of a script, its own variables put in as far as it sets them once. */
export function scriptCommands(
  path: string,
  script: ShellScript,
  setting: ScriptSetting,
): readonly BuildCommand[] {
  const { marks, when } = setting;
  const known = variablesOf(path, script, setting);
  const toWord = (text: string, at: Location): CommandWord =>
    wordOf(
      marks.read(withShellVariables(withFolders(setting.replaced(text, at), path), known, marks), [at]),
      at,
    );
  return script.commands.map((command): BuildCommand => {
    const writes = command.redirections.find(
      ({ operator, descriptor }) => /^(>|>>|>\||&>|&>>)$/.test(operator) && (descriptor ?? 1) === 1,
    );
    const readsFrom = command.redirections.find(({ operator }) => operator === '<');
    return {
      words: command.words.map((word) => toWord(word.text, locate(path, word.span))),
      ...(command.assignments.length === 0
        ? {}
        : {
            assignments: new Map(
              command.assignments.map(({ name, value }) => [name, toWord(value, locate(path, command.span))]),
            ),
          }),
      at: locate(path, command.span),
      when,
      writes: writes === undefined ? null : toWord(writes.target, locate(path, writes.span)),
      readsFrom: readsFrom === undefined ? null : toWord(readsFrom.target, locate(path, readsFrom.span)),
      piped: command.piped,
      substituted: command.substituted,
    };
  });
}

/** Variables that the script sets once, as marked text. */
function variablesOf(
  path: string,
  script: ShellScript,
  { known, marks, replaced }: ScriptSetting,
): ReadonlyMap<string, string> {
  const values = new Map<string, string | null>(known);
  for (const command of script.commands) {
    const at = locate(path, command.span);
    for (const { name, value } of assignmentsOf(command)) {
      const isAgain = values.has(name) && values.get(name) !== value;
      const written = withFolders(replaced(value, at), path);
      const marked = withShellVariables(written, settled(values), marks);
      const kept = /[\ue200$`\s]/.test(marked) ? marked : marks.writePiece({ text: marked, chain: [at] });
      values.set(name, isAgain ? null : kept);
    }
  }
  return settled(values);
}

function settled(values: ReadonlyMap<string, string | null>): ReadonlyMap<string, string> {
  return new Map([...values].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
}

function assignmentsOf(command: SimpleCommand): readonly { readonly name: string; readonly value: string }[] {
  if (command.words.length === 0) return command.assignments;
  if (!DECLARES.has(command.words[0]?.text ?? '')) return [];
  return command.words.flatMap(({ text }) => {
    const match = /^([A-Za-z_]\w*)=/.exec(text);
    return match?.[1] === undefined ? [] : [{ name: match[1], value: text.slice(match[0].length) }];
  });
}

const OWN_FOLDER =
  /\$\(\s*dirname\s+(?:-- )?"?\$(?:\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\}|BASH_SOURCE|0|\{0\})"?\s*\)/g;
const ROOT_OF_TREE = /\$\(\s*git rev-parse --show-toplevel\s*\)/g;
const WENT = /\$\(\s*cd\s+(?:-- )?"?([^()"$`]+)"?\s*(?:&&|;)\s*pwd(?: -P)?\s*\)/g;

/** The spellings of where a script lies and where the tree's root is, as paths. */
function withFolders(text: string, path: string): string {
  if (!text.includes('$(')) return text;
  const own = `${ROOT}/${folderOf(path)}`;
  return text
    .replace(OWN_FOLDER, () => own)
    .replace(ROOT_OF_TREE, () => ROOT)
    .replace(WENT, (_, folder: string) => folder.trim());
}

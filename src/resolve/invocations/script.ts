import type {
  Condition,
  ImageUse,
  Location,
  ScriptFact,
  ShellScript,
  SimpleCommand,
  UnreadPart,
} from '../../domain/index.ts';
import { folderOf, joinPath, locate } from '../../domain/index.ts';
import { ROOT } from '../../formats/make/evaluate.ts';
import { hasMark, Marks } from '../../formats/make/marks.ts';
import type { Choice } from '../../formats/make/pieces.ts';
import { isProgramName } from '../../formats/shell/program.ts';
import { declaredVariables } from '../declared-values.ts';
import type { FileReader } from '../files.ts';
import { declaredArguments } from '../ways.ts';
import { Asked, SPENT, textOf } from './asked.ts';
import { BuildFiles, type SearchCost } from './build-files.ts';
import type { KoCommand } from './ko-commands.ts';
import { type FoundInvocations, foundIn } from './make.ts';
import {
  type FoundBuild,
  type SubMake,
  type WalkResult,
  walkProgram,
  walkScript,
  withGoBuilds,
} from './recipe-walk.ts';
import { plainProgram } from './shell/programs.ts';
import { buildCommandOf } from './shell-lines.ts';
import { type BuildCommand, type CommandWord, withShellVariables, wordOf } from './words.ts';

/** Words that declare what follows them. */
const DECLARES: ReadonlySet<string> = new Set(['export', 'local', 'readonly', 'declare', 'typeset']);

/** A script that was not followed to its end. */
export interface CutScript extends UnreadPart {
  /** Nothing in it can build a definition: what is left out only names, moves or publishes images. */
  readonly makesNothing?: true;
}

/** What scripts build, and the makes that they start. */
export interface FoundInScripts extends FoundInvocations {
  readonly unread: readonly CutScript[];
  readonly makes: readonly SubMake[];
}

function cutOf({ path, beyond, makes }: WalkedScript): readonly CutScript[] {
  if (beyond === null) return [];
  return [{ path, because: beyond, ...(makes ? {} : { makesNothing: true as const }) }];
}

/** What scripts build. */
export function scriptInvocations(
  paths: readonly string[],
  reader: FileReader,
  definitions: readonly string[],
): FoundInScripts {
  const found = paths.flatMap((path) => walkedScript(path, reader) ?? []);
  const built = found.map(({ result }) =>
    foundIn('script', withGoBuilds(result.builds, result.goBuilds), reader, definitions),
  );
  return {
    invocations: built.flatMap(({ invocations }) => invocations),
    printed: built.flatMap(({ printed }) => printed),
    unfound: built.flatMap(({ unfound }) => unfound),
    uses: found.flatMap(({ result }): readonly ImageUse[] => result.uses),
    unread: found.flatMap(cutOf),
    steps: found.flatMap(({ result }) => result.steps),
    makes: found.flatMap(({ result }) => result.makes),
  };
}

/** Calls of ko in scripts, and the versions of ko that they name. */
export function koCallsOfScripts(
  paths: readonly string[],
  reader: FileReader,
): { readonly commands: readonly KoCommand[]; readonly versions: readonly string[] } {
  const found = paths.flatMap((path) => walkedScript(path, reader) ?? []);
  return {
    commands: found.flatMap(({ result }) => result.koCommands),
    versions: found.flatMap(({ result }) => result.koVersions),
  };
}

interface WalkedScript {
  readonly path: string;
  readonly result: WalkResult;
  readonly beyond: string | null;
  /** It may build a definition, itself or through what it starts. */
  readonly makes: boolean;
  readonly asked: Asked;
}

const NOTHING: WalkResult = {
  builds: [],
  uses: [],
  makes: [],
  steps: [],
  goBuilds: [],
  koCommands: [],
  koVersions: [],
  cut: null,
};

/** Both trees of a change, and each round of reading one, mostly hold the same scripts. */
const remembered = new WeakMap<ScriptFact, Map<string, WalkedScript>>();

function walkedScript(path: string, reader: FileReader): WalkedScript | undefined {
  const format = isProgramName(path) ? 'build-program' : 'build-script';
  const fact = reader.read(path, format).find((one): one is ScriptFact => one.kind === 'script');
  if (fact === undefined) return undefined;
  if (reader.isSpent) {
    const makes = fact.text === undefined || mayMake(fact);
    return { path, result: NOTHING, beyond: SPENT, makes, asked: new Asked(reader) };
  }
  const declared = declaredVariables(reader.declared, path);
  const key = declared.size === 0 ? path : JSON.stringify([path, [...declared]]);
  const known = remembered.get(fact)?.get(key);
  const isKnown = known?.asked.isSame(reader) === true;
  const walked = isKnown ? known : walkScriptFile(path, fact, new Asked(reader), declared);
  reader.charge(walked, walked.asked.steps);
  if (isKnown) return walked;
  const ways = remembered.get(fact) ?? new Map<string, WalkedScript>();
  remembered.set(fact, ways);
  ways.set(key, walked);
  return walked;
}

/** Signs of a line that builds or publishes an image: only a script that has one leaves something out where it is cut. */
const BUILDS =
  /(?:docker|podman|buildah|nerdctl|buildx|kaniko|\$\{?\w{0,40}(?:DOCKER|CONTAINER|ENGINE|OCI)\w{0,40}\}?)[^\n]{0,200}\b(?:build|bud|bake|push|commit|load)\b/;

/** True for a script that builds a definition, sources what may, or hands words to a make or another script. */
function mayMake({ script }: ScriptFact): boolean {
  return (
    script.unreadable !== undefined ||
    script.commands.some(({ words }) => makes(words.map(({ text }) => text)))
  );
}

const ENGINE = /docker|podman|buildah|nerdctl|buildx|kaniko|executor|CONTAINER|ENGINE|DOCKER|OCI/;
const VERB = /^(build|b|bud|bake)$|\s(build|bud|bake)\s/;

function makes(words: readonly string[]): boolean {
  const [program = '', ...rest] = words.slice(plainProgram(words).index);
  if (program === 'source' || program === '.') return true;
  if (/\.(sh|bash)$/.test(program) && rest.length > 0) return true;
  const engine = words.findIndex((word) => ENGINE.test(word));
  return words.some(
    (word, at) => /^g?make$|^\$[({]?MAKE\b/.test(word) || (engine >= 0 && at >= engine && VERB.test(word)),
  );
}

/** Such a text is no hand's; only its first commands were read. */
const TOO_LONG_TEXT = 'a script that is too long to follow';

type Followed = Omit<WalkedScript, 'path' | 'asked' | 'makes'>;

/**
 * Where a script runs is not said: at the root, else in its own folder, whichever has the files that it builds. Where both have them, those count
 * that take the arguments which it gives; else they lie beside it for a reason.
 */
function walkScriptFile(
  path: string,
  fact: ScriptFact,
  asked: Asked,
  declared: ReadonlyMap<string, Choice>,
): WalkedScript {
  const cost = { steps: 0, beyond: null };
  const found = ({ result }: Followed): number =>
    result.builds.filter((one) => one.files.some(({ source }) => source !== '')).length;
  const score = (way: Followed): number =>
    found(way) +
    way.result.makes.filter((make) => asked.has(joinPath(make.folder, make.file ?? 'Makefile'))).length +
    way.result.steps.filter(({ files }) => files.some((file) => asked.has(file))).length;
  const beside = followScript(path, fact, { folder: folderOf(path), asked, cost, declared });
  const takes = ({ result }: Followed) =>
    result.builds.reduce((sum, build) => sum + argumentsTaken(build, asked), 0);
  const given = beside.result.builds.reduce((sum, { command }) => sum + command.buildArguments.length, 0);
  const { builds, makes, steps, koCommands } = beside.result;
  const isWhole =
    !asked.missesScript &&
    found(beside) === builds.length &&
    takes(beside) === given &&
    makes.length + steps.length + koCommands.length === 0;
  let best = beside;
  if (folderOf(path) !== '' && !asked.isPending && !isWhole) {
    const atRoot = followScript(path, fact, { folder: '', asked, cost, declared });
    const isTie = score(atRoot) === score(beside);
    const isBetter = isTie ? found(beside) < Math.max(1, found(atRoot)) : score(atRoot) > score(beside);
    if (isBetter || (isTie && takes(atRoot) > takes(beside))) best = atRoot;
  }
  const searched = best.result.builds.length === 0 ? null : cost.beyond;
  const followed = best.beyond !== null && BUILDS.test(fact.text ?? '') ? best.beyond : null;
  const beyond = (fact.isTooLong === true ? TOO_LONG_TEXT : followed) ?? searched;
  return {
    path,
    asked,
    ...best,
    beyond,
    makes: beyond === null || fact.text === undefined || mayMake(fact),
  };
}

/** How many of the arguments that a build gives the definitions take that it builds. */
function argumentsTaken({ files, command }: FoundBuild, asked: Asked): number {
  if (command.buildArguments.length === 0) return 0;
  const names = new Set(
    files.flatMap(({ source }) => {
      const fact = source === '' ? undefined : asked.definition(source);
      return fact === undefined ? [] : [...declaredArguments(fact)];
    }),
  );
  return command.buildArguments.filter(({ text }) => names.has(text.split('=', 1)[0] ?? '')).length;
}

/** Where a script is followed, with what the policy declares for it. */
interface Following {
  readonly folder: string;
  readonly asked: Asked;
  readonly cost: SearchCost;
  readonly declared: ReadonlyMap<string, Choice>;
}

function followScript(
  path: string,
  fact: ScriptFact,
  { folder, asked, cost, declared }: Following,
): Followed {
  const files = new BuildFiles((name) => asked.has(name), cost);
  const around = asked.surroundings(declared);
  const followed =
    fact.text === undefined
      ? null
      : walkProgram(textOf(path, fact.text), folder, files, { ...around, marks: new Marks() });
  return followed ?? { result: walkScript('script', commandsOf(path, fact), folder, files), beyond: null };
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
  return script.commands.map((command) =>
    buildCommandOf(command, { at: locate(path, command.span), when }, (text, span) =>
      toWord(text, locate(path, span)),
    ),
  );
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
      const kept =
        hasMark(marked) || /[$`\s]/.test(marked) ? marked : marks.writePiece({ text: marked, chain: [at] });
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

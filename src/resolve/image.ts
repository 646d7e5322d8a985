import type {
  BuiltImage,
  Command,
  DockerfileFact,
  EffectiveBase,
  Instruction,
  Location,
  NonEmpty,
  Scope,
  StageFact,
  Start,
  StartedScript,
  Step,
  Value,
} from '../domain/index.ts';
import {
  isNonEmpty,
  isShell,
  locate,
  programName,
  shellScriptIndex,
  startedPrograms,
} from '../domain/index.ts';
import { globalScope } from '../formats/dockerfile/evaluate.ts';
import { broughtBy, joinBrings } from './brings.ts';
import { contextFiles } from './context-files.ts';
import type { LandedCopy } from './copies.ts';
import { withDeclaredValues } from './declared-values.ts';
import { type Assess, boundedBases, unresolvedBase } from './effective-bases.ts';
import type { FileReader } from './files.ts';
import { cgoLines } from './go-programs.ts';
import { bestName, namesOf, tagsOf } from './names.ts';
import { filesInOpenParts } from './open-files.ts';
import { ScriptFinder } from './scripts.ts';
import { targetOf } from './stage-names.ts';
import { type ResolvedImage, type StageContext, StageResolver, type TriggersOf } from './stages.ts';
import { distinctWays, foreignFrontend, type Way } from './ways.ts';

export type { Way } from './ways.ts';

/** A definition to evaluate, and under what. */
export interface ImageRequest {
  readonly path: string;
  readonly fact: DockerfileFact;
  readonly scope: Scope;
  readonly ways: readonly Way[];
}

/** What definitions are evaluated with. */
interface ImageQuestions {
  readonly reader: FileReader;
  readonly assess: Assess;
  readonly triggersOf: TriggersOf;
}

/** A way to build a stage; `missing` says why that is not decided. */
interface Build {
  readonly way: Way;
  readonly missing?: string;
}

/** Evaluates a definition: an image for each stage that is built, under every way to build it. */
export function buildImages(
  request: ImageRequest,
  reader: FileReader,
  assess: Assess,
  triggersOf: TriggersOf = () => [],
): readonly BuiltImage[] {
  const questions = { reader, assess, triggersOf };
  const ways = withDeclaredValues(request.path, request.fact, request.ways, reader.declared);
  const byStage = new Map<number, Build[]>();
  for (const way of ways) {
    const { stages, missing } = targetOf(request.fact, way?.target);
    for (const final of stages) {
      const build = { way, ...(missing === undefined ? {} : { missing }) };
      byStage.set(final, [...(byStage.get(final) ?? []), build]);
    }
  }
  return [...byStage].flatMap(([final, builds]) => buildImage(request, final, builds, questions) ?? []);
}

function buildImage(
  request: ImageRequest,
  index: number,
  builds: readonly Build[],
  questions: ImageQuestions,
): BuiltImage | null {
  const { path, fact } = request;
  const final = fact.stages[index];
  const ways = builds.map(({ way }) => way);
  if (final === undefined) return null;
  const { ways: distinct, left } = distinctWays(fact, ways);
  const resolved = distinct.map((way) => {
    const context = stageContext(request, way, questions);
    return { way, context, image: new StageResolver(context).image(index) };
  });
  const [first] = resolved;
  if (first === undefined) return null;
  const bases = boundedBases(questions.assess, [
    ...resolved.flatMap(({ image }) => image.bases),
    ...undecidedBases(request, final, builds, left, questions.assess),
  ]);
  if (!isNonEmpty(bases)) return null;
  const copies = resolved.flatMap(({ image }) => copiesOf(image));
  const workdir = first.image.state.workdir.path;
  const finder = new ScriptFinder(questions.reader, path, { copies, workdir });
  const steps = first.image.layers.map(({ step }) => withScripts(step, finder));
  const starts = startsOf(steps, finder);
  const names = namesOf(ways);
  const cgo = cgoLines(resolved.map(({ way, image }) => ({ way, copies: copiesOf(image) })));
  return {
    id: index === fact.stages.at(-1)?.index ? path : `${path}#${final.name ?? index}`,
    path,
    at: locate(path, final.span),
    name: bestName(names),
    ...(names.length === 0 ? {} : { names, tags: tagsOf(ways) }),
    definition: fact,
    workflow: ways.find((way) => way !== null)?.workflow ?? 'docker',
    scope: scopeOf(request.scope, bases),
    bases,
    steps,
    ...starts,
    user: userOf(steps),
    brings: joinBrings(resolved.map(({ image, context }) => bringsOf(image, bases, context))),
    ...(cgo.length === 0 ? {} : { cgo }),
    reads: [
      ...readsOf(path, steps, Object.values(starts)),
      ...linesOf(path, bases, ways),
      ...filesInOpenParts(
        bases,
        ways.flatMap((way) => way?.at.path ?? []),
        questions.reader,
      ),
      ...finder.unread,
    ],
  };
}

function copiesOf({ layers }: ResolvedImage): readonly LandedCopy[] {
  return layers.flatMap((layer) => layer.copies);
}

function bringsOf(image: ResolvedImage, bases: readonly EffectiveBase[], context: StageContext) {
  return broughtBy({
    layers: image.layers,
    shell: image.shell,
    bases,
    path: image.state.lookup('PATH'),
    inContext: context.inContext,
  });
}

/** What is not decided of the ways to build an image, as a base that it may have. */
function undecidedBases(
  { path }: ImageRequest,
  final: StageFact,
  builds: readonly Build[],
  left: number,
  assess: Assess,
): readonly EffectiveBase[] {
  const at = locate(path, final.base.span);
  const undecided = builds.flatMap(({ way, missing }) => {
    const places = way === null ? [] : [way.at];
    const frontend = foreignFrontend(way);
    return [
      ...(missing === undefined ? [] : [{ chain: [at, ...places] as const, reason: missing }]),
      ...(frontend === null ? [] : [{ chain: [at, ...frontend.chain] as const, reason: frontend.reason }]),
    ];
  });
  const more =
    left === 0 ? [] : [{ chain: [at] as const, reason: `${left} more ways to build it are not looked at` }];
  return [...undecided, ...more].map(({ chain, reason }) =>
    unresolvedBase(assess, final.base.text, chain, reason),
  );
}

/** What stages are resolved with under one way to build them. */
function stageContext(
  { path, fact }: ImageRequest,
  way: Way,
  { reader, assess, triggersOf }: ImageQuestions,
): StageContext {
  const given = way?.buildArguments ?? new Map<string, Value>();
  return {
    path,
    fact,
    arguments: { given, globals: globalScope(fact, given, path) },
    substitutions: way?.substitutions ?? [],
    contexts: way?.contexts ?? new Map(),
    ...(way?.from === undefined ? {} : { from: way.from }),
    assess,
    triggersOf,
    inContext: contextFiles(reader, path, way?.context ?? null),
  };
}

function scopeOf(scope: Scope, bases: NonEmpty<EffectiveBase>): Scope {
  return scope === 'release' && bases.every((base) => base.assessment.family?.startsWith('windows'))
    ? 'windows'
    : scope;
}

/** Lines of other files: the chains of its bases, and the commands that build it. */
function linesOf(path: string, bases: readonly EffectiveBase[], ways: readonly Way[]): readonly Location[] {
  const links = [...bases.flatMap((base) => base.chain), ...ways.flatMap((way) => way?.at ?? [])];
  const known = new Map<string, Location>();
  for (const link of links)
    if (link.path !== path) known.set(`${link.path}\0${link.start.line}\0${link.end.line}`, link);
  return [...known.values()];
}

function readsOf(path: string, steps: readonly Step[], starts: readonly Start[]): readonly string[] {
  const paths = new Set([path]);
  for (const step of steps) for (const script of step.scripts ?? []) if (script.at) paths.add(script.at.path);
  for (const start of starts) if (start.script?.at) paths.add(start.script.at.path);
  return [...paths];
}

function userOf(steps: readonly Step[]): string | null {
  let user: string | null = null;
  for (const { instruction } of steps) if (instruction.kind === 'user') user = instruction.value.text;
  return user === null || user.includes('$') ? null : user;
}

// ---- what it starts ------------------------------------------------------------------------------------

type Starts = { entrypoint?: Start; cmd?: Start; healthcheck?: Start };

/** The last ENTRYPOINT, CMD and HEALTHCHECK; an ENTRYPOINT clears a CMD that a stage below set. */
function startsOf(steps: readonly Step[], finder: ScriptFinder): Starts {
  const found: Starts = {};
  let cmdIsOwn = false;
  for (const step of steps) {
    const { instruction } = step;
    if (instruction.kind === 'entrypoint') {
      setStart(found, 'entrypoint', step, instruction.command, finder);
      if (!cmdIsOwn && step.own) delete found.cmd;
    } else if (instruction.kind === 'cmd') {
      setStart(found, 'cmd', step, instruction.command, finder);
      cmdIsOwn = step.own;
    } else if (instruction.kind === 'healthcheck') {
      setStart(found, 'healthcheck', step, instruction.command, finder);
    }
  }
  return found;
}

function setStart(
  found: Starts,
  role: keyof Starts,
  step: Step,
  command: Command | null,
  finder: ScriptFinder,
): void {
  const empty = command === null || (command.form === 'exec' && command.words.length === 0);
  if (empty) delete found[role];
  else found[role] = startOf(step, command, finder);
}

function startOf(step: Step, command: Command, finder: ScriptFinder): Start {
  const script = scriptOf(command, finder);
  return script === undefined ? { at: step.at, command } : { at: step.at, command, script };
}

/** The script file that a command starts: named as its program, or given to a shell. */
export function scriptOf(command: Command, finder: ScriptFinder): StartedScript | undefined {
  if (command.form === 'shell') {
    const main = command.script.commands.filter((one) => !one.inFunction && !one.substituted);
    for (const one of main) {
      const script = scriptOfWords(
        one.words.map((word) => word.text),
        finder,
      );
      if (script !== undefined) return script;
    }
    return undefined;
  }
  const found = scriptOfWords(
    command.words.map((word) => word.text),
    finder,
  );
  if (found !== undefined || command.script === undefined) return found;
  for (const one of command.script.commands) {
    const script = scriptOfWords(
      one.words.map((word) => word.text),
      finder,
    );
    if (script !== undefined) return script;
  }
  return undefined;
}

function scriptOfWords(words: readonly string[], finder: ScriptFinder): StartedScript | undefined {
  const given = shellScriptIndex(words);
  if (given !== null) return finder.find(words[given] ?? '');
  const last = startedPrograms(words).at(-1);
  const program = last === undefined ? undefined : words[last.index];
  if (program === undefined || isShell(program) || SHELL_WORDS.has(programName(program))) return undefined;
  return finder.find(program);
}

/** Words of the shell itself and everyday programs: never files that were copied in. */
const SHELL_WORDS: ReadonlySet<string> = new Set([
  '.',
  ':',
  '[',
  '[[',
  'cd',
  'echo',
  'eval',
  'exit',
  'export',
  'printf',
  'read',
  'return',
  'set',
  'shift',
  'source',
  'test',
  'trap',
  'true',
  'false',
  'ulimit',
  'umask',
  'unset',
  'wait',
  'apt-get',
  'apk',
  'chmod',
  'chown',
  'cp',
  'curl',
  'ln',
  'mkdir',
  'mv',
  'rm',
  'sed',
  'tar',
  'wget',
]);

function withScripts(step: Step, finder: ScriptFinder): Step {
  if (step.instruction.kind !== 'run') return step;
  const scripts = scriptsOfRun(step.instruction, finder);
  return scripts.length === 0 ? step : { ...step, scripts };
}

function scriptsOfRun(
  instruction: Extract<Instruction, { kind: 'run' }>,
  finder: ScriptFinder,
): readonly StartedScript[] {
  const { command } = instruction;
  const lists = command.script?.commands.map((one) => one.words.map((word) => word.text)) ?? [];
  if (command.form === 'exec') lists.push(command.words.map((word) => word.text));
  return lists.flatMap((words) => scriptOfWords(words, finder) ?? []);
}

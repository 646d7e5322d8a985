import type {
  BaseAssessment,
  BuiltImage,
  Command,
  DockerfileFact,
  EffectiveBase,
  Instruction,
  Invocation,
  Location,
  NonEmpty,
  Scope,
  Start,
  StartedScript,
  Step,
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
import { broughtBy } from './brings.ts';
import { copiesOf } from './copies.ts';
import type { FileReader } from './files.ts';
import { namesOf, tagsOf } from './names.ts';
import { ScriptFinder } from './scripts.ts';
import { ShellFiles } from './shell-files.ts';
import { boundedBases, type StageContext, StageResolver, stageIndex } from './stages.ts';

/** A definition to evaluate, and under what. */
export interface ImageRequest {
  readonly path: string;
  readonly fact: DockerfileFact;
  readonly scope: Scope;
  readonly ways: readonly Way[];
}

/** One way to build a definition; null for its defaults. */
export type Way = Invocation | null;

/** Evaluates a definition: an image for each stage that is built, under every way to build it. */
export function buildImages(
  request: ImageRequest,
  reader: FileReader,
  assess: (reference: string) => BaseAssessment,
): readonly BuiltImage[] {
  const byStage = new Map<number, Way[]>();
  for (const way of request.ways) {
    const final = finalStage(request.fact, way?.target);
    if (final !== undefined) byStage.set(final, [...(byStage.get(final) ?? []), way]);
  }
  return [...byStage].flatMap(([final, those]) => buildImage(request, final, those, reader, assess) ?? []);
}

/** The stage that is built: the target by name or number, else the last one. */
function finalStage(fact: DockerfileFact, target: string | undefined): number | undefined {
  const last = fact.stages.at(-1)?.index;
  if (target === undefined || target === '' || last === undefined) return last;
  return stageIndex(fact, target, fact.stages.length) ?? last;
}

function buildImage(
  request: ImageRequest,
  index: number,
  ways: readonly Way[],
  reader: FileReader,
  assess: (reference: string) => BaseAssessment,
): BuiltImage | null {
  const { path, fact } = request;
  const final = fact.stages[index];
  if (final === undefined) return null;
  const context = stageContext(request, ways[0] ?? null, assess);
  const { scope } = context;
  const resolved = new StageResolver(context).image(index);
  const others = ways
    .slice(1)
    .map((way) => new StageResolver(stageContext(request, way, assess)).image(index));
  const bases = boundedBases(
    context,
    [resolved, ...others].flatMap((one) => one.bases),
  );
  if (!isNonEmpty(bases)) return null;
  const finder = new ScriptFinder(reader, path, copiesOf(resolved.steps, scope));
  const steps = resolved.steps.map((step) => withScripts(step, finder));
  const starts = startsOf(steps, finder);
  const names = namesOf(ways);
  return {
    id: index === fact.stages.at(-1)?.index ? path : `${path}#${final.name ?? index}`,
    path,
    at: locate(path, final.span),
    name: names[0] ?? null,
    ...(names.length === 0 ? {} : { names, tags: tagsOf(ways) }),
    definition: fact,
    workflow: ways.find((way) => way !== null)?.workflow ?? 'docker',
    scope: scopeOf(request.scope, bases),
    bases,
    steps,
    ...starts,
    user: userOf(steps),
    brings: broughtBy(steps, scope, new ShellFiles(path, fact, scope, assess).broughtTo(index)),
    reads: [...readsOf(path, steps, Object.values(starts)), ...linesOf(path, bases, ways), ...finder.unread],
  };
}

/** What stages are resolved with under one way to build them. */
function stageContext(
  { path, fact }: ImageRequest,
  way: Way,
  assess: (reference: string) => BaseAssessment,
): StageContext {
  const scope = globalScope(fact, way?.buildArguments ?? new Map(), path);
  return { path, fact, scope, assess, substitutions: way?.substitutions ?? [] };
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

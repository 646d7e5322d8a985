import type {
  BaseAssessment,
  DockerfileFact,
  EffectiveBase,
  Instruction,
  Location,
  NonEmpty,
  StageFact,
  Step,
  Value,
} from '../domain/index.ts';
import { BOUNDS, joinPath, locate, NOTHING_KNOWN } from '../domain/index.ts';
import { expand } from '../formats/dockerfile/evaluate.ts';
import { describeOpen, type ReferenceAlternative, referencesOf } from './references.ts';

/** What the stages of one definition are resolved with. */
export interface StageContext {
  readonly path: string;
  readonly fact: DockerfileFact;
  /** Global arguments under the invocation, for FROM lines. */
  readonly scope: (name: string) => Value | undefined;
  readonly assess: (reference: string) => BaseAssessment;
}

/** A stage down to what lies under it. */
export interface ResolvedStage {
  readonly bases: readonly EffectiveBase[];
  /** Base first: instructions of the stages below, of stages copied whole, then its own. */
  readonly steps: readonly Step[];
}

const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];

/** Follows a stage through the stages below it and through whole copies onto it (DOMAIN 5.2). */
export function resolveStage(context: StageContext, index: number, depth = 0): ResolvedStage {
  const stage = context.fact.stages[index];
  if (stage === undefined) return { bases: [], steps: [] };
  const under = stageUnder(context, stage, depth);
  const whole = wholeCopies(context, stage, depth);
  const own = ownSteps(context.path, stage, under.steps.at(-1)?.shell ?? DEFAULT_SHELL, depth === 0);
  return {
    bases: dedupe(overlay(under.bases, whole.bases)),
    steps: [...under.steps, ...whole.steps, ...own],
  };
}

/** The index of a stage by name or number among those before `before`; undefined where there is none. */
export function stageIndex(fact: DockerfileFact, name: string, before: number): number | undefined {
  const wanted = name.toLowerCase();
  const earlier = fact.stages.slice(0, before);
  const byName = earlier.findLastIndex((stage) => stage.name === wanted);
  if (byName >= 0) return byName;
  if (!/^\d{1,5}$/.test(wanted)) return undefined;
  const number = Number(wanted);
  return number < earlier.length ? number : undefined;
}

function stageUnder(context: StageContext, stage: StageFact, depth: number): ResolvedStage {
  const at = locate(context.path, stage.base.span);
  const value = expand(stage.base.text, context.scope, at);
  const bases: EffectiveBase[] = [];
  const steps: Step[] = [];
  for (const alternative of referencesOf(value)) {
    const below = alternative.open
      ? undefined
      : stageIndexByName(context.fact, alternative.reference, stage.index);
    if (below === undefined) {
      bases.push(externalBase(context, alternative, at, value.beyond));
      continue;
    }
    if (depth >= BOUNDS.chainLinks) {
      bases.push(
        unresolvedBase(
          context,
          alternative.reference,
          [at],
          `its stages go on for more than ${BOUNDS.chainLinks} links`,
        ),
      );
      continue;
    }
    const inner = resolveStage(context, below, depth + 1);
    bases.push(...inner.bases.map((base) => ({ ...base, chain: [at, ...base.chain] as const })));
    steps.push(...inner.steps.map((step) => ({ ...step, own: false })));
    steps.push(...triggersOf(context.path, context.fact.stages[below], inner.steps.at(-1)?.shell));
  }
  return { bases, steps };
}

/** What a stage's ONBUILD instructions do to the stage that is built on it, before that one's own (DOMAIN 2). */
function triggersOf(path: string, stage: StageFact | undefined, shell = DEFAULT_SHELL): readonly Step[] {
  return (stage?.instructions ?? []).flatMap((instruction) =>
    instruction.kind === 'onbuild'
      ? [
          {
            at: locate(path, instruction.instruction.span),
            instruction: instruction.instruction,
            own: false,
            shell,
          },
        ]
      : [],
  );
}

/** FROM takes stage names only; a number there is an image's name. */
function stageIndexByName(fact: DockerfileFact, name: string, before: number): number | undefined {
  const index = fact.stages.slice(0, before).findLastIndex((stage) => stage.name === name.toLowerCase());
  return index < 0 ? undefined : index;
}

function externalBase(
  context: StageContext,
  alternative: ReferenceAlternative,
  at: Location,
  beyond: string | undefined,
): EffectiveBase {
  const { reference } = alternative;
  const [first, ...rest] = alternative.chain;
  const chain: NonEmpty<Location> = first === undefined ? [at] : [first, ...rest];
  const reason = beyond ?? describeOpen(context.fact, alternative);
  const assessment = context.assess(reference);
  const undecided =
    beyond !== undefined || alternative.placeholders.length > 0 || assessment.standing === 'unresolved';
  if (reason !== undefined && undecided) return unresolvedBase(context, reference, chain, reason);
  return { reference, platform: null, assessment, chain };
}

function unresolvedBase(
  context: StageContext,
  reference: string,
  chain: NonEmpty<Location>,
  reason: string,
): EffectiveBase {
  const assessment: BaseAssessment = {
    ...context.assess(reference),
    family: null,
    standing: 'unresolved',
    basis: 'unresolved',
    contents: NOTHING_KNOWN,
  };
  return { reference, platform: null, assessment, chain, unresolved: reason };
}

function key(location: Location): string {
  return `${location.path}:${location.start.line}:${location.start.column}`;
}

// ---- whole copies --------------------------------------------------------------------------------------

const ARCHIVE = /\.(tar|tgz|tar\.(gz|xz|bz2|zst)|tbz2?|txz)$/i;

/** Root file systems that are copied or unpacked onto the stage's root, and the steps that made them. */
function wholeCopies(context: StageContext, stage: StageFact, depth: number): ResolvedStage {
  const bases: EffectiveBase[] = [];
  const steps: Step[] = [];
  let workdir = '/';
  for (const instruction of stage.instructions) {
    if (instruction.kind === 'workdir')
      workdir = joinPath('/', instruction.value.text.startsWith('/') ? '' : workdir, instruction.value.text);
    if (instruction.kind !== 'copy' && instruction.kind !== 'add') continue;
    if (!landsOnRoot(instruction.destination.text, workdir)) continue;
    const at = locate(context.path, instruction.span);
    if (instruction.from !== undefined && instruction.sources.some((source) => isWholeRoot(source.text))) {
      const copied = copiedStage(context, stage, instruction.from.text, at, depth);
      bases.push(...copied.bases);
      steps.push(...copied.steps);
    } else if (
      instruction.kind === 'add' &&
      instruction.sources.some((source) => ARCHIVE.test(source.text))
    ) {
      const archive = instruction.sources.find((source) => ARCHIVE.test(source.text))?.text ?? '';
      bases.push(
        unresolvedBase(
          context,
          `scratch + ${archive}`,
          [at],
          `the archive ${archive} is unpacked onto the root, and no file read here says what it holds`,
        ),
      );
    }
  }
  return { bases, steps };
}

/** `/`, `/.`, `./`, `*`, `/../`: everything that is in a stage, as `--from` counts from its root. */
function isWholeRoot(source: string): boolean {
  return source !== '' && /^\/\*?$/.test(joinPath('/', source.replace(/^["']|["']$/g, '')));
}

function landsOnRoot(destination: string, workdir: string): boolean {
  const text = destination.replace(/^["']|["']$/g, '');
  return joinPath('/', text.startsWith('/') ? '' : workdir, text) === '/';
}

function copiedStage(
  context: StageContext,
  stage: StageFact,
  from: string,
  at: Location,
  depth: number,
): ResolvedStage {
  const index = stageIndex(context.fact, from, stage.index);
  if (index !== undefined && depth < BOUNDS.chainLinks) {
    const inner = resolveStage(context, index, depth + 1);
    return {
      bases: inner.bases.map((base) => ({ ...base, chain: [at, ...base.chain] as const })),
      steps: inner.steps.map((step) => ({ ...step, own: false })),
    };
  }
  const value = expand(from, context.scope, at);
  const bases = referencesOf(value).map((reference) => externalBase(context, reference, at, value.beyond));
  return { bases, steps: [] };
}

/** A whole root copied onto scratch takes its place; onto anything else, both are there and the worse one counts. */
function overlay(under: readonly EffectiveBase[], whole: readonly EffectiveBase[]): readonly EffectiveBase[] {
  if (whole.length === 0) return under;
  return [...under.filter((base) => base.reference !== 'scratch'), ...whole];
}

function dedupe(bases: readonly EffectiveBase[]): readonly EffectiveBase[] {
  const seen = new Set<string>();
  return bases.filter((base) => {
    const last = base.chain.at(-1);
    const id = `${base.reference}\0${base.platform}\0${last === undefined ? '' : key(last)}`;
    return !seen.has(id) && seen.add(id);
  });
}

// ---- steps ---------------------------------------------------------------------------------------------

function ownSteps(
  path: string,
  stage: StageFact,
  inherited: readonly string[],
  own: boolean,
): readonly Step[] {
  const steps: Step[] = [];
  let shell = inherited;
  for (const instruction of stage.instructions) {
    if (instruction.kind === 'shell') shell = wordsOf(instruction);
    steps.push({ at: locate(path, instruction.span), instruction, own, shell });
  }
  return steps;
}

function wordsOf(instruction: Extract<Instruction, { kind: 'shell' }>): readonly string[] {
  return instruction.words.map((word) => word.text);
}

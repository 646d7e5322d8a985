import type {
  DockerfileFact,
  EffectiveBase,
  Invocation,
  Location,
  StageFact,
  Step,
  Substitution,
  Value,
} from '../domain/index.ts';
import { locate } from '../domain/index.ts';
import { BuildContexts, contextBases } from './build-contexts.ts';
import { isWholeRoot } from './copies.ts';
import { type Assess, boundedBases, externalBase, unresolvedBase } from './effective-bases.ts';
import { type Layer, layersOf } from './layers.ts';
import { type ReferenceAlternative, referencesOf } from './references.ts';
import { boundedFilled, filledBy, isSpelledOut, unseenRoots } from './root-folders.ts';
import type { Filled } from './run-files.ts';
import { mayHaveShell, type StageShells, shellsAfter, type Work, workForDefinition } from './shell-files.ts';
import { stageIndex, stageIndexByName } from './stage-names.ts';
import { type Arguments, StageState } from './stage-state.ts';
import { expandSubstituted } from './substitutions.ts';

/** What an image of the tree does to those that are built on it: its ONBUILD instructions, as steps. */
export type TriggersOf = (reference: string) => readonly Step[];

/** What the stages of one definition are resolved with. */
export interface StageContext {
  readonly path: string;
  readonly fact: DockerfileFact;
  readonly arguments: Arguments;
  /** Words that the invocation replaces in the text first. */
  readonly substitutions: readonly Substitution[];
  readonly contexts: Invocation['contexts'];
  readonly from?: Invocation['from'];
  readonly assess: Assess;
  readonly triggersOf: TriggersOf;
  /** Files of the build context at or below a path, relative to it; null where the tree has none there. */
  readonly inContext: (source: string) => readonly string[] | null;
}

/** A stage down to what lies under it. */
export interface ResolvedStage {
  readonly bases: readonly EffectiveBase[];
  /** Base first: the stages below, stages copied whole. */
  readonly parts: readonly ResolvedStage[];
  /** Triggers of what it is built on, then its own. */
  readonly own: readonly Layer[];
  readonly state: StageState;
  readonly shells: StageShells;
  /** Folders that hold what no file read here spells out. */
  readonly filled: readonly Filled[];
  /** The SHELL in force at its end. */
  readonly shell: readonly string[];
  /** What its ONBUILD instructions do to a stage that is built on it. */
  readonly triggers: readonly Step[];
}

/** The image that a stage becomes. */
export interface ResolvedImage {
  readonly bases: readonly EffectiveBase[];
  /** Base first: of the stages below, of stages copied whole, then its own. */
  readonly layers: readonly Layer[];
  readonly state: StageState;
  readonly shell?: Location;
}

const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];
/** A definition with more instructions under one image is not followed: no hand wrote it. */
const MOST_STEPS = 100_000;
const MOST_QUESTIONS = 16;

/** Follows the stages of one definition, each once and in order: a stage only uses those above it (DOMAIN 5.2). */
export class StageResolver {
  readonly #context: StageContext;
  readonly #contexts: BuildContexts;
  readonly #resolved: ResolvedStage[] = [];
  readonly #work: Work = workForDefinition();

  constructor(context: StageContext) {
    this.#context = context;
    this.#contexts = new BuildContexts(context.contexts);
  }

  /** A stage with the stages below it and those copied whole onto it; its own steps are marked as such. */
  image(index: number): ResolvedImage {
    const { fact, path, assess } = this.#context;
    const stage = this.#stage(index);
    const written = fact.stages[index];
    if (stage === undefined || written === undefined)
      return { bases: [], layers: [], state: new StageState(this.#context.arguments, null) };
    const { state } = stage;
    const shell = stage.shells.first;
    const own = new Set(written.instructions);
    const all = flattened(stage).map((layer) =>
      own.has(layer.step.instruction) ? { ...layer, step: { ...layer.step, own: true } } : layer,
    );
    const brought = shell === undefined ? {} : { shell };
    if (all.length <= MOST_STEPS) return { bases: stage.bases, layers: all, state, ...brought };
    const at = locate(path, written.span);
    const reason = `more than ${MOST_STEPS} instructions act on it`;
    const bases = [unresolvedBase(assess, written.base.text, [at], reason)];
    return { bases, layers: all.slice(-MOST_STEPS), state, ...brought };
  }

  #stage(index: number): ResolvedStage | undefined {
    const { stages } = this.#context.fact;
    for (let next = this.#resolved.length; next <= index; next++) {
      const stage = stages[next];
      if (stage === undefined) return undefined;
      const { name } = stage;
      const replaced = name === undefined ? undefined : this.#contexts.find(name);
      this.#resolved.push(
        name === undefined || replaced === undefined
          ? this.#resolve(stage)
          : this.#replaced(name, replaced, locate(this.#context.path, stage.span)),
      );
    }
    return this.#resolved[index];
  }

  /** A build context of a stage's name takes the place of the whole stage. */
  #replaced(name: string, value: Value, at: Location): ResolvedStage {
    const bases = contextBases(name, value, at, this.#context);
    return this.#outside(bases);
  }

  #outside(bases: readonly EffectiveBase[]): ResolvedStage {
    return {
      bases,
      parts: [],
      own: [],
      state: new StageState(this.#context.arguments, null),
      shells: shellsOf(bases),
      filled: [],
      shell: DEFAULT_SHELL,
      triggers: [],
    };
  }

  #resolve(stage: StageFact): ResolvedStage {
    const { path, assess } = this.#context;
    const under = this.#under(stage);
    const [first] = under.stages;
    const state = new StageState(this.#context.arguments, first?.state ?? null);
    const steps = ownSteps(path, stage, under.triggers, under.stages.at(-1)?.shell ?? DEFAULT_SHELL);
    const own = layersOf(steps, state);
    const whole = this.#wholeCopies(stage, own, under.bases);
    const sources = {
      of: (from: string) => this.#source(from, stage.index)?.shells ?? this.#shellsOutside(from, stage.index),
      filledIn: (from: string) => this.#source(from, stage.index)?.filled,
      isSpelledOut: (from: string, folder: string) => this.#isSpelledOut(from, stage.index, folder),
      inContext: this.#context.inContext,
      work: this.#work,
    };
    const ownFilled = filledBy(own, sources);
    const filled = boundedFilled([...(first?.filled ?? []), ...ownFilled]);
    const bases = withUnseenRoots(overlay(under.bases, whole.bases), filled, assess);
    return {
      bases: boundedBases(assess, bases),
      parts: [...under.stages, ...whole.stages],
      own,
      state,
      shells: shellsAfter(first?.shells ?? shellsOf(under.bases), own, sources),
      filled,
      shell: steps.at(-1)?.shell ?? under.stages.at(-1)?.shell ?? DEFAULT_SHELL,
      triggers: triggersOf(path, stage),
    };
  }

  /** What FROM names: stages of the file, build contexts, images. */
  #under(stage: StageFact): {
    readonly bases: readonly EffectiveBase[];
    readonly stages: readonly ResolvedStage[];
    readonly triggers: readonly Step[];
  } {
    const context = this.#context;
    const at = locate(context.path, stage.base.span);
    const given = stage.index === 0 ? context.from : undefined;
    const written = { ...context, scope: context.arguments.globals };
    const value = given === undefined ? expandSubstituted(stage.base.text, written, at) : usedAt(at, given);
    const bases: EffectiveBase[] = [];
    const stages: ResolvedStage[] = [];
    const triggers: Step[] = [];
    for (const alternative of referencesOf(value)) {
      const index = alternative.open
        ? undefined
        : stageIndexByName(context.fact, alternative.reference, stage.index);
      const below = index === undefined ? undefined : this.#resolved[index];
      if (below === undefined) {
        const outside = this.#outsideBases(alternative, at, value.beyond);
        bases.push(...outside);
        triggers.push(...outside.flatMap(({ reference }) => context.triggersOf(reference)));
        continue;
      }
      for (const base of below.bases) bases.push({ ...base, chain: [at, ...base.chain] });
      stages.push(below);
      triggers.push(...below.triggers);
    }
    return { bases, stages, triggers };
  }

  #outsideBases(
    alternative: ReferenceAlternative,
    at: Location,
    beyond: string | undefined,
  ): readonly EffectiveBase[] {
    const context = this.#contexts.find(alternative.reference);
    return context === undefined
      ? [externalBase(this.#context, alternative, at, beyond)]
      : contextBases(alternative.reference, context, at, this.#context);
  }

  /** The stage of the file that `--from` names, if it is one. */
  #source(from: string, before: number): ResolvedStage | undefined {
    const index = stageIndex(this.#context.fact, from, before);
    return index === undefined ? undefined : this.#resolved[index];
  }

  readonly #spelledOut = new Map<string, boolean>();

  /** A file that asks for more than a few folders is not looked through for each: they count as unseen. */
  #isSpelledOut(from: string, before: number, folder: string): boolean {
    const key = `${from}\0${before}\0${folder}`;
    const known = this.#spelledOut.get(key);
    if (known !== undefined) return known;
    const source = this.#source(from, before);
    const found =
      source !== undefined &&
      this.#spelledOut.size < MOST_QUESTIONS &&
      isSpelledOut(flattened(source), folder);
    if (this.#spelledOut.size < MOST_QUESTIONS) this.#spelledOut.set(key, found);
    return found;
  }

  readonly #outsideShells = new Map<string, StageShells>();

  #shellsOutside(from: string, before: number): StageShells {
    const known = this.#outsideShells.get(from);
    if (known !== undefined) return known;
    const at = locate(this.#context.path, this.#context.fact.stages[before]?.span ?? NOWHERE);
    const shells = shellsOf(this.#basesOutside(from, at));
    this.#outsideShells.set(from, shells);
    return shells;
  }

  #basesOutside(from: string, at: Location): readonly EffectiveBase[] {
    const value = expandSubstituted(from, { ...this.#context, scope: this.#context.arguments.globals }, at);
    return referencesOf(value).flatMap((one) => this.#outsideBases(one, at, value.beyond));
  }

  /** Root file systems that are copied or unpacked onto the stage's root, and the stages that made them. */
  #wholeCopies(
    stage: StageFact,
    own: readonly Layer[],
    under: readonly EffectiveBase[],
  ): { readonly bases: readonly EffectiveBase[]; readonly stages: readonly ResolvedStage[] } {
    const bases: EffectiveBase[] = [];
    const stages = new Set<ResolvedStage>();
    for (const copy of own.flatMap(({ copies }) => copies)) {
      if (copy.from !== undefined && (copy.destination === '/' || copy.open) && isWholeRoot(copy.source)) {
        const source = this.#source(copy.from, stage.index);
        if (source !== undefined && stages.has(source)) continue;
        if (source === undefined) bases.push(...this.#basesOutside(copy.from, copy.at));
        else
          bases.push(...source.bases.map((base) => ({ ...base, chain: [copy.at, ...base.chain] as const })));
        if (source !== undefined) stages.add(source);
      } else if (copy.unpacked && copy.destination === '/' && !under.some(isClean)) {
        const reason = `the archive ${copy.source} is unpacked onto the root, and no file read here says what it holds`;
        bases.push(unresolvedBase(this.#context.assess, `scratch + ${copy.source}`, [copy.at], reason));
      }
    }
    return { bases, stages: [...stages] };
  }
}

/** A value that a line uses: every way begins there. */
function usedAt(at: Location, { alternatives: [first, ...rest], ...value }: Value): Value {
  const placed = (one: Value['alternatives'][0]) => ({ ...one, chain: [at, ...one.chain] });
  return { ...value, alternatives: [placed(first), ...rest.map(placed)] };
}

const ORIGIN = { line: 1, column: 1 };
const NOWHERE = { start: ORIGIN, end: ORIGIN };

/** Layers of a stage, each stage under it once. */
function flattened(stage: ResolvedStage): readonly Layer[] {
  const layers: Layer[] = [];
  const seen = new Set<ResolvedStage>();
  const pending: (ResolvedStage | readonly Layer[])[] = [stage];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!('own' in next)) {
      for (const layer of next) layers.push(layer);
      continue;
    }
    if (seen.has(next) || layers.length > MOST_STEPS) continue;
    seen.add(next);
    pending.push(next.own, ...next.parts.toReversed());
  }
  return layers;
}

function shellsOf(bases: readonly EffectiveBase[]): StageShells {
  return { paths: new Set(), usual: bases.some(({ assessment }) => mayHaveShell(assessment)) };
}

/** What a stage's ONBUILD instructions do to the stage that is built on it, before that one's own (DOMAIN 2). */
export function triggersOf(path: string, stage: StageFact): readonly Step[] {
  return stage.instructions.flatMap((instruction) =>
    instruction.kind === 'onbuild'
      ? [
          {
            at: locate(path, instruction.instruction.span),
            instruction: instruction.instruction,
            own: false,
            shell: DEFAULT_SHELL,
          },
        ]
      : [],
  );
}

/** A whole root copied onto scratch takes its place; onto anything else, both are there and the worse one counts. */
function overlay(under: readonly EffectiveBase[], whole: readonly EffectiveBase[]): readonly EffectiveBase[] {
  if (whole.length === 0) return under;
  return [...under.filter((base) => base.reference !== 'scratch'), ...whole];
}

/** Where a base that has no shell may stand is not known what it has any more, once unseen folders lie among its programs. */
function withUnseenRoots(
  bases: readonly EffectiveBase[],
  filled: readonly Filled[],
  assess: Assess,
): readonly EffectiveBase[] {
  const clean = bases.find(isClean);
  if (clean === undefined) return bases;
  const unseen = unseenRoots(filled).map(({ at, by, reason }) =>
    unresolvedBase(assess, `${clean.reference} + ${by.replace(/^the (archive|folder) /, '')}`, [at], reason),
  );
  return [...bases, ...unseen];
}

function isClean({ assessment, reference, unresolved }: EffectiveBase): boolean {
  const { standing, contents } = assessment;
  if (unresolved !== undefined || reference === 'scratch') return false;
  return (standing === 'allowed' || standing === 'needs-exception') && contents.known && !contents.shell;
}

/** Triggers, then the stage's own instructions, each with the SHELL in force. */
function ownSteps(
  path: string,
  stage: StageFact,
  triggers: readonly Step[],
  inherited: readonly string[],
): readonly Step[] {
  let shell = inherited;
  const own = stage.instructions.map((instruction) => ({
    at: locate(path, instruction.span),
    instruction,
    own: false,
  }));
  return [...triggers, ...own].map((step): Step => {
    if (step.instruction.kind === 'shell') shell = step.instruction.words.map(({ text }) => text);
    return { ...step, shell };
  });
}

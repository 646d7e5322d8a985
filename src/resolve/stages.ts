import type {
  BaseAssessment,
  DockerfileFact,
  EffectiveBase,
  Instruction,
  Location,
  NonEmpty,
  StageFact,
  Step,
  Substitution,
  Value,
} from '../domain/index.ts';
import { BOUNDS, locate, NOTHING_KNOWN } from '../domain/index.ts';
import { copiesOf, isWholeRoot } from './copies.ts';
import { describeOpen, type ReferenceAlternative, referencesOf } from './references.ts';
import { expandSubstituted } from './substitutions.ts';

/** What the stages of one definition are resolved with. */
export interface StageContext {
  readonly path: string;
  readonly fact: DockerfileFact;
  /** Global arguments under the invocation, for FROM lines. */
  readonly scope: (name: string) => Value | undefined;
  /** Words that the invocation replaces in the text first. */
  readonly substitutions: readonly Substitution[];
  readonly assess: (reference: string) => BaseAssessment;
}

/** A stage down to what lies under it. */
export interface ResolvedStage {
  readonly bases: readonly EffectiveBase[];
  /** Base first: instructions of the stages below, of stages copied whole, then its own. */
  readonly steps: readonly Step[];
}

const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];
/** A definition with more instructions under one image is not followed: no hand wrote it. */
const MOST_STEPS = 100_000;

/** Follows the stages of one definition, each once (DOMAIN 5.2). */
export class StageResolver {
  readonly #context: StageContext;
  readonly #resolved = new Map<number, ResolvedStage>();

  constructor(context: StageContext) {
    this.#context = context;
  }

  /** A stage with the stages below it and those copied whole onto it; its own steps are marked as such. */
  image(index: number): ResolvedStage {
    const { bases, steps } = this.stage(index);
    const own = new Set(this.#context.fact.stages[index]?.instructions);
    return { bases, steps: steps.map((step) => (own.has(step.instruction) ? { ...step, own: true } : step)) };
  }

  stage(index: number): ResolvedStage {
    const known = this.#resolved.get(index);
    if (known !== undefined) return known;
    const stage = this.#context.fact.stages[index];
    const resolved = stage === undefined ? { bases: [], steps: [] } : this.#resolve(stage);
    this.#resolved.set(index, resolved);
    return resolved;
  }

  /** Bases of what `--from` names at a stage: a stage before it, or an image. */
  basesOfSource(from: string, before: number, at: Location): readonly EffectiveBase[] {
    const index = stageIndex(this.#context.fact, from, before);
    if (index !== undefined) return this.stage(index).bases;
    const value = expandSubstituted(from, this.#context, at);
    return referencesOf(value).map((reference) => externalBase(this.#context, reference, at, value.beyond));
  }

  #resolve(stage: StageFact): ResolvedStage {
    const under = this.#under(stage);
    const own = ownSteps(this.#context.path, stage, under.steps.at(-1)?.shell ?? DEFAULT_SHELL);
    const whole = this.#wholeCopies(stage, own);
    const steps = [...new Set([...under.steps, ...whole.steps, ...own])];
    const bases = boundedBases(this.#context, overlay(under.bases, whole.bases));
    if (steps.length <= MOST_STEPS) return { bases, steps };
    const at = locate(this.#context.path, stage.span);
    const reason = `more than ${MOST_STEPS} instructions act on it`;
    return {
      bases: [unresolvedBase(this.#context, stage.base.text, [at], reason)],
      steps: steps.slice(-MOST_STEPS),
    };
  }

  #under(stage: StageFact): ResolvedStage {
    const context = this.#context;
    const at = locate(context.path, stage.base.span);
    const value = expandSubstituted(stage.base.text, context, at);
    let bases: readonly EffectiveBase[] = [];
    let steps: readonly Step[] = [];
    for (const alternative of referencesOf(value)) {
      const below = alternative.open
        ? undefined
        : stageIndexByName(context.fact, alternative.reference, stage.index);
      if (below === undefined) {
        bases = [...bases, externalBase(context, alternative, at, value.beyond)];
        continue;
      }
      const inner = this.stage(below);
      bases = bases.concat(inner.bases.map((base) => ({ ...base, chain: [at, ...base.chain] as const })));
      const triggers = triggersOf(context.path, context.fact.stages[below], inner.steps.at(-1)?.shell);
      steps = steps.concat(inner.steps, triggers);
    }
    return { bases, steps };
  }

  /** Root file systems that are copied or unpacked onto the stage's root, and the steps that made them. */
  #wholeCopies(stage: StageFact, own: readonly Step[]): ResolvedStage {
    let bases: readonly EffectiveBase[] = [];
    let steps: readonly Step[] = [];
    for (const copy of copiesOf(own, this.#context.scope).copies) {
      if (copy.from !== undefined && (copy.destination === '/' || copy.open) && isWholeRoot(copy.source)) {
        const index = stageIndex(this.#context.fact, copy.from, stage.index);
        const inner = this.basesOfSource(copy.from, stage.index, copy.at);
        bases = bases.concat(
          index === undefined
            ? inner
            : inner.map((base) => ({ ...base, chain: [copy.at, ...base.chain] as const })),
        );
        if (index !== undefined) steps = steps.concat(this.stage(index).steps);
      } else if (copy.unpacked && copy.destination === '/') {
        const reason = `the archive ${copy.source} is unpacked onto the root, and no file read here says what it holds`;
        bases = [...bases, unresolvedBase(this.#context, `scratch + ${copy.source}`, [copy.at], reason)];
      }
    }
    return { bases, steps };
  }
}

/** Each base once, within the bounds of SEMANTICS 3.2; beyond them, unresolved with that reason. */
export function boundedBases(context: StageContext, all: readonly EffectiveBase[]): readonly EffectiveBase[] {
  const bases = distinctBases(all);
  const kept = bases.slice(0, BOUNDS.alternativesPerImage).map((base) => {
    if (base.chain.length <= BOUNDS.chainLinks) return base;
    const [first, ...rest] = base.chain;
    const chain = [first, ...rest.slice(-BOUNDS.chainLinks)] as const;
    return unresolvedBase(
      context,
      base.reference,
      chain,
      `its stages go on for more than ${BOUNDS.chainLinks} links`,
    );
  });
  const [first] = kept;
  if (bases.length <= kept.length || first === undefined) return kept;
  return [
    unresolvedBase(
      context,
      first.reference,
      first.chain,
      `it has more than ${BOUNDS.alternativesPerImage} possible bases`,
    ),
  ];
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

/** A whole root copied onto scratch takes its place; onto anything else, both are there and the worse one counts. */
function overlay(under: readonly EffectiveBase[], whole: readonly EffectiveBase[]): readonly EffectiveBase[] {
  if (whole.length === 0) return under;
  return [...under.filter((base) => base.reference !== 'scratch'), ...whole];
}

/** Each base once: same reference, architecture and deciding place. */
function distinctBases(bases: readonly EffectiveBase[]): readonly EffectiveBase[] {
  const seen = new Set<string>();
  return bases.filter((base) => {
    const last = base.chain.at(-1);
    const id = `${base.reference}\0${base.platform}\0${last === undefined ? '' : key(last)}`;
    return !seen.has(id) && seen.add(id);
  });
}

// ---- steps ---------------------------------------------------------------------------------------------

function ownSteps(path: string, stage: StageFact, inherited: readonly string[]): readonly Step[] {
  let shell = inherited;
  return stage.instructions.map((instruction) => {
    if (instruction.kind === 'shell') shell = wordsOf(instruction);
    return { at: locate(path, instruction.span), instruction, own: false, shell };
  });
}

function wordsOf(instruction: Extract<Instruction, { kind: 'shell' }>): readonly string[] {
  return instruction.words.map((word) => word.text);
}

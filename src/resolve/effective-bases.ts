import type {
  BaseAssessment,
  DockerfileFact,
  EffectiveBase,
  Location,
  MissingValue,
  NonEmpty,
  Value,
} from '../domain/index.ts';
import { BOUNDS, comparePositions, PROVIDES_NOTHING } from '../domain/index.ts';
import { describeOpen, handedOverIn, type ReferenceAlternative } from './references.ts';

/** How the policy judges a reference. */
export type Assess = (reference: string) => BaseAssessment;

/** A base that is no stage of the file, as far as it is decided. */
export function externalBase(
  { fact, assess }: { readonly fact: DockerfileFact; readonly assess: Assess },
  alternative: ReferenceAlternative,
  at: Location,
  beyond: string | undefined,
): EffectiveBase {
  const { reference, platform } = alternative;
  const [first, ...rest] = alternative.chain;
  const chain: NonEmpty<Location> = first === undefined ? [at] : [first, ...rest];
  const decidedIn = handedOverIn(fact, alternative, at.path);
  const reason = beyond ?? describeOpen(fact, alternative, decidedIn);
  const assessment = assess(reference);
  const undecided =
    beyond !== undefined || alternative.placeholders.length > 0 || assessment.standing === 'unresolved';
  if (reason !== undefined && undecided)
    return {
      ...unresolvedBase(assess, reference, chain, reason),
      platform,
      ...(decidedIn === undefined ? {} : { from: missingFrom(decidedIn, alternative) }),
    };
  return { reference, platform, assessment, chain };
}

function missingFrom(path: string, { variable }: ReferenceAlternative): MissingValue {
  return variable === undefined ? { path } : { path, variable };
}

/** A base of which nothing is known but why. */
export function unresolvedBase(
  assess: Assess,
  reference: string,
  chain: NonEmpty<Location>,
  reason: string,
): EffectiveBase {
  const assessment: BaseAssessment = {
    ...assess(reference),
    family: null,
    standing: 'unresolved',
    basis: 'unresolved',
    contents: PROVIDES_NOTHING,
  };
  return { reference, platform: null, assessment, chain, unresolved: reason };
}

/** Each base once, within the bounds of SEMANTICS 3.2; beyond them, unresolved with that reason. */
export function boundedBases(assess: Assess, all: readonly EffectiveBase[]): readonly EffectiveBase[] {
  const bases = distinctBases(all).map(withoutRepeatedLinks);
  const kept = bases.slice(0, BOUNDS.alternativesPerImage).map((base) => {
    if (base.chain.length <= BOUNDS.chainLinks) return base;
    const [first, ...rest] = base.chain;
    const chain = [first, ...rest.slice(-BOUNDS.chainLinks)] as const;
    const reason = `its stages go on for more than ${BOUNDS.chainLinks} links`;
    return unresolvedBase(assess, base.reference, chain, reason);
  });
  const [first] = kept;
  if (bases.length <= kept.length || first === undefined) return kept;
  const reason = `it has more than ${BOUNDS.alternativesPerImage} possible bases`;
  return [unresolvedBase(assess, first.reference, first.chain, reason)];
}

/** Each base once: same reference, deciding place and architecture; one that is the same for each architecture that there is holds for all. */
function distinctBases(bases: readonly EffectiveBase[]): readonly EffectiveBase[] {
  const platforms = new Set(bases.map(({ platform }) => platform));
  return [...Map.groupBy(bases, idOf).values()].flatMap((alike) => {
    const [first] = alike;
    const byPlatform = new Map(alike.toReversed().map((base) => [base.platform, base]));
    const isForAll = byPlatform.has(null) || byPlatform.size === platforms.size;
    return first !== undefined && isForAll
      ? [{ ...first, platform: null }]
      : [...byPlatform.values()].reverse();
  });
}

/** A place that two steps of a chain share (a build argument, and the command that gives it) is one link. */
function withoutRepeatedLinks(base: EffectiveBase): EffectiveBase {
  const [first, ...rest] = base.chain;
  const links = rest.filter((link, index) => !isSamePlace(link, base.chain[index] ?? first));
  return links.length === rest.length ? base : { ...base, chain: [first, ...links] };
}

function isSamePlace(one: Location, other: Location): boolean {
  return (
    one.path === other.path &&
    comparePositions(one.start, other.start) === 0 &&
    comparePositions(one.end, other.end) === 0
  );
}

function idOf({ reference, chain, unresolved }: EffectiveBase): string {
  const last = chain.at(-1);
  const place = last === undefined ? '' : `${last.path}:${last.start.line}:${last.start.column}`;
  return `${reference}\0${place}\0${unresolved ?? ''}`;
}

/** A chain that goes through a line of the definition first. */
export function chainFrom(at: Location, value: Pick<Value['alternatives'][0], 'chain'>): NonEmpty<Location> {
  return [at, ...value.chain];
}

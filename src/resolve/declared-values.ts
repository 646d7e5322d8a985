// Values that the policy declares, put where the tree leaves a gap (SEMANTICS 3.1 and 5.3).

import { isSameName } from '../domain/image-reference.ts';
import type {
  Alternative,
  BuiltImage,
  DeclaredValue,
  DockerfileFact,
  EffectiveBase,
  Invocation,
  Part,
  Value,
} from '../domain/index.ts';
import { isNonEmpty, locate } from '../domain/index.ts';
import type { Choice, Piece } from '../formats/make/pieces.ts';
import type { Assess } from './effective-bases.ts';
import { declaredArguments, plainWay, type Way } from './ways.ts';

const ARCHITECTURE = '$(ARCH)';

/** Declared variables of a file as a makefile or a shell is given them. */
export function declaredVariables(
  declared: readonly DeclaredValue[],
  path: string,
): ReadonlyMap<string, Choice> {
  const own = declared.filter((one) => one.kind === 'variable' && one.appliesTo(path));
  return new Map(own.map(({ name, value }) => [name, { options: [{ when: [], pieces: piecesOf(value) }] }]));
}

function piecesOf(value: string): readonly Piece[] {
  return value
    .split(ARCHITECTURE)
    .flatMap((text, index): readonly Piece[] => [
      ...(index === 0 ? [] : [{ text: 'ARCH', open: 'architecture' as const, chain: [] }]),
      ...(text === '' ? [] : [{ text, chain: [] }]),
    ]);
}

function partsOf(value: string): readonly Part[] {
  return piecesOf(value).map(({ text, open }) => (open === undefined ? text : { open: text }));
}

/** Ways to build a definition, with declared variables for arguments that nobody gives and for parts that stay open. */
export function withDeclaredValues(
  path: string,
  fact: DockerfileFact,
  ways: readonly Way[],
  declared: readonly DeclaredValue[],
): readonly Way[] {
  const variables = declared.filter(({ kind }) => kind === 'variable');
  if (variables.length === 0) return ways;
  const names = declaredArguments(fact);
  return ways.map((way) => {
    const around = way === null ? [path] : [path, way.at.path];
    const here = variables.filter((one) => around.some((file) => one.appliesTo(file)));
    const given = here.filter(({ name }) => names.has(name) && way?.buildArguments.has(name) !== true);
    if (way === null && given.length === 0) return way;
    const filled = (value: Value): Value => withoutGaps(value, variables, around);
    const own = way ?? byDefault(path, fact);
    return {
      ...own,
      buildArguments: new Map([
        ...[...own.buildArguments].map(([name, value]) => [name, filled(value)] as const),
        ...given.map(({ name, value }) => [name, declaredValue(value)] as const),
      ]),
      substitutions: own.substitutions.map((one) => ({ ...one, to: filled(one.to) })),
      contexts: new Map([...own.contexts].map(([name, value]) => [name, filled(value)])),
    };
  });
}

function declaredValue(value: string): Value {
  return { alternatives: [{ when: [], parts: partsOf(value), chain: [] }] };
}

/** Open parts that are declared for a file on their way, or around it. */
function withoutGaps(value: Value, variables: readonly DeclaredValue[], around: readonly string[]): Value {
  const filled = (one: Alternative): Alternative => {
    const files = [...around, ...one.chain.map(({ path }) => path)];
    const parts = one.parts.flatMap((part): readonly Part[] => {
      const found =
        typeof part === 'string'
          ? undefined
          : variables.find(({ name, appliesTo }) => name === part.open && files.some(appliesTo));
      return found === undefined ? [part] : partsOf(found.value);
    });
    return { ...one, parts };
  };
  const [first, ...rest] = value.alternatives;
  return { ...value, alternatives: [filled(first), ...rest.map(filled)] };
}

/** The definition as it stands, built by nobody that is known. */
function byDefault(path: string, fact: DockerfileFact): Invocation {
  const span = fact.stages[0]?.span ?? { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  return plainWay(path, { workflow: 'docker', at: locate(path, span), rule: '' });
}

// ---- images --------------------------------------------------------------------------------------------

/** Images whose base is declared where the tree does not say it; each base that rests on a declaration says so. */
export function withDeclaredBases(
  images: readonly BuiltImage[],
  declared: readonly DeclaredValue[],
  assess: Assess,
): readonly BuiltImage[] {
  if (declared.length === 0) return images;
  return images.map((image) => {
    const own = declared.find((one) => one.kind === 'image' && isOf(one, image));
    const bases = image.bases.map((base) => {
      if (own !== undefined && base.assessment.standing === 'unresolved')
        return declaredBase(base, own, assess);
      return noted(base, image, declared);
    });
    return isNonEmpty(bases) ? { ...image, bases } : image;
  });
}

function isOf({ name, appliesTo }: DeclaredValue, { path, name: shown, names }: BuiltImage): boolean {
  if (!appliesTo(path)) return false;
  return name === path || [shown ?? '', ...(names ?? [])].some((one) => isSameName(one, name));
}

function declaredBase(
  { chain }: EffectiveBase,
  { name, value, reason, owner }: DeclaredValue,
  assess: Assess,
): EffectiveBase {
  return {
    reference: value,
    platform: null,
    assessment: assess(value),
    chain,
    note: `the policy declares it for ${name}: ${reason}, says ${owner}`,
  };
}

function noted(base: EffectiveBase, image: BuiltImage, declared: readonly DeclaredValue[]): EffectiveBase {
  if (base.note !== undefined || base.assessment.standing === 'unresolved') return base;
  const files = [image.path, ...base.chain.map(({ path }) => path)];
  const used = declared.find(
    ({ kind, value, appliesTo }) => kind === 'variable' && base.reference === value && files.some(appliesTo),
  );
  if (used === undefined) return base;
  return { ...base, note: `the policy declares ${used.name}: ${used.reason}, says ${used.owner}` };
}

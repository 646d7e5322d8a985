import { parseImageReference } from '../domain/image-reference.ts';
import { BOUNDS, type ImageUse, type Invocation, type Value } from '../domain/index.ts';
import { referencesOf } from './references.ts';

/** The names that build rules publish an image under: registry and repository, without tag. */
export function namesOf(ways: readonly (Invocation | null)[]): readonly string[] {
  return [...new Set(ways.flatMap((way) => (way?.tags ?? []).flatMap(imageNames)))];
}

/**
 * The name that an image is known by: the first in a registry, or an account of one, of which nothing but the architecture stays open; such a name
 * tells more than one that may be anything.
 */
export function bestName(names: readonly string[]): string | null {
  const isWhole = (name: string): boolean => name.includes('/') && !/\$(?!\(ARCH\))/.test(name);
  return names.find(isWhole) ?? names[0] ?? null;
}

interface Tagged {
  readonly value: Value;
  readonly names: readonly string[];
}

/**
 * The invocations with the names that `docker tag` gives what they build: `docker build -t dns . && docker tag dns REGISTRY/dns`
 * publishes the image as both, through any number of tags. At most as many as an image may have alternatives.
 */
export function withTagged(
  invocations: readonly Invocation[],
  uses: readonly ImageUse[],
): readonly Invocation[] {
  const given = new Map<string, Tagged[]>();
  for (const { kind, image, becomes } of uses) {
    if (kind !== 'tag' || becomes === undefined) continue;
    const tagged = { value: becomes, names: imageNames(becomes) };
    for (const name of imageNames(image)) {
      const list = given.get(name);
      if (list === undefined) given.set(name, [tagged]);
      else list.push(tagged);
    }
  }
  return given.size === 0
    ? invocations
    : invocations.map((one) => ({ ...one, tags: allTags(one.tags, given) }));
}

function allTags(tags: readonly Value[], given: ReadonlyMap<string, readonly Tagged[]>): readonly Value[] {
  const all = [...tags];
  const known = new Set(tags.flatMap(imageNames));
  // The set grows while it is walked: a new name may be tagged in turn.
  for (const name of known) {
    for (const { value, names } of given.get(name) ?? []) {
      if (names.every((one) => known.has(one)) || known.size >= BOUNDS.alternativesPerImage) continue;
      all.push(value);
      for (const one of names) known.add(one);
    }
  }
  return all;
}

/** The references that build rules publish an image as, tags included, open parts as `${NAME}`. */
export function tagsOf(ways: readonly (Invocation | null)[]): readonly string[] {
  return [
    ...new Set(
      ways.flatMap((way) => (way?.tags ?? []).flatMap(referencesOf).map(({ reference }) => reference)),
    ),
  ];
}

/** What a tag's value names, open parts as `${NAME}`; empty where it is no image's name. */
export function imageNames(value: Value): readonly string[] {
  return referencesOf(value).flatMap(({ reference }) => {
    const parsed = parseImageReference(reference);
    if (parsed.kind !== 'image') return [];
    return [nameAsWritten(reference)];
  });
}

/** The reference without tag and digest, the registry as it is written. */
export function nameAsWritten(reference: string): string {
  const digest = lastOutside(reference, '@');
  const rest = digest < 0 ? reference : reference.slice(0, digest);
  const end = lastOutside(rest, ':');
  return end > lastOutside(rest, '/') ? rest.slice(0, end) : rest;
}

/** The last place of a character outside `${…}` and `$(…)`. */
function lastOutside(text: string, character: string): number {
  let depth = 0;
  let found = -1;
  for (let at = 0; at < text.length; at++) {
    const here = text[at];
    if (here === '{' || here === '(') depth++;
    else if (here === '}' || here === ')') depth--;
    else if (here === character && depth === 0) found = at;
  }
  return found;
}

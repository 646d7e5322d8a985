import { parseImageReference } from '../domain/image-reference.ts';
import type { Invocation, Value } from '../domain/index.ts';
import { referencesOf } from './references.ts';

/** The names that build rules publish an image under: registry and repository, without tag. */
export function namesOf(ways: readonly (Invocation | null)[]): readonly string[] {
  return [...new Set(ways.flatMap((way) => (way?.tags ?? []).flatMap(imageNames)))];
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
  const digest = reference.indexOf('@');
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

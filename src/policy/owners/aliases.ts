import type { PolicyProblem } from '../../domain/index.ts';
import { isPlainMap, readDocument } from '../document.ts';
import { namesOf } from './owners-file.ts';

/** Prow reads aliases at the root of a repository only. */
export const ALIASES_PATH = 'OWNERS_ALIASES';
const LARGEST_TEXT = 256 * 1024;

/** The names that an alias stands for, by its key. */
export type Aliases = ReadonlyMap<string, readonly string[]>;

/** Reads OWNERS_ALIASES. Of one that cannot be read nothing is known: what is an alias and what a login cannot be told apart. */
export function readAliases(
  text: string | null,
): { readonly aliases: Aliases } | { readonly problems: readonly PolicyProblem[] } {
  if (text === null) return { aliases: new Map() };
  const from = ALIASES_PATH;
  const read = readDocument(text, LARGEST_TEXT);
  if ('problems' in read) return { problems: read.problems.map((problem) => ({ from, ...problem })) };
  const { data, placeOf } = read.document;
  const { aliases = null } = data;
  const found = new Map<string, readonly string[]>();
  const problems: PolicyProblem[] = [];
  const fault = (path: readonly string[], message: string) =>
    problems.push({ from, ...placeOf(path), message });
  if (aliases !== null && !isPlainMap(aliases)) fault(['aliases'], '`aliases` has to be a map of lists');
  for (const [name, members] of Object.entries(isPlainMap(aliases) ? aliases : {})) {
    const names = namesOf(members);
    if (names === null)
      fault(['aliases', name], `the alias "${name.slice(0, 60)}" has to hold a list of logins`);
    else found.set(aliasKey(name), names);
  }
  return problems.length > 0 ? { problems } : { aliases: found };
}

/** Prow compares aliases as it compares logins. */
export function aliasKey(name: string): string {
  return (name.startsWith('@') ? name.slice(1) : name).toLowerCase();
}

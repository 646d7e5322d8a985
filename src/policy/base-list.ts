import { compileGlob, type Glob, isGlobFault } from '../domain/glob.ts';
import { withPlainHost } from '../domain/image-reference.ts';
import type { BaseTable, FamilyEntry } from './base-table.ts';
import { once } from './once.ts';
import { mayMatch, mustMatch } from './open-match.ts';
import { familySuggestion } from './suggestion.ts';

/** Whether a base is on a list; `maybe` where that depends on what an open tag becomes. */
export type Fit = 'yes' | 'maybe' | 'no';

/** A base as far as its name goes: `tag` is a shape; undefined where the name has a digest and no tag. */
export interface NamedBase {
  readonly name: string;
  readonly tag: string | undefined;
  readonly entry: FamilyEntry | null;
}

/** A list of `bases.allow` or `bases.exception`, compiled. */
export interface BaseList {
  fit(base: NamedBase): Fit;
  /** Globs over every name that may be on the list as somebody could write it, to judge names with open parts. */
  readonly spellings: readonly string[];
}

interface NamePattern {
  readonly name: Glob;
  readonly tag: Glob | null;
}

/** More than these say no more, and each costs a search for what was meant. */
const MOST_FAULTS = 20;

/** Compiles a list; the fault of an item is reported by its index. */
export function compileBaseList(
  items: readonly string[],
  table: BaseTable,
): {
  readonly list: BaseList;
  readonly faults: readonly { readonly index: number; readonly because: string }[];
} {
  const families = new Set<string>();
  const patterns: NamePattern[] = [];
  const faults: { index: number; because: string }[] = [];
  for (const [index, item] of items.entries()) {
    if (faults.length >= MOST_FAULTS) break;
    const read = item.includes('/') || item === '**' ? readNamePattern(item) : readFamilies(item, table);
    if ('because' in read) faults.push({ index, because: read.because });
    else if ('families' in read) for (const family of read.families) families.add(family);
    else patterns.push(read);
  }
  const spelled = once(() => spellings(families, patterns, table));
  return {
    list: {
      fit: (base) => fitOf(base, families, patterns),
      get spellings() {
        return spelled();
      },
    },
    faults,
  };
}

function readFamilies(
  item: string,
  table: BaseTable,
): { readonly families: readonly string[] } | { readonly because: string } {
  if (table.families.has(item)) return { families: [item] };
  const glob = compileGlob(item);
  if (isGlobFault(glob) || glob.negated)
    return { because: isGlobFault(glob) ? glob.because : 'a list of bases takes no leading `!`' };
  // A glob never takes in a debug form of what it means.
  const families = [...table.families].filter(
    (family) => !table.variants.has(family) && glob.matches(family),
  );
  if (families.length > 0) return { families };
  return {
    because: `is no family of bases${familySuggestion(item, [...table.families])}; an image's name holds a slash (docker.io/library/alpine)`,
  };
}

function readNamePattern(item: string): NamePattern | { readonly because: string } {
  const colon = item.lastIndexOf(':');
  const tagged = colon > item.lastIndexOf('/');
  const name = compileGlob(spelledOut(tagged ? item.slice(0, colon) : item));
  const tag = tagged ? compileGlob(item.slice(colon + 1)) : null;
  if (isGlobFault(name)) return name;
  if (tag !== null && isGlobFault(tag)) return tag;
  if (name.negated || tag?.negated) return { because: 'a list of bases takes no leading `!`' };
  return { name, tag };
}

/**
 * Docker Hub's short forms and default ports as names are compared: `library/alpine` is `docker.io/library/alpine`, `gcr.io:443/x` is
 * `gcr.io/x`.
 */
export function spelledOut(written: string): string {
  const name = withPlainHost(written);
  const first = name.slice(0, Math.max(0, name.indexOf('/')));
  if (first === 'index.docker.io' || first === 'registry-1.docker.io')
    return `docker.io${name.slice(first.length)}`;
  if (/[.:*]/.test(first) || first === 'localhost' || name === '**') return name;
  return `docker.io/${name}`;
}

function fitOf(
  { name, tag, entry }: NamedBase,
  families: ReadonlySet<string>,
  patterns: readonly NamePattern[],
): Fit {
  if (entry !== null && families.has(entry.family)) return 'yes';
  let fit: Fit = 'no';
  for (const pattern of patterns) {
    if (!pattern.name.matches(name)) continue;
    const one = tagFit(pattern.tag, tag, entry);
    if (one === 'yes') return 'yes';
    if (one === 'maybe') fit = 'maybe';
  }
  return fit;
}

/** A glob without a tag means the plain images of that name, never their debug form. */
function tagFit(pattern: Glob | null, tag: string | undefined, entry: FamilyEntry | null): Fit {
  if (pattern === null) return entry?.variant ? 'no' : 'yes';
  if (tag === undefined) return 'no';
  if (mustMatch(pattern, tag)) return 'yes';
  return mayMatch(pattern.pattern, tag, false) ? 'maybe' : 'no';
}

function spellings(
  families: ReadonlySet<string>,
  patterns: readonly NamePattern[],
  table: BaseTable,
): readonly string[] {
  const names = patterns.map((pattern) => pattern.name.pattern);
  for (const entry of table.entries) {
    if (!families.has(entry.family)) continue;
    for (const name of entry.names) names.push(name, ...(entry.suffixed ? [`${name}-*`] : []));
  }
  if (families.has('scratch')) names.push('scratch');
  return names.flatMap((name) => [name, ...shortForms(name)]);
}

/** Docker Hub's names as they may be written: `docker.io/library/alpine` also as `alpine`, `library/alpine`, `arm64v8/alpine`. */
function shortForms(name: string): readonly string[] {
  const hub = 'docker.io/';
  if (!name.startsWith(hub)) return [];
  const rest = name.slice(hub.length);
  const forms = [rest, `index.docker.io/${rest}`, `registry-1.docker.io/${rest}`];
  if (!rest.startsWith('library/')) return forms;
  const image = rest.slice('library/'.length);
  return [...forms, image, `${hub}${image}`, `index.docker.io/${image}`, `*/${image}`, `${hub}*/${image}`];
}

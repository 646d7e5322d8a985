import { compileGlob, compileGlobs, type Glob, isGlobFault } from '../domain/glob.ts';
import { type Contents, type NonEmpty, type PolicyProblem, PROVIDES_NOTHING } from '../domain/index.ts';
import { stripSuffix, unprefixed } from './architecture.ts';
import { type BaseTableText, baseTableSchema, type FamilyText } from './base-table-schema.ts';
import { canonical, sha256 } from './canonical.ts';
import { once } from './once.ts';
import { problemsOf } from './schema-problems.ts';
import { isPacked, readShipped } from './shipped-text.ts';

/** One line of the table: names that are one family, under some tags maybe, and what images of these names hold. */
export interface FamilyEntry {
  readonly family: string;
  /** Names, or globs over names, as `normalisedName` writes them, architecture suffixes and prefixes apart. */
  readonly names: readonly string[];
  /** True where an architecture suffix may follow the name. */
  readonly suffixed: boolean;
  /** Null where every tag counts. */
  readonly tags: readonly Glob[] | null;
  readonly digests: ReadonlySet<string>;
  /** Another form of a family (a debug tag): holds what the plain one holds, and more. */
  readonly variant: boolean;
  readonly operatingSystem: boolean;
  readonly because: string | undefined;
  readonly contents: Contents;
}

/** The table of base families, compiled. */
export interface BaseTable {
  /** sha256 of the table in canonical form. */
  readonly digest: string;
  readonly families: ReadonlySet<string>;
  /** Families that are another form of one, which only their own name takes in. */
  readonly variants: ReadonlySet<string>;
  readonly entries: readonly FamilyEntry[];
  readonly systemPrograms: ReadonlySet<string>;
  /** The entry that a digest is known to be. */
  readonly digests: ReadonlyMap<string, FamilyEntry>;
  /** Entries whose name fits, in the table's order; tags not yet looked at. */
  entriesOf(name: string): readonly FamilyEntry[];
  /** True for a name on Docker Hub or under one of the Kubernetes registries (DOMAIN 1: images run directly). */
  isCommonRegistry(name: string): boolean;
  /** One spelling of the names that all Kubernetes registries serve (DOMAIN 1); any other name as it is. */
  servedName(name: string): string;
}

/** The one of the Kubernetes registries that is in use. */
const SERVED_BY = 'registry.k8s.io/';
const HUB_OFFICIAL = 'docker.io/library/';
const FROM = 'shipped:bases';

/** Reads the table of families; the problems are faults of what we ship, not of a user's text. */
export function readBaseTable(
  text: string,
): { readonly table: BaseTable } | { readonly problems: NonEmpty<PolicyProblem> } {
  const read = readShipped(text);
  if ('problems' in read) return refused(read.problems);
  const { document } = read;
  // A packed text is the canonical form of its data.
  if (isPacked(text)) return { table: compile(document.data as unknown as BaseTableText, sha256(text)) };
  const schema = baseTableSchema();
  const parsed = schema.safeParse(document.data, { reportInput: true });
  if (!parsed.success) return refused(problemsOf(parsed.error, schema, document));
  return { table: compile(parsed.data, sha256(canonical(document.data))) };
}

function refused(problems: readonly { line: number; column: number; message: string }[]): {
  readonly problems: NonEmpty<PolicyProblem>;
} {
  const [first, ...rest] = problems.map((problem) => ({ from: FROM, ...problem }));
  return { problems: [first ?? { from: FROM, line: 1, column: 1, message: 'unreadable' }, ...rest] };
}

function compile(text: BaseTableText, digest: string): BaseTable {
  const entries = text.families.flatMap((family) => entriesFor(family, text));
  const exact = new Map<string, Set<FamilyEntry>>();
  const patterns: Patterned[] = [];
  for (const entry of entries) {
    for (const name of entry.names) {
      if (name.includes('*') || name.includes('?'))
        patterns.push({ entry, matches: once(() => matcherOf(name)) });
      else setOf(exact, name).add(entry);
    }
  }
  const order = new Map(entries.map((entry, index) => [entry, index]));
  const systemPrograms = once(() => programsOf(text['system-programs'], text));
  const registries = text['kubernetes-registries'].map((registry) => `${registry}/`);
  const longestFirst = registries.toSorted((a, b) => b.length - a.length);
  return {
    digest,
    families: new Set(entries.map((entry) => entry.family)),
    variants: new Set(entries.filter((entry) => entry.variant).map((entry) => entry.family)),
    entries,
    digests: new Map(
      entries.flatMap((entry) => [...entry.digests].map((digest) => [digest, entry] as const)),
    ),
    get systemPrograms() {
      return systemPrograms();
    },
    entriesOf: (name) => entriesFitting(name, exact, patterns, order),
    isCommonRegistry: (name) =>
      name.startsWith('docker.io/') || registries.some((registry) => name.startsWith(registry)),
    servedName: (name) => {
      const registry = longestFirst.find((one) => name.startsWith(one));
      return registry === undefined ? name : SERVED_BY + name.slice(registry.length);
    },
  };
}

interface Patterned {
  readonly entry: FamilyEntry;
  /** Compiled at its first use, as most of what a table holds. */
  readonly matches: () => (text: string) => boolean;
}

function matcherOf(pattern: string): (text: string) => boolean {
  const glob = compileGlob(pattern);
  return isGlobFault(glob) ? () => false : glob.matches;
}

function setOf(sets: Map<string, Set<FamilyEntry>>, key: string): Set<FamilyEntry> {
  const known = sets.get(key);
  if (known !== undefined) return known;
  const fresh = new Set<FamilyEntry>();
  sets.set(key, fresh);
  return fresh;
}

function entriesFitting(
  name: string,
  exact: ReadonlyMap<string, ReadonlySet<FamilyEntry>>,
  patterns: readonly Patterned[],
  order: ReadonlyMap<FamilyEntry, number>,
): readonly FamilyEntry[] {
  const plain = unprefixed(name);
  const fitting = new Set<FamilyEntry>([...(exact.get(name) ?? []), ...(exact.get(plain) ?? [])]);
  const bare = stripSuffix(name);
  if (bare !== name) {
    for (const entry of exact.get(bare) ?? []) if (entry.suffixed) fitting.add(entry);
  }
  for (const { entry, matches } of patterns) if (matches()(name)) fitting.add(entry);
  return [...fitting].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** Names with a suffix and names without one behave differently, so that they are entries of their own. */
function entriesFor(family: FamilyText, text: BaseTableText): readonly FamilyEntry[] {
  const whole = [
    ...(family.names ?? []),
    ...(family['official-names'] ?? []).map((name) => HUB_OFFICIAL + name),
  ];
  const suffixed = text['kubernetes-registries'].flatMap((registry) =>
    (family['kubernetes-names'] ?? []).map((name) => `${registry}/${name}`),
  );
  // Few families are asked for in one judgement, and the sets of programs are most of the work on a table.
  const contents = once(() => contentsOf(family, text));
  const tags = once(() => (family.tags === undefined ? null : compileGlobs(family.tags)));
  const entry = (names: readonly string[], isSuffixed: boolean): FamilyEntry => ({
    family: family.family,
    names,
    suffixed: isSuffixed,
    get tags() {
      return tags();
    },
    digests: new Set(family.digests ?? []),
    variant: family.variant ?? false,
    operatingSystem: family['operating-system'] ?? false,
    because: family.because,
    get contents() {
      return contents();
    },
  });
  const entries: FamilyEntry[] = [];
  if (whole.length > 0 || suffixed.length === 0) entries.push(entry(whole, false));
  if (suffixed.length > 0) entries.push(entry(suffixed, true));
  return entries;
}

function contentsOf(family: FamilyText, text: BaseTableText): Contents {
  return {
    ...PROVIDES_NOTHING,
    shell: family.shell ?? false,
    libc: family.libc ?? false,
    packageManager: family['package-manager'] ?? false,
    programs: programsOf(family.programs ?? [], text),
    entrypoint: family.entrypoint ?? [],
    source: family.source,
  };
}

/** `@name` is one of the table's sets. */
function programsOf(names: readonly string[], text: BaseTableText): ReadonlySet<string> {
  return new Set(names.flatMap((name) => (name.startsWith('@') ? wordsOf(text, name.slice(1)) : [name])));
}

function wordsOf(text: BaseTableText, set: string): readonly string[] {
  return (text['program-sets'][set] ?? '').split(/\s+/);
}

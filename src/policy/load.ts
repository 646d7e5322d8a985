import { compileGlob, type Glob, isGlobFault, matchesList } from '../domain/glob.ts';
import { normalisedName, parseImageReference } from '../domain/image-reference.ts';
import {
  compareText,
  type NonEmpty,
  type PathClass,
  type Policy,
  type PolicyProblem,
  type PolicySource,
  type Tier,
} from '../domain/index.ts';
import { isArchitectureName } from '../domain/placeholder.ts';
import { readShape } from '../domain/reference-shape.ts';
import { createAssess } from './assess.ts';
import { compileBaseList, spelledOut } from './base-list.ts';
import { type BaseTable, readBaseTable } from './base-table.ts';
import { canonical, sha256 } from './canonical.ts';
import { emptyMap, isPlainMap, type PlainMap } from './document.ts';
import { type PolicyLayer, readLayer } from './layer.ts';
import type { PolicyConfig } from './schema.ts';

/** A policy text of one tier; the engine's port has the same shape. */
export interface PolicyText {
  readonly tier: Tier;
  /** `shipped`, a file, or `<repository>:<path>@<commit>`. */
  readonly from: string;
  readonly text: string;
}

/** What a policy is compiled with. */
export interface PolicyGiven {
  /** The text of `policies/bases.yaml`, as it is or packed. */
  readonly basesText: string;
  /** The texts of the policies that ship with Plinth, by name. */
  readonly shipped: Readonly<Record<string, string>>;
  /** Every rule that exists: a policy that names another one is refused. */
  readonly ruleIds: readonly string[];
  /** Whether somebody chose this policy, so that it governs its names; by default: where a tier other than `shipped` has a text. */
  readonly chosen?: boolean;
}

export type LoadedPolicy = { readonly policy: Policy } | { readonly problems: NonEmpty<PolicyProblem> };

/** The policy that applies where no tier has one, and that a text without `extends` stands on. */
export const DEFAULT_POLICY = 'kep-1729';

/**
 * Makes the effective policy of the texts of all tiers. The operator's text stands alone (with what it extends): it was chosen in place of
 * the others. Otherwise the repository's stands on the organisation's, and that on a shipped one; maps merge, lists replace.
 * Never throws on a text: what cannot be used comes back as problems with their places.
 */
export function loadPolicy(texts: readonly PolicyText[], given: PolicyGiven): LoadedPolicy {
  const bases = tableOf(given.basesText);
  if ('problems' in bases) return bases;
  const layers = readLayers(texts, given, bases.table);
  if ('problems' in layers) return layers;
  const data = layers.layers.reduceRight<PlainMap>(
    (under, layer) => merge(under, inForce(layer)),
    emptyMap(),
  );
  const own = layers.layers.some((layer) => layer.tier !== 'shipped');
  return {
    policy: compilePolicy(data, {
      table: bases.table,
      sources: layers.layers.map(({ tier, from }) => ({ tier, from })),
      chosen: given.chosen ?? own,
      mirrorsWithoutForce: layers.layers
        .filter(isWeak)
        .flatMap(({ config }) => Object.keys(config.bases?.mirrors ?? {})),
    }),
  };
}

function isWeak({ tier }: PolicyLayer): boolean {
  return tier === 'repository' || tier === 'worktree';
}

/** A repository cannot vouch for its own mirrors (SEMANTICS 3.7): they have no force there, which findings then say. */
function inForce(layer: PolicyLayer): PlainMap {
  const bases = layer.data.bases;
  if (!isWeak(layer) || !isPlainMap(bases)) return layer.data;
  const { mirrors: _, ...rest } = bases;
  return { ...layer.data, bases: rest };
}

/** Strongest first, the shipped one last. */
function readLayers(
  texts: readonly PolicyText[],
  given: PolicyGiven,
  table: BaseTable,
): { readonly layers: readonly PolicyLayer[] } | { readonly problems: NonEmpty<PolicyProblem> } {
  const operator = texts.filter((text) => text.tier === 'operator');
  const counting = operator.length > 0 ? operator : inOrder(texts.filter((text) => text.tier !== 'shipped'));
  const layers: PolicyLayer[] = [];
  const problems: PolicyProblem[] = [];
  const context = { table, ruleIds: given.ruleIds, shippedNames: Object.keys(given.shipped) };
  const add = (text: PolicyText): void => {
    const read = readLayer(text, context);
    if ('problems' in read) problems.push(...read.problems);
    else layers.push(read.layer);
  };
  counting.forEach(add);
  const named = layers.find((layer) => layer.config.extends !== undefined)?.config.extends;
  const offered = texts.find((text) => text.tier === 'shipped');
  const shipped =
    named === undefined && offered !== undefined ? offered.text : shippedText(given, named ?? DEFAULT_POLICY);
  if (shipped !== undefined) add({ tier: 'shipped', from: 'shipped', text: shipped });
  // An unknown `extends` is a problem of its text already.
  else if (problems.length === 0) problems.push(missingPolicy(named ?? DEFAULT_POLICY));
  const [first, ...rest] = problems;
  return first === undefined ? { layers } : { problems: [first, ...rest] };
}

function shippedText({ shipped }: PolicyGiven, name: string): string | undefined {
  return Object.hasOwn(shipped, name) ? shipped[name] : undefined;
}

function missingPolicy(name: string): PolicyProblem {
  const message = `the policy ${name} is missing from this installation: install Plinth again`;
  return { from: 'shipped', line: 1, column: 1, message };
}

const STRENGTH: readonly Tier[] = ['worktree', 'repository', 'organisation'];

/** The most specific first: it stands on the others. */
function inOrder(texts: readonly PolicyText[]): readonly PolicyText[] {
  return [...texts].sort(
    (a, b) => STRENGTH.indexOf(a.tier) - STRENGTH.indexOf(b.tier) || compareText(a.from, b.from),
  );
}

function merge(under: PlainMap, over: PlainMap): PlainMap {
  const merged = Object.assign(emptyMap(), under);
  for (const [key, value] of Object.entries(over)) {
    const below = under[key];
    merged[key] = isPlainMap(below) && isPlainMap(value) ? merge(below, value) : value;
  }
  return merged;
}

// ---- compiling -----------------------------------------------------------------------------------------

interface Compiling {
  readonly table: BaseTable;
  readonly sources: readonly PolicySource[];
  readonly chosen: boolean;
  readonly mirrorsWithoutForce: readonly string[];
}

function compilePolicy(data: PlainMap, given: Compiling): Policy {
  // Every layer was checked by itself, and merging keeps the shape: maps merge key by key, lists replace lists.
  const config = data as PolicyConfig;
  const { table } = given;
  const levels = new Map(Object.entries(config.rules ?? {}));
  const governed = globs((config.images ?? []).map(spelledGlob));
  return {
    name: config.name ?? DEFAULT_POLICY,
    enforcement: config.enforcement ?? null,
    sources: given.sources,
    digest: digestOf(data, table),
    scope: config.scope ?? 'introduced',
    review: config.review ?? 'actionable',
    branches: config.branches ?? [],
    exceptions: config.exceptions ?? '.github/plinth-exceptions.yml',
    assess: createAssess({
      table,
      allow: compileBaseList(config.bases?.allow ?? [], table).list,
      exception: compileBaseList(config.bases?.exception ?? [], table).list,
      mirrors: mirrorsOf(config.bases?.mirrors ?? {}),
      mirrorsWithoutForce: given.mirrorsWithoutForce,
      digests: config.digests ?? 'trust',
    }),
    governs: (reference) => given.chosen && governs(governed, reference),
    classOf: classifier(config),
    levelOf: (rule) => levels.get(rule),
    isSystemProgram: (name) => table.systemPrograms.has(name),
  };
}

/** A host's name has no case: another spelling of a governed registry is the same registry. */
function governs(governed: readonly Glob[], reference: string): boolean {
  const parsed = parseImageReference(reference);
  if (parsed.kind !== 'image' || parsed.open.has('registry')) return false;
  const shape = readShape(normalisedName(parsed), isArchitectureName);
  return shape.kind === 'shape' && matchesList(governed, hostInLowerCase(shape.text));
}

function hostInLowerCase(name: string): string {
  const slash = name.indexOf('/');
  return name.slice(0, slash).toLowerCase() + name.slice(slash);
}

/** Docker Hub's short forms, behind a leading `!` as well. */
function spelledGlob(glob: string): string {
  return glob.startsWith('!') ? `!${spelledOut(glob.slice(1))}` : spelledOut(glob);
}

function mirrorsOf(mirrors: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(mirrors).sort((a, b) => b[0].length - a[0].length || compareText(a[0], b[0]));
}

function globs(patterns: readonly string[]): readonly Glob[] {
  return patterns.map(compileGlob).filter((glob): glob is Glob => !isGlobFault(glob));
}

/** The most telling class first: what is ignored is nothing else, a test below `vendor/` is vendored. */
const CLASSES: readonly Exclude<PathClass, 'release'>[] = ['ignored', 'vendored', 'test', 'example'];

function classifier(config: PolicyConfig): (path: string) => PathClass {
  const lists = CLASSES.map((name) => [name, globs(config.paths?.[name] ?? [])] as const);
  return (path) => lists.find(([, list]) => matchesList(list, path))?.[0] ?? 'release';
}

// ---- identity ------------------------------------------------------------------------------------------

/** The effective policy and the table it judges by, in one spelling. */
function digestOf(data: PlainMap, table: BaseTable): string {
  return sha256(`${canonical(data)}\n${table.digest}`);
}

let lastTable: { readonly text: string; readonly read: ReturnType<typeof readBaseTable> } | undefined;

/** The same text gives the same table; one process judges with one. */
function tableOf(text: string): ReturnType<typeof readBaseTable> {
  if (lastTable?.text !== text) lastTable = { text, read: readBaseTable(text) };
  return lastTable.read;
}

import type { Tier } from '../domain/index.ts';
import { canonical } from './canonical.ts';
import { emptyMap, isPlainMap, type KeyPath, type PlainData, type PlainMap } from './document.ts';
import type { PolicyLayer } from './layer.ts';

/** Texts that stand on each other. */
export interface TierStack {
  /** The weakest tier first: it stands on the others, and says what none of them locks. */
  readonly own: readonly PolicyLayer[];
  /** The shipped text of a name; undefined where there is none. */
  readonly shipped: (name: string | undefined) => PolicyLayer | undefined;
}

/** A key that a tier holds against weaker ones. */
export interface Lock {
  readonly path: KeyPath;
  readonly tier: Tier;
  readonly from: string;
}

/** One setting of the effective policy: a list or a single value, and the text that decides it. */
export interface EffectiveSetting {
  /** `['bases', 'allow']`. */
  readonly path: KeyPath;
  readonly value: Exclude<PlainData, PlainMap>;
  readonly tier: Tier;
  /** The text's own name; for the shipped tier the policy's. */
  readonly from: string;
  /** The strongest tier that locks it; absent where none does. */
  readonly lockedBy?: Lock;
}

/** A key of a weaker tier that says something else than the tier that locks it. */
export interface Overruled {
  readonly layer: PolicyLayer;
  readonly path: KeyPath;
  readonly lock: Lock;
}

/** What the tiers come to together. */
export interface SettledTiers {
  readonly settings: readonly EffectiveSetting[];
  readonly locks: readonly Lock[];
  readonly overruled: readonly Overruled[];
  /** The shipped policy that `extends` names; undefined where no tier names one. */
  readonly standsOn: string | undefined;
}

type Settings = Map<string, EffectiveSetting>;

/**
 * Maps merge, lists replace, and the weaker tier's word counts: but a key that a stronger tier locks has the value that it has for that
 * tier, whatever weaker ones say, and whichever shipped policy they stand on.
 */
export function settleTiers(stack: TierStack): SettledTiers {
  const { own } = stack;
  const settings = settingsFrom(0, stack);
  const standsOn = extendsOf(own);
  // A text that names the default says what is so without it.
  const shippedName = standsOn ?? stack.shipped(undefined)?.config.name;
  const overruled = own.flatMap((layer, index) => {
    const stronger = own
      .slice(index + 1)
      .toReversed()
      .flatMap(locksOf);
    return overruledOf(layer, stronger, settings, shippedName);
  });
  return { settings: [...settings.values()], locks: own.flatMap(locksOf), overruled, standsOn };
}

/** The shipped policies that a stack asks for: of the whole, and of each tier that locks a key, with what is stronger. */
export function shippedNamesOf(own: readonly PolicyLayer[]): readonly (string | undefined)[] {
  const ofLocks = own.flatMap((layer, at) =>
    at > 0 && locksOf(layer).length > 0 ? [extendsOf(own.slice(at))] : [],
  );
  return [extendsOf(own), ...ofLocks];
}

/** The settings as one map of data. */
export function dataOf(settings: readonly EffectiveSetting[]): PlainMap {
  const root = emptyMap();
  for (const { path, value } of settings) {
    let at = root;
    for (const step of path.slice(0, -1)) {
      const inner = at[step];
      const map = isPlainMap(inner) ? (inner as Record<string, PlainData>) : emptyMap();
      at[step] = map;
      at = map;
    }
    at[String(path.at(-1))] = value;
  }
  return root;
}

/** A repository cannot hold a key against anybody: no tier is weaker. */
function locksOf({ tier, from, config }: PolicyLayer): readonly Lock[] {
  if (tier !== 'operator' && tier !== 'organisation') return [];
  return (config.lock ?? []).map((key) => ({ path: key.split('.'), tier, from }));
}

/** What the tiers from an index on, the stronger ones, say together. */
function settingsFrom(index: number, stack: TierStack): Settings {
  const layers = stack.own.slice(index);
  const settings: Settings = new Map();
  const shipped = stack.shipped(extendsOf(layers));
  if (shipped !== undefined) overlay(settings, shipped);
  for (const layer of layers.toReversed()) overlay(settings, layer);
  // The weakest of those that lock first, so that the strongest has the last word.
  for (const [at, layer] of stack.own.entries()) {
    const locks = at > index ? locksOf(layer) : [];
    if (locks.length === 0) continue;
    const theirs = settingsFrom(at, stack);
    for (const lock of locks) hold(settings, theirs, lock);
  }
  return settings;
}

function overlay(settings: Settings, layer: PolicyLayer): void {
  const from = layer.tier === 'shipped' ? (layer.config.name ?? layer.from) : layer.from;
  for (const { path, value } of leaves(inForce(layer), [])) {
    // What it stands on, and what it locks, are no settings of a judgement.
    if (path[0] === 'extends' || path[0] === 'lock') continue;
    settings.set(JSON.stringify(path), { path, value, tier: layer.tier, from });
  }
}

/** Puts what a tier says of a key that it locks in the place of what weaker ones say. */
function hold(settings: Settings, theirs: Settings, lock: Lock): void {
  for (const [key, { path }] of settings) if (isBelow(path, lock.path)) settings.delete(key);
  for (const [key, setting] of theirs)
    if (isBelow(setting.path, lock.path)) settings.set(key, { lockedBy: lock, ...setting });
}

function isBelow(path: KeyPath, above: KeyPath): boolean {
  return above.every((step, index) => path[index] === step);
}

/** The shipped policy that the weakest tier names which may. */
function extendsOf(layers: readonly PolicyLayer[]): string | undefined {
  for (const [index, { config }] of layers.entries()) {
    const isLocked = layers.slice(index + 1).some((stronger) => locksOf(stronger).some(isOfExtends));
    if (config.extends !== undefined && !isLocked) return config.extends;
  }
  return undefined;
}

function isOfExtends({ path }: Lock): boolean {
  return path[0] === 'extends';
}

/** The keys of a text that stronger tiers lock, each by the strongest, where it says something else than they do. */
function overruledOf(
  layer: PolicyLayer,
  strongestFirst: readonly Lock[],
  settings: Settings,
  shippedName: string | undefined,
): readonly Overruled[] {
  const overruled: Overruled[] = [];
  for (const { path, value } of leaves(inForce(layer), [])) {
    const lock = strongestFirst.find((one) => isBelow(path, one.path));
    if (lock === undefined) continue;
    const effective = isOfExtends(lock) ? shippedName : settings.get(JSON.stringify(path))?.value;
    if (effective === undefined || canonical(effective) !== canonical(value))
      overruled.push({ layer, path, lock });
  }
  return overruled;
}

/** True for a tier that cannot vouch for what it is judged by. */
export function isWeak({ tier }: { readonly tier: Tier }): boolean {
  return tier === 'repository' || tier === 'worktree';
}

/** A repository cannot vouch for its own mirrors (SEMANTICS 3.7): they have no force there, which findings then say. */
function inForce(layer: PolicyLayer): PlainMap {
  const { bases } = layer.data;
  if (!isWeak(layer) || !isPlainMap(bases)) return layer.data;
  const { mirrors: _, ...rest } = bases;
  return { ...layer.data, bases: rest };
}

function* leaves(map: PlainMap, above: KeyPath): Generator<Pick<EffectiveSetting, 'path' | 'value'>> {
  for (const [key, value] of Object.entries(map)) {
    const path = [...above, key];
    if (isPlainMap(value)) yield* leaves(value, path);
    else yield { path, value };
  }
}

import type { NonEmpty, PolicyProblem, PolicyText, Tier } from '../domain/index.ts';
import { isPlainMap, type KeyPath, type PlainData, type PlainMap } from './document.ts';
import type { PolicyLayer } from './layer.ts';
import { type PolicyGiven, readLayers, tableOf } from './layers.ts';
import { inForce } from './load.ts';
import { policySchema } from './schema.ts';

/** One setting of the effective policy: a list or a single value, and the text that decides it. */
export interface EffectiveSetting {
  /** `['bases', 'allow']`. */
  readonly path: KeyPath;
  readonly value: Exclude<PlainData, PlainMap>;
  readonly tier: Tier;
  /** The text's own name; for the shipped tier the policy's. */
  readonly from: string;
}

/**
 * Every setting that some tier makes, in the order in which the schema names the keys: the same texts, precedence and merging as in
 * `loadPolicy`, for people who ask where a value comes from.
 */
export function effectiveSettings(
  texts: readonly PolicyText[],
  given: PolicyGiven,
): { readonly settings: readonly EffectiveSetting[] } | { readonly problems: NonEmpty<PolicyProblem> } {
  const bases = tableOf(given.basesText);
  if ('problems' in bases) return bases;
  const layers = readLayers(texts, given, bases.table);
  if ('problems' in layers) return layers;
  const strongest = new Map<string, EffectiveSetting>();
  for (const layer of layers.layers) {
    for (const setting of settingsOf(layer)) {
      const key = JSON.stringify(setting.path);
      if (!strongest.has(key)) strongest.set(key, setting);
    }
  }
  const order = Object.keys(policySchema().shape);
  const rank = ({ path }: EffectiveSetting) => order.indexOf(String(path[0]));
  return { settings: [...strongest.values()].sort((a, b) => rank(a) - rank(b)) };
}

function* settingsOf(layer: PolicyLayer): Generator<EffectiveSetting> {
  const from = layer.tier === 'shipped' ? (layer.config.name ?? layer.from) : layer.from;
  for (const { path, value } of leaves(inForce(layer), [])) {
    // What it stands on is in the list of texts already.
    if (path[0] !== 'extends') yield { path, value, tier: layer.tier, from };
  }
}

function* leaves(map: PlainMap, above: KeyPath): Generator<Pick<EffectiveSetting, 'path' | 'value'>> {
  for (const [key, value] of Object.entries(map)) {
    const path = [...above, key];
    if (isPlainMap(value)) yield* leaves(value, path);
    else yield { path, value };
  }
}

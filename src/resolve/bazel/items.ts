import type { StarlarkExpression } from '../../domain/index.ts';
import { list, type StarlarkValue, unknown, whyForeign } from './values.ts';

/** The items that a loop sees; undefined where they are not known. */
export function itemsOf(value: StarlarkValue): readonly StarlarkValue[] | undefined {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items;
  if (value.kind === 'dict') return [...value.entries.values()].map(({ key }) => key);
  if (value.kind === 'choice') {
    const each = value.alternatives.flatMap((one) => itemsOf(one.value) ?? []);
    return each.length === 0 ? undefined : each;
  }
  return undefined;
}

/** What a loop over something unknown sees once: each name open, under its own name. */
export function openItems(target: StarlarkExpression, over: StarlarkValue): readonly StarlarkValue[] {
  const because = whyOf(over);
  if (target.kind === 'name') return [unknown(target.name, because)];
  if (target.kind !== 'tuple' && target.kind !== 'list') return [];
  return [
    list(
      target.items.flatMap((one) => openItems(one, over)),
      null,
      'tuple',
    ),
  ];
}

/** Why the items of a value are not known. */
export function whyOf(value: StarlarkValue): string {
  if (value.kind === 'foreign') return whyForeign(value);
  return value.kind === 'unknown' ? value.because : `a ${value.kind} stands where a list is expected`;
}

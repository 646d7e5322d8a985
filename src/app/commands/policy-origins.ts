import type { Enforcement } from '../../domain/index.ts';
import type { EffectivePolicy, EffectiveSetting, Lock } from '../../policy/index.ts';
import { code, shortSource } from '../../present/index.ts';

/** What the operator sets beside every policy text counts before what they say. */
export function withEnforcement(origins: EffectivePolicy, enforcement: Enforcement | null): EffectivePolicy {
  if (enforcement === null) return origins;
  const own = {
    path: ['enforcement'],
    value: enforcement,
    tier: 'operator',
    from: 'PLINTH_ENFORCEMENT',
  } as const;
  return { ...origins, settings: [...origins.settings.filter(({ path }) => path[0] !== 'enforcement'), own] };
}

const MOST_SETTINGS = 30;
const MOST_VALUES = 5;
const LONGEST_VALUE = 80;

/** What the tiers say beyond the shipped policy, key by key, and what a stronger one holds; Markdown. */
export function originsInWords({ settings, locks }: EffectivePolicy): string {
  const told = settings.filter(({ tier }) => tier !== 'shipped');
  const lines = told.slice(0, MOST_SETTINGS).map(lineOf);
  const rest = told.length - lines.length;
  const set = [...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])];
  return [
    told.length === 0 ? '' : `Set above what ships with Plinth:\n${set.join('\n')}`,
    ...(['operator', 'organisation'] as const).map((tier) => lockedInWords(locks, tier)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function lineOf({ path, value, tier, from, lockedBy }: EffectiveSetting): string {
  const locked = lockedBy === undefined ? '' : `, locked by the ${lockedBy.tier}`;
  return `- ${code(path.join('.'))}: ${valueInWords(value)}, by the ${tier} (${code(shortSource(from))})${locked}`;
}

function valueInWords(value: EffectiveSetting['value']): string {
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) return 'nothing';
  const shown = values.slice(0, MOST_VALUES).map((one) => code(textOf(one)));
  const rest = values.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function lockedInWords(locks: readonly Lock[], tier: Lock['tier']): string {
  const keys = locks.filter((lock) => lock.tier === tier).map(({ path }) => code(path.join('.')));
  if (keys.length === 0) return '';
  const shown = keys.slice(0, MOST_SETTINGS).join(', ');
  const rest = keys.length - MOST_SETTINGS;
  return `Locked by the ${tier}: ${shown}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

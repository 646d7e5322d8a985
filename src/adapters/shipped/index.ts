// The policies that Plinth ships, read from its own folder: packed as JSON beside the built files, YAML at the root of the sources.
import { readdirSync, readFileSync } from 'node:fs';
import { AppError } from '../../domain/index.ts';
import type { ShippedPolicies } from '../../engine/ports.ts';

let shipped: ShippedPolicies | undefined;

/** Reads the shipped texts once. Throws `installation` where they are not there. */
export function shippedPolicies(): ShippedPolicies {
  shipped ??=
    readShipped(new URL('./policies/', import.meta.url), '.json') ??
    readShipped(new URL('../../../policies/', import.meta.url), '.yaml');
  if (shipped !== undefined) return shipped;
  throw new AppError('installation', 'the policies that ship with Plinth are missing: install it again');
}

function readShipped(folder: URL, ending: string): ShippedPolicies | undefined {
  const policies: Record<string, string> = {};
  let bases: string | undefined;
  for (const name of namesIn(folder)) {
    if (!name.endsWith(ending)) continue;
    const text = readFileSync(new URL(name, folder), 'utf8');
    if (name === `bases${ending}`) bases = text;
    else policies[name.slice(0, -ending.length)] = text;
  }
  return bases === undefined ? undefined : { bases, policies };
}

function namesIn(folder: URL): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

// The policies that Plinth ships, read from its own folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ShippedPolicies } from '../../engine/ports.ts';

/** Beside the built files, or at the root of the sources. */
function folder(): URL {
  const built = new URL('./policies/', import.meta.url);
  return existsSync(built) ? built : new URL('../../../policies/', import.meta.url);
}

let shipped: ShippedPolicies | undefined;

/** Reads the shipped texts once. */
export function shippedPolicies(): ShippedPolicies {
  shipped ??= readShipped(folder());
  return shipped;
}

function readShipped(at: URL): ShippedPolicies {
  const policies: Record<string, string> = {};
  let bases = '';
  for (const name of readdirSync(at)) {
    if (!name.endsWith('.yaml')) continue;
    const text = readFileSync(new URL(name, at), 'utf8');
    if (name === 'bases.yaml') bases = text;
    else policies[name.slice(0, -'.yaml'.length)] = text;
  }
  return { bases, policies };
}

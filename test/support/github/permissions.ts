// Whether what a token was granted reaches what a request needs.
import type { Caller, Needs } from './route.ts';
import type { Permissions } from './state.ts';

/** A token does what it was minted for, as long as its installation still may. */
export function allows(caller: Extract<Caller, { kind: 'installation' }>, need: Needs): boolean {
  return covers(caller.token.permissions, need) && covers(caller.installation.permissions, need);
}

/** Write includes read, and everybody may read metadata. */
function covers(granted: Permissions, need: Needs): boolean {
  return Object.entries(need).every(
    ([name, level]) =>
      granted[name] === 'write' || granted[name] === level || (name === 'metadata' && level === 'read'),
  );
}

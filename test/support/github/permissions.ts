// Whether what a token was granted reaches what a request needs.
import type { Needs } from './route.ts';
import type { Permissions } from './state.ts';

/** Write includes read, and everybody may read metadata. */
export function covers(granted: Permissions, need: Needs): boolean {
  return Object.entries(need).every(
    ([name, level]) =>
      granted[name] === 'write' || granted[name] === level || (name === 'metadata' && level === 'read'),
  );
}

import type { PathClass, Scope } from '../domain/index.ts';

/** The scope of what a file of a class declares; what is ignored is not asked for. */
export function scopeOfClass(pathClass: PathClass): Scope {
  return pathClass === 'ignored' ? 'release' : pathClass;
}

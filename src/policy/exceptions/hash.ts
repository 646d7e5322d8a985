import type { ExceptionEntry } from '../../domain/index.ts';
import { canonical, sha256 } from '../canonical.ts';

/** sha256 of what an entry says, whatever its place, its order of keys and its comments: what a grant grants (SEMANTICS 7.2). */
export function entryHash(entry: Omit<ExceptionEntry, 'hash' | 'at'>): string {
  const { id, identity, rule, base, reason, text, owner, issue, expires } = entry;
  return sha256(canonical({ id, ...identity, rule, base, reason, text, owner, issue, expires }));
}

import type { FileMode } from '../../domain/index.ts';

/** A tree entry's mode as git reads it; null for a folder. Old tools wrote modes such as 100664. */
export function fileMode(octal: string): FileMode | null {
  if (octal === '120000' || octal === '160000') return octal;
  if (!/^100[0-7]{3}$/.test(octal)) return null;
  return (Number.parseInt(octal.slice(3), 8) & 0o100) === 0 ? '100644' : '100755';
}

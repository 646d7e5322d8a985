import { fitsPattern } from '../shell/patterns.ts';

const MOST_NAMES = 512;

/**
 * Names of files and folders that a pattern fits, as it writes them. `below` lists files relative to a folder; null where they are not known, or
 * too many.
 */
export function namesFitting(
  pattern: string,
  below: (folder: string) => readonly string[] | null,
): readonly string[] | null {
  const components = pattern.split('/');
  const first = components.findIndex((component) => /[*?[]/.test(component));
  const folder = components.slice(0, first).join('/');
  const wanted = components.slice(first).filter((component) => component !== '');
  const files = below(folder === '' ? '.' : folder);
  if (first < 0 || files === null) return null;
  const found = new Set<string>();
  for (const file of files) {
    const parts = file.split('/').slice(0, wanted.length);
    if (parts.length < wanted.length) continue;
    // A pattern does not fit hidden names unless it says so.
    const fits = wanted.every((one, index) => {
      const part = parts[index] ?? '';
      return (!part.startsWith('.') || one.startsWith('.')) && fitsPattern(one, part);
    });
    if (fits) found.add([...components.slice(0, first), ...parts].join('/'));
    if (found.size > MOST_NAMES) return null;
  }
  return [...found].sort();
}

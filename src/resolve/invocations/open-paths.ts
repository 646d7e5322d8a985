/** More paths than this are not all built by one command: which of them it means is not decided. */
export const MOST_MATCHES = 64;

/**
 * Paths that one with open parts (`$(NAME)`) may mean, at most one more than are followed; none where nothing but the usual file name is
 * given.
 */
export function pathsFitting(path: string, paths: readonly string[]): readonly string[] {
  if (!path.includes('$(')) return [];
  const pattern = componentsOf(path);
  const says = (part: string | null) =>
    part !== null && !/^(Dockerfile|Containerfile|[Mm]akefile|GNUmakefile)$/.test(part);
  if (!pattern.some((component) => component.some(says))) return [];
  return paths
    .filter((candidate) => {
      const components = candidate.split('/');
      return (
        components.length === pattern.length &&
        pattern.every((parts, index) => fits(parts, components[index] ?? ''))
      );
    })
    .slice(0, MOST_MATCHES + 1);
}

/** What the one open part of a path (`$(NAME)`) stands for where it means the other; undefined where it has several, or none. */
export function openPartIn(
  path: string,
  meant: string,
): { readonly name: string; readonly text: string } | undefined {
  const [open, ...more] = path.matchAll(/\$\(([^()]*)\)/g);
  if (open?.[1] === undefined || more.length > 0) return undefined;
  const before = path.slice(0, open.index);
  const after = path.slice(open.index + open[0].length);
  const fits =
    meant.startsWith(before) && meant.endsWith(after) && meant.length > before.length + after.length;
  return fits ? { name: open[1], text: meant.slice(before.length, meant.length - after.length) } : undefined;
}

/** Components as literal parts and nulls for what is open. */
function componentsOf(path: string): readonly (readonly (string | null)[])[] {
  const parts = path.split(/\$\([^()]*\)/);
  const components: (string | null)[][] = [[]];
  parts.forEach((part, index) => {
    if (index > 0) components.at(-1)?.push(null);
    part.split('/').forEach((text, position) => {
      if (position > 0) components.push([]);
      if (text !== '') components.at(-1)?.push(text);
    });
  });
  return components;
}

function fits(parts: readonly (string | null)[], text: string): boolean {
  let at = 0;
  let isFree = false;
  for (const part of parts) {
    if (part === null) isFree = true;
    else {
      const found = isFree ? text.indexOf(part, at) : text.startsWith(part, at) ? at : -1;
      if (found < 0) return false;
      at = found + part.length;
      isFree = false;
    }
  }
  return isFree ? at < text.length : at === text.length;
}

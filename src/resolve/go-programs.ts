import type { GoBuild, Location } from '../domain/index.ts';
import { closedText, joinPath } from '../domain/index.ts';
import { fitsPattern } from '../formats/shell/patterns.ts';
import type { LandedCopy } from './copies.ts';
import type { Way } from './ways.ts';

/** Lines that switch cgo on for a Go program which a build rule makes and the image copies in, each once. */
export function cgoLines(
  built: readonly { readonly way: Way; readonly copies: readonly LandedCopy[] }[],
): readonly Location[] {
  const lines = new Map<string, Location>();
  for (const { way, copies } of built) {
    for (const program of way?.goBuilds ?? []) {
      if (!copies.some((copy) => brings(copy, way?.context ?? null, program))) continue;
      for (const at of switchedOn(program)) lines.set(`${at.path}\0${at.start.line}`, at);
    }
  }
  return [...lines.values()];
}

function switchedOn({ cgo, at }: GoBuild): readonly Location[] {
  return cgo.alternatives.flatMap((one) => (closedText(one) === '1' ? [one.chain.at(-1) ?? at] : []));
}

/** What the context has under a source, or in the folder that one names. */
function brings(copy: LandedCopy, context: string | null, { output }: GoBuild): boolean {
  if (copy.from !== undefined || copy.open || context === null) return false;
  const source = joinPath(context, copy.source.replace(/^\/+/, ''));
  if (source === output || source === '' || output.startsWith(`${source}/`)) return true;
  return (
    /[*?[]/.test(source) && source.split('/').length === output.split('/').length && fitsPath(source, output)
  );
}

function fitsPath(pattern: string, path: string): boolean {
  const parts = path.split('/');
  return pattern.split('/').every((part, index) => fitsPattern(part, parts[index] ?? ''));
}

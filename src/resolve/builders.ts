import type { BuiltImage, ImageUse, Invocation, Value } from '../domain/index.ts';
import { imageNames } from './names.ts';

/** What build rules do with images. */
interface BuildRules {
  readonly invocations: readonly Invocation[];
  readonly uses: readonly ImageUse[];
}

/**
 * Marks builder images: no registry in any of their names, never pushed, used only by `docker run` in build commands
 * (SEMANTICS 4.5). A push that stays open in the same file may be theirs.
 */
export function withBuilders(images: readonly BuiltImage[], rules: BuildRules): readonly BuiltImage[] {
  const run = new Set(
    rules.uses.filter(({ kind }) => kind === 'run').flatMap(({ image }) => imageNames(image)),
  );
  const pushed = new Set(
    rules.uses
      .filter(({ kind }) => kind === 'push' || kind === 'tag')
      .flatMap(({ image, becomes }) => [
        ...imageNames(image),
        ...(becomes === undefined ? [] : imageNames(becomes)),
      ]),
  );
  const openPushes = new Set(
    rules.uses.filter(({ kind, image }) => kind === 'push' && isWhollyOpen(image)).map(({ at }) => at.path),
  );
  const published = new Set(
    rules.invocations
      .filter(({ pushes, at }) => pushes || openPushes.has(at.path))
      .map(({ definition }) => definition),
  );
  const isBuilder = (image: BuiltImage): boolean => {
    const names = image.names ?? [];
    if (image.scope !== 'release' || names.length === 0 || published.has(image.path)) return false;
    return (
      names.every((name) => !hasRegistry(name) && !pushed.has(name)) && names.some((name) => run.has(name))
    );
  };
  return images.map((image) => (isBuilder(image) ? { ...image, scope: 'builder' } : image));
}

/** A first component that is a host, or may be one. */
function hasRegistry(name: string): boolean {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  return name.startsWith('$') || /[.:$]/.test(first) || first === 'localhost';
}

function isWhollyOpen(value: Value): boolean {
  return value.alternatives.some(({ parts }) => parts.every((part) => typeof part !== 'string'));
}

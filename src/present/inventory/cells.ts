import type { ListedBase, ListedImage } from '../../domain/index.ts';

/** An image's name, or what stands for one that has none, with its scope where that is not the usual one. */
export function labelled({ name, id, scope }: ListedImage, unnamed = id): string {
  return (name ?? unnamed) + (scope === 'release' ? '' : ` (${scope})`);
}

/** A base with the architecture that it holds for. */
export function baseCell({ reference, platform }: ListedBase): string {
  return (
    (reference === '' ? '(empty)' : shortDigest(reference)) + (platform === null ? '' : ` (${platform})`)
  );
}

/** Twelve digits tell digests apart for a reader; the other formats have all of them. */
function shortDigest(reference: string): string {
  return reference.replace(/(@sha\d{3}:[0-9a-f]{12})[0-9a-f]{20,}$/, '$1…');
}

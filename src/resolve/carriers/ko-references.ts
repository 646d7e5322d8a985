/** How a manifest names a program that ko builds and whose image has no name yet. */
export const KO_SCHEME = 'ko://';

/** The name under which ko's image of an import path is known inside a tree: the import path, which is a valid reference in lower case. */
export function koReference(importPath: string): string {
  return importPath.toLowerCase();
}

/** `ko://import/path` as a reference; any other text as it is. */
export function plainKoReference(written: string): string {
  return written.startsWith(KO_SCHEME) ? koReference(written.slice(KO_SCHEME.length)) : written;
}

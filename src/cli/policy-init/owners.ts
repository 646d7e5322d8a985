import type { Tree } from '../../domain/index.ts';
import type { BlobSource } from '../../engine/ports.ts';
import { textOf } from '../../engine/text.ts';
import { ownersFiles, ownersOf, type PathOwners } from '../../policy/owners/index.ts';

/** An entry's owner is a word of a file. */
const LONGEST = 500;

/** Who answers for a path of a tree, as an entry names them: whoever may grant it; empty where no file tells. */
export async function ownerNames(tree: Tree, blobs: BlobSource): Promise<(path: string) => string> {
  const texts = await ownersTexts(tree, blobs);
  return (path) => {
    const given = ownersFiles(path).map((file) => [file, texts.get(file) ?? null] as const);
    const named = nameOf(ownersOf(path, new Map(given)));
    return named.length > LONGEST ? '' : named;
  };
}

/** Each file that may name owners; one that cannot be read names nobody. */
async function ownersTexts(tree: Tree, blobs: BlobSource): Promise<ReadonlyMap<string, string>> {
  const wanted = [...tree].filter(([path]) => /(?:^|\/)(?:OWNERS|OWNERS_ALIASES|CODEOWNERS)$/.test(path));
  const contents = await blobs.read([...new Set(wanted.map(([, { id }]) => id))]);
  return new Map(
    wanted.map(([path, { id }]) => {
      const read = textOf(contents.get(id));
      return [path, 'text' in read ? read.text : ''];
    }),
  );
}

/** A file of the Kubernetes kind is named itself: who stands in it changes more often than an exception. */
function nameOf({ logins, teams, from }: PathOwners): string {
  if (from.includes('CODEOWNERS:')) return [...teams, ...logins].map((name) => `@${name}`).join(', ');
  const [nearest = ''] = from.split(', ');
  return nearest === '' ? '' : `approvers of ${nearest}`;
}

import type { Tree } from '../../domain/index.ts';
import { ownersTexts } from '../../engine/owners-texts.ts';
import type { BlobSource } from '../../engine/ports.ts';
import { ownersFiles, ownersOf, type PathOwners } from '../../policy/owners/index.ts';

/** An entry's owner is a word of a file. */
const LONGEST = 500;

/** Who answers for a path of a tree, as an entry names them: whoever may grant it; empty where no file tells. */
export async function ownerNames(tree: Tree, blobs: BlobSource): Promise<(path: string) => string> {
  const files = [...tree].filter(([path]) => /(?:^|\/)(?:OWNERS|OWNERS_ALIASES|CODEOWNERS)$/.test(path));
  const texts = await ownersTexts(new Map(files), blobs);
  return (path) => {
    const given = new Map<string, string | null>();
    for (const file of ownersFiles(path)) {
      const text = tree.has(file) ? texts.get(file) : null;
      if (text !== undefined) given.set(file, text);
    }
    const named = nameOf(ownersOf(path, given));
    return named.length > LONGEST ? '' : named;
  };
}

/** A file of the Kubernetes kind is named itself: who stands in it changes more often than an exception. */
function nameOf({ logins, teams, from }: PathOwners): string {
  if (from.includes('CODEOWNERS:')) return [...teams, ...logins].map((name) => `@${name}`).join(', ');
  const [nearest = ''] = from.split(', ');
  return nearest === '' ? '' : `approvers of ${nearest}`;
}

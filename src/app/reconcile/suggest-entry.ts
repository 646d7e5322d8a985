import type { RepositoryClient } from '../../adapters/github/api.ts';
import { code, fence, hunksOf, inOneHunk } from '../../present/index.ts';

/** An exceptions file as the pull request has it, and as it would be with one more entry at its end. */
export interface EntryToSuggest {
  readonly number: number;
  readonly head: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Of the entry. */
  readonly hash: string;
}

/** What it asks of GitHub. */
export type SuggestClient = Pick<RepositoryClient, 'patches' | 'ownReviewComments' | 'createReview'>;

/**
 * Offers an entry as a suggestion on the last line of the exceptions file, where the change touches that line: one click then documents the grant.
 * False where GitHub takes no comment there. Asked for again it stands there once.
 */
export async function suggestEntry(entry: EntryToSuggest, client: SuggestClient): Promise<boolean> {
  const { number, head, path, before, after, hash } = entry;
  const suggestion = suggestionAtEnd(before, after);
  if (suggestion === null) return false;
  const { line, text } = suggestion;
  const hunks = hunksOf((await client.patches(number)).get(path));
  if (!inOneHunk(hunks, line, line)) return false;
  const marker = `<!-- plinth:entry=${hash} -->`;
  const own = await client.ownReviewComments(number);
  if (own.some(({ body }) => body.startsWith(marker))) return true;
  const body = `${marker}\n\nThe entry of an exception that was granted. Accept it as it is: another wording is another exception.\n\n${fence(text, 'suggestion')}`;
  await client.createReview(number, {
    commit: head,
    body: `Plinth: the entry of a granted exception, to be added to ${code(path)}`,
    comments: [{ path, line, side: 'RIGHT', body }],
  });
  return true;
}

/** The last line, and what is to stand in its place; null where the file is changed elsewhere too, or a suggestion cannot say it. */
function suggestionAtEnd(
  before: string,
  after: string,
): { readonly line: number; readonly text: string } | null {
  const lines = before.replace(/\n$/, '').split('\n');
  const last = lines.at(-1);
  // With ends of another kind the lines that GitHub writes would not be these.
  if (last === undefined || before.includes('\r') || !after.startsWith(lines.join('\n'))) return null;
  const added = after.slice(lines.join('\n').length);
  return { line: lines.length, text: `${last}${added}`.replace(/\n$/, '') };
}

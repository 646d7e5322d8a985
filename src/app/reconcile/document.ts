import type { PullSnapshot, RepositoryClient } from '../../adapters/github/api.ts';
import type { StatedException } from '../../domain/index.ts';
import { withEntry } from '../../policy/exceptions/index.ts';
import type { Documented } from '../commands/index.ts';
import type { AppPolicy, Log } from '../ports.ts';
import { loggedFailure } from './failure.ts';
import { type SuggestClient, suggestEntry } from './suggest-entry.ts';

/** Where an entry is to be written. */
export interface DocumentGiven {
  readonly snapshot: Pick<PullSnapshot, 'number' | 'head' | 'headRef' | 'fork' | 'defaultBranch'>;
  readonly policy: AppPolicy;
  readonly reads: Pick<RepositoryClient, 'files' | 'blobs'>;
  readonly writes: Pick<RepositoryClient, 'commitFile'>;
  readonly asks: SuggestClient;
  readonly log: Log;
}

/**
 * Writes a granted entry into the exceptions file of the pull request's branch, where the App may (SEMANTICS 7.2): not in forks, not on
 * the default branch, whose record is not this pull request's, and only with the permission that `app.write.yml` asks for. Elsewhere it is suggested
 * where the change touches the file. Whatever goes wrong leaves the grant as it is, and the entry to be pasted.
 */
export async function documentEntry(entry: StatedException, given: DocumentGiven): Promise<Documented> {
  try {
    const { snapshot, policy, reads } = given;
    const path = policy.exceptions;
    const file = await fileAt(snapshot.head, path, reads);
    const read = (text: string) => policy.exceptionsOf({ from: path, text });
    const there = file === null ? { entries: [] } : read(file.text);
    if ('entries' in there && there.entries.some(({ hash }) => hash === entry.hash))
      return { kind: 'written' };
    const text = withEntry(file?.text ?? null, entry, read);
    if (text === null) return { kind: 'to-write', suggested: false };
    const commit = await committed({ path, text, blob: file?.blob ?? null }, given);
    if (commit !== null) return { kind: 'committed', commit };
    if (file === null) return { kind: 'to-write', suggested: false };
    const { number, head } = snapshot;
    const toSuggest = { number, head, path, before: file.text, after: text, hash: entry.hash };
    return { kind: 'to-write', suggested: await suggestEntry(toSuggest, given.asks) };
  } catch (error) {
    given.log.info({ number: given.snapshot.number, ...loggedFailure(error) }, 'an entry was not documented');
    return { kind: 'to-write', suggested: false };
  }
}

/** The commit that holds the file now; null where the App may not write, or could not. */
async function committed(
  file: { readonly path: string; readonly text: string; readonly blob: string | null },
  { snapshot, writes, log }: DocumentGiven,
): Promise<string | null> {
  if (snapshot.fork || snapshot.headRef === snapshot.defaultBranch) return null;
  try {
    // Its id may be anybody's words, and GitHub acts on what commit messages say: names, closing keywords, trailers.
    const message = `Document an exception\n\nGranted in a comment on pull request ${snapshot.number}.\n`;
    return await writes.commitFile(snapshot.headRef, { ...file, message });
  } catch (error) {
    log.info({ number: snapshot.number, ...loggedFailure(error) }, 'an entry was not committed');
    return null;
  }
}

/** Null where there is none. */
async function fileAt(
  commit: string,
  path: string,
  reads: DocumentGiven['reads'],
): Promise<{ readonly text: string; readonly blob: string } | null> {
  const entry = (await reads.files([{ commit, path }])).get(`${commit}:${path}`) ?? null;
  if (entry === null) return null;
  const content = (await reads.blobs.read([entry.id])).get(entry.id);
  if (content?.kind !== 'bytes' || !entry.mode.startsWith('100'))
    throw new Error(`${path} could not be read`);
  return { text: new TextDecoder('utf-8', { fatal: true }).decode(content.bytes), blob: entry.id };
}

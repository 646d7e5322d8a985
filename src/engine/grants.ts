import { type Compared, Exceptions, type ExceptionsInput, type GrantedEntry } from '../decide/index.ts';
import type { ExceptionEntry, Grant, Proposal } from '../domain/index.ts';
import { isAboutSame } from '../domain/index.ts';
import type { ExceptionsFile } from './exceptions.ts';

/** What was granted, against the file of the tip and what the change makes of it. */
export interface GrantsInForce {
  /** Those that the file does not hold yet: undocumented (SEMANTICS 7.2). */
  readonly grants: readonly Grant[];
  /** The file without entries that a grant says anew. */
  readonly file: ExceptionsFile;
  /** A sentence for each grant that does nothing any more. */
  readonly notes: readonly string[];
}

/**
 * A grant is for exactly one entry. Where the change itself writes another about the same, that one would be on record once it is merged, and nobody
 * granted it: so the grant does nothing until that one is granted (RELIABILITY A09).
 */
export function grantsInForce(
  granted: readonly Grant[],
  file: ExceptionsFile,
  proposed: readonly ExceptionEntry[],
): GrantsInForce {
  const documented = new Set(file.entries.map(({ hash }) => hash));
  const open = granted.filter(({ entry }) => !documented.has(entry.hash));
  const otherThan = ({ entry }: Grant): ExceptionEntry | undefined =>
    proposed.find((one) => one.hash !== entry.hash && isAboutSame(one, entry));
  const grants = open.filter((grant) => otherThan(grant) === undefined);
  const anew = (entry: ExceptionEntry): boolean => grants.some((grant) => isAboutSame(grant.entry, entry));
  return {
    grants,
    file: { ...file, entries: file.entries.filter((entry) => !anew(entry)) },
    notes: open.flatMap((grant) => {
      const other = otherThan(grant);
      return other === undefined
        ? []
        : [
            `The exception ${grant.entry.id} was granted as another entry than the change writes (line ${other.at.line} of the exceptions file), so it covers nothing: have the one that is written granted.`,
          ];
    }),
  };
}

/** A granted entry as one of a file; where it stands is of no matter. */
export function asGranted({ entry, paths }: Grant): GrantedEntry {
  return { entry: { ...entry, at: { line: 1, column: 1 } }, paths };
}

/** What proposed entries are held against. */
interface ProposalsGiven {
  readonly listed: readonly Pick<Compared, 'rule' | 'problem' | 'state' | 'fingerprint'>[];
  readonly tree: Omit<ExceptionsInput, 'entries' | 'granted'>;
  readonly grants: readonly Grant[];
  /** Path of the exceptions file. */
  readonly path: string;
}

/** Nobody reviews more. */
const MOST_PROPOSALS = 100;

/** What each entry that only the change has, and nobody granted, would cover. */
export function proposalsOf(
  proposed: readonly ExceptionEntry[],
  { listed, tree, grants, path }: ProposalsGiven,
): readonly Proposal[] {
  const granted = new Set(grants.map(({ entry }) => entry.hash));
  return proposed
    .filter(({ hash }) => !granted.has(hash))
    .slice(0, MOST_PROPOSALS)
    .map((one) => {
      const alone = new Exceptions({ ...tree, entries: [], granted: [{ entry: one, paths: null }] });
      const covered = listed.filter(
        ({ rule, problem, state }) => state !== 'fixed' && alone.covering(rule, problem) !== undefined,
      );
      const { at, ...entry } = one;
      const covers = covered.map(({ fingerprint }) => fingerprint.slice(0, 8));
      return { entry, path, line: at.line, covers: [...new Set(covers)] };
    });
}

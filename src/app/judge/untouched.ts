import type { Comparison, RepositoryClient } from '../../adapters/github/api.ts';
import { fileName, POLICY_PATH, type Report } from '../../domain/index.ts';
import { formatOf, isProgramName } from '../../formats/index.ts';
import type { KnownTip } from './tip-knowledge.ts';

/** Who may grant, and what is granted: never untouched. */
const GOVERNANCE = new Set(['OWNERS', 'OWNERS_ALIASES', 'CODEOWNERS']);

/**
 * The report of a change that edits only files that no judgement looks into: none that a format claims by its name, none that the tip's
 * judgement read. A new file is never of that kind: it may be one that was looked for and absent.
 */
export function untouchedReport(
  comparison: Comparison,
  { head, date }: Pick<NamedCommits, 'head' | 'date'>,
  known: KnownTip,
): Report | null {
  const { files, mergeBase } = comparison;
  if (files === null || mergeBase === null) return null;
  const isUntouched = files.every(
    ({ path, status }) => status === 'modified' && isOutside(path, known.exceptions) && !known.read.has(path),
  );
  if (!isUntouched) return null;
  return { ...known.report, inputs: { ...known.report.inputs, date }, mergeBase, head };
}

function isOutside(path: string, exceptions: string): boolean {
  const format = formatOf(path);
  // A program without an extension is claimed by its mode, which the comparison does not show.
  const isClaimed = format === undefined ? isProgramName(path) : format.when !== 'wanted';
  return !isClaimed && path !== POLICY_PATH && path !== exceptions && !GOVERNANCE.has(fileName(path));
}

/** What the delivery itself named: enough to compare without asking for the pull request; and the day. */
export interface NamedCommits {
  readonly base: string;
  readonly head: string;
  /** UTC, `YYYY-MM-DD`. */
  readonly date: string;
}

export interface Untouched {
  readonly comparison: Comparison;
  readonly report: Report | null;
}

export async function compareNamed(
  client: RepositoryClient,
  named: NamedCommits,
  known: KnownTip,
): Promise<Untouched> {
  const comparison = await client.compare(named.base, named.head);
  return { comparison, report: untouchedReport(comparison, named, known) };
}

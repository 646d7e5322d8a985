import type { ExceptionEntry, ReadExceptions } from '../../domain/index.ts';
import { madeExceptionId } from '../../domain/index.ts';
import { type PlainDocument, readDocument, type TextProblem } from '../document.ts';
import { problemsOf, shown } from '../schema-problems.ts';
import { type ExceptionsGiven, faultsOf } from './faults.ts';
import { entryHash } from './hash.ts';
import { identityOf } from './identity.ts';
import { exceptionsSchema, type WrittenException } from './schema.ts';

const MOST_PROBLEMS = 20;
/** The entries that the schema allows are about as long. */
const LARGEST_TEXT = 512 * 1024;

/** Reads the text of an exceptions file; every problem has its place in it. One that cannot be used grants nothing, and is said. */
export function loadExceptions(
  { from, text }: { readonly from: string; readonly text: string },
  given: ExceptionsGiven,
): ReadExceptions {
  const refused = (problems: readonly TextProblem[]): ReadExceptions => ({
    problems: problems
      .toSorted((a, b) => a.line - b.line || a.column - b.column)
      .slice(0, MOST_PROBLEMS)
      .map(({ line, column, message }) => ({ from, line, column, message })),
  });
  const read = readDocument(text, LARGEST_TEXT);
  if ('problems' in read) return refused(read.problems);
  const schema = exceptionsSchema();
  const parsed = schema.safeParse(read.document.data, { reportInput: true });
  if (!parsed.success) return refused(problemsOf(parsed.error, schema, read.document));
  const written = parsed.data.exceptions ?? [];
  const entries = written.map((entry, index) => entryOf(entry, read.document, index));
  const problems = written.flatMap((entry, index) => [
    ...faultsOf(entry, { index, ...given }, read.document),
  ]);
  const found = [...problems, ...repeatedIds(entries)];
  return found.length > 0 ? refused(found) : { entries };
}

function entryOf(written: WrittenException, document: PlainDocument, index: number): ExceptionEntry {
  const identity = identityOf(written);
  const about = {
    identity,
    rule: written.rule,
    base: written.base ?? null,
    expires: written.expires ?? null,
  };
  const entry = {
    id: written.id ?? madeExceptionId(about),
    ...about,
    reason: written.reason,
    text: written.text ?? '',
    owner: written.owner ?? '',
    issue: written.issue ?? '',
  };
  return { ...entry, hash: entryHash(entry), at: document.placeOf(['exceptions', index]) };
}

function repeatedIds(entries: readonly ExceptionEntry[]): readonly TextProblem[] {
  const first = new Map<string, ExceptionEntry>();
  return entries.flatMap((entry) => {
    const other = first.get(entry.id);
    first.set(entry.id, other ?? entry);
    const message = `the entry in line ${other?.at.line} has the id "${shown(entry.id)}" as well: give one of them another id`;
    return other === undefined ? [] : [{ ...entry.at, message }];
  });
}

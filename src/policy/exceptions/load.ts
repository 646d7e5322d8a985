import type { ExceptedIdentity, ExceptionEntry, ReadExceptions } from '../../domain/index.ts';
import { isBaseRule } from '../../domain/index.ts';
import { type PlainDocument, readDocument, type TextProblem } from '../document.ts';
import { problemsOf, shown } from '../schema-problems.ts';
import { suggestion } from '../suggestion.ts';
import { entryHash } from './hash.ts';
import { exceptionsSchema, type WrittenException } from './schema.ts';

/** What an exceptions file is checked against. */
export interface ExceptionsGiven {
  readonly ruleIds: readonly string[];
  readonly families: ReadonlySet<string>;
  /** Entries without an end are allowed. */
  readonly permanent: boolean;
}

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
  const base = written.base ?? null;
  const entry = {
    id: written.id ?? nameOf(identity, base ?? written.rule),
    identity,
    rule: written.rule,
    base,
    reason: written.reason,
    text: written.text ?? '',
    owner: written.owner ?? '',
    issue: written.issue ?? '',
    expires: written.expires ?? null,
  };
  return { ...entry, hash: entryHash(entry), at: document.placeOf(['exceptions', index]) };
}

function identityOf({ image, path, target, blob }: WrittenException): ExceptedIdentity {
  if (image !== undefined) return { image };
  return {
    path: path ?? '',
    ...(target === undefined ? {} : { target }),
    ...(blob === undefined ? {} : { blob }),
  };
}

function nameOf(identity: ExceptedIdentity, about: string): string {
  if ('image' in identity) return `${identity.image} on ${about}`;
  return `${identity.path}${identity.target === undefined ? '' : `#${identity.target}`} on ${about}`;
}

// ---- what the schema cannot say ------------------------------------------------------------------------

type Checked = ExceptionsGiven & { readonly index: number };

function* faultsOf(
  entry: WrittenException,
  { index, ...given }: Checked,
  document: PlainDocument,
): Generator<TextProblem> {
  const at = (key: string, message: string): TextProblem => ({
    ...document.valuePlaceOf(['exceptions', index, key]),
    message,
  });
  yield* identityFaults(entry, at);
  if (!given.ruleIds.includes(entry.rule))
    yield at('rule', `there is no rule "${shown(entry.rule)}"${suggestion(entry.rule, given.ruleIds)}`);
  if (entry.base === undefined && isBaseRule(entry.rule) && entry.rule !== 'unresolved-base')
    yield at('rule', `an exception to ${entry.rule} names the base that it is for: base: debian-base`);
  if (entry.base !== undefined && !isBase(entry.base, given.families))
    yield at(
      'base',
      `there is no family "${shown(entry.base)}"${suggestion(entry.base, [...given.families])}`,
    );
  if (
    entry.rule === 'unread-file' &&
    (entry.path === undefined || !/^[0-9a-f]{40,64}$/.test(entry.blob ?? ''))
  )
    yield at(
      'rule',
      'an exception to unread-file names a path and, as blob, the id of what the file holds now',
    );
  yield* expiryFaults(entry, given.permanent, at);
}

/** A family, a repository name, or what stays open of one. */
function isBase(base: string, families: ReadonlySet<string>): boolean {
  return families.has(base) || /[/$]/.test(base);
}

type At = (key: string, message: string) => TextProblem;

function* identityFaults({ image, path, target }: WrittenException, at: At): Generator<TextProblem> {
  if ((image === undefined) === (path === undefined))
    yield at('image', 'an entry names either an image or a path');
  if (image !== undefined && target !== undefined)
    yield at('target', 'target is a stage of the definition that path names; an image has its name');
  if (image !== undefined && /[*?[\]{}@\s]|:[^/]*$/.test(image))
    yield at('image', `"${shown(image)}" has to be one whole name without tag, digest or pattern`);
  if (
    path !== undefined &&
    (/[*?[\]{}]/.test(path) || path.startsWith('/') || path.split('/').includes('..'))
  )
    yield at('path', `"${shown(path)}" has to be the path of one file in the repository, without pattern`);
}

function* expiryFaults({ expires }: WrittenException, permanent: boolean, at: At): Generator<TextProblem> {
  if (expires === undefined) {
    if (!permanent)
      yield at('expires', 'expires is missing: the last day on which it holds, such as 2027-06-30');
    return;
  }
  if (!isDate(expires))
    yield at('expires', `"${shown(expires)}" has to be a day as YYYY-MM-DD, such as 2027-06-30`);
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
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

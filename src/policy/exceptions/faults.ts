import { isBaseRule, isDay, joinPath } from '../../domain/index.ts';
import type { PlainDocument, TextProblem } from '../document.ts';
import { shown } from '../schema-problems.ts';
import { familySuggestion, suggestion } from '../suggestion.ts';
import type { WrittenException } from './schema.ts';

/** What an exceptions file is checked against. */
export interface ExceptionsGiven {
  readonly ruleIds: readonly string[];
  readonly families: ReadonlySet<string>;
  /** Entries without an end are allowed. */
  readonly permanent: boolean;
}

type Checked = ExceptionsGiven & { readonly index: number };

/** What is wrong with an entry that the schema lets pass, each with its place. */
export function* faultsOf(
  entry: WrittenException,
  { index, ...given }: Checked,
  document: PlainDocument,
): Generator<TextProblem> {
  const at = (key: string, message: string): TextProblem => ({
    ...document.valuePlaceOf(['exceptions', index, key]),
    message,
  });
  yield* identityFaults(entry, at);
  yield* fileFaults(entry, at);
  if (!given.ruleIds.includes(entry.rule))
    yield at('rule', `there is no rule "${shown(entry.rule)}"${suggestion(entry.rule, given.ruleIds)}`);
  if (entry.rule === 'policy-changed')
    yield at('rule', 'there is no exception to policy-changed: an owner of the policy reviews such a change');
  if (entry.base === undefined && isBaseRule(entry.rule))
    yield at(
      'rule',
      `an exception to ${entry.rule} names the base that it is for: ${baseExample(entry.rule)}`,
    );
  if (entry.base !== undefined && entry.rule !== 'unresolved-base' && !isBase(entry.base, given.families))
    yield at('base', `there is no family "${shown(entry.base)}"${meantBase(entry.base, given.families)}`);
  yield* expiryFaults(entry, given.permanent, at);
}

/** One that nothing decides is named as it stands in the finding. */
function baseExample(rule: string): string {
  return rule === 'unresolved-base' ? 'base: "${BASEIMAGE}"' : 'base: debian-base';
}

/** A family, or a name that cannot be one spelled wrong. */
function isBase(base: string, families: ReadonlySet<string>): boolean {
  return families.has(base) || /[/$:]/.test(base);
}

/** The family that was meant; else how a base of no family is named. */
function meantBase(base: string, families: ReadonlySet<string>): string {
  const near = familySuggestion(base, [...families]);
  return near === ''
    ? ': a base that no table knows is named by its repository, such as docker.io/acme/base, and `plinth check` prints the entry with it'
    : near;
}

type At = (key: string, message: string) => TextProblem;

function* identityFaults({ image, path, target }: WrittenException, at: At): Generator<TextProblem> {
  if ((image === undefined) === (path === undefined))
    yield at('image', 'an entry names either an image or a path');
  if (image !== undefined && target !== undefined)
    yield at('target', 'target is a stage of the definition that path names; an image has its name');
  if (image !== undefined && /[*?[\]{}@\s]|:[^/]*$/.test(image))
    yield at('image', `"${shown(image)}" has to be one whole name without tag, digest or pattern`);
  if (path !== undefined) yield* pathFaults(path, at);
}

/** A path is literal, as git lists it: brackets and braces are names of folders like any other. */
function* pathFaults(path: string, at: At): Generator<TextProblem> {
  const listed = joinPath(path);
  if (/[*?]/.test(path) || path.startsWith('/') || path.split('/').includes('..') || listed === '')
    yield at('path', `"${shown(path)}" has to be the path of one file in the repository, without pattern`);
  else if (listed !== path)
    yield at('path', `"${shown(path)}" has to be written as git lists it: path: ${shown(listed)}`);
}

/** What is about a file has neither stage nor base; its content is what an exception to `unread-file` is for, and no other. */
function* fileFaults({ rule, path, target, base, blob }: WrittenException, at: At): Generator<TextProblem> {
  const isUnread = rule === 'unread-file';
  if (isUnread && (path === undefined || !/^[0-9a-f]{40,64}$/.test(blob ?? '')))
    yield at(
      'rule',
      'an exception to unread-file names a path and, as blob, the id of what the file holds now',
    );
  if (!isUnread && blob !== undefined)
    yield at('blob', 'blob is what a file holds that cannot be read, for the rule unread-file: leave it out');
  if (target !== undefined && (isUnread || isManifestRule(rule)))
    yield at('target', `target is a stage of a definition, and ${rule} is about the file: leave it out`);
  if (base !== undefined && isUnread)
    yield at('base', 'nobody knows the base of what cannot be read: leave it out');
}

/** True for a rule about what manifests say, and about nothing else. */
function isManifestRule(rule: string): boolean {
  return rule.startsWith('manifest-');
}

function* expiryFaults({ expires }: WrittenException, permanent: boolean, at: At): Generator<TextProblem> {
  if (expires === undefined) {
    if (!permanent)
      yield at('expires', 'expires is missing: the last day on which it holds, such as 2027-06-30');
    return;
  }
  if (!isDay(expires))
    yield at('expires', `"${shown(expires)}" has to be a day as YYYY-MM-DD, such as 2027-06-30`);
}

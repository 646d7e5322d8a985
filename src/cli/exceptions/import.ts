import { writeFile } from 'node:fs/promises';
import { AppError, isDay, joinPath, type Policy } from '../../domain/index.ts';
import { type EntryToWrite, writeEntry, writeExceptions } from '../../policy/exceptions/index.ts';
import {
  type ListedException,
  listedExceptions,
  readList,
} from '../../policy/exceptions/kubernetes-list/index.ts';
import { policyOf, problemLines } from '../inputs.ts';
import { print, printNote } from '../terminal.ts';
import { listedBase, readExceptions, textOfFile } from './files.ts';

/** What `plinth exceptions import` was asked for; the names are those of its options. */
export interface ImportOptions {
  readonly output?: string;
  readonly registry?: string;
  readonly expires?: string;
}

/** Makes an exceptions file of a list. What the list does not say is made up by nobody: it is named, and left to be filled in. */
export async function importExceptions(file: string, options: ImportOptions): Promise<void> {
  if (options.expires !== undefined && !isDay(options.expires))
    throw new AppError('usage', '--expires takes a day as YYYY-MM-DD, such as 2027-06-30');
  const listed = listedExceptions(readList(await textOfFile(file)));
  if (listed.length === 0)
    throw new AppError(
      'list-empty',
      `${file} has no table of exceptions: one has a column for the image, and one for the reason`,
    );
  const policy = policyOf([]);
  const ids = new Set<string>();
  const made = listed.map((one) => ({ one, entry: entryOf(one, policy, { ids, ...options }) }));
  const entries = made.flatMap(({ one, entry }) => (one.base === null ? [] : [entry]));
  const baseless = made.filter(({ one }) => one.base === null);
  const text = `${writeExceptions(entries)}${baseless.map(({ entry }) => asComment(entry)).join('')}`;
  const problems = problemsOf(options.output ?? 'the file made', text);
  if (problems !== '') throw new AppError('exceptions-invalid', problems);
  if (options.output === undefined) await print(text);
  else await writeNew(options.output, text);
  sayWhatIsMissing(entries, options);
  for (const { one } of baseless)
    printNote(`${file}:${one.line}: ${one.image} has no base in the list; its entry is a comment`);
}

type NamedEntry = EntryToWrite & { readonly id: string };

function entryOf(
  { image, base, reason, text, owner }: ListedException,
  policy: Policy,
  { ids, registry, expires }: ImportOptions & { readonly ids: Set<string> },
): NamedEntry {
  const assessed = base === null ? null : listedBase(base, policy);
  const name = registry === undefined || image.includes('/') ? image : joinPath(registry, image);
  return {
    id: freeId(`${name} on ${assessed?.identity ?? 'an unknown base'}`, ids),
    identity: { image: name },
    rule: assessed?.standing === 'not-allowed' ? 'base-not-allowed' : 'base-needs-exception',
    base: assessed?.identity ?? null,
    reason,
    text,
    owner,
    issue: '',
    expires: expires ?? null,
  };
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let count = 2; taken.has(id); count++) id = `${wanted} (${count})`;
  taken.add(id);
  return id;
}

/** An entry that names no base grants nothing, so that it is written as a comment. */
function asComment(entry: EntryToWrite): string {
  return writeEntry(entry)
    .replace(/^/gm, '# ')
    .replace(/# $/, '')
    .replace(/^(# {5}rule:.*)$/m, '$1\n#     base: ""');
}

function problemsOf(from: string, text: string): string {
  const read = readExceptions(from, text);
  return 'problems' in read ? `the list makes no exceptions file:\n${problemLines(read.problems)}` : '';
}

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((cause: unknown) => {
    throw new AppError(
      'file-unwritten',
      `${file} could not be written: it has to be a new file in a folder that is there`,
      { cause },
    );
  });
}

function sayWhatIsMissing(entries: readonly NamedEntry[], { registry, expires }: ImportOptions): void {
  const say = (what: string, isLacking: (entry: NamedEntry) => boolean): void => {
    const lacking = entries.filter(isLacking);
    if (lacking.length === 0) return;
    const names = lacking.length === entries.length ? 'every entry' : lacking.map(({ id }) => id).join(', ');
    printNote(`${what}: ${names}`);
  };
  say('without owner', ({ owner }) => owner === '');
  say('without issue', ({ issue }) => issue === '');
  say(
    'without end (give --expires or write it; only where the policy says permanent-exceptions: true may it be missing)',
    () => expires === undefined,
  );
  say(
    'image without registry (give --registry, if it stands in one)',
    ({ identity }) => registry === undefined && 'image' in identity && !identity.image.includes('/'),
  );
}

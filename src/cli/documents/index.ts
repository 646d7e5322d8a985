import { readFile } from 'node:fs/promises';
import { AppError, type ExceptionEntry, type ListedBase, type Policy } from '../../domain/index.ts';
import { type ExceptedInventory, listExceptedImages } from '../../engine/excepted-images.ts';
import { baseImagesDocument, exceptionsDocument } from '../../present/documents/index.ts';
import { exceptionsGiven, exceptionsInTree } from '../exceptions/given.ts';
import { EXIT } from '../exit.ts';
import { policyOf, policyTexts } from '../inputs.ts';
import { type TreeOptions, withTree } from '../open-tree.ts';
import { print } from '../terminal.ts';
import { differenceIn } from './difference.ts';

/** What `plinth docs` was asked for; the names are those of its options. */
export interface DocumentOptions extends TreeOptions {
  readonly policy?: string;
  readonly organisation?: string;
  readonly exceptions?: string;
  readonly check?: string;
}

/** `plinth docs base-images`: the images of a tree and their bases. */
export async function documentBaseImages(options: DocumentOptions): Promise<void> {
  const read = await readTree(options);
  await give(baseImagesDocument(read), 'base-images', options);
}

/** `plinth docs exceptions`: the entries of the exceptions file. */
export async function documentExceptions(options: DocumentOptions): Promise<void> {
  const { entries, policy, ...read } = await readTree(options);
  const definitions = definitionsOf(read);
  const text = exceptionsDocument({
    entries,
    file: policy.exceptions,
    definitionOf: ({ id, identity }) => ('path' in identity ? identity.path : (definitions.get(id) ?? null)),
  });
  await give(text, 'exceptions', options);
}

/** By id of an entry: the first of the definitions that it is for. */
function definitionsOf({ inventory, exceptions }: ExceptedInventory): ReadonlyMap<string, string> {
  const isFor = (base: ListedBase): readonly ExceptionEntry[] => {
    const entry = exceptions.get(base);
    return entry === undefined ? [] : [entry];
  };
  const pairs = inventory.images.flatMap(({ path, bases }) =>
    bases.flatMap((base) => isFor(base).map(({ id }) => [id, path] as const)),
  );
  return new Map(pairs.reverse());
}

interface ReadTree extends ExceptedInventory {
  readonly entries: readonly ExceptionEntry[];
  readonly policy: Policy;
}

function readTree(options: DocumentOptions): Promise<ReadTree> {
  return withTree(options, async ({ repository, change: { headTree: tree, head: commit }, ports }) => {
    const policy = policyOf(await policyTexts(options, repository, tree, { commit }));
    const given = exceptionsGiven(options.exceptions, policy);
    const { entries } = given ?? (await exceptionsInTree(tree, policy, repository.blobs));
    const listed = await listExceptedImages({ tree, commit, entries }, policy, ports);
    // Of what others wrote, nobody looks for the images.
    const unread = listed.inventory.unread.filter(({ path }) => policy.classOf(path) !== 'vendored');
    return { ...listed, inventory: { ...listed.inventory, unread }, entries, policy };
  });
}

/** Prints a document, or holds a file against it. */
async function give(text: string, name: string, { check }: DocumentOptions): Promise<void> {
  if (check === undefined) return await print(text);
  const there = await textOf(check);
  if (there === text) return await print(`${check} is up to date\n`);
  const what = `plinth: ${check} is stale: write what \`plinth docs ${name}\` prints into it\n`;
  process.stderr.write(what + differenceIn(there, text));
  process.exitCode = EXIT.blocked;
}

/** The file with plain line ends; empty where it is not there, which is stale too. */
async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replaceAll('\r\n', '\n');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new AppError('file-unread', `${file} could not be read`, { cause });
  }
}

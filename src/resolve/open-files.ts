// Files of the tree that decide an open part of a base, as far as it or the script and makefile behind it name them.
import type { EffectiveBase } from '../domain/index.ts';
import { folderOf, joinPath } from '../domain/index.ts';
import type { FileReader } from './files.ts';
import { programOf } from './invocations/asked.ts';

const MOST_WORDS = 256;
const LONGEST = 1024;
/** A name of a file, rather than any word. */
const FILE = /^[\w@+./-]{1,200}$/;
/** What a shell or make reads a text from. */
const READS = /(?:<|\bcat\b)[ \t]*["']?([\w@+./-]{1,200})/g;

/**
 * Paths of files that open parts of bases rest on: those that they name (`$(cat base.txt)`), else what is read in the files that they come from
 * (`read -r BASE < base.txt`). Seen from the root or from where the command stands; `origins` are the files that build the image.
 */
export function filesInOpenParts(
  bases: readonly EffectiveBase[],
  origins: readonly string[],
  reader: FileReader,
): readonly string[] {
  const found = new Set<string>();
  for (const { reference, unresolved, chain } of bases) {
    if (unresolved === undefined) continue;
    const from = new Set([...origins, ...chain.map(({ path }) => path)]);
    const there = (words: readonly string[]) => filesNamed(words, from, reader);
    const named = there(`${reference} ${unresolved}`.slice(0, LONGEST).split(/[\s"'`$(){}<>|;,=:]+/));
    const read = named.length > 0 ? [] : there([...from].flatMap((path) => readIn(path, reader)));
    for (const path of [...named, ...read]) found.add(path);
  }
  return [...found];
}

function filesNamed(
  words: readonly string[],
  from: ReadonlySet<string>,
  reader: FileReader,
): readonly string[] {
  const names = new Set(words.filter((word) => FILE.test(word) && /[./]/.test(word)).slice(0, MOST_WORDS));
  const folders = new Set(['', ...[...from].map(folderOf)]);
  return [...names].flatMap((word) =>
    [...folders]
      .map((folder) => joinPath(folder, word))
      .filter((path) => !from.has(path) && reader.has(path)),
  );
}

/** Names of files that a script or makefile reads texts from. */
function readIn(path: string, reader: FileReader): readonly string[] {
  return textsOf(path, reader).flatMap((text) =>
    [...text.matchAll(READS)].flatMap((match) => match[1] ?? []),
  );
}

function textsOf(path: string, reader: FileReader): readonly string[] {
  if (/\.(sh|bash|ksh|dash)$/.test(path))
    return reader
      .read(path, 'build-script')
      .flatMap((fact) => (fact.kind === 'script' ? (fact.text ?? []) : []));
  if (!/(^|\/)[Mm]akefile|\.mk$/.test(path)) return [];
  return (programOf(reader, path) ?? []).flatMap((one) =>
    one.kind === 'assignment' ? [one.value.text] : one.kind === 'recipe' ? [one.text.text] : [],
  );
}

// Which code runs: what a cache holds was made by some code, and is of no use to another.
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** What facts of a text follow from, below the folder of the sources. */
const READERS = ['src/domain/', 'src/formats/', 'src/engine/', 'package-lock.json'];
/** What the judgement of a tree follows from besides. */
const JUDGES = ['src/resolve/', 'src/rules/', 'src/decide/', 'src/policy/', 'policies/'];

/** Digests of the code that reads texts, and of all code and data that judges; of a few milliseconds, for the build and for runs from sources. */
export function digestSources(root: URL): { readonly readers: string; readonly judgement: string } {
  const readers = digestOf(root, READERS);
  return { readers, judgement: short(readers + digestOf(root, JUDGES)) };
}

/** The sources that this file is one of. */
export const SOURCES = new URL('../../../', import.meta.url);

function digestOf(root: URL, parts: readonly string[]): string {
  const files = parts.flatMap((part) => (part.endsWith('/') ? filesBelow(root, part) : [part])).sort();
  return short(files.map((file) => `${file}\0${short(readFileSync(new URL(file, root)))}\n`).join(''));
}

function filesBelow(root: URL, folder: string): readonly string[] {
  return readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(root, `${folder}${entry.name}/`) : [`${folder}${entry.name}`],
  );
}

/** Long enough to tell programs of one machine apart. */
function short(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex').slice(0, 16);
}

import type { Location, Span, Tree } from '../domain/index.ts';
import type { BlobSource } from './ports.ts';
import { textOf } from './text.ts';

/** Texts of a tree's files by path, read on demand in batches and kept for the time of one analysis. */
export class Sources {
  readonly #tree: Tree;
  readonly #blobs: BlobSource;
  readonly #links: ReadonlyMap<string, string>;
  readonly #lines = new Map<string, readonly string[]>();

  /** `links` has the blobs that were read in place of symbolic links, by their paths. */
  constructor(tree: Tree, blobs: BlobSource, links: ReadonlyMap<string, string> = new Map()) {
    this.#tree = tree;
    this.#blobs = blobs;
    this.#links = links;
  }

  /** Reads the files that `lines` and `snippet` will be asked for; what is not text has no lines. */
  async read(paths: Iterable<string>): Promise<void> {
    const wanted = new Map<string, string>();
    for (const path of new Set(paths)) {
      const entry = this.#tree.get(path);
      if (entry !== undefined && entry.mode !== '160000' && !this.#lines.has(path))
        wanted.set(path, this.#links.get(path) ?? entry.id);
    }
    if (wanted.size === 0) return;
    const results = await this.#blobs.read([...new Set(wanted.values())]);
    for (const [path, id] of wanted) {
      const blob = textOf(results.get(id));
      this.#lines.set(path, 'text' in blob ? linesOf(blob.text) : []);
    }
  }

  lines(path: string): readonly string[] {
    return this.#lines.get(path) ?? [];
  }

  /** The text of a span, white space folded; empty where the file was not read. */
  snippet(location: Location): string {
    return textIn(this.lines(location.path), location).replace(/\s+/g, ' ').trim();
  }
}

/** What was read in place of links, by their paths. */
export function blobsBehind(
  links: readonly { readonly path: string; readonly blob: string }[],
): ReadonlyMap<string, string> {
  return new Map(links.map(({ path, blob }) => [path, blob]));
}

/** Lines as positions count them: `\n`, `\r\n` and a lone `\r` end one. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}

/** The text between a span's ends, line breaks as `\n`. */
function textIn(lines: readonly string[], { start, end }: Span): string {
  const picked = lines.slice(start.line - 1, end.line);
  if (picked.length === 0) return '';
  const last = picked.length - 1;
  picked[last] = (picked[last] ?? '').slice(0, end.column - 1);
  picked[0] = (picked[0] ?? '').slice(start.column - 1);
  return picked.join('\n');
}

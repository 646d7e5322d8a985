import { compareText } from '../../domain/index.ts';
import { encodePath, isPlainPath } from '../escape.ts';
import { codeCell } from '../markdown-table.ts';

/** Links of a document by reference: short in the text, each address once at the end. */
export class ReferenceLinks {
  /** By label in small letters: Markdown tells labels apart by nothing else. */
  readonly #addresses = new Map<string, { readonly label: string; readonly address: string }>();

  /** A text that leads to a file of the repository, from its root; the text alone where the path could be taken for something else. */
  toFile(text: string, path: string): string {
    const label = isPlainPath(path) && isLabel(path) ? codeCell(path) : null;
    if (label === null || !this.#define(label, `/${encodePath(path)}`)) return codeCell(text);
    return text === path ? `[${label}]` : `[${codeCell(text)}][${label}]`;
  }

  /** An address by a short name: `acme/server#12`, else host and path; what is no address of the web stands as it is. */
  toPage(address: string): string {
    const label = isPlainAddress(address) ? nameOf(address) : null;
    return label !== null && this.#define(label, address) ? `[${label}]` : codeCell(address);
  }

  /** False where the label leads elsewhere already. */
  #define(label: string, address: string): boolean {
    const key = label.toLowerCase();
    const known = this.#addresses.get(key);
    if (known === undefined) this.#addresses.set(key, { label, address });
    return known === undefined || known.address === address;
  }

  /** The definitions, sorted by name; empty where nothing is linked. */
  definitions(): readonly string[] {
    return [...this.#addresses.values()]
      .map(({ label, address }) => `[${label}]: ${address}`)
      .sort(compareText);
  }
}

/** Nothing in it that ends a label or means something in one. */
function isLabel(text: string): boolean {
  return /^[\w.][\w./#@:+-]{0,199}$/.test(text) && !text.includes('__');
}

function isPlainAddress(address: string): boolean {
  return /^https?:\/\/[\w.:-]+\/[\w./#?=&%~@:+-]*$/.test(address);
}

function nameOf(address: string): string | null {
  const known = /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(\d+)$/.exec(address);
  const name = known === null ? address.replace(/^https?:\/\//, '') : `${known[1]}#${known[2]}`;
  return isLabel(name) ? name : null;
}

import type { YamlNode } from '../../../src/formats/yaml/index.ts';

export type Plain =
  | string
  | null
  | readonly Plain[]
  | { readonly pairs: readonly (readonly [Plain, Plain])[] };

/** A node without places, mappings as pairs in order: repeated and odd keys stay visible. */
export function plain(node: YamlNode | null | undefined): Plain {
  if (node === null || node === undefined) return null;
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'list') return node.items.map(plain);
  return { pairs: node.entries.map(({ key, value }) => [plain(key), plain(value)] as const) };
}

export function pairs(...given: readonly (readonly [Plain, Plain])[]): Plain {
  return { pairs: given };
}

/** The text between two places, to read a span as a person would. */
export function cut(text: string, span: YamlNode['span']): string {
  const lines = text.split('\n');
  const offset = ({ line, column }: YamlNode['span']['start']) =>
    lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  return text.slice(offset(span.start), offset(span.end));
}

import type { Node } from 'web-tree-sitter';

/** The value of a string literal, interpreted or raw; null for any other node. */
export function stringValue(node: Node): string | null {
  const { text } = node;
  if (node.type === 'raw_string_literal') return text.slice(1, -1).replaceAll('\r', '');
  if (node.type !== 'interpreted_string_literal') return null;
  const inner = text.slice(1, -1);
  return inner.includes('\\') ? inner.replace(ESCAPE, unescapeOne) : inner;
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/g;

const SINGLE: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

function unescapeOne(
  _: string,
  x?: string,
  u?: string,
  long?: string,
  octal?: string,
  single?: string,
): string {
  const hex = x ?? u ?? long;
  if (hex !== undefined || octal !== undefined) {
    const code = hex === undefined ? Number.parseInt(octal ?? '0', 8) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return SINGLE.get(single ?? '') ?? single ?? '';
}

import type { HelmEntry, HelmValue } from '../../domain/index.ts';
import { isNull, type YamlMap, type YamlNode } from '../yaml/index.ts';

/** Longer texts are no part of a command or of an image's name. */
const LONGEST_TEXT = 65_536;
/** Nodes that are kept of one file: aliases may repeat what they stand for. */
const MOST_NODES = 20_000;
const MOST_LEVELS = 40;

/** What a mapping of values holds, as far as the bounds reach; what lies beyond is left out, and so stays undecided. */
export function valuesOf(root: YamlMap): HelmValue {
  const budget = { left: MOST_NODES };
  return nodeValue(root, 0, budget) ?? { kind: 'map', entries: [] };
}

function nodeValue(node: YamlNode, level: number, budget: { left: number }): HelmValue | null {
  if (level > MOST_LEVELS || budget.left-- <= 0) return null;
  if (node.kind === 'scalar') {
    if (isNull(node)) return { kind: 'null' };
    if (node.text.length > LONGEST_TEXT) return null;
    const text = { kind: 'text', text: node.text, span: node.span } as const;
    const empty = node.text === '' || (node.style === 'plain' && /^(?:0|false|False|FALSE)$/.test(node.text));
    return empty ? { ...text, empty } : text;
  }
  if (node.kind === 'list')
    return { kind: 'list', items: node.items.flatMap((item) => nodeValue(item, level + 1, budget) ?? []) };
  return { kind: 'map', entries: entriesIn(node, level, budget) };
}

function entriesIn(map: YamlMap, level: number, budget: { left: number }): readonly HelmEntry[] {
  return map.entries.flatMap(({ key, value: node }) => {
    if (key.kind !== 'scalar') return [];
    const value = nodeValue(node, level + 1, budget);
    return value === null ? [] : [{ name: key.text, value }];
  });
}

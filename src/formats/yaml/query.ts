import type { YamlEntry, YamlList, YamlMap, YamlNode } from './nodes.ts';

/** Every entry of a mapping under a key, in file order: a key may be repeated. */
export function entriesOf(map: YamlMap, key: string): readonly YamlEntry[] {
  return map.entries.filter((entry) => entry.key.kind === 'scalar' && entry.key.text === key);
}

/** The last entry under a key, the one that counts for readers which allow repeated keys. */
export function entryOf(map: YamlMap, key: string): YamlEntry | undefined {
  return (
    map.entries.findLast((entry) => entry.key.kind === 'scalar' && entry.key.text === key && !entry.merged) ??
    map.entries.find((entry) => entry.key.kind === 'scalar' && entry.key.text === key)
  );
}

/** The value under a key; undefined where the node is no mapping or has no such key. */
export function nodeAt(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === 'map' ? entryOf(node, key)?.value : undefined;
}

/** The text under a key; undefined where there is none, it is null or no scalar. */
export function textOf(node: YamlNode | undefined, key: string): string | undefined {
  const value = nodeAt(node, key);
  return value?.kind === 'scalar' && !isNull(value) ? value.text : undefined;
}

export function mapOf(node: YamlNode | undefined, key: string): YamlMap | undefined {
  const value = nodeAt(node, key);
  return value?.kind === 'map' ? value : undefined;
}

export function listOf(node: YamlNode | undefined, key: string): YamlList | undefined {
  const value = nodeAt(node, key);
  return value?.kind === 'list' ? value : undefined;
}

/** True for an absent value and for YAML's spellings of null. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.style === 'plain' && /^(|~|null|Null|NULL)$/.test(node.text);
}

/** Keys that a mapping has more than once, each with its later entries; in linear time. */
export function repeatedKeys(map: YamlMap): readonly YamlEntry[] {
  const seen = new Set<string>();
  const repeated: YamlEntry[] = [];
  for (const entry of map.entries) {
    if (entry.key.kind !== 'scalar' || entry.merged) continue;
    if (seen.has(entry.key.text)) repeated.push(entry);
    else seen.add(entry.key.text);
  }
  return repeated;
}

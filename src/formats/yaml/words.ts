// Words of files that are YAML: scalars with the place of their text.
// In: nodes. Out: words, named words, mappings at the top.
// Not here: what a key means.
import type { NamedWord, Position, UnreadableFact, Word } from '../../domain/index.ts';
import { entriesOf, isNull, readYaml, type YamlMap, type YamlNode, type YamlScalar } from './index.ts';

/** A scalar's text with the place where it begins; null and other nodes give nothing. */
export function wordOf(node: YamlNode | undefined): Word | undefined {
  if (node?.kind !== 'scalar' || isNull(node)) return undefined;
  return wordIn(node, 0, node.text.length);
}

/** A part of a scalar's text as a word. */
export function wordIn(node: YamlScalar, from: number, to: number): Word {
  const text = node.text.slice(from, to);
  return { text, span: { start: node.placeOf(from), end: node.placeOf(to) } };
}

/** The words of a list, or of a single scalar. */
export function wordsOf(node: YamlNode | undefined): readonly Word[] {
  if (node?.kind === 'list') return node.items.flatMap((item) => wordOf(item) ?? []);
  const word = wordOf(node);
  return word === undefined ? [] : [word];
}

/** Non-blank lines of a scalar as words, each at its own place; the items of a list. */
export function linesOf(node: YamlNode | undefined, separator: RegExp = /[^\n]+/g): readonly Word[] {
  if (node?.kind !== 'scalar') return wordsOf(node);
  return [...node.text.matchAll(separator)].flatMap((match) => {
    const start = match.index + (match[0].length - match[0].trimStart().length);
    const end = match.index + match[0].trimEnd().length;
    return start < end ? [wordIn(node, start, end)] : [];
  });
}

/** Where each line of a scalar's text begins in the file. */
export function linePlacesOf(node: YamlScalar): readonly Position[] {
  const places = [node.placeOf(0)];
  for (let at = node.text.indexOf('\n'); at >= 0; at = node.text.indexOf('\n', at + 1))
    places.push(node.placeOf(at + 1));
  return places;
}

/** `NAME: value` of a mapping, or `NAME=value` of a list; later ones win. A name without a value is null. */
export function namedWordsOf(node: YamlNode | undefined): readonly NamedWord[] {
  const named = new Map<string, Word | null>();
  if (node?.kind === 'map') {
    for (const { key, value } of node.entries)
      if (key.kind === 'scalar' && key.text !== '<<') named.set(key.text, wordOf(value) ?? null);
  } else if (node?.kind === 'list') {
    for (const item of node.items) if (item.kind === 'scalar') setAssignment(named, item);
  }
  return [...named].map(([name, value]) => ({ name, value }));
}

function setAssignment(named: Map<string, Word | null>, item: YamlScalar): void {
  const equals = item.text.indexOf('=');
  if (equals < 0) named.set(item.text, null);
  else named.set(item.text.slice(0, equals), wordIn(item, equals + 1, item.text.length));
}

/** Names of both lists; those of the second win. */
export function mergedNames(outer: readonly NamedWord[], inner: readonly NamedWord[]): readonly NamedWord[] {
  const own = new Set(inner.map(({ name }) => name));
  return [...outer.filter(({ name }) => !own.has(name)), ...inner];
}

/** Mappings at the top of a text, and what kept a document from being read. */
export function readMaps(text: string): {
  readonly maps: readonly YamlMap[];
  readonly unread: readonly UnreadableFact[];
} {
  const maps: YamlMap[] = [];
  const unread: UnreadableFact[] = [];
  for (const { root, problems } of readYaml(text)) {
    if (root?.kind === 'map') maps.push(root);
    const [problem] = problems;
    if (problem === undefined) continue;
    const said = problem.message.charAt(0).toLowerCase() + problem.message.slice(1);
    unread.push({
      kind: 'unreadable',
      span: problem.span,
      because: `line ${problem.span.start.line}: ${said}`,
    });
  }
  return { maps, unread };
}

/** The mapping's entries under a key, in file order, as name and node. */
export function childrenOf(
  map: YamlMap | undefined,
  key: string,
): readonly { readonly name: string; readonly node: YamlNode }[] {
  if (map === undefined) return [];
  return entriesOf(map, key).flatMap(({ value }) =>
    value.kind === 'map'
      ? value.entries.flatMap((entry) =>
          entry.key.kind === 'scalar' && entry.key.text !== '<<'
            ? [{ name: entry.key.text, node: entry.value }]
            : [],
        )
      : [],
  );
}

import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { decodeBase64 } from './base64.ts';
import type { LineTable } from './lines.ts';
import {
  EntryNode,
  ListNode,
  MapNode,
  ScalarNode,
  type ScalarStyle,
  type YamlEntry,
  type YamlNode,
} from './nodes.ts';

/** How many nodes aliases and merge keys may bring into one document, each counted every time it is used. */
const MOST_REPEATED_NODES = 20_000;

const BINARY = 'tag:yaml.org,2002:binary';

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

/** `onProblem` is given the offset in the whole text. */
export interface Building {
  /** The whole text that was read, and where the document's piece begins in it. */
  readonly source: string;
  readonly base: number;
  readonly lines: LineTable;
  /** What scalars in a line become before anybody reads them; block scalars stay. */
  readonly decide?: ((text: string) => string) | undefined;
  readonly onProblem: (code: string, message: string, start: number, end: number) => void;
}

/** Where something stands as written: for an alias, the alias and not its anchor. */
interface Built {
  readonly node: YamlNode;
  readonly end: number;
}

/**
 * Turns the library's nodes into ours. Aliases become the very node that carries the anchor, so the result is a graph
 * without cycles; a bound on repeated nodes makes it safe to walk as a tree.
 */
export class Builder {
  readonly #given: Building;
  readonly #anchors = new Map<string, YamlNode>();
  /** Anchors of collections that are still being read: an alias to one of them is a cycle. */
  readonly #open = new Set<string>();
  readonly #weights = new WeakMap<YamlNode, number>();
  #repeated = 0;

  constructor(given: Building) {
    this.#given = given;
  }

  build(node: unknown): YamlNode {
    return this.#build(node, 0).node;
  }

  #build(node: unknown, at: number): Built {
    if (isAlias(node)) return this.#alias(node);
    const built = isCollection(node)
      ? this.#collection(node as YAMLMap | YAMLSeq)
      : isScalar(node)
        ? this.#scalar(node)
        : this.#absent(at);
    return { node: built, end: built.end };
  }

  #collection(node: YAMLMap | YAMLSeq): YamlNode {
    if (node.anchor) {
      this.#anchors.delete(node.anchor);
      this.#open.add(node.anchor);
    }
    const built = isMap(node) ? this.#map(node) : this.#list(node as YAMLSeq);
    if (node.anchor) {
      this.#open.delete(node.anchor);
      this.#anchors.set(node.anchor, built);
    }
    return built;
  }

  #map(map: YAMLMap): YamlNode {
    const entries: YamlEntry[] = [];
    const merges: YamlNode[] = [];
    const start = this.#start(map);
    let end = start;
    for (const pair of map.items) {
      const key = this.#build(pair.key, end).node;
      const value = this.#build(pair.value, key.end);
      end = Math.max(end, value.end, key.end);
      if (isMergeKey(key)) merges.push(value.node);
      else entries.push(new EntryNode(this.#given.lines, Math.max(value.end, key.end), key, value.node));
    }
    for (const entry of this.#merged(entries, merges)) entries.push(entry);
    const node = new MapNode(this.#given.lines, start, this.#endOf(map, end), entries);
    let weight = 1;
    for (const entry of entries) weight += this.#weightOf(entry.key) + this.#weightOf(entry.value);
    this.#weights.set(node, weight);
    return node;
  }

  /** What merge keys bring: only keys that the mapping does not have itself; of several sources the first wins. */
  #merged(own: readonly YamlEntry[], sources: readonly YamlNode[]): readonly YamlEntry[] {
    if (sources.length === 0) return [];
    const known = new Set<string>();
    for (const entry of own) if (entry.key.kind === 'scalar') known.add(entry.key.text);
    const merged: YamlEntry[] = [];
    for (const source of sources.flatMap((one) => (one.kind === 'list' ? one.items : [one]))) {
      if (source.kind !== 'map') continue;
      const brought: string[] = [];
      for (const { key, value, end } of source.entries) {
        if (key.kind !== 'scalar' || known.has(key.text)) continue;
        if (!this.#mayRepeat(this.#weightOf(value) + 1, key.start, key.end)) return merged;
        brought.push(key.text);
        merged.push(new EntryNode(this.#given.lines, end, key, value, true));
      }
      for (const name of brought) known.add(name);
    }
    return merged;
  }

  #list(list: YAMLSeq): YamlNode {
    const items: YamlNode[] = [];
    const start = this.#start(list);
    let end = start;
    let weight = 1;
    for (const item of list.items) {
      const built = this.#build(isPair(item) ? item.key : item, end);
      items.push(built.node);
      end = Math.max(end, built.end);
      weight += this.#weightOf(built.node);
    }
    const node = new ListNode(this.#given.lines, start, this.#endOf(list, end), items);
    this.#weights.set(node, weight);
    return node;
  }

  #scalar(scalar: Scalar): YamlNode {
    const start = this.#start(scalar);
    const end = this.#given.base + (scalar.range?.[1] ?? scalar.range?.[0] ?? 0);
    const style = STYLES[scalar.type ?? ''] ?? 'plain';
    const node = new ScalarNode(
      this.#given.lines,
      { start, end: this.#trimmed(start, end) },
      { text: this.#textOf(scalar, style), style, source: this.#given.source },
    );
    if (scalar.anchor) this.#anchors.set(scalar.anchor, node);
    return node;
  }

  #textOf(scalar: Scalar, style: ScalarStyle): string {
    const text = typeof scalar.value === 'string' ? scalar.value : '';
    if (scalar.tag === BINARY) return decodeBase64(text);
    const { decide } = this.#given;
    if (decide === undefined || style === 'literal' || style === 'folded') return text;
    const decided = decide(text);
    return decided === text || style !== 'plain' ? decided : decided.trim();
  }

  #alias(alias: Alias): Built {
    const start = this.#start(alias);
    const end = this.#given.base + (alias.range?.[1] ?? 0);
    const node = this.#anchors.get(alias.source);
    if (node !== undefined && this.#mayRepeat(this.#weightOf(node), start, end)) return { node, end };
    if (this.#open.has(alias.source)) {
      this.#given.onProblem(
        'CYCLIC_ALIAS',
        `the alias *${alias.source} stands inside its own anchor`,
        start,
        end,
      );
    } else if (node === undefined) {
      this.#given.onProblem('BAD_ALIAS', `no anchor &${alias.source} stands before this alias`, start, end);
    }
    return { node: this.#absent(start), end };
  }

  #mayRepeat(weight: number, start: number, end: number): boolean {
    const before = this.#repeated;
    if (before > MOST_REPEATED_NODES) return false;
    this.#repeated += weight;
    if (this.#repeated <= MOST_REPEATED_NODES) return true;
    const message = `aliases and merge keys repeat more than ${MOST_REPEATED_NODES} nodes`;
    this.#given.onProblem('ALIAS_BOUND', message, start, end);
    return false;
  }

  #absent(at: number): YamlNode {
    const range = { start: at, end: at };
    return new ScalarNode(this.#given.lines, range, { text: '', style: 'plain', source: this.#given.source });
  }

  #weightOf(node: YamlNode): number {
    return this.#weights.get(node) ?? 1;
  }

  #start(node: { range?: readonly [number, number, number] | null | undefined }): number {
    return this.#given.base + (node.range?.[0] ?? 0);
  }

  /** A block collection ends with its last value; one in brackets, with its bracket. */
  #endOf(node: YAMLMap | YAMLSeq, lastValue: number): number {
    return node.flow === true ? this.#given.base + (node.range?.[1] ?? 0) : lastValue;
  }

  #trimmed(start: number, end: number): number {
    let at = end;
    while (at > start && isSpace(this.#given.source.charCodeAt(at - 1))) at--;
    return at;
  }
}

function isMergeKey(key: YamlNode): boolean {
  return key.kind === 'scalar' && key.style === 'plain' && key.text === '<<';
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

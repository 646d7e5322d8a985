import type { Position, Span } from '../../domain/index.ts';
import { type Anchorage, alignScalar, sourceOffset } from './align.ts';
import type { LineTable } from './lines.ts';

export type YamlNode = YamlMap | YamlList | YamlScalar;

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

interface Placed {
  /** Offsets in the text that was read; `end` is exclusive and never holds trailing blanks. */
  readonly start: number;
  readonly end: number;
  readonly span: Span;
}

export interface YamlMap extends Placed {
  readonly kind: 'map';
  /** In file order, repeated keys included; what a merge key (`<<`) brings stands at the end. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlList extends Placed {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
}

export interface YamlScalar extends Placed {
  readonly kind: 'scalar';
  /** The value as text, whatever its type: `8080`, `true`; empty for an absent value. */
  readonly text: string;
  readonly style: ScalarStyle;
  /** The place in the file of a character of `text`; the scalar's nearest place where it was folded or escaped. */
  placeOf(offset: number): Position;
}

export interface YamlEntry {
  readonly key: YamlNode;
  /** The value; where the file writes an alias, the node with the anchor. */
  readonly value: YamlNode;
  /** From the key to the end of the value as written here (for an alias, to the end of the alias). */
  readonly span: Span;
  readonly start: number;
  readonly end: number;
  /** True where a merge key brought the entry from another mapping. */
  readonly merged: boolean;
}

/** One document of a stream, placed from its marker to the next one; `root` is null where it could not be read. */
export interface YamlDocument {
  readonly root: YamlNode | null;
  readonly span: Span;
  readonly start: number;
  readonly end: number;
  readonly problems: readonly YamlProblem[];
}

export interface YamlProblem {
  /** The library's code (`BAD_INDENT`, `TAB_AS_INDENT` …) or `TOO_DEEP`, `TOO_MANY_ANCHORS`, `ALIAS_BOUND`, `CYCLIC_ALIAS`, `FAILED`. */
  readonly code: string;
  /** One clause without a full stop and without its place. */
  readonly message: string;
  readonly span: Span;
}

class Node {
  readonly start: number;
  readonly end: number;
  readonly lines: LineTable;

  constructor(lines: LineTable, start: number, end: number) {
    this.lines = lines;
    this.start = start;
    this.end = Math.max(start, end);
  }

  /** Made on demand: most nodes are never reported. */
  get span(): Span {
    return this.lines.span(this.start, this.end);
  }
}

export class MapNode extends Node implements YamlMap {
  readonly kind = 'map';
  readonly entries: readonly YamlEntry[];

  constructor(lines: LineTable, start: number, end: number, entries: readonly YamlEntry[]) {
    super(lines, start, end);
    this.entries = entries;
  }
}

export class EntryNode extends Node implements YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
  readonly merged: boolean;

  constructor(lines: LineTable, end: number, key: YamlNode, value: YamlNode, merged = false) {
    super(lines, key.start, end);
    this.key = key;
    this.value = value;
    this.merged = merged;
  }
}

export class ListNode extends Node implements YamlList {
  readonly kind = 'list';
  readonly items: readonly YamlNode[];

  constructor(lines: LineTable, start: number, end: number, items: readonly YamlNode[]) {
    super(lines, start, end);
    this.items = items;
  }
}

export class ScalarNode extends Node implements YamlScalar {
  readonly kind = 'scalar';
  readonly text: string;
  readonly style: ScalarStyle;
  readonly #source: string;
  #anchorage: Anchorage | undefined;

  /** `source` is the whole text that was read: offsets are found in it only when asked for. */
  constructor(
    lines: LineTable,
    range: { readonly start: number; readonly end: number },
    given: { readonly text: string; readonly style: ScalarStyle; readonly source: string },
  ) {
    super(lines, range.start, range.end);
    this.text = given.text;
    this.style = given.style;
    this.#source = given.source;
  }

  placeOf(offset: number): Position {
    this.#anchorage ??= alignScalar(this.#source.slice(this.start, this.end), this.text, this.style);
    const within = sourceOffset(this.#anchorage, offset);
    return this.lines.position(Math.min(this.start + within, this.end));
  }
}

import { Lexer } from 'yaml';
import type { Position } from '../domain/index.ts';
import { isNull, LineTable, readYaml, repeatedKeys, type YamlNode } from '../formats/yaml/index.ts';

/** What a text without tags, numbers and dates can hold. */
export type PlainData = string | boolean | null | readonly PlainData[] | PlainMap;
/** Without a prototype, so that no key of a text means anything to JavaScript. */
export interface PlainMap {
  readonly [key: string]: PlainData;
}

/** The way from a document’s root to a value: keys, and indexes of lists from 0. */
export type KeyPath = readonly (string | number)[];

/** One thing that is wrong with a text, with its place in it. */
export interface TextProblem extends Position {
  readonly message: string;
}

/** A YAML text as plain data that knows where each part stands. Scalars are text, `true`, `false` or null; never numbers. */
export interface PlainDocument {
  readonly data: PlainMap;
  /** The place of a key (or list item); of the nearest one above it where there is none. */
  placeOf(path: KeyPath): Position;
  /** The place of a key's value. */
  valuePlaceOf(path: KeyPath): Position;
}

/** A policy of a thousand lines is half as large; a larger one would take longer to read than RELIABILITY C03 allows. */
const LARGEST_TEXT = 64 * 1024;
const BEGINNING: Position = { line: 1, column: 1 };

/** Reads a text that may only hold data: no tags, no aliases, no merge keys, no repeated keys, one document, a map at its root. */
export function readDocument(
  text: string,
  largest = LARGEST_TEXT,
): { readonly document: PlainDocument } | { readonly problems: readonly TextProblem[] } {
  if (text.length > largest)
    return refuse([{ ...BEGINNING, message: `the file is larger than ${largest / 1024} KB` }]);
  const problems = [...codeInDisguise(text)];
  if (problems.length > 0) return refuse(problems);
  const documents = readYaml(text);
  for (const document of documents) {
    for (const { message, span } of document.problems) problems.push({ ...span.start, message });
  }
  const [first, second] = documents;
  if (second !== undefined)
    problems.push({ ...second.span.start, message: 'a second YAML document: a policy is one document' });
  if (problems.length > 0) return refuse(problems);
  const reader = new Reader();
  const root = first?.root ?? null;
  const data = root === null || isNull(root) ? emptyMap() : reader.read(root, []);
  if (reader.problems.length > 0) return refuse(reader.problems);
  if (!isPlainMap(data))
    return refuse([{ ...(root?.span.start ?? BEGINNING), message: 'the text has to be a map of keys' }]);
  const { keys, values } = reader;
  return {
    document: {
      data,
      placeOf: (path) => nearest(keys, path),
      valuePlaceOf: (path) => values.get(pathKey(path)) ?? nearest(keys, path),
    },
  };
}

/** Narrows plain data to a map. */
export function isPlainMap(data: PlainData | undefined): data is PlainMap {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** A new map without a prototype. */
export function emptyMap(): Record<string, PlainData> {
  return Object.create(null) as Record<string, PlainData>;
}

function refuse(problems: readonly TextProblem[]): { readonly problems: readonly TextProblem[] } {
  return { problems };
}

/** Tags could name code, anchors and aliases can blow a small text up: none of them is data that a policy needs. */
function* codeInDisguise(text: string): Generator<TextProblem> {
  const lines = new LineTable(text);
  let offset = 0;
  let scalar = false;
  for (const token of new Lexer().lex(text)) {
    // The lexer announces scalars, documents and flow errors by control characters that are not in the text.
    if (token === '\u001F' || token === '\u0002' || token === '\u0018') {
      scalar = token === '\u001F';
      continue;
    }
    const message = scalar ? undefined : refusalOf(token);
    if (message !== undefined) yield { ...lines.position(offset), message };
    scalar = false;
    offset += token.length;
  }
}

function refusalOf(token: string): string | undefined {
  if (token.startsWith('!'))
    return `the tag ${token.slice(0, 60)} is not allowed: a policy is plain data, so write the value without a tag`;
  if (token.startsWith('&') || token.startsWith('*'))
    return `${token.startsWith('&') ? 'the anchor' : 'the alias'} ${token.slice(0, 60)} is not allowed: write the value out where it is needed`;
  if (token.startsWith('%')) return `the directive ${token.slice(0, 60)} is not allowed: leave it out`;
  return undefined;
}

class Reader {
  readonly problems: TextProblem[] = [];
  readonly keys = new Map<string, Position>();
  readonly values = new Map<string, Position>();

  read(node: YamlNode, path: KeyPath): PlainData {
    this.values.set(pathKey(path), node.span.start);
    if (node.kind === 'scalar') return node.style === 'plain' ? plainValue(node.text) : node.text;
    if (node.kind === 'list')
      return node.items.map((item, index) => {
        this.keys.set(pathKey([...path, index]), item.span.start);
        return this.read(item, [...path, index]);
      });
    for (const repeated of repeatedKeys(node)) {
      const key = repeated.key.kind === 'scalar' ? repeated.key.text : '';
      this.#fault(repeated.key, `the key "${key.slice(0, 60)}" stands here a second time`);
    }
    const map = emptyMap();
    for (const { key, value, merged } of node.entries) {
      if (merged) this.#fault(key, 'merge keys (`<<`) are not allowed: write the keys out');
      else if (key.kind !== 'scalar') this.#fault(key, 'a key has to be a word');
      else if (key.text === '__proto__') this.#fault(key, '"__proto__" is no key of a policy');
      else {
        const inner = [...path, key.text];
        this.keys.set(pathKey(inner), key.span.start);
        map[key.text] = this.read(value, inner);
      }
    }
    return map;
  }

  #fault(node: YamlNode, message: string): void {
    this.problems.push({ ...node.span.start, message });
  }
}

function plainValue(text: string): PlainData {
  if (text === 'true' || text === 'false') return text === 'true';
  return text === '' || text === 'null' || text === '~' ? null : text;
}

function nearest(places: ReadonlyMap<string, Position>, path: KeyPath): Position {
  for (let length = path.length; length > 0; length--) {
    const place = places.get(pathKey(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return BEGINNING;
}

function pathKey(path: KeyPath): string {
  return JSON.stringify(path);
}

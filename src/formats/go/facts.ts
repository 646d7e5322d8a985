import type { Node, Tree } from 'web-tree-sitter';
import type { Fact, GoFact, Span } from '../../domain/index.ts';
import { placeIn } from '../shell/index.ts';
import { type NoTree, withTree } from './grammar.ts';
import { type FileContext, type Start, startOfCall, startsOfLiteral } from './starts.ts';
import { stringValue } from './strings.ts';

type Import = GoFact['imports'][number];

const MOST_STARTS = 10_000;

/** Packages whose Command starts a program; the first two are functions, others make values that have it. */
const EXEC_PACKAGES: ReadonlySet<string> = new Set(['os/exec', 'golang.org/x/sys/execabs']);
const EXEC_INTERFACES = /(^|\/)utils?\/exec$/;

/** The imports and program starts of Go source; unreadable where it cannot be parsed. */
export function factsOfGo(text: string): readonly Fact[] {
  return withTree<readonly Fact[]>(text, (tree) => read(tree, text), unreadable);
}

const REASONS: Readonly<Record<NoTree, string>> = {
  'not-loaded': 'the grammar of Go is not loaded',
  'too-hard': 'takes more steps to parse than any real Go file',
};

function unreadable(why: NoTree): readonly Fact[] {
  return [{ kind: 'unreadable', because: REASONS[why] }];
}

function read(tree: Tree, text: string): readonly Fact[] {
  const place = placeIn(text);
  const spanOf = (node: Node): Span => ({ start: place(node.startIndex), end: place(node.endIndex) });
  const root = tree.rootNode;
  const imports = root.descendantsOfType('import_spec').flatMap((node) => importOf(node, spanOf));
  const found = startsIn(root, contextOf(text, root, imports));
  const starts = found
    .slice(0, MOST_STARTS)
    .map(({ call, words, node }) => ({ call, words, span: spanOf(node) }));
  const facts: Fact[] = [{ kind: 'go', imports, starts }];
  if (found.length > MOST_STARTS)
    facts.push({ kind: 'unreadable', because: `more than ${MOST_STARTS} program starts` });
  if (root.hasError) facts.push(brokenSyntax(root, spanOf));
  return facts;
}

/** The rest is read all the same: the parser goes on behind an error. */
function brokenSyntax(root: Node, spanOf: (node: Node) => Span): Fact {
  const node = firstError(root);
  const span = spanOf(node);
  return { kind: 'unreadable', span, because: `line ${span.start.line}: not Go syntax` };
}

/** By a cursor: a node's list of children may be as long as the file. */
function firstError(root: Node): Node {
  const cursor = root.walk();
  try {
    for (;;) {
      const node = cursor.currentNode;
      if (node.isError || node.isMissing || !node.hasError) {
        if (node.isError || node.isMissing || !cursor.gotoNextSibling()) return node;
      } else if (!cursor.gotoFirstChild()) return node;
    }
  } finally {
    cursor.delete();
  }
}

function importOf(node: Node, spanOf: (node: Node) => Span): readonly Import[] {
  const path = node.childForFieldName('path');
  const value = path === null ? null : stringValue(path);
  if (value === null) return [];
  const name = node.childForFieldName('name')?.text;
  return [
    name === undefined ? { path: value, span: spanOf(node) } : { path: value, name, span: spanOf(node) },
  ];
}

function contextOf(text: string, root: Node, imports: readonly Import[]): FileContext {
  const execNames = new Set<string>();
  let hasExecInterface = false;
  for (const { path, name } of imports) {
    const isInterface = EXEC_INTERFACES.test(path);
    if (!isInterface && !EXEC_PACKAGES.has(path)) continue;
    hasExecInterface ||= isInterface;
    execNames.add(name ?? path.slice(path.lastIndexOf('/') + 1));
  }
  return { text, execNames, hasExecInterface, constants: constantsOf(root) };
}

/** Constants with one literal each. A name that is declared twice (in two functions) has no single value. */
function constantsOf(root: Node): ReadonlyMap<string, string> {
  const values = new Map<string, string | null>();
  for (const spec of root.descendantsOfType('const_spec')) {
    const name = spec.childForFieldName('name')?.text;
    if (name === undefined) continue;
    const value = spec.childForFieldName('value')?.namedChild(0) ?? null;
    values.set(name, values.has(name) || value === null ? null : stringValue(value));
  }
  return new Map([...values].flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function startsIn(root: Node, file: FileContext): readonly Start[] {
  const starts: Start[] = [];
  for (const node of root.descendantsOfType(['call_expression', 'composite_literal'])) {
    if (starts.length > MOST_STARTS) break;
    if (node.type === 'composite_literal') starts.push(...startsOfLiteral(node, file));
    else {
      const start = startOfCall(node, file);
      if (start !== null) starts.push(start);
    }
  }
  return starts;
}

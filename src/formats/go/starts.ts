import type { Node } from 'web-tree-sitter';
import { isShell, isWindowsShell } from '../../domain/index.ts';
import { stringValue } from './strings.ts';

export type Words = readonly (string | null)[];

/** A call or literal that starts a program. */
export interface Start {
  readonly call: string;
  readonly words: Words;
  readonly node: Node;
}

/** What a file's other lines say about its calls. */
export interface FileContext {
  /** The source. A node's own `text` copies it: only for nodes that do not nest. */
  readonly text: string;
  /** Names under which packages that start programs are imported: `exec`; `.` for a dot import. */
  readonly execNames: ReadonlySet<string>;
  /** The file imports an interface over os/exec (`k8s.io/utils/exec`), so that values have `.Command` too. */
  readonly hasExecInterface: boolean;
  /** Named string constants of the file. */
  readonly constants: ReadonlyMap<string, string>;
}

const EXEC_CALLS: ReadonlySet<string> = new Set(['Command', 'CommandContext', 'LookPath']);

/** Names of functions that start programs, or put the words of one together. */
const STARTS_PROGRAMS =
  /command|cmd|exec|run|start|spawn|shell|output|popen|system|invoke|launch|script|bash/i;

/** Names of functions that only write or compare words, or complete them in an interactive shell. */
const ONLY_SAYS =
  /print|log|info|warn|error|fatal|debug|trace|complet|panic|skip|describe|contains|prefix|suffix|usage|flag|var$/i;

const LONGEST_NAME = 80;

/** A longer list is data (a table of file types), not the words of a program. */
const MOST_WORDS = 256;

/** What a call starts; null for a call that starts nothing known. */
export function startOfCall(call: Node, file: FileContext): Start | null {
  const target = call.childForFieldName('function');
  const list = call.childForFieldName('arguments');
  if (target === null || list === null) return null;
  const name = calledName(target);
  if (name === null) return null;
  const nodes = argumentNodes(list);
  const values = nodes.map((node) => literalOf(node, file));
  const known = execCall(target, name, file);
  if (known !== null) {
    const words = name === 'CommandContext' ? values.slice(1) : values;
    return words.length > 0 ? { call: known, words, node: call } : null;
  }
  const from = wrapperWords(shortText(target, file), name, nodes, values);
  return from === null ? null : { call: shortText(target, file), words: values.slice(from), node: call };
}

/** `[]string{"/bin/sh", "-c", …}`, and each list of a `[][]string`. */
export function startsOfLiteral(literal: Node, file: FileContext): readonly Start[] {
  const type = literal.childForFieldName('type');
  const body = literal.childForFieldName('body');
  if (type === null || body === null || !isListOfStrings(type)) return [];
  const starts: Start[] = [];
  for (const list of stringLists(body)) {
    if (list.namedChildCount > MOST_WORDS) continue;
    const words = elementNodes(list).map((node) => literalOf(node, file));
    if (startsShell(words)) starts.push({ call: '[]string', words, node: list === body ? literal : list });
  }
  return starts;
}

/** The last part of what is called: `Command` in `a.b().Command(…)`; null for what has no name. */
function calledName(target: Node): string | null {
  if (target.type === 'identifier') return target.text;
  return target.type === 'selector_expression' ? (target.childForFieldName('field')?.text ?? null) : null;
}

/** A call of os/exec or of its interface: the name to report, null where it is neither. */
function execCall(target: Node, name: string, file: FileContext): string | null {
  if (!EXEC_CALLS.has(name)) return null;
  const operand = target.childForFieldName('operand');
  if (operand === null) return file.execNames.has('.') ? `exec.${name}` : null;
  if (operand.type === 'identifier' && file.execNames.has(operand.text)) return `exec.${name}`;
  return file.hasExecInterface && /exec/i.test(shortText(operand, file)) ? `exec.${name}` : null;
}

/** The beginning of a node's text; what is called may hold half the file (`a.b().c()…`). */
function shortText(node: Node, { text }: FileContext): string {
  return text
    .slice(node.startIndex, Math.min(node.endIndex, node.startIndex + LONGEST_NAME))
    .replace(/\s+/g, '');
}

function argumentNodes(list: Node): readonly Node[] {
  return list.namedChildren.filter((child) => child.type !== 'comment');
}

function elementNodes(body: Node): readonly Node[] {
  return body.namedChildren.flatMap((child) => {
    if (child.type === 'comment') return [];
    const inner = child.type === 'literal_element' ? child.namedChild(0) : child;
    return inner === null ? [] : [inner];
  });
}

function literalOf(node: Node, { constants }: FileContext): string | null {
  if (node.type === 'identifier') return constants.get(node.text) ?? null;
  return stringValue(node);
}

function isListOfStrings(type: Node): boolean {
  return type.endIndex - type.startIndex < LONGEST_NAME && /^(\[[^\]]*\])+string$/.test(type.text);
}

function stringLists(body: Node): readonly Node[] {
  if (body.namedChildCount > MOST_WORDS && body.namedChild(0)?.namedChild(0)?.type !== 'literal_value')
    return [];
  const nested = elementNodes(body).filter((node) => node.type === 'literal_value');
  return nested.length > 0 ? nested : [body];
}

/**
 * Where the words of a program begin among the arguments of a wrapper (`execCommand(timeout, "/bin/sh", "-c", …)`); null where the call is no such
 * thing. Only wrappers that are given a shell count: what else they start, their name does not tell.
 */
function wrapperWords(qualified: string, name: string, nodes: readonly Node[], values: Words): number | null {
  if (ONLY_SAYS.test(name)) return null;
  const shell = values.findIndex((value, index) => value !== null && isShellAt(values, index));
  if (shell < 0) return null;
  const isStart = STARTS_PROGRAMS.test(qualified) && nodes[shell + 1]?.type !== 'func_literal';
  if (!isStart && !isCommandOption(values[shell + 1])) return null;
  const first = values.findIndex((value) => value !== null);
  return first < 0 ? shell : first;
}

/** A list without a call around it: only where the words around the shell show that it is started. */
function startsShell(words: Words): boolean {
  const [first, second] = words;
  if (first === undefined || first === null) return words.some((_, index) => isStartedShell(words, index));
  if (isShell(first) && words.length === 1) return first.startsWith('/');
  if (isShell(first) && second === null) return !isWindowsShell(first);
  return words.some((_, index) => isStartedShell(words, index));
}

function isStartedShell(words: Words, index: number): boolean {
  const word = words[index];
  if (word === undefined || word === null || !isShell(word)) return false;
  const next = words[index + 1];
  if (isCommandOption(next)) return true;
  return index === 0
    ? typeof next === 'string' && /^-|^\/|\.sh$/.test(next)
    : words[index - 1] === '--' || (word.startsWith('/') && next?.startsWith('-') === true);
}

/** A shell as an argument. Bare `cmd` is too common a word to be one without its option. */
function isShellAt(values: Words, index: number): boolean {
  const value = values[index];
  if (value === undefined || value === null || !isShell(value)) return false;
  return !isWindowsShell(value) || /^[-/]/.test(values[index + 1] ?? '');
}

/** `-c`, `-ec`, `-x` before `-c`, `/c`, `-Command`. */
function isCommandOption(word: string | null | undefined): boolean {
  return typeof word === 'string' && /^(-[a-z]*[cxeu]|\/c|-command)$/i.test(word);
}

import {
  type ExecCommand,
  type ShellScript,
  type ShellWord,
  type Span,
  shellTextIndex,
  type Word,
} from '../../domain/index.ts';
import { firstFrom } from '../../domain/sorted.ts';
import { readShell } from '../shell/index.ts';
import {
  isNull,
  type LineTable,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../yaml/index.ts';
import type { Masked, MaskedAction } from './mask.ts';

/** A file being read: the text as written, its masked copy that was parsed, and its lines. */
export interface Source {
  readonly text: string;
  readonly masked: Masked;
  readonly lines: LineTable;
}

/** A word of a start, with the scalar that wrote it where there is one. */
export interface StartWord extends Word {
  readonly scalar?: YamlScalar;
  /** Where it begins in the text. */
  readonly offset: number;
}

/** Longest text taken for a list item that is no scalar, in UTF-16 units. */
const MOST_ITEM_TEXT = 500;

export function wordOf(scalar: YamlScalar, source: Source): Word {
  return { text: source.masked.restore(scalar.text), span: scalar.span };
}

/**
 * The words of `command` or `args`: list items, a bare string as one word, and actions that a template puts there
 * (`args: {{ toYaml .Values.args }}` on the next line). Undefined where the value says nothing.
 */
export function startWords(entry: YamlEntry | undefined, source: Source): readonly StartWord[] | undefined {
  if (entry === undefined) return undefined;
  const written = writtenWords(entry.value, source);
  const brought = broughtWords(entry, source);
  const words = brought.length === 0 ? written : [...written, ...brought].sort(byPlace);
  return words.length === 0 ? undefined : words;
}

function byPlace(a: StartWord, b: StartWord): number {
  return a.offset - b.offset;
}

/**
 * The words as each branch of a template leaves them, as far as they begin with another program: where all words so far stand in an `if`,
 * one behind its `else` or `end` may be the first.
 */
export function branchesOf(
  words: readonly StartWord[],
  entry: YamlEntry,
  source: Source,
): readonly (readonly StartWord[])[] {
  const { actions } = source.masked;
  if (actions.length === 0 || entry.merged || words.length < 2) return [words];
  const branches: (readonly StartWord[])[] = [];
  let depth = 0;
  let isFirst = true;
  let next = firstActionFrom(actions, entry.key.end);
  for (const [index, word] of words.entries()) {
    for (
      let action = actions[next];
      action !== undefined && action.start < word.offset;
      action = actions[++next]
    ) {
      const step = branchStep(source.text.slice(action.start, action.end));
      if (step === null) continue;
      depth += step;
      isFirst = true;
    }
    if (isFirst && branches.length === MOST_BRANCHES) return [...branches, [beyondBound(entry, source)]];
    if (isFirst) branches.push(words.slice(index));
    isFirst = false;
    if (depth <= 0) break;
  }
  return branches;
}

/** Branches of one command that are looked at. */
const MOST_BRANCHES = 64;

/** A program that is open, in place of those that are not looked at. */
export function beyondBound(entry: YamlEntry, source: Source): StartWord {
  const { start, end } = entry.key;
  return {
    text: '{{ more alternatives than are read }}',
    span: source.lines.span(start, end),
    offset: start,
  };
}

/** How an action changes the number of open conditions; null where it is none of them. */
function branchStep(action: string): -1 | 0 | 1 | null {
  const word = /^(?:\{\{|\{%|<%)[-+]?\s{0,8}([a-z]{1,10})/.exec(action)?.[1] ?? '';
  if (['if', 'with', 'range', 'for', 'unless'].includes(word)) return 1;
  if (['end', 'endif', 'endfor'].includes(word)) return -1;
  return ['else', 'elif', 'elsif'].includes(word) ? 0 : null;
}

function writtenWords(value: YamlNode, source: Source): readonly StartWord[] {
  if (value.kind === 'scalar') return isNull(value) ? [] : [startWord(value, source)];
  if (value.kind === 'map') return [];
  return value.items.map((item) => startWord(item, source));
}

function startWord(node: YamlNode, source: Source): StartWord {
  if (node.kind === 'scalar') return { ...wordOf(node, source), scalar: node, offset: node.start };
  // `- --flag: value` is a mapping to YAML and refused by the API server: its text is the nearest to what was meant.
  return {
    text: source.text.slice(node.start, Math.min(node.end, node.start + MOST_ITEM_TEXT)),
    span: node.span,
    offset: node.start,
  };
}

/** Actions alone on their lines between the key and the next thing: blanks to the parser, words to the reader. */
function broughtWords(entry: YamlEntry, source: Source): readonly StartWord[] {
  const { actions, text } = source.masked;
  if (actions.length === 0 || entry.merged) return [];
  const words: StartWord[] = [];
  let end = entry.value.start < entry.start ? entry.end : Math.max(entry.key.end, entry.value.end);
  for (let index = firstActionFrom(actions, entry.key.end); index < actions.length; index++) {
    const action = actions[index];
    if (action === undefined) break;
    if (action.start > end) {
      if (!isGap(text, end, action.start)) break;
      end = action.end;
    }
    if (action.kept || action.control) continue;
    words.push({
      text: source.text.slice(action.start, action.end),
      span: source.lines.span(action.start, action.end),
      offset: action.start,
    });
  }
  return words;
}

const INDENT = /\bn?indent\s+(\d{1,3})\s*-?\}\}$/;

/** Actions that write whole lines of a mapping's own keys: `{{- toYaml .Values.more | nindent 8 }}` at the column of its keys. */
export function broughtLines(map: YamlMap, source: Source): readonly Word[] {
  const { actions, text } = source.masked;
  const [first] = map.entries;
  if (actions.length === 0 || first === undefined) return [];
  const indent = first.key.span.start.column - 1;
  const lines: Word[] = [];
  let end = map.end;
  for (let index = firstActionFrom(actions, map.start); index < actions.length; index++) {
    const action = actions[index];
    if (action === undefined) break;
    if (action.start > end) {
      if (!isGap(text, end, action.start)) break;
      end = action.end;
    }
    const written = source.text.slice(action.start, action.end);
    if (action.kept || action.control || Number(INDENT.exec(written)?.[1]) !== indent) continue;
    lines.push({ text: written, span: source.lines.span(action.start, action.end) });
  }
  return lines;
}

/** The first action that begins at the offset or behind it. */
function firstActionFrom(actions: readonly MaskedAction[], offset: number): number {
  return firstFrom(actions, ({ start }) => start < offset);
}

/** True where only space, a colon or a closing bracket stands between. */
function isGap(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!' \t\r\n:'.includes(text[at] ?? '')) return false;
  return true;
}

/** The words as one start; what a shell among them is told to run is read as shell. */
export function execCommand(words: readonly StartWord[], span: Span, source: Source): ExecCommand {
  const plain = words.map(({ text, span }) => ({ text, span }));
  const index = shellTextIndex(plain.map((word) => word.text));
  const scalar = index === null ? undefined : words[index]?.scalar;
  if (scalar === undefined) return { form: 'exec', words: plain, span };
  return { form: 'exec', words: plain, script: scriptOf(scalar, source), span };
}

/** A scalar's text as shell; actions are single words to the shell's reader and then stand as written. */
export function scriptOf(scalar: YamlScalar, source: Source): ShellScript {
  const script = readShell(scalar.text, (offset) => scalar.placeOf(offset));
  return source.masked.actions.length === 0 ? script : restoreScript(script, source.masked);
}

function restoreScript(script: ShellScript, masked: Masked): ShellScript {
  return {
    ...script,
    commands: script.commands.map((command) => ({
      ...command,
      words: command.words.map((word) => restoreWord(word, masked)),
      assignments: command.assignments.map(({ name, value }) => ({
        name: masked.restore(name),
        value: masked.restore(value),
      })),
      redirections: command.redirections.map((one) => ({ ...one, target: masked.restore(one.target) })),
    })),
  };
}

function restoreWord(word: ShellWord, masked: Masked): ShellWord {
  const text = masked.restore(word.text);
  return text === word.text ? word : { ...word, text, literal: false };
}

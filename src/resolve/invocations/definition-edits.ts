import type { Condition, DockerfileFact, Location, Span, Substitution, Value } from '../../domain/index.ts';
import { locate } from '../../domain/index.ts';
import type { Piece } from '../../formats/make/pieces.ts';
import { shown } from '../../formats/make/pieces.ts';
import { type EditedLine, LineEditor } from './edited-lines.ts';
import type { Edit } from './sed.ts';
import { type CommandWord, wordFrom, wordOf, wordValue } from './words.ts';

/** What edits make of the lines of a definition that decide its bases. */
export interface EditedDefinition {
  /** Images that FROM lines name now, by those that they named. */
  readonly substitutions: readonly Substitution[];
  /** Defaults of arguments that are others now. */
  readonly defaults: ReadonlyMap<string, Value>;
}

interface Around {
  readonly path: string;
  readonly edits: readonly Edit[];
  readonly when: readonly Condition[];
  readonly beyond?: string;
}

/** Follows edits over the FROM lines and the arguments above them, each line as it stands in the file. */
export function editedDefinition(fact: DockerfileFact, around: Around): EditedDefinition {
  const substitutions: Substitution[] = [];
  const defaults = new Map<string, Value>();
  if (around.edits.length === 0) return { substitutions, defaults };
  const lines = linesOf(fact, around);
  const stages = new Set<string>();
  for (const stage of fact.stages) {
    const { base, name } = stage;
    const line = lines.get(stage);
    if (line !== undefined && !stages.has(base.text.toLowerCase())) {
      const to = baseAfter(line, base.text, around);
      if (to !== undefined) substitutions.push({ from: base.text, to, whole: true });
    }
    if (name !== undefined) stages.add(name);
  }
  for (const argument of fact.globalArguments) {
    const line = lines.get(argument);
    if (line === undefined || argument.default === undefined) continue;
    const to = defaultAfter(line, argument.name, argument.default.text, around);
    if (to !== undefined) defaults.set(argument.name, to);
  }
  return { substitutions, defaults };
}

/** A line as it stands in the file, and what edits make of it; null where one takes it away. */
interface Before {
  readonly line: EditedLine;
  readonly now: EditedLine | null;
}

/** The lines that decide bases, edited in their order. */
function linesOf(fact: DockerfileFact, { path, edits }: Around): ReadonlyMap<object, Before> {
  const written: (readonly [object, EditedLine])[] = [];
  for (const stage of fact.stages) {
    const { base, name, platform, span } = stage;
    const start = `FROM ${platform === undefined ? '' : `--platform=${platform.text} `}`;
    written.push([stage, lineOf(path, span, [start, base, name === undefined ? '' : ` AS ${name}`])]);
  }
  for (const argument of fact.globalArguments) {
    const { name, default: given, span } = argument;
    const value = given ?? { text: '', span };
    written.push([argument, lineOf(path, span, [`ARG ${name}${given === undefined ? '' : '='}`, value, ''])]);
  }
  const editor = new LineEditor(edits);
  const inOrder = written.toSorted(([, a], [, b]) => a.number - b.number);
  return new Map(inOrder.map(([of, line]) => [of, { line, now: editor.edited(line) }]));
}

function lineOf(
  path: string,
  span: Span,
  [before, word, after]: readonly [string, { readonly text: string; readonly span: Span }, string],
): EditedLine {
  const at = locate(path, span);
  const pieces: Piece[] = [
    { text: before, chain: [at] },
    { text: word.text, chain: [locate(path, word.span)] },
    { text: after, chain: [at] },
  ];
  return { number: span.start.line, pieces: pieces.filter(({ text }) => text !== '') };
}

const IMAGE = /^\s*FROM\s+(?:--\S+\s+){0,4}/i;

/** The image that the line names now; undefined where it is the same. */
function baseAfter({ line, now }: Before, before: string, around: Around): Value | undefined {
  const at = line.pieces[0]?.chain[0];
  if (now === null) return unknown('taken away', at, around);
  if (now.unknown !== undefined) return unknown(`changed by ${now.unknown}`, at, around);
  const text = shown(now.pieces);
  if (text.includes('\n')) return unknown('changed into several lines', at, around);
  const start = IMAGE.exec(text.slice(0, 512))?.[0].length;
  if (start === undefined) return unknown('changed into another instruction', at, around);
  const length = wordLength(text, start);
  const word = text.slice(start, start + length);
  if (word === before) return undefined;
  return decidedValue(wordFrom(wordOf(now.pieces, placeOf(line)), start, start + length), before, around);
}

function defaultAfter(
  { line, now }: Before,
  name: string,
  before: string,
  around: Around,
): Value | undefined {
  const at = line.pieces[0]?.chain[0];
  if (now === null) return unknown('taken away', at, around);
  if (now.unknown !== undefined) return unknown(`changed by ${now.unknown}`, at, around);
  const text = shown(now.pieces);
  if (text.includes('\n')) return unknown('changed into several lines', at, around);
  const start = `ARG ${name}=`.length;
  if (!text.startsWith(`ARG ${name}=`)) return unknown('changed into another instruction', at, around);
  if (text.slice(start) === before) return undefined;
  const bare = wordFrom(wordOf(now.pieces, placeOf(line)), start);
  const quoted = /^(["']).*\1$/.test(bare.text);
  return decidedValue(quoted ? wordFrom(bare, 1, bare.text.length - 1) : bare, before, around);
}

function placeOf({ pieces }: EditedLine): Location {
  const [first] = pieces;
  const at = first?.chain[0];
  if (at === undefined) throw new RangeError('a line without a place');
  return at;
}

/** To the next blank outside what make or a shell leaves open (`$(shell …)`). */
function wordLength(text: string, start: number): number {
  let depth = 0;
  let at = start;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (depth === 0 && /\s/.test(character)) break;
  }
  return at - start;
}

/** A text that Docker would expand further is not decided here; undefined where what is replaced in it is followed word by word. */
function decidedValue(word: CommandWord, before: string, around: Around): Value | undefined {
  const isExpanded = word.pieces.some((piece) => piece.open === undefined && piece.text.includes('$'));
  if (isExpanded) {
    return word.text === replacedIn(before, around.edits)
      ? undefined
      : unknown('given a variable of its own', word.at, around);
  }
  return wordValue(word, around.when, around.beyond);
}

/** The text where plain texts are replaced in it wherever they stand. */
function replacedIn(text: string, edits: readonly Edit[]): string {
  let now = text;
  for (const edit of edits)
    if (edit.kind === 'replace' && edit.plain !== null && now.length <= LONGEST)
      now = now.replaceAll(edit.plain, () => edit.to.text.replace(/\\([^\w])/g, '$1'));
  return now;
}

const LONGEST = 4096;

function unknown(how: string, at: Location | undefined, { when, edits }: Around): Value {
  const because = `its line is ${how} before it is built, and that is not followed`;
  const by = edits.findLast((edit) => edit.kind === 'unknown');
  const chain = at === undefined ? [] : [at];
  return {
    alternatives: [{ when, parts: [{ open: by?.kind === 'unknown' ? by.by : '?', because }], chain }],
    beyond: because,
  };
}

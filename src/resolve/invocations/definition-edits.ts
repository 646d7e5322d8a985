import type { Condition, DockerfileFact, Location, Span, Substitution, Value } from '../../domain/index.ts';
import { locate } from '../../domain/index.ts';
import type { Piece } from '../../formats/make/pieces.ts';
import { shown } from '../../formats/make/pieces.ts';
import { type EditedLine, editedLine } from './edited-lines.ts';
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
  const stages = new Set<string>();
  for (const { base, name, platform, span } of fact.stages) {
    const start = `FROM ${platform === undefined ? '' : `--platform=${platform.text} `}`;
    const line = lineOf(around.path, span, [start, base, name === undefined ? '' : ` AS ${name}`]);
    if (!stages.has(base.text.toLowerCase())) {
      const to = baseAfter(line, base.text, around);
      if (to !== undefined) substitutions.push({ from: base.text, to, whole: true });
    }
    if (name !== undefined) stages.add(name);
  }
  for (const { name, default: given, span } of fact.globalArguments) {
    if (given === undefined) continue;
    const to = defaultAfter(lineOf(around.path, span, [`ARG ${name}=`, given, '']), name, given.text, around);
    if (to !== undefined) defaults.set(name, to);
  }
  return { substitutions, defaults };
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
function baseAfter(line: EditedLine, before: string, around: Around): Value | undefined {
  const now = editedLine(line, around.edits);
  const at = line.pieces[0]?.chain[0];
  if (now === null) return unknown('taken away', at, around);
  if (now.unknown !== undefined) return unknown(`changed by ${now.unknown}`, at, around);
  const text = shown(now.pieces);
  const start = IMAGE.exec(text.slice(0, 512))?.[0].length;
  if (start === undefined) return unknown('changed into another instruction', at, around);
  const length = wordLength(text, start);
  const word = text.slice(start, start + length);
  if (word === before) return undefined;
  return decidedValue(wordFrom(wordOf(now.pieces, placeOf(line)), start, start + length), around);
}

function defaultAfter(line: EditedLine, name: string, before: string, around: Around): Value | undefined {
  const now = editedLine(line, around.edits);
  const at = line.pieces[0]?.chain[0];
  if (now === null) return unknown('taken away', at, around);
  if (now.unknown !== undefined) return unknown(`changed by ${now.unknown}`, at, around);
  const text = shown(now.pieces);
  const start = `ARG ${name}=`.length;
  if (!text.startsWith(`ARG ${name}=`)) return unknown('changed into another instruction', at, around);
  if (text.slice(start) === before) return undefined;
  const bare = wordFrom(wordOf(now.pieces, placeOf(line)), start);
  const quoted = /^(["']).*\1$/.test(bare.text);
  return decidedValue(quoted ? wordFrom(bare, 1, bare.text.length - 1) : bare, around);
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

/** A text that Docker would expand further is not decided here. */
function decidedValue(word: CommandWord, around: Around): Value | undefined {
  const isExpanded = word.pieces.some((piece) => piece.open === undefined && piece.text.includes('$'));
  if (isExpanded) return undefined;
  return wordValue(word, around.when, around.beyond);
}

function unknown(how: string, at: Location | undefined, { when, edits }: Around): Value {
  const because = `its line is ${how} before it is built, and that is not followed`;
  const by = edits.findLast((edit) => edit.kind === 'unknown');
  const chain = at === undefined ? [] : [at];
  return {
    alternatives: [{ when, parts: [{ open: by?.kind === 'unknown' ? by.by : '?', because }], chain }],
    beyond: because,
  };
}

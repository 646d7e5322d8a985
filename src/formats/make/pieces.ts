import type { Alternative, Condition, Location, Value } from '../../domain/index.ts';
import { alikeAsOne, BOUNDS, bounded, compatible, joinConditions } from '../../domain/index.ts';
import { decidingPiece, unmarked } from '../../domain/reference-pieces.ts';

/** A stretch of text with the way that led to it, outermost place first; or a name that stays open. */
export interface Piece {
  /** The text; of an open piece its name. */
  readonly text: string;
  /** `unset`: nothing in the files sets it, so that make takes it for empty unless the environment says otherwise. */
  readonly open?: 'unset' | 'architecture' | 'computed';
  /** Of an open piece: the files set the variable, under other conditions only. */
  readonly elsewhere?: true;
  readonly chain: readonly Location[];
}

/** One thing that an expansion can be. */
export interface Option {
  readonly when: readonly Condition[];
  readonly pieces: readonly Piece[];
}

export interface Choice {
  readonly options: readonly Option[];
  /** The bound that cut it. */
  readonly beyond?: string;
}

const LONGEST_TEXT = 65_536;
const TOO_MANY = `more than ${BOUNDS.alternativesPerValue} alternatives`;
/** So many are looked through for equal ones. */
const MOST_COMBINED = 1024;

export const EMPTY: Choice = { options: [{ when: [], pieces: [] }] };

/** A variable that is not set: by nothing, or, where the case that is left has conditions, in others only. */
export function unsetChoice(name: string, left: readonly Condition[], chain: readonly Location[]): Choice {
  const piece: Piece = {
    text: name,
    open: 'unset',
    chain,
    ...(left.length === 0 ? {} : { elsewhere: true }),
  };
  return { options: [{ when: [], pieces: [piece] }] };
}

export function textChoice(text: string, chain: readonly Location[]): Choice {
  return { options: [{ when: [], pieces: text === '' ? [] : [{ text, chain }] }] };
}

export function openChoice(
  text: string,
  open: NonNullable<Piece['open']>,
  chain: readonly Location[],
): Choice {
  return { options: [{ when: [], pieces: [{ text, open, chain }] }] };
}

export function beyondChoice(reason: string, chain: readonly Location[]): Choice {
  return { ...openChoice('?', 'computed', chain), beyond: reason };
}

/** The text as a person would write it: open pieces as `$(NAME)`. */
export function shown(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.open === undefined ? piece.text : `$(${piece.text})`)).join('');
}

/** The text where nothing is open. */
export function closed(pieces: readonly Piece[]): string | undefined {
  return pieces.some((piece) => piece.open !== undefined) ? undefined : shown(pieces);
}

/** The text as make itself sees it while it reads the file: what nothing sets is empty. */
export function read(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.filter((piece) => piece.open !== 'unset');
}

/** Choices one behind the other; only options under compatible conditions meet. */
export function join(choices: readonly Choice[]): Choice {
  if (choices.length === 1 && choices[0] !== undefined) return choices[0];
  let options: readonly Option[] = EMPTY.options;
  let beyond: string | undefined;
  for (const choice of runsJoined(choices)) {
    beyond ??= choice.beyond;
    // What is cut already needs no further cases, only its text to the end.
    const most = beyond === undefined ? MOST_COMBINED : 0;
    options = options === EMPTY.options ? choice.options : product(options, choice.options, most);
    if (options.length > MOST_COMBINED) beyond ??= TOO_MANY;
    options = fewer(options);
    if (options.length > BOUNDS.alternativesPerValue) {
      beyond ??= TOO_MANY;
      options = options.slice(0, BOUNDS.alternativesPerValue);
    }
    if (options.some((option) => lengthOf(option.pieces) > LONGEST_TEXT)) {
      return beyondChoice(`a value of more than ${LONGEST_TEXT} characters`, []);
    }
  }
  return beyond === undefined ? { options } : { options, beyond };
}

/** Neighbours that each have one option without conditions as one, so that a long text is not copied for each of its parts. */
function* runsJoined(choices: readonly Choice[]): Iterable<Choice> {
  let run: Piece[] = [];
  for (const choice of choices) {
    const [only, second] = choice.options;
    const isPlain = only !== undefined && second === undefined && only.when.length === 0;
    if (isPlain && choice.beyond === undefined) {
      for (const piece of only.pieces) run.push(piece);
      continue;
    }
    if (run.length > 0) yield { options: [{ when: [], pieces: compacted(run) }] };
    run = [];
    yield choice;
  }
  if (run.length > 0) yield { options: [{ when: [], pieces: compacted(run) }] };
}

/** No name of an image has so many parts. */
const MOST_PIECES = 2048;

/** A text of very many parts in few, each with the way of its longest. */
function compacted(pieces: readonly Piece[]): readonly Piece[] {
  if (pieces.length <= MOST_PIECES) return pieces;
  const fewer: Piece[] = [];
  let text: string[] = [];
  let longest: Piece | undefined;
  const end = (): void => {
    if (longest !== undefined) fewer.push({ text: text.join(''), chain: longest.chain });
    text = [];
    longest = undefined;
  };
  for (const piece of pieces) {
    if (piece.open !== undefined) {
      end();
      fewer.push(piece);
      continue;
    }
    text.push(piece.text);
    if (longest === undefined || piece.text.length > longest.text.length) longest = piece;
  }
  end();
  return fewer;
}

/** Each of the left with each of the right that it can meet; with its first only, once there are more than `most`. */
function product(left: readonly Option[], right: readonly Option[], most: number): readonly Option[] {
  const options: Option[] = [];
  for (const a of left) {
    for (const b of right) {
      if (!compatible(a.when, b.when)) continue;
      options.push({ when: joinConditions(a.when, b.when), pieces: compacted([...a.pieces, ...b.pieces]) });
      if (options.length > most) break;
    }
  }
  return options;
}

/** Where there are more options than a value may have: equal ones as one, which holds wherever what they share does. */
export function fewer(options: readonly Option[]): readonly Option[] {
  if (options.length <= BOUNDS.alternativesPerValue) return options;
  return alikeAsOne(options, ({ pieces }) => keyOfPieces(pieces));
}

/** Equal for pieces of the same text that the same places decide. */
export function keyOfPieces(pieces: readonly Piece[]): string {
  const before = keys.get(pieces);
  if (before !== undefined) return before;
  const key = pieces
    .map(({ text, open, chain }) => {
      const at = chain.at(-1);
      return `${open ?? ''}\0${text}\0${at?.path ?? ''}:${at?.start.line ?? 0}`;
    })
    .join('\u0001');
  keys.set(pieces, key);
  return key;
}

const keys = new WeakMap<readonly Piece[], string>();

function lengthOf(pieces: readonly Piece[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.text.length;
  return length;
}

/** All that several choices can be; one that was cut cuts the whole. */
export function oneOf(choices: readonly Choice[], cut?: string): Choice {
  const all = fewer(choices.flatMap(({ options }) => options));
  const options = all.slice(0, BOUNDS.alternativesPerValue);
  const tooMany = all.length > options.length ? TOO_MANY : undefined;
  const beyond = cut ?? choices.find((choice) => choice.beyond !== undefined)?.beyond ?? tooMany;
  return beyond === undefined ? { options } : { options, beyond };
}

/** The choice under further conditions; options that cannot hold under them are left out. */
export function under(choice: Choice, when: readonly Condition[]): Choice {
  if (when.length === 0) return choice;
  const options = choice.options
    .filter((option) => compatible(option.when, when))
    .map((option) => ({ ...option, when: joinConditions(when, option.when) }));
  return { ...choice, options };
}

/** Puts a place in front of every way; one that is beyond its bound already grows no more. */
export function reachedFrom(choice: Choice, at: Location): Choice {
  const options = choice.options.map((option) => ({
    ...option,
    pieces: option.pieces.map((piece) =>
      piece.chain.length > BOUNDS.chainLinks ? piece : { ...piece, chain: [at, ...piece.chain] },
    ),
  }));
  return { ...choice, options };
}

/** One piece of new text whose way is that of the longest piece it was made of. */
export function derived(text: string, from: readonly Piece[]): readonly Piece[] {
  if (text === '') return [];
  let longest: Piece | undefined;
  for (const piece of from)
    if (longest === undefined || piece.text.length > longest.text.length) longest = piece;
  return [{ text, chain: longest?.chain ?? [] }];
}

/** A name for what stays open, without the signs that would begin another reference. */
export function openName(text: string): string {
  return text
    .replace(/[$(){}\s\ue200\ue201]+/g, ' ')
    .trim()
    .slice(0, 160);
}

// ---- values of the domain ------------------------------------------------------------------------------

/** Options as a value: chains end at the place that gives most of the repository's name, where the text is an image. */
export function toValue(choice: Choice): Value {
  const alternatives = choice.options.map(alternativeOf);
  const tooLong = alternatives.some((one) => one.chain.length > BOUNDS.chainLinks);
  const beyond = choice.beyond ?? (tooLong ? `a chain of more than ${BOUNDS.chainLinks} links` : undefined);
  return bounded(alternatives, beyond);
}

function alternativeOf(option: Option): Alternative {
  const parts = option.pieces
    .filter((piece) => piece.text !== '')
    .map((piece) => {
      if (piece.open === undefined) return piece.text;
      return piece.elsewhere === true ? { open: piece.text, elsewhere: true as const } : { open: piece.text };
    });
  return { when: option.when, parts, chain: chainOf(option.pieces) };
}

export function chainOf(pieces: readonly Piece[]): readonly Location[] {
  const texts = pieces.map(({ text, open }) => (open === undefined ? text : unmarked(text)));
  const last = pieces[decidingPiece(texts)]?.chain ?? [];
  const known = new Set(last.map(key));
  const others: Location[] = [];
  for (const piece of pieces) {
    for (const link of piece.chain) {
      if (known.has(key(link))) continue;
      known.add(key(link));
      others.push(link);
    }
  }
  const [first, ...rest] = last;
  return first === undefined || rest.length === 0 ? [...others, ...last] : [first, ...others, ...rest];
}

function key(location: Location): string {
  return `${location.path}\0${location.start.line}\0${location.start.column}`;
}

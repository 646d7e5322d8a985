import type { Choice, Option, Piece } from '../../../formats/make/pieces.ts';

/** Stands between fields, and between the elements of an array. */
const GAP: Piece = { text: '\0', chain: [] };

/** Keeps a field that is empty because it is quoted. */
export const QUOTED: Piece = { text: '', chain: [] };

export const GAPS: Choice = { options: [{ when: [], pieces: [GAP] }] };

export function isGap(piece: Piece): boolean {
  return piece.text === '\0' && piece.open === undefined;
}

/** Text of an unquoted expansion cut into fields where the separators stand. */
export function splitAt(pieces: readonly Piece[], separators: string): readonly Piece[] {
  if (separators === '') return pieces;
  const result: Piece[] = [];
  for (const piece of pieces) {
    if (piece.open !== undefined || isGap(piece)) {
      result.push(piece);
      continue;
    }
    let from = 0;
    for (let at = 0; at <= piece.text.length; at++) {
      const isEnd = at === piece.text.length;
      if (!isEnd && !separators.includes(piece.text[at] ?? '')) continue;
      if (at > from)
        result.push(at - from === piece.text.length ? piece : { ...piece, text: piece.text.slice(from, at) });
      if (!isEnd) result.push(GAP);
      from = at + 1;
    }
  }
  return result;
}

/** The fields between gaps; one of nothing at all is none. */
export function fieldsOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const fields: Piece[][] = [[]];
  for (const piece of pieces) {
    if (isGap(piece)) fields.push([]);
    else fields.at(-1)?.push(piece);
  }
  return fields.filter((field) => field.length > 0).map((field) => field.filter((piece) => piece !== QUOTED));
}

/** How many fields there are; null where one is a gap as a whole, which may be none, or several. */
export function countOf(pieces: readonly Piece[]): number | null {
  const fields = fieldsOf(pieces);
  const isOpen = fields.some(
    (field) =>
      field.some(({ open }) => open !== undefined) &&
      field.every(({ open, text }) => open !== undefined || text === ''),
  );
  return isOpen ? null : fields.length;
}

/** Fields as one list with gaps between them. */
export function listOf(fields: readonly (readonly Piece[])[]): readonly Piece[] {
  return fields.flatMap((field, index) => {
    const kept = field.length === 0 ? [QUOTED] : field;
    return index === 0 ? kept : [GAP, ...kept];
  });
}

/** Each option's pieces changed. */
export function mapPieces(choice: Choice, change: (pieces: readonly Piece[]) => readonly Piece[]): Choice {
  const options = choice.options.map(
    (option): Option => ({ when: option.when, pieces: change(option.pieces) }),
  );
  return { ...choice, options };
}

/** Gaps as the separator's text. */
export function joinedBy(pieces: readonly Piece[], separator: string): readonly Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    if (piece === QUOTED) continue;
    if (!isGap(piece)) result.push(piece);
    else if (separator !== '') result.push({ text: separator, chain: result.at(-1)?.chain ?? [] });
  }
  return result;
}

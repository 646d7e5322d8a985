// What `${x:-d}` and its relatives make of a value that may be missing.
import { compatible, joinConditions } from '../../../domain/index.ts';
import {
  type Choice,
  closed,
  EMPTY,
  type Option,
  oneOf,
  type Piece,
  shown,
  under,
} from '../../../formats/make/pieces.ts';
import { mapPieces } from './fields.ts';
import type { Site } from './state.ts';

/** `${x:-d}` and its relatives; what stays open may be either. */
export function withDefault(
  value: Choice,
  operator: string,
  otherwise: () => Choice,
  when: Site['when'],
): Choice {
  const ways = value.options.flatMap((option): readonly Choice[] => {
    const itself: Choice = { options: [option] };
    const text = closed(option.pieces);
    const isUnset = option.pieces.length > 0 && option.pieces.every((piece) => piece.open === 'unset');
    const isMissing = isUnset || (operator.startsWith(':') && text === '');
    if (operator.endsWith('+')) return [under(isMissing ? EMPTY : otherwise(), option.when)];
    if (operator.endsWith('?')) return [itself];
    if (isMissing) return [under(otherwise(), option.when)];
    const isOpen = option.pieces.every((piece) => piece.open === 'computed') && option.pieces.length > 0;
    if (!isOpen) return [itself];
    const subject = shown(option.pieces);
    const conditions = joinConditions(when, option.when);
    const ways: Choice[] = [];
    const set = { subject, except: [''] };
    const empty = { subject, equals: '' };
    if (compatible(conditions, [set])) ways.push(under(itself, [set]));
    if (compatible(conditions, [empty])) ways.push(under(otherwise(), joinConditions(option.when, [empty])));
    return ways;
  });
  return oneOf(ways, value.beyond);
}

/** Where nothing sets a variable, the environment may: it is open from here on. */
export function settled(choice: Choice): Choice {
  const isUnset = (option: Option): boolean => option.pieces.some((piece) => piece.open === 'unset');
  if (!choice.options.some(isUnset)) return choice;
  return mapPieces(choice, (pieces) =>
    pieces.map((piece): Piece => (piece.open === 'unset' ? { ...piece, open: 'computed' } : piece)),
  );
}

// Small pieces of what a shell tells.
import type { Redirection } from 'unbash';
import type { Location } from '../../../domain/index.ts';
import { type Choice, openName, type Piece } from '../../../formats/make/pieces.ts';
import type { BuildCommand } from '../words.ts';

export function isOutput(one: Extract<Redirection, { type: 'Redirect' }>): boolean {
  const descriptor = one.descriptor?.type === 'FileDescriptor' ? one.descriptor.value : 1;
  const isOwn = /^\/dev\/(?:stdout|fd\/1)$/.test(one.target?.text ?? '');
  return /^(>|>>|>\||&>|&>>)$/.test(one.operator) && descriptor === 1 && !isOwn;
}

/** True where what is printed goes into a file. */
export function writesFile(redirects: readonly Redirection[]): boolean {
  return redirects.some((one) => one.type === 'Redirect' && isOutput(one));
}

/** `>&2`: what is printed goes where nobody keeps it. */
export function goesElsewhere(redirects: readonly Redirection[]): boolean {
  return redirects.some(
    (one) =>
      one.type === 'Redirect' &&
      one.operator === '>&' &&
      (one.descriptor?.type === 'FileDescriptor' ? one.descriptor.value : 1) === 1 &&
      /^[02-9]$/.test(one.target?.text ?? ''),
  );
}

export function boundary(kind: 'enter' | 'leave', at: Location): BuildCommand {
  return {
    words: [],
    at,
    when: [],
    writes: null,
    readsFrom: null,
    piped: false,
    substituted: false,
    boundary: kind,
  };
}

export function openPiece(name: string, at: Location): Piece {
  return { text: openName(name), open: 'computed', chain: [at] };
}

export function openChoiceOf(name: string, at: Location): Choice {
  return { options: [{ when: [], pieces: [openPiece(name, at)] }] };
}

import type { Outcome } from './command.ts';

const MARKER = /^<!-- plinth:reply ([1-9]\d{0,15}) (done|refused|not-understood) -->$/;

/** A reply that knows itself again: whose it is, and what it says. Not shown by GitHub. */
export function markedReply(body: string, commentId: number, outcome: Outcome): string {
  return `${body}\n\n<!-- plinth:reply ${commentId} ${outcome} -->`;
}

/**
 * Of which comment one of our own comments is the reply; null where it is none. The last line alone counts: what people wrote stands
 * before it.
 */
export function readReplyMarker(
  body: string,
): { readonly commentId: number; readonly outcome: Outcome } | null {
  const [, id, outcome] = MARKER.exec(body.trimEnd().split('\n').at(-1)?.trim() ?? '') ?? [];
  return id === undefined ? null : { commentId: Number(id), outcome: outcome as Outcome };
}

/**
 * Of the texts that an image reference is put together from, the index of the one that says which image it is: that gives most of the last part of the
 * repository's name, between the last `/` and the tag or digest.
 */
export function decidingPiece(texts: readonly string[]): number {
  const whole = texts.join('');
  const digest = whole.indexOf('@');
  const name = digest < 0 ? whole : whole.slice(0, digest);
  const start = name.lastIndexOf('/') + 1;
  const colon = name.indexOf(':', start);
  const end = colon < 0 ? name.length : colon;
  let best = 0;
  let most = -1;
  let from = 0;
  texts.forEach((text, index) => {
    const share = Math.min(end, from + text.length) - Math.max(start, from);
    if (share > most) [best, most] = [index, share];
    from += text.length;
  });
  return best;
}

/** What an open piece is called (`shell cat a/version`) says nothing of the reference: its marks are none of it. */
export function unmarked(name: string): string {
  return name.replace(/[/:@]/g, '_');
}

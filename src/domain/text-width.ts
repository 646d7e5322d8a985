/** Where a terminal tells no width: some report 0 columns before they are sized. */
const UNTOLD = 80;

/** How wide text is laid out: what the terminal says, `pipe` where there is no terminal, `widest` at most. */
export function textWidth(
  columns: number | undefined,
  { pipe, widest }: { readonly pipe: number; readonly widest: number },
): number {
  if (columns === undefined) return pipe;
  return Math.min(columns > 0 ? columns : UNTOLD, widest);
}

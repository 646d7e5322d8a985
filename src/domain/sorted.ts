// Looking things up in sorted lists by halves.

/** The index of the first item that is not before what is wanted; the list's length where all are. `isBefore` holds for none behind that. */
export function firstFrom<T>(sorted: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(sorted[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the last number that is not above the wanted one; 0 where all are above. */
export function lastAtMost(ascending: readonly number[], wanted: number): number {
  return Math.max(0, firstFrom(ascending, (one) => one <= wanted) - 1);
}

/** The number nearest to a place, of two equally near the lower; undefined of none. */
export function nearestNumber(ascending: readonly number[], place: number): number | undefined {
  const index = firstFrom(ascending, (one) => one < place);
  const [below, above] = [ascending[index - 1], ascending[index]];
  if (below === undefined || above === undefined) return below ?? above;
  return place - below <= above - place ? below : above;
}

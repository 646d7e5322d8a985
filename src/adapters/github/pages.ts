const PAGE_LENGTH = 100;

/**
 * Reads a list page by page until a page is not full, at most so many pages. Pages are counted, not followed by links, which could lead
 * anywhere. A list that shifts meanwhile may name something twice.
 */
export async function readPages<T>(
  mostPages: number,
  read: (page: { readonly page: number; readonly per_page: number }) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const items = await read({ page, per_page: PAGE_LENGTH });
    all.push(...items);
    if (items.length < PAGE_LENGTH) break;
  }
  return all;
}

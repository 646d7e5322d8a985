// The list of a tree's images → text: a table, CSV, Markdown, JSON, a Mermaid graph.
import type { Inventory } from '../../domain/index.ts';
import { inventoryCsv } from './csv.ts';
import { inventoryMarkdown } from './markdown.ts';
import { inventoryTable } from './table.ts';

export { inventoryGraph } from './graph.ts';

/** The forms of the list; the first is the default. */
export const INVENTORY_FORMATS = ['table', 'json', 'csv', 'markdown'] as const;
/** What `plinth images --format` takes. */
export type InventoryFormat = (typeof INVENTORY_FORMATS)[number];

/** The list of images in the form that was asked for; `width` is that of the terminal, null where there is none. */
export function renderInventory(
  inventory: Inventory,
  format: InventoryFormat,
  width: number | null = null,
): string {
  switch (format) {
    case 'table':
      return inventoryTable(inventory, width);
    case 'json':
      return `${JSON.stringify(inventory, null, 2)}\n`;
    case 'csv':
      return inventoryCsv(inventory);
    case 'markdown':
      return inventoryMarkdown(inventory);
    default:
      return format satisfies never;
  }
}

// The list of a tree's images → text: a table, CSV, Markdown, JSON, a Mermaid graph.
import type { Inventory } from '../../domain/index.ts';
import { inventoryCsv } from './csv.ts';
import { inventoryMarkdown } from './markdown.ts';
import { inventoryTable } from './table.ts';

export { inventoryGraph } from './graph.ts';

export const INVENTORY_FORMATS = ['table', 'json', 'csv', 'markdown'] as const;
export type InventoryFormat = (typeof INVENTORY_FORMATS)[number];

export function renderInventory(inventory: Inventory, format: InventoryFormat): string {
  switch (format) {
    case 'table':
      return inventoryTable(inventory);
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

import type { Inventory } from '../../domain/index.ts';
import { chainText, decidedAt, rowsOf } from './rows.ts';

const COLUMNS = [
  'image',
  'definition',
  'workflow',
  'scope',
  'architecture',
  'base',
  'family',
  'standing',
  'decided at',
  'chain',
  'unresolved',
] as const;

/** RFC 4180: a row for each base of each image. */
export function inventoryCsv(inventory: Inventory): string {
  const rows = rowsOf(inventory).map(({ image, base }) => [
    image.name ?? '',
    image.id,
    image.workflow,
    image.scope,
    base.platform ?? '',
    base.reference,
    base.family ?? '',
    base.standing,
    decidedAt(base),
    chainText(base),
    base.unresolved ?? '',
  ]);
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Text that a spreadsheet would take for a formula gets an apostrophe in front. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

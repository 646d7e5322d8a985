import type { Inventory } from '../../domain/index.ts';
import { csvOf } from '../csv.ts';
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

/** A row for each base of each image. */
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
  return csvOf([COLUMNS, ...rows]);
}

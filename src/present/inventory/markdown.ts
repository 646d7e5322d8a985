import type { Inventory } from '../../domain/index.ts';
import { code } from '../escape.ts';
import { codeCell } from '../markdown-table.ts';
import { decidedAt, rowsOf, STANDING_WORDS, summaryOf } from './rows.ts';

/** A table that a maintainer would commit. */
export function inventoryMarkdown(inventory: Inventory): string {
  const rows = rowsOf(inventory).map(({ image, base }) =>
    [
      image.name === null ? '–' : codeCell(image.name),
      codeCell(image.id),
      image.scope,
      codeCell(base.reference === '' ? '(empty)' : base.reference) +
        (base.platform === null ? '' : ` on ${codeCell(base.platform)}`),
      base.unresolved === undefined
        ? STANDING_WORDS[base.standing]
        : `unresolved: ${codeCell(base.unresolved)}`,
      image.workflow,
      codeCell(decidedAt(base)),
    ].join(' | '),
  );
  const unread = inventory.unread.map(({ path, because }) => `- ${code(path)}: ${code(because)}`);
  return `${[
    ...summaryOf(inventory).map((line, at) => (at === 0 ? line : `- ${line}`)),
    '',
    '| Image | Definition | Scope | Base | Standing | Built by | Decided at |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    ...(unread.length === 0 ? [] : ['', 'Not read:', '', ...unread]),
  ].join('\n')}\n`;
}

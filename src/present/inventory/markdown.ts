import type { Inventory } from '../../domain/index.ts';
import { code } from '../escape.ts';
import { decidedAt, rowsOf, STANDING_WORDS, summaryOf } from './rows.ts';

/** A table that a maintainer would commit. */
export function inventoryMarkdown(inventory: Inventory): string {
  const rows = rowsOf(inventory).map(({ image, base }) =>
    [
      image.name === null ? '–' : cell(image.name),
      cell(image.id),
      image.scope,
      cell(base.reference === '' ? '(empty)' : base.reference) +
        (base.platform === null ? '' : ` on ${cell(base.platform)}`),
      base.unresolved === undefined ? STANDING_WORDS[base.standing] : `unresolved: ${cell(base.unresolved)}`,
      image.workflow,
      cell(decidedAt(base)),
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

/** A bar ends a cell even inside a code span. */
function cell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}

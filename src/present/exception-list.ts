import { type ExceptionState, identityName } from '../domain/index.ts';
import { counted } from '../domain/words.ts';
import { prose } from './escape.ts';
import { asCell, codeCell } from './markdown-table.ts';
import { visible } from './visible.ts';

/** Forms in which exceptions are listed. */
export const EXCEPTION_LIST_FORMATS = ['table', 'markdown', 'json'] as const;
/** One of these forms. */
export type ExceptionListFormat = (typeof EXCEPTION_LIST_FORMATS)[number];

/** Renders what there is to say of each entry; the last line sums up. */
export function renderExceptionList(states: readonly ExceptionState[], format: ExceptionListFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify({ schema: 'plinth-exceptions/1', exceptions: states.map(dataOf) }, null, 2)}\n`;
    case 'markdown':
      return markdownOf(states);
    case 'table':
      return tableOf(states);
    default:
      return format satisfies never;
  }
}

function dataOf({ entry, covers, remarks }: ExceptionState): object {
  const { id, identity, at, ...rest } = entry;
  return { id, ...identity, ...rest, line: at.line, covers, remarks };
}

function tableOf(states: readonly ExceptionState[]): string {
  const rows = [
    ['for', 'rule', 'base', 'reason', 'owner', 'until', 'covers'],
    ...states.map((state) => cellsOf(state).map(visible)),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const told = states.flatMap(({ remarks }, index) => remarks.map((remark) => ({ index, remark })));
  const [head = '', ...body] = lines;
  const marked = body.flatMap((line, index) => [
    line,
    ...told.filter((one) => one.index === index).map(({ remark }) => `  ! ${visible(remark)}`),
  ]);
  return `${[...(states.length === 0 ? [] : [head, ...marked, '']), summaryOf(states)].join('\n')}\n`;
}

function markdownOf(states: readonly ExceptionState[]): string {
  const rows = states.map((state) => {
    const cells = cellsOf(state).map((cell) => (cell === '' ? '' : codeCell(cell)));
    return `| ${[...cells, asCell(state.remarks.map(prose).join('; '))].join(' | ')} |`;
  });
  const head =
    '| for | rule | base | reason | owner | until | covers | remarks |\n|---|---|---|---|---|---|---|---|';
  return `${states.length === 0 ? '' : `${[head, ...rows].join('\n')}\n\n`}${summaryOf(states)}\n`;
}

function cellsOf({ entry, covers }: ExceptionState): readonly string[] {
  const { identity, rule, base, reason, owner, expires } = entry;
  return [identityName(identity), rule, base ?? '', reason, owner, expires ?? 'no end', String(covers)];
}

function summaryOf(states: readonly ExceptionState[]): string {
  const open = states.filter(({ remarks }) => remarks.length > 0).length;
  if (states.length === 0) return 'No exceptions.';
  return `${counted(states.length, 'exception')}${open === 0 ? '' : `, ${open} to look at`}.`;
}

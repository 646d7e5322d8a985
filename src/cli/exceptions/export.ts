import { AppError, type ExceptionEntry, isBaseRule } from '../../domain/index.ts';
import { counted } from '../../domain/words.ts';
import { writeExceptions } from '../../policy/exceptions/index.ts';
import {
  listWith,
  newList,
  type RowWanted,
  readList,
} from '../../policy/exceptions/kubernetes-list/index.ts';
import { type ExportFormat, exceptionsCsv, exceptionsJson } from '../../present/exception-export.ts';
import { policyOf, problemLines } from '../inputs.ts';
import { print, printNote } from '../terminal.ts';
import { listedBase, readExceptions, textOfFile } from './files.ts';

/** What `plinth exceptions export` was asked for; the names are those of its options. */
export interface ExportOptions {
  readonly format: ExportFormat;
  readonly into?: string;
}

/** Prints the entries of an exceptions file in another form. */
export async function exportExceptions(file: string, { format, into }: ExportOptions): Promise<void> {
  if (into !== undefined && format !== 'markdown')
    throw new AppError('usage', '--into takes a list in Markdown: add --format markdown');
  const read = readExceptions(file, await textOfFile(file));
  if ('problems' in read)
    throw new AppError('exceptions-invalid', `${file} cannot be used:\n${problemLines(read.problems)}`);
  await print(await rendered(read.entries, format, into));
}

async function rendered(
  entries: readonly ExceptionEntry[],
  format: ExportFormat,
  into: string | undefined,
): Promise<string> {
  switch (format) {
    case 'yaml':
      return writeExceptions(entries);
    case 'csv':
      return exceptionsCsv(entries);
    case 'json':
      return exceptionsJson(entries);
    case 'markdown': {
      const wanted = rowsOf(entries);
      if (into === undefined) return newList(wanted);
      const policy = policyOf([]);
      const isSame = (listed: string, base: string): boolean =>
        listed === base || listedBase(listed, policy).identity === base;
      return listWith(readList(await textOfFile(into)), wanted, isSame);
    }
    default:
      return format satisfies never;
  }
}

/** A list says which image keeps which base; other entries have no place in it, which is said. */
function rowsOf(entries: readonly ExceptionEntry[]): readonly RowWanted[] {
  const rows: RowWanted[] = [];
  const left: string[] = [];
  for (const { id, identity, rule, base, text, owner } of entries)
    if ('image' in identity && base !== null && isBaseRule(rule))
      rows.push({ image: identity.image, base, text, owner });
    else left.push(id);
  if (left.length > 0)
    printNote(
      `${counted(left.length, 'entry', 'entries')} left out, since a list has images with their base: ${left.join(', ')}`,
    );
  return rows;
}

import type { StatedException } from '../../../domain/index.ts';
import { writeEntry } from '../../../policy/exceptions/index.ts';
import { code, fence } from '../../../present/index.ts';
import type { LookedAt } from '../command.ts';

/** As a command names an entry: in quotes where it has blanks. */
export function asWord(id: string): string {
  return /[\s=]/.test(id) ? `"${id}"` : id;
}

export function untilInWords({ expires }: StatedException): string {
  return expires === null ? 'without an end' : `until ${code(expires)}`;
}

/** Where the entry is to be written, ready to paste. */
export function toPaste(entry: StatedException, { policy, base }: LookedAt): string {
  return [
    `Until ${code(policy.exceptions)} of ${code(base.ref)} holds this entry, the check shows it as undocumented. Write it with this change, below the key ${code('exceptions')}:`,
    fence(writeEntry(entry).trimEnd(), 'yaml'),
  ].join('\n\n');
}

import type { StatedException } from '../../../domain/index.ts';
import { writeEntry } from '../../../policy/exceptions/index.ts';
import { code, fence } from '../../../present/index.ts';
import type { Documented, LookedAt } from '../command.ts';

/** As a command names an entry: in quotes where it has blanks. */
export function asWord(id: string): string {
  return /[\s=]/.test(id) ? `"${id}"` : id;
}

export function untilInWords({ expires }: StatedException): string {
  return expires === null ? 'without an end' : `until ${code(expires)}`;
}

/** Where the entry stands, or is to be written, ready to paste. */
export function documentedInWords(
  documented: Documented,
  entry: StatedException,
  { policy, base }: LookedAt,
): string {
  const until = 'until that is merged the check shows it as undocumented.';
  if (documented.kind === 'committed')
    return `Plinth wrote its entry into ${code(policy.exceptions)} (commit ${code(documented.commit.slice(0, 10))}); ${until}`;
  if (documented.kind === 'written') return `The change writes its entry already; ${until}`;
  return [
    `Until ${code(policy.exceptions)} of ${code(base.ref)} holds this entry, the check shows it as undocumented. Write it with this change, below the key ${code('exceptions')}:`,
    fence(writeEntry(entry).trimEnd(), 'yaml'),
  ].join('\n\n');
}

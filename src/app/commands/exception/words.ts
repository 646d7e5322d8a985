import type { StatedException } from '../../../domain/index.ts';
import { writeGrantedEntry } from '../../../policy/exceptions/index.ts';
import { asWord, code, fence } from '../../../present/index.ts';
import { type Answer, type Documented, type LookedAt, notUnderstood } from '../command.ts';

export function untilInWords({ expires }: StatedException): string {
  return expires === null ? 'without an end' : `until ${code(expires)}`;
}

/** The exception as it is called in a sentence that says its end anyway. */
export function titleOf({ id, expires }: StatedException): string {
  const end = ` until ${expires}`;
  return code(id.endsWith(end) ? id.slice(0, -end.length) : id);
}

/** The answer to a command that has to name an exception and names none. */
export function unnamed(ids: readonly string[]): Answer {
  const named = ids.slice(0, MOST_NAMED).map((id) => code(asWord(id)));
  const more = ids.length > MOST_NAMED ? ', …' : '';
  const text =
    named.length === 0
      ? 'there is no exception here that this can be about; `/plinth exception list` says which there are.'
      : `say which one: ${named.join(', ')}${more}`;
  return notUnderstood(text);
}

const MOST_NAMED = 10;

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
  const accept = documented.suggested
    ? 'Accept the suggestion on the last line of the exceptions file, or write'
    : 'Write';
  return [
    `**Its entry is missing.** ${accept} it with this change, unchanged, into ${code(policy.exceptions)}, below ${code('exceptions:')} and in place of an earlier one for the same. Until ${code(base.ref)} holds it, the check shows it as undocumented.`,
    fence(writeGrantedEntry(entry).trimEnd(), 'yaml'),
  ].join('\n\n');
}

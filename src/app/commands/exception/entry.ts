import {
  EXCEPTION_DAYS,
  EXCEPTION_REASONS,
  madeExceptionId,
  type StatedException,
} from '../../../domain/index.ts';
import type { CommandOption, LookedAt } from '../command.ts';
import type { CommandLine } from '../grammar.ts';

/** Keys by which a command says what an entry says. */
export const ENTRY_OPTIONS: readonly CommandOption[] = [
  { key: 'reason', meaning: `one of ${EXCEPTION_REASONS.join(', ')}; \`other\` where it is left out` },
  {
    key: 'expires',
    meaning: `the last day, \`YYYY-MM-DD\` in UTC; ${EXCEPTION_DAYS} days from now where it is left out`,
  },
  {
    key: 'owner',
    meaning: 'who answers for it, a person or a team; the pull request’s author where it is left out',
  },
  { key: 'issue', meaning: 'address of the issue where the way out is tracked' },
];

/** What an entry starts from. */
export type EntryDraft = Pick<StatedException, 'identity' | 'rule' | 'base' | 'expires'> &
  Partial<Pick<StatedException, 'id' | 'reason' | 'text' | 'owner' | 'issue'>>;

export type MadeEntry = { readonly entry: StatedException } | { readonly why: string };

/** The entry of a draft with what a command line says otherwise, read as the exceptions file of the policy would be read. */
export function makeEntry(
  draft: EntryDraft,
  line: CommandLine,
  { policy, report }: Pick<LookedAt, 'policy' | 'report'>,
): MadeEntry {
  const said = new Map(line.options.map(({ key, value }) => [key, value]));
  const text = line.words[1] ?? draft.text ?? '';
  const { identity, rule, base } = draft;
  // An id that was made of the rest is made anew.
  const id = draft.id === madeExceptionId(draft) ? undefined : draft.id;
  const expires = said.get('expires') ?? draft.expires;
  const written = {
    ...(id === undefined ? {} : { id }),
    ...identity,
    rule,
    ...(base === null ? {} : { base }),
    reason: said.get('reason') ?? draft.reason ?? 'other',
    text,
    owner: said.get('owner') ?? draft.owner ?? '',
    issue: said.get('issue') ?? draft.issue ?? '',
    ...(expires === null || expires === '' ? {} : { expires }),
  };
  // JSON is YAML: one reader says what an entry may be, wherever it comes from.
  const read = policy.exceptionsOf({ from: 'command', text: JSON.stringify({ exceptions: [written] }) });
  // In a comment there is one entry: which one it is of a file says nothing.
  if ('problems' in read)
    return { why: read.problems.map(({ message }) => message.replaceAll('exceptions[1].', '')).join('; ') };
  const [entry] = read.entries;
  if (entry === undefined) return { why: 'nothing is left of it' };
  if (entry.expires !== null && entry.expires < report.inputs.date)
    return { why: `its last day, ${entry.expires}, is over` };
  const { at: _, ...stated } = entry;
  return { entry: stated };
}

/** True where a command line says something about an entry beside its name. */
export function saysMore({ words, options }: CommandLine): boolean {
  return words.length > 1 || options.length > 0;
}

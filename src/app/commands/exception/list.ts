import { type CommentChange, dayAt, type GrantEvent, type StatedException } from '../../../domain/index.ts';
import { code } from '../../../present/index.ts';
import type { Command, LookedAt } from '../command.ts';
import { onJudged } from '../on-judged.ts';
import { standingOn } from './target.ts';
import { untilInWords } from './words.ts';

const MOST_LISTED = 50;

export const list: Command = {
  name: 'exception list',
  usage: '/plinth exception list',
  summary: 'lists the exceptions on record, and those granted, proposed and asked for here',
  permission: 'anyone',
  example: '/plinth exception list',
  words: 0,
  options: [],
  isShown: false,
  run: onJudged(async (_line, look) => ({ outcome: 'done', text: await exceptionsInWords(look) })),
};

/** All that is known of exceptions here, as a list. */
export async function exceptionsInWords(look: LookedAt): Promise<string> {
  const { entries, policy, base, report } = look;
  const { grants, waiting } = standingOn(look);
  const onRecord = new Set(entries.map(({ hash }) => hash));
  const changes = await look.commentChanges();
  const noted = (kind: GrantEvent['kind'], entry: StatedException): string =>
    changesInWords(
      look.events().filter((event) => event.kind === kind && event.entry.hash === entry.hash),
      changes,
    );
  const parts = [
    section(`On record in ${code(policy.exceptions)} of ${code(base.ref)}`, entries.map(lineOf)),
    section(
      'Granted on this pull request',
      grants.map(({ entry, by }) => {
        const state = onRecord.has(entry.hash) ? '' : ', **undocumented**';
        return `${lineOf(entry)}, by ${by.map(code).join(' and ')}${state}${noted('grant', entry)}`;
      }),
    ),
    section(
      'Proposed by this change, not granted',
      (report.proposals ?? []).map(({ entry }) => lineOf(entry)),
    ),
    section(
      'Waiting for somebody who may',
      waiting.map(({ kind, entry, by }) =>
        kind === 'grant'
          ? `${lineOf(entry)}, granted by ${code(by.login)}, another one is needed${noted(kind, entry)}`
          : `${lineOf(entry)}, asked for by ${code(by.login)}${noted(kind, entry)}`,
      ),
    ),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'no exceptions are on record, granted or asked for.' : parts.join('\n\n');
}

/** What was decided by a comment stands whatever becomes of it; who reads the list should not look for the former words in vain. */
function changesInWords(events: readonly GrantEvent[], changes: readonly CommentChange[]): string {
  const told = changes.filter(({ source, id }) =>
    events.some(({ comment }) => comment.source === source && comment.id === id),
  );
  return told
    .map(
      ({ kind, by, at }) =>
        `; the comment was ${kind} by ${code(by.login)} on ${dayAt(at)}, which changes nothing`,
    )
    .join('');
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const rest = lines.length - MOST_LISTED;
  const more = rest > 0 ? [`- and ${rest} more`] : [];
  return [`${title}:`, ...lines.slice(0, MOST_LISTED).map((line) => `- ${line}`), ...more].join('\n');
}

function lineOf(entry: StatedException): string {
  const owner = entry.owner === '' ? '' : `, owner ${code(entry.owner)}`;
  return `${code(entry.id)} (${code(entry.rule)}, ${code(entry.reason)}) ${untilInWords(entry)}${owner}`;
}

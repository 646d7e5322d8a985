import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { CommentSource, GrantEvent, NonEmpty } from '../../domain/index.ts';

/** What a comment's commands came to; the worst of them. */
export type Outcome = 'done' | 'refused' | 'not-understood';

/** Where a reply stands: the same words elsewhere are not that reply. */
export interface ReplyPlace {
  readonly repositoryId: number;
  /** Of the pull request. */
  readonly number: number;
}

/** What a reply says in a form that the App reads again. */
export interface ReplyStatement {
  /** The comment that it answers: GitHub numbers the kinds of comments apart. */
  readonly source: CommentSource;
  readonly commentId: number;
  readonly outcome: Outcome;
  /** What was kept of exceptions for it: an empty store is filled from here. */
  readonly events: readonly GrantEvent[];
}

/** Marks the App's own replies, and knows them again. */
export interface ReplyMarks {
  /** The reply with its mark, which GitHub does not show. */
  mark(text: string, statement: ReplyStatement, place: ReplyPlace): string;
  /**
   * What one of the App's own comments states; null where it is no reply of this App in this place, or is not as the App wrote it. The
   * last line alone counts: what people wrote, and a reply repeats, stands before it.
   */
  read(body: string, place: ReplyPlace): ReplyStatement | null;
}

const MARKER =
  /^<!-- plinth:reply (?:(review|review-comment) )?([1-9]\d{0,15}) (done|refused|not-understood) ([A-Za-z0-9_-]{43})(?: ([A-Za-z0-9_-]+))? -->$/;
const PURPOSE = 'plinth reply mark 1';
const KEY_BYTES = 32;

/**
 * Whoever may write to a repository may edit the App's comments, and copy them. So a mark is a signature (HMAC-SHA-256) over all that it states,
 * the visible text included, and over where that stands (SEMANTICS 7.5). Its key follows from the webhook secret, which GitHub and the App
 * alone know; who has that can speak for GitHub anyway. The first secret signs; while one is being changed for another, marks of both
 * count.
 */
export function createReplyMarks(secrets: NonEmpty<string>, appId: number): ReplyMarks {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, KEY_BYTES)));
  const [own = Buffer.alloc(0)] = keys;
  const sign = (key: Buffer, text: string, statement: ReplyStatement, place: ReplyPlace) => {
    const { repositoryId, number } = place;
    const signed = [
      appId,
      repositoryId,
      number,
      ...nameOf(statement),
      statement.outcome,
      normalised(text),
      ...dataOf(statement),
    ];
    return createHmac('sha256', key).update(JSON.stringify(signed)).digest();
  };
  return {
    mark(text, statement, place) {
      const signature = sign(own, text, statement, place).toString('base64url');
      const parts = [...nameOf(statement), statement.outcome, signature, ...dataOf(statement)];
      return `${text}\n\n<!-- plinth:reply ${parts.join(' ')} -->`;
    },
    read(body, place) {
      const lines = normalised(body).split('\n');
      const [, source = 'issue-comment', id, outcome, signature, data] = MARKER.exec(lines.pop() ?? '') ?? [];
      if (id === undefined || signature === undefined) return null;
      const statement = {
        source: source as CommentSource,
        commentId: Number(id),
        outcome: outcome as Outcome,
        events: eventsOf(data),
      };
      const given = Buffer.from(signature, 'base64url');
      const text = lines.join('\n');
      const fits = keys.map((key) => timingSafeEqual(given, sign(key, text, statement, place)));
      return fits.includes(true) ? statement : null;
    },
  };
}

/** A comment on the conversation goes by its number alone, as it did when no other kind was answered. */
function nameOf({ source, commentId }: ReplyStatement): readonly (string | number)[] {
  return source === 'issue-comment' ? [commentId] : [source, commentId];
}

/** Nothing where nothing was kept, so that older replies are known again. */
function dataOf({ events }: ReplyStatement): readonly string[] {
  return events.length === 0 ? [] : [Buffer.from(JSON.stringify(events)).toString('base64url')];
}

/** Only looked at where the signature fits, which is over this text: so it has the shape that the App wrote. */
function eventsOf(data: string | undefined): readonly GrantEvent[] {
  if (data === undefined) return [];
  try {
    const events: unknown = JSON.parse(Buffer.from(data, 'base64url').toString());
    return Array.isArray(events) ? (events as readonly GrantEvent[]) : [];
  } catch {
    return [];
  }
}

/** A form on GitHub ends lines its own way; blanks at the end show nothing. */
function normalised(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}

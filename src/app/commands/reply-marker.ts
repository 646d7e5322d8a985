import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { CommentSource } from '../../adapters/store/index.ts';
import type { NonEmpty } from '../../domain/index.ts';
import type { Outcome } from './command.ts';

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
  /^<!-- plinth:reply (?:(review|review-comment) )?([1-9]\d{0,15}) (done|refused|not-understood) ([A-Za-z0-9_-]{43}) -->$/;
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
    const signed = [appId, repositoryId, number, ...nameOf(statement), statement.outcome, normalised(text)];
    return createHmac('sha256', key).update(JSON.stringify(signed)).digest();
  };
  return {
    mark(text, statement, place) {
      const signature = sign(own, text, statement, place).toString('base64url');
      return `${text}\n\n<!-- plinth:reply ${nameOf(statement).join(' ')} ${statement.outcome} ${signature} -->`;
    },
    read(body, place) {
      const lines = normalised(body).split('\n');
      const [, source = 'issue-comment', id, outcome, signature] = MARKER.exec(lines.pop() ?? '') ?? [];
      if (id === undefined || signature === undefined) return null;
      const statement = {
        source: source as CommentSource,
        commentId: Number(id),
        outcome: outcome as Outcome,
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

/** A form on GitHub ends lines its own way; blanks at the end show nothing. */
function normalised(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}

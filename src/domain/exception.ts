import type { Standing } from './bases.ts';
import { daysBetween } from './day.ts';
import type { RuleId } from './finding.ts';
import type { Position } from './location.ts';

/** Why an image keeps what the policy wants gone (DESIGN 7). */
export const EXCEPTION_REASONS = [
  'needs-shell',
  'needs-iptables',
  'needs-debugging',
  'non-static-binary',
  'third-party',
  'other',
] as const;
/** One of these reasons. */
export type ExceptionReason = (typeof EXCEPTION_REASONS)[number];

/** What an entry is for: an image by its published name, or a definition by its path and stage (SEMANTICS 7.1); a file that cannot be read, by path and blob. */
export type ExceptedIdentity =
  | { readonly image: string }
  | { readonly path: string; readonly target?: string; readonly blob?: string };

/** What an entry is for, as people read it: the image, or the path with its stage, `cmd/Dockerfile#server`. */
export function identityName(identity: ExceptedIdentity): string {
  if ('image' in identity) return identity.image;
  return identity.target === undefined ? identity.path : `${identity.path}#${identity.target}`;
}

const ASKED_BY: Readonly<Record<Standing, readonly RuleId[]>> = {
  allowed: [],
  'needs-exception': ['base-needs-exception'],
  'not-allowed': ['base-not-allowed', 'base-scratch'],
  unresolved: ['unresolved-base'],
};
const BASE_RULES: ReadonlySet<RuleId> = new Set(Object.values(ASKED_BY).flat());

/** Which rules ask about a base of a standing; where that is `scratch`, not allowed, the last of them does. */
export function rulesAskingAbout(standing: Standing): readonly RuleId[] {
  return ASKED_BY[standing];
}

/** True for a rule about the base itself: an exception to it covers every need of the image on that base. */
export function isBaseRule(rule: RuleId): boolean {
  return BASE_RULES.has(rule);
}

/** How many days an exception holds unless somebody writes another end. */
export const EXCEPTION_DAYS = 180;

/** One entry of the exceptions file. */
export interface ExceptionEntry {
  /** Names it in reports; unique in its file. */
  readonly id: string;
  readonly identity: ExceptedIdentity;
  readonly rule: RuleId;
  /**
   * Family of the policy's base table, or a repository name where no family is known, or what stands in place of a name that nothing decides; null
   * for rules that are not about a base.
   */
  readonly base: string | null;
  readonly reason: ExceptionReason;
  readonly text: string;
  /** Who answers for it: a person, a team, or a group's name. */
  readonly owner: string;
  /** Where the way out is tracked; empty where nobody wrote it. */
  readonly issue: string;
  /** The last day on which it holds, `YYYY-MM-DD` in UTC; null for one that does not end, where the policy allows that. */
  readonly expires: string | null;
  /** sha256 of what it says, whatever its place, its order of keys and its comments: what a grant grants (SEMANTICS 7.2). */
  readonly hash: string;
  readonly at: Position;
}

/** What an entry says, wherever it stands. */
export type StatedException = Omit<ExceptionEntry, 'at'>;

/** What an entry is about, as a text: entries with the same one say different things of one thing. */
export function aboutException({
  identity,
  rule,
  base,
}: Pick<ExceptionEntry, 'identity' | 'rule' | 'base'>): string {
  const named =
    'image' in identity ? [identity.image] : [identity.path, identity.target ?? null, identity.blob ?? null];
  return JSON.stringify([named, rule, base]);
}

/** True for entries of which one says another thing of the same, or the same for another time. */
export function isAboutSame(one: StatedException, other: StatedException): boolean {
  return one.id === other.id || aboutException(one) === aboutException(other);
}

/**
 * The id of an entry that has none of its own: what it is for and until when. One that follows another at its end is another, and neither is called
 * otherwise when the other goes.
 */
export function madeExceptionId({
  identity,
  rule,
  base,
  expires,
}: Pick<StatedException, 'identity' | 'rule' | 'base' | 'expires'>): string {
  const about = base === null ? rule : isBaseRule(rule) ? base : `${base} for ${rule}`;
  return `${identityName(identity)} on ${about}${expires === null ? '' : ` until ${expires}`}`;
}

/** Why an entry covers nothing: no image is meant, or what decides its base is as it is since that commit. */
export type Unused =
  | { readonly kind: 'no-image' }
  | {
      readonly kind: 'moved';
      readonly commit: string;
      readonly day: string;
      readonly bases: readonly string[];
    };

/** What a judgement of a whole tree says of an entry. */
export interface ExceptionState {
  readonly entry: ExceptionEntry;
  /** Findings and unread files that it takes out of the verdict. */
  readonly covers: number;
  /** What its owner should know, a clause each: it has ended, covers nothing, lacks a reason. */
  readonly remarks: readonly string[];
}

/** From here on an end is worth a word. */
const SOON_DAYS = 14;

/** How many days an exception still holds beyond this one, where that is a fortnight or less; null where it is more, over, or has no end. */
export function daysLeft({ expires }: Pick<ExceptionEntry, 'expires'>, date: string): number | null {
  const days = expires === null ? SOON_DAYS + 1 : daysBetween(date, expires);
  return days < 0 || days > SOON_DAYS ? null : days;
}

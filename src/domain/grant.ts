import { aboutException, type StatedException } from './exception.ts';

/** An entry that somebody who may granted to one pull request: it holds there as if the base branch had it (SEMANTICS 7.3). */
export interface Grant {
  readonly entry: StatedException;
  /** Logins of those who granted it, as they were then. */
  readonly by: readonly string[];
  /** The definitions that it was granted for: one that takes the image's name later is another (SEMANTICS 2.3). */
  readonly paths: readonly string[];
}

/** A comment on a pull request; GitHub numbers the three kinds apart, so a number alone names none. */
export type CommentSource = 'issue-comment' | 'review' | 'review-comment';

/** Something that was said about an entry in a comment; never changed once it is kept. */
export interface GrantEvent {
  /** Counts from 1 in a pull request, without gaps. */
  readonly position: number;
  readonly kind: 'request' | 'grant' | 'revoke';
  readonly entry: StatedException;
  /** Paths of the definitions that it was for at that commit. */
  readonly paths: readonly string[];
  /** The commit that was judged and current when it was said. */
  readonly head: string;
  /** The base branch that the pull request had then. */
  readonly baseRef: string;
  readonly by: {
    readonly id: number;
    readonly login: string;
    /** What GitHub or an owners file said of them then: `maintain`, `team acme/release`. */
    readonly permission: string;
  };
  readonly comment: {
    readonly source: CommentSource;
    readonly id: number;
    /** Which of its command lines, from 0. */
    readonly line: number;
    /** sha256 of its command lines: the comment may be edited later, which changes nothing. */
    readonly hash: string;
  };
  /** Digest of the policy that it was decided by. */
  readonly policy: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What became of the commands of a comment after it was acted on: what was decided by it stands. */
export interface CommentChange {
  readonly source: CommentSource;
  readonly id: number;
  readonly kind: 'edited' | 'deleted';
  readonly by: { readonly id: number; readonly login: string };
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What stands of a pull request's events on a base branch. */
export interface StandingGrants {
  readonly grants: readonly Grant[];
  /** Asked for and not decided, the last word about each thing; or granted by one where two are wanted. */
  readonly waiting: readonly GrantEvent[];
}

/** What is asked of the fold beside the events. */
export interface GrantTerms {
  readonly baseRef: string;
  /** How many persons a grant needs. */
  readonly persons: number;
}

/** Folds the events of one pull request, in their order; those about another base branch say nothing here. */
export function standingGrants(
  events: readonly GrantEvent[],
  { baseRef, persons }: GrantTerms,
): StandingGrants {
  const granted = new Map<string, readonly GrantEvent[]>();
  const asked = new Map<string, GrantEvent>();
  for (const event of events.filter((one) => one.baseRef === baseRef)) {
    const { hash } = event.entry;
    const about = aboutException(event.entry);
    if (event.kind === 'request') {
      const former = formerRequest([...asked.values()], event);
      if (former !== undefined) asked.delete(aboutException(former.entry));
      asked.set(about, event);
    } else asked.delete(about);
    // A name is of one entry: a former one that had it, about whatever, goes with it.
    if (event.kind !== 'request')
      for (const [other, [former]] of granted)
        if (former?.entry.id === event.entry.id && other !== about) granted.delete(other);
    if (event.kind === 'revoke') granted.delete(about);
    // One that says something else takes the place of the former.
    if (event.kind === 'grant')
      granted.set(about, [...(granted.get(about) ?? []).filter(({ entry }) => entry.hash === hash), event]);
  }
  const stands = (some: readonly GrantEvent[]): boolean => grantersOf(some).length >= persons;
  const half = new Map([...granted].filter(([, some]) => !stands(some)));
  // What one of two granted is what the other is asked for, whatever was asked since.
  const open = [...asked].filter(([about]) => !half.has(about)).map(([, event]) => event);
  return {
    grants: [...granted.values()].filter(stands).flatMap((some) => grantOf(some) ?? []),
    waiting: [...[...half.values()].flatMap((some) => some.at(-1) ?? []), ...open],
  };
}

/** The request whose place another takes: for the same, or for the same definition under the name that it had or has since. */
export function formerRequest(
  waiting: readonly GrantEvent[],
  { entry, paths }: Pick<GrantEvent, 'entry' | 'paths'>,
): GrantEvent | undefined {
  const requests = waiting.filter(({ kind }) => kind === 'request');
  const isRenamed = (one: GrantEvent): boolean =>
    'path' in one.entry.identity !== 'path' in entry.identity &&
    one.entry.rule === entry.rule &&
    one.entry.base === entry.base &&
    one.paths.length > 0 &&
    one.paths.join('\0') === paths.join('\0');
  const about = aboutException(entry);
  return requests.find((one) => aboutException(one.entry) === about) ?? requests.find(isRenamed);
}

function grantOf(events: readonly GrantEvent[]): Grant | undefined {
  const [first] = events;
  return first === undefined
    ? undefined
    : { entry: first.entry, by: grantersOf(events).map(({ login }) => login), paths: pathsOf(events) };
}

/** What every one of them looked at. */
function pathsOf(events: readonly GrantEvent[]): readonly string[] {
  const [first, ...rest] = events.filter(({ kind }) => kind === 'grant').map(({ paths }) => paths);
  return (first ?? []).filter((path) => rest.every((paths) => paths.includes(path)));
}

/** Those who granted, each account once. */
export function grantersOf(events: readonly GrantEvent[]): readonly GrantEvent['by'][] {
  const granted = events.filter(({ kind }) => kind === 'grant');
  return [...new Map(granted.map(({ by }) => [by.id, by])).values()];
}

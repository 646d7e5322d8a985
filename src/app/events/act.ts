import type { PullPatch } from '../../adapters/store/index.ts';
import type { CommentChange, CommentSource } from '../../domain/index.ts';

/** The repository that a delivery is about. */
export interface RepositoryEssentials {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string | null;
}

/** Why a pull request is due. Those that were asked for are answered even where nothing changed. */
export type Reason =
  | 'opened'
  | 'pushed'
  | 'ready'
  | 'retargeted'
  | 'base-moved'
  /** Another pull request on its head was closed, or pushed to. */
  | 'head-left'
  | 'missed'
  | 'policy-moved'
  | 'asked';

/** What working a delivery off does to the store. Plain JSON data: it is kept until it is done. */
export type Act =
  /** A pull request is to be judged. */
  | { readonly kind: 'mark'; readonly number: number; readonly patch: Patch; readonly reason: Reason }
  /** Something is known of a pull request that asks for no judgement. */
  | { readonly kind: 'note'; readonly number: number; readonly patch: Patch }
  /** The pull requests whose head this commit is are to be judged. */
  | { readonly kind: 'mark-head'; readonly head: string }
  /** A branch moved: what it is the base of may read differently. `policy`: the push may have changed the policy. */
  | { readonly kind: 'mark-base'; readonly branch: string; readonly policy: boolean }
  | { readonly kind: 'command'; readonly comment: CommentEssentials }
  /** A comment that had commands was edited or deleted; nothing follows but a note. */
  | { readonly kind: 'comment-changed'; readonly number: number; readonly change: Omit<CommentChange, 'at'> }
  | {
      readonly kind: 'installation';
      readonly change: 'here' | 'suspended' | 'gone';
      readonly account: { readonly id: number; readonly login: string } | null;
    }
  | {
      readonly kind: 'repositories';
      readonly added: boolean;
      readonly removed: readonly number[];
      /** The one that holds the organisation's policy is among them. */
      readonly organisation?: boolean;
    }
  /** The repository has another name, owner or default branch. */
  | { readonly kind: 'repository' }
  | { readonly kind: 'repository-gone' }
  /** A group of the merge queue waits for its check. */
  | { readonly kind: 'merge-group'; readonly head: string; readonly base: string; readonly branch: string }
  /** The queue merged the group, or gave it up. */
  | { readonly kind: 'merge-group-gone'; readonly head: string };

export type Patch = Omit<PullPatch, 'owner' | 'name'>;

/** A comment reduced to its command lines. */
export interface CommentEssentials {
  readonly source: CommentSource;
  readonly id: number;
  readonly nodeId: string;
  readonly number: number;
  readonly author: { readonly id: number; readonly login: string };
  readonly lines: string;
  /** By GitHub's clock, in milliseconds. */
  readonly writtenAt: number;
}

/** What is kept of a delivery. */
export interface Essentials {
  readonly action: string | null;
  readonly installation: number | null;
  readonly repository: RepositoryEssentials | null;
  readonly acts: readonly Act[];
}

/** What reading an event needs beside its payload. */
export interface EventContext {
  readonly appId: number;
}

/** A pure function from one event's payload to acts. Total: of a payload of another shape nothing follows. */
export type EventReader = (payload: unknown, action: string | null, context: EventContext) => readonly Act[];

/** Worst first: not-allowed, unresolved, needs-exception, allowed (SEMANTICS 3.3). */
export type Standing = 'allowed' | 'needs-exception' | 'unresolved' | 'not-allowed';

const STANDINGS: readonly Standing[] = ['allowed', 'needs-exception', 'unresolved', 'not-allowed'];

/** The worst of several standings; `allowed` where there are none (SEMANTICS 3.3). */
export function worstStanding(standings: Iterable<Standing>): Standing {
  let worst = 0;
  for (const standing of standings) worst = Math.max(worst, STANDINGS.indexOf(standing));
  return STANDINGS[worst] ?? 'not-allowed';
}

/** What a base is known to hold. `known: false` where no table knows its contents. */
export interface Contents {
  readonly known: boolean;
  readonly shell: boolean;
  readonly libc: boolean;
  readonly packageManager: boolean;
  /** Program names without folder; meaningless where `known` is false. */
  readonly programs: ReadonlySet<string>;
  /** The base's own ENTRYPOINT where it has one (go-runner, language runtimes). */
  readonly entrypoint: readonly string[];
  /** Where the table has this from. */
  readonly source?: string;
}

/** What is known of one base: its family, how it stands under the policy, and what it provides. */
export interface BaseAssessment {
  /** The table's name for it; null where the table knows none. */
  readonly family: string | null;
  readonly standing: Standing;
  readonly basis: 'by-name' | 'unresolved';
  readonly contents: Contents;
  /** Why it stands so, one clause: `a debug tag carries a busybox shell`. */
  readonly because?: string;
  /** Stable text for subjects: the family, else the whole repository name without architecture prefix or suffix. */
  readonly identity: string;
  /** True for an operating system's own image (busybox, alpine, debian …), run directly by a manifest. */
  readonly operatingSystem: boolean;
}

/** Contents of what provides nothing: what is not resolved is taken for that (SEMANTICS 5.3). */
export const PROVIDES_NOTHING: Contents = {
  known: true,
  shell: false,
  libc: false,
  packageManager: false,
  programs: new Set(),
  entrypoint: [],
};

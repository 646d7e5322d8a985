/** The policies that a new one can stand on; the first is the default. */
export const EXTENDABLE = ['minimal', 'kep-1729'] as const;

/** What `plinth policy init` was asked for; the names are those of its options. */
export interface InitOptions {
  readonly extends: (typeof EXTENDABLE)[number];
  /** A file: the policy that the repository's stands on instead. */
  readonly organisation?: string;
  /** Globs for `paths.ignored`. */
  readonly ignore?: readonly string[];
  readonly expires?: string;
  readonly gitDir?: string;
  readonly rev?: string;
  readonly outputDir?: string;
  readonly force?: boolean;
  readonly cache?: boolean;
}

import type { Fact } from '../domain/index.ts';

/** The small closed set of things that a file's path decides for a format (`go`, `go-test`, `helm-template` …). */
export type Profile = string;

/** All that knows one file format. Formats are total: text they cannot read yields an `unreadable` fact. */
export interface Format {
  readonly id: string;
  /** Raised when the output for some text changes: cached facts of older versions are then not used. */
  readonly version: number;
  /** What it says holds for the definitions of the folder that it lies in: a link to such a file says it of others. */
  readonly isPlaced?: true;
  /** One sentence each, for the docs: what is read, what is not. */
  readonly covers: string;
  /** The profile under which a file of this path is read; null where its name is not this format's. */
  profileOf(path: string): Profile | null;
  /** A linear look at the text: false where it surely yields no facts, so that it need not be parsed. */
  mayMatter(text: string, profile: Profile): boolean;
  /** Loads what the format needs (a grammar); called once before `facts`. */
  prepare?(): Promise<void>;
  /** Deterministic and total; never throws. `text` has no byte order mark; line ends are as in the file. */
  facts(text: string, profile: Profile): readonly Fact[];
}

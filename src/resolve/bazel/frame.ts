import type { Location } from '../../domain/index.ts';
import type { Given } from './arguments.ts';
import type { Scope } from './scope.ts';
import type { StarlarkValue } from './values.ts';

/** A rule, or a macro of elsewhere, as it is called while a build file is evaluated. */
export interface Target {
  /** Its name where it is defined: `container_image`, `oci.pull`. */
  readonly rule: string;
  /** The label it is loaded from; null for what Bazel has itself. */
  readonly from: string | null;
  readonly attributes: ReadonlyMap<string, Given>;
  /** The call itself. */
  readonly at: Location;
  /** The call in the build file that led to it; the same where no macro stands between. */
  readonly site: Location;
  /** Set where arguments are spread that are not known: any attribute may be given. */
  readonly open?: string;
}

/** Where a statement is evaluated. */
export interface Frame {
  /** The file that the statement stands in. */
  readonly path: string;
  readonly scope: Scope;
  /** What takes the targets; null while a file is loaded. */
  readonly recorder: Recorder | null;
  /** Calls that led here, the one in the build file first. */
  readonly sites: readonly Location[];
  /** Functions that are running. */
  readonly running: readonly object[];
  readonly returns: StarlarkValue[];
}

export interface Recorder {
  /** The folder of the package that is built. */
  readonly folder: string;
  record(target: Target): void;
}

/** Files of the tree that `load` and `use_extension` name. */
export interface Modules {
  /** What a file defines; null where no file of the tree is meant, a reason where it cannot be read. */
  load(label: string, from: string): ReadonlyMap<string, StarlarkValue> | { readonly because: string } | null;
}

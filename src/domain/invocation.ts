import type { Location } from './location.ts';
import type { Workflow } from './project.ts';
import type { Value } from './value.ts';

/** Text of a definition that a build rule replaces before it builds: `sed -e 's|BASEIMAGE|…|'`. */
export interface Substitution {
  readonly from: string;
  readonly to: Value;
  /** Only a word that is just this is replaced. */
  readonly whole?: true;
}

/** A Go program that build commands make outside of any definition, where they say whether with cgo. */
export interface GoBuild {
  readonly at: Location;
  /** Where it lies in the tree; open parts as `$(NAME)`. */
  readonly output: string;
  /** `CGO_ENABLED`. */
  readonly cgo: Value;
}

/** A build rule that builds a definition, and with what. */
export interface Invocation {
  readonly workflow: Workflow;
  /** The command that builds. */
  readonly at: Location;
  /** Stable name of the rule inside its file: the make target, the function, the step. */
  readonly rule: string;
  /** Path of the file that is built, or that what is built was made from. */
  readonly definition: string;
  /** Folder of the build context; null where it is none of the tree. */
  readonly context: string | null;
  readonly buildArguments: ReadonlyMap<string, Value>;
  readonly substitutions: readonly Substitution[];
  /** `--target`; absent where the last stage is built. */
  readonly target?: string;
  /** `-t`, as written: registry, repository and tag. */
  readonly tags: readonly Value[];
  /** `--build-context NAME=IMAGE`, which replaces a base of that name (SEMANTICS 3.6). */
  readonly contexts: ReadonlyMap<string, Value>;
  /** `--from IMAGE` of podman and buildah, which takes the place of what the first FROM names. */
  readonly from?: Value;
  /** Programs that the same file builds, for the image to copy in. */
  readonly goBuilds?: readonly GoBuild[];
  /** True where the file's name has open parts and fits several. */
  readonly isGuess?: true;
  /** True for `--push` and outputs of type registry. */
  readonly pushes: boolean;
}

/** What build rules do with images besides building them. */
export interface ImageUse {
  /** `move`: saved to a file, copied or loaded elsewhere, handed to a script; `export`: a container's file system, written to a file. */
  readonly kind: 'push' | 'run' | 'tag' | 'move' | 'export';
  readonly at: Location;
  /** The image; for a tag the old name. */
  readonly image: Value;
  /** For a tag the new name. */
  readonly becomes?: Value;
  /** For an export the file's path in the tree; open parts as `$(NAME)`. */
  readonly file?: string;
}

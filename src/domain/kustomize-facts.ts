import type { ContainerFact, EnvironmentSource } from './facts.ts';
import type { Span, Word } from './location.ts';

/** What a kustomization puts together and changes (`kustomization.yaml`); paths as written. */
export interface KustomizationFact {
  readonly kind: 'kustomization';
  /** Files and folders of `resources`, `bases` and `components`. */
  readonly resources: readonly Word[];
  readonly components: readonly Word[];
  /** What images are called instead. */
  readonly images: readonly KustomizeImage[];
  readonly patches: readonly KustomizePatch[];
  /** What `$(NAME)` stands for in every object (`vars`). */
  readonly variables: readonly EnvironmentSource[];
  readonly replacements: readonly KustomizeReplacement[];
}

/** A field of one object that is put into fields of others; in a file of its own, or in place. */
export type KustomizeReplacement =
  | { readonly file: Word }
  | {
      readonly source: EnvironmentSource;
      readonly targets: readonly { readonly target: PatchTarget; readonly fields: readonly Word[] }[];
    };

/** An entry of `images`: all references of that name get another name, tag or digest. */
export interface KustomizeImage {
  readonly name: string;
  readonly newName?: Word;
  readonly newTag?: Word;
  readonly digest?: Word;
}

/** A patch in a file of its own, or JSON operations that stand in the kustomization. */
export interface KustomizePatch {
  readonly target?: PatchTarget;
  readonly file?: Word;
  readonly operations?: readonly PatchOperation[];
}

/** Which objects a patch changes; what is absent says nothing. */
export interface PatchTarget {
  readonly kind?: string;
  readonly name?: string;
}

/** A file of JSON operations (RFC 6902) on something that a container starts or runs. */
export interface JsonPatchFact {
  readonly kind: 'json-patch';
  readonly operations: readonly PatchOperation[];
}

/** `add` or `replace` of a path, with the texts that the value holds; a probe's value is the command that it runs. */
export interface PatchOperation {
  readonly path: string;
  readonly span: Span;
  readonly words: readonly Word[];
  /** Containers that the value is or has, whole. */
  readonly containers?: readonly ContainerFact[];
}

/** A value that a build sets and no file of the tree does, as a policy declares it: of a variable, or the base of an image. */
export interface DeclaredValue {
  readonly kind: 'variable' | 'image';
  /** The variable's name; the image's, without tag, or the path of its definition. */
  readonly name: string;
  /** An image reference, or a part of one; `$(ARCH)` for an architecture that stays open. */
  readonly value: string;
  /** Why no file of the tree says so. */
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** True for the path of a file in which it holds. */
  appliesTo(path: string): boolean;
}

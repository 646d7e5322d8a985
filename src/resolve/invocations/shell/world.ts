// What stands around a shell: scripts of the tree, the environment, and who listens.
import type { Location } from '../../../domain/index.ts';
import type { Conjunction } from '../../../formats/make/guards.ts';
import type { Marks } from '../../../formats/make/marks.ts';
import type { Choice, Piece } from '../../../formats/make/pieces.ts';
import type { BuildCommand } from '../words.ts';

/** A text that a shell can run. */
export interface ShellText {
  readonly path: string;
  readonly text: string;
  place(offset: number): Location;
}

/** What a shell sees around it, and who listens to what it runs. */
export interface ShellWorld {
  readonly marks: Pick<Marks, 'read' | 'write'>;
  /** Variables that it is given. */
  readonly environment: ReadonlyMap<string, Choice>;
  /** The folder that commands stand in now. */
  folder(): string;
  /** A script of the tree; undefined where the path names none. */
  script(path: string): ShellText | undefined;
  /** Paths of the tree below a folder, relative to it; null where they are not listed. */
  below?(folder: string): readonly string[] | null;
  /** True where a file of the tree, in whatever folder, has this name. */
  holdsName?(name: string): boolean;
  /** True once a script was asked for that is only read in the next round: all is followed again then, so only what is sourced is looked for. */
  isPending?(): boolean;
  /** Told of the commands that were followed. */
  spend?(steps: number): void;
  emit(command: BuildCommand): void;
  /** An array that is set to these elements. */
  array?(elements: readonly (readonly Piece[])[], when: Conjunction): void;
}

import type { ContainerFact, Location, Word, WorkloadFact } from '../domain/index.ts';

/** An image that a container runs, with the places outside its manifest that decide it. */
export interface ImageChoice {
  readonly word: Word;
  /** What decides the name, where that is another line. */
  readonly nameAt?: Location;
  /** What decides the tag or digest, where that is another line. */
  readonly tagAt?: Location;
}

/** A container with what other files of the tree put into it. */
export interface FilledContainer extends ContainerFact {
  /** Every image that it may run, as far as other files say; absent where its own is the only one. */
  readonly images?: readonly ImageChoice[];
}

/** A workload with what values of its chart and kustomizations put into it. */
export interface FilledWorkload extends WorkloadFact {
  readonly containers: readonly FilledContainer[];
}

/** A workload with the file that it stands in. */
export interface PlacedWorkload {
  readonly path: string;
  readonly fact: FilledWorkload;
}

/** The images that a container may run, its own first. */
export function imagesOf({ images, image }: FilledContainer): readonly ImageChoice[] {
  return images ?? (image === undefined ? [] : [{ word: image }]);
}

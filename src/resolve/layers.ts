import type { Step } from '../domain/index.ts';
import { type LandedCopy, landedCopies } from './copies.ts';
import { type RunFiles, runFiles } from './run-files.ts';
import type { StageState } from './stage-state.ts';

/** An instruction with what it does to the files of the image, its words decided where it stands. */
export interface Layer {
  readonly step: Step;
  readonly copies: readonly LandedCopy[];
  readonly run?: RunFiles;
}

const NO_COPIES: readonly LandedCopy[] = [];

/** Reads a stage's steps in order; the state is then what the stage leaves behind. */
export function layersOf(steps: readonly Step[], state: StageState): readonly Layer[] {
  return steps.map((step) => {
    const { instruction, at } = step;
    if (instruction.kind === 'copy' || instruction.kind === 'add')
      return { step, copies: landedCopies(instruction, at, state) };
    if (instruction.kind === 'run') return { step, copies: NO_COPIES, run: runFiles(instruction, at, state) };
    state.see(instruction, at);
    return { step, copies: NO_COPIES };
  });
}

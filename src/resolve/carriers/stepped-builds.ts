// What steps build, start and use, put together.
import type { BuildNotation, ImageUse, UnreadPart } from '../../domain/index.ts';
import type { Choice } from '../../formats/make/pieces.ts';
import type { KoCommand } from '../invocations/ko-commands.ts';
import type { FoundBuild, SubMake, WalkResult } from '../invocations/recipe-walk.ts';
import type { StartedSteps } from '../invocations/started-steps.ts';

/** A make that a step of a file starts. */
export interface StartedMake {
  readonly make: SubMake;
  readonly environment: ReadonlyMap<string, Choice>;
  readonly from: string;
}

/** What steps do. */
export interface SteppedBuilds extends Pick<WalkResult, 'uses' | 'steps' | 'koCommands' | 'koVersions'> {
  readonly builds: readonly (FoundBuild & { readonly notation: BuildNotation })[];
  readonly makes: readonly StartedMake[];
  readonly unread: readonly UnreadPart[];
}

/** What is found while steps are followed. */
export class FoundInSteps implements SteppedBuilds {
  readonly builds: (FoundBuild & { readonly notation: BuildNotation })[] = [];
  readonly uses: ImageUse[] = [];
  readonly makes: StartedMake[] = [];
  readonly koCommands: KoCommand[] = [];
  readonly koVersions: string[] = [];
  readonly unread: UnreadPart[] = [];
  readonly steps: StartedSteps[] = [];
  count = 0;

  take(
    { path, notation }: { readonly path: string; readonly notation: BuildNotation },
    result: WalkResult,
    environment: () => ReadonlyMap<string, Choice>,
  ): void {
    this.builds.push(...result.builds.map((build) => ({ ...build, notation })));
    this.uses.push(...result.uses);
    this.koCommands.push(...result.koCommands);
    this.koVersions.push(...result.koVersions);
    this.steps.push(...result.steps);
    for (const make of result.makes)
      this.makes.push({ make, environment: make.environment ?? environment(), from: path });
  }
}

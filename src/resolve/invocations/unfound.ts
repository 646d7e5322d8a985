// Builds whose definition nothing here reads: what is said of each, in the place of its base.
import type { Location, NonEmpty, Value, Workflow } from '../../domain/index.ts';
import { shown } from '../../formats/make/pieces.ts';
import { imageNames } from '../names.ts';
import type { MadeFile } from './build-files.ts';
import type { ForeignBuild } from './foreign-commands.ts';
import { printedDefinition } from './printed.ts';
import type { FoundBuild } from './recipe-walk.ts';
import { wordValue } from './words.ts';

/** A build whose file nothing in the tree holds. */
export interface UnfoundBuild {
  readonly workflow: Workflow;
  readonly at: Location;
  readonly within: string;
  readonly names: readonly Value[];
  readonly pushes: boolean;
  /** Stands for the base, with the reason. */
  readonly base: Value;
  /** A tool makes it that is not followed. */
  readonly isForeign?: true;
}

/** Builds of files that the tree does not have, or that are not decided; what only a caller could decide is left to the caller. */
export function unfoundBuilds(
  workflow: Workflow,
  builds: readonly FoundBuild[],
  fits: (path: string) => boolean,
): readonly UnfoundBuild[] {
  const found = new Map<string, UnfoundBuild>();
  for (const build of builds) {
    const printed = build.files.filter((file) => file.printed !== undefined);
    const isRead =
      build.files.length > printed.length ||
      printed.some((file) => printedDefinition('script', build, file, file.printed ?? []) !== undefined);
    const isElsewhere = fits(build.path) || /\bargument(?:s @| \d+)/.test(build.path);
    if (build.foreign === undefined && (isRead || isElsewhere)) continue;
    const because = reasonOf(build, printed);
    const tags = build.command.tags.map((tag) => wordValue(tag, build.when, build.beyond));
    const called = build.foreign === undefined ? build.rule : callOf(build.foreign);
    // One word, as the stage of a definition is.
    const within = (tags.flatMap(imageNames)[0] ?? called).replace(/\s+/g, '-');
    const base = build.foreign?.base;
    const key = `${build.at.path}\0${build.at.start.line}\0${within}`;
    found.set(key, {
      workflow,
      at: build.at,
      within,
      names: tags,
      pushes: build.command.pushes,
      base: base === undefined ? unknownBase(build, because) : wordValue(base, build.when, build.beyond),
      ...(build.foreign === undefined ? {} : { isForeign: true as const }),
    });
  }
  return [...found.values()];
}

/** The same wherever it is started from. */
function callOf({ tool, decides }: ForeignBuild): string {
  return decides === '' ? tool : `${tool} ${decides}`;
}

/** Named after what would decide it. */
function unknownBase({ at, path, foreign }: FoundBuild, because: string): Value {
  const name = foreign === undefined ? path : callOf(foreign);
  const chain: NonEmpty<Location> = [at];
  return { alternatives: [{ when: [], parts: [{ open: name, because }], chain }], beyond: because };
}

function reasonOf({ at, path, command, context, foreign }: FoundBuild, printed: readonly MadeFile[]): string {
  if (foreign !== undefined)
    return `${foreign.tool} builds images at ${at.path}:${at.start.line}, and what it makes them of is not followed`;
  const [first] = printed;
  if (first?.printed !== undefined)
    return `what prints the definition that it builds is not followed (${shown(first.printed).slice(0, 80).trim()})`;
  if (path === '-') return 'it builds what a pipe gives it, and that is not followed';
  if (context === null && command.context !== null)
    return `it is built from ${command.context.text.slice(0, 120)}, which is not in this tree`;
  const place = `${at.path}:${at.start.line}`;
  return path.includes('$(')
    ? `${place} builds ${path.slice(0, 120)}, and nothing decides which file that is`
    : `${place} builds ${path.slice(0, 120)}, which is not in the tree`;
}

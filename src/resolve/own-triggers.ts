import type { BuiltImage, Step } from '../domain/index.ts';
import type { ImageRequest } from './image.ts';
import type { ProjectPolicy } from './index.ts';
import { type Past, PublishedImages } from './published.ts';
import { type TriggersOf, triggersOf } from './stages.ts';

const NONE: TriggersOf = () => [];
/** As if the tip had the same images. */
const UNCHANGED: Past = { wasThere: () => true, wasNamed: () => true, stoodOn: () => true };

/**
 * Builds definitions, and where an image of the tree has ONBUILD instructions, builds them again with what those do to the images that are
 * built on it by its name.
 */
export function builtWithTriggers(
  requests: readonly ImageRequest[],
  { servedName }: Pick<ProjectPolicy, 'servedName'>,
  build: (request: ImageRequest, triggersOf: TriggersOf) => readonly BuiltImage[],
): readonly BuiltImage[] {
  const images = requests.flatMap((request) => build(request, NONE));
  const triggers = new Map<BuiltImage, readonly Step[]>();
  for (const image of images) {
    const steps = ownTriggers(image);
    if (steps.length > 0 && image.names !== undefined) triggers.set(image, steps);
  }
  if (triggers.size === 0) return images;
  const published = new PublishedImages(images, UNCHANGED, servedName);
  const find: TriggersOf = (reference) =>
    published.namedAs(reference).flatMap((image) => triggers.get(image) ?? []);
  return requests.flatMap((request) => build(request, find));
}

function ownTriggers({ path, at, definition }: BuiltImage): readonly Step[] {
  const stage = definition.stages.find(({ span }) => span.start.line === at.start.line);
  return stage === undefined ? [] : triggersOf(path, stage);
}

import type {
  BuiltImage,
  Container,
  ProjectModel,
  Related,
  ShellUse,
  UsedImage,
  Workload,
} from '../domain/index.ts';
import {
  basesInWords,
  containerLabel,
  imageLabel,
  isNonEmpty,
  lacksShell,
  shellOf,
} from '../domain/index.ts';
import { mayStartHostProgram } from './manifest-needs.ts';
import { shellPlace } from './manifest-shell-command.ts';

/** Every container of a tree that needs the shell of an image that the same tree builds. */
export function shellUsesOf(project: ProjectModel): readonly ShellUse[] {
  return project.workloads.flatMap((workload) =>
    workload.containers.flatMap((container) => useOf(workload, container) ?? []),
  );
}

function useOf(workload: Workload, container: Container): ShellUse | null {
  const { runs, image } = container;
  if (runs.whose !== 'built' || image === undefined) return null;
  const places = placesOf(workload, container);
  if (!isNonEmpty(places)) return null;
  return {
    path: workload.path,
    container: `${workload.id}/${container.name}`,
    label: containerLabel(workload, container),
    scope: workload.scope,
    places,
    reference: image.reference,
    referenceAt: image.tagAt ?? image.at,
    images: runs.images.map(usedImage),
  };
}

function placesOf(workload: Workload, container: Container): readonly Related[] {
  const places: Related[] = [];
  const { start } = container;
  if (start !== undefined && !mayStartHostProgram(workload, container, start)) {
    const at = shellPlace(container, start, true) ?? (start.script === undefined ? null : start.at);
    if (at !== null) places.push({ ...at, message: 'the container is started through a shell here' });
  }
  for (const hook of container.hooks) {
    if (mayStartHostProgram(workload, container, hook.start)) continue;
    const at =
      shellPlace(container, hook.start, false) ?? (hook.start.script === undefined ? null : hook.start.at);
    if (at !== null) places.push({ ...at, message: 'a probe or hook runs a shell here' });
  }
  return places;
}

function usedImage(image: BuiltImage): UsedImage {
  const { bases } = image;
  const shellless =
    bases.find(lacksShell) ?? bases.find(({ unresolved }) => unresolved !== undefined) ?? bases[0];
  return {
    id: image.id,
    path: image.path,
    label: imageLabel(image),
    decidedAt: shellless.chain.at(-1) ?? shellless.chain[0],
    base: basesInWords(image),
    shell: shellOf(image),
    tags: image.tags ?? [],
    rests: image.reads,
  };
}

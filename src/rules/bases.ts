import type {
  BuiltImage,
  ConcernedImages,
  EffectiveBase,
  Problem,
  ProjectModel,
  Rest,
  Scope,
  Standing,
} from '../domain/index.ts';
import { containerLabel, imageLabel, restOf } from '../domain/index.ts';

/** Where an effective base stands: under an image definition, or under a manifest that runs the base directly. */
export interface BaseUse {
  readonly base: EffectiveBase;
  /** `the image of x/Dockerfile`, `container a of Pod b`. */
  readonly label: string;
  readonly path: string;
  /** Stable name inside the definition; empty for a definition of one image. */
  readonly within: string;
  readonly scope: Scope;
  readonly rests: readonly Rest[];
  readonly image?: BuiltImage;
}

/** Every effective base of a project with the given standing. */
export function* basesStanding(project: ProjectModel, standing: Standing): Iterable<BaseUse> {
  for (const image of project.images) {
    for (const base of image.bases) {
      if (base.assessment.standing !== standing) continue;
      const within = image.id === image.path ? '' : image.id.slice(image.path.length);
      yield {
        base,
        label: imageLabel(image),
        path: image.path,
        within,
        scope: image.scope,
        rests: image.reads,
        image,
      };
    }
  }
  for (const workload of project.workloads) {
    for (const container of workload.containers) {
      if (container.runs.whose !== 'base' || container.runs.base.assessment.standing !== standing) continue;
      const within = `${workload.id}/${container.name}`;
      const label = containerLabel(workload, container);
      yield {
        base: container.runs.base,
        label,
        path: workload.path,
        within,
        scope: workload.scope,
        rests: [restOf(workload)],
      };
    }
  }
}

/** A problem about a base, on the line that decides it. */
export function baseProblem(use: BaseUse, message: string, extra: Pick<Problem, 'fix'> = {}): Problem {
  const { base } = use;
  const [first, ...rest] = base.chain;
  const decided = rest.at(-1) ?? first;
  const related = base.chain
    .filter((link) => link !== decided)
    .map((link) => ({ ...link, message: 'the base is used here' }));
  return {
    kind: 'base',
    path: use.path,
    at: decided,
    subject: [use.within, base.assessment.identity].filter((part) => part !== '').join(' '),
    message,
    standing: base.assessment.standing,
    scope: use.scope,
    rests: use.rests,
    concerns: concernedBy(use),
    ...(related.length === 0 ? {} : { related }),
    ...extra,
  };
}

function concernedBy({ image, base }: BaseUse): ConcernedImages {
  const { identity } = base.assessment;
  return image === undefined
    ? { built: [], run: { reference: base.reference, base: identity }, base: identity }
    : { built: [image.id], base: identity };
}

/** `alpine:3.5 (by ARG in line 3)`: the reference, and that it comes from elsewhere. */
export function inSentence(base: EffectiveBase): string {
  if (base.reference === '') return 'an empty name';
  return base.note === undefined ? base.reference : `${base.reference} (${base.note})`;
}

import type {
  BuiltImage,
  ConcernedImages,
  EffectiveBase,
  Location,
  Problem,
  ProjectModel,
  Rest,
  Scope,
  Standing,
} from '../domain/index.ts';
import { containerLabel, imageLabel, referencesInWords, restOf } from '../domain/index.ts';

/** Where an effective base stands: under an image definition, or under a manifest that runs the base directly. */
export interface BaseUse {
  readonly base: EffectiveBase;
  /** References of further bases of one family that the same place decides: one for each architecture. */
  readonly beside: readonly string[];
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
    const standingSo = image.bases.filter((base) => base.assessment.standing === standing);
    for (const [base, ...others] of Map.groupBy(standingSo, questionOf).values()) {
      if (base === undefined) continue;
      const within = image.id === image.path ? '' : image.id.slice(image.path.length);
      yield {
        base,
        beside: others.map(({ reference }) => reference),
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
        beside: [],
        label,
        path: workload.path,
        within,
        scope: workload.scope,
        rests: [restOf(workload)],
      };
    }
  }
}

/** Bases that one place decides and that are one family are one question, why they are not known apart. */
function questionOf(base: EffectiveBase): string {
  const { path, start, end } = decidedAt(base);
  return JSON.stringify([
    base.assessment.identity,
    base.unresolved ?? null,
    base.note ?? null,
    path,
    start,
    end,
  ]);
}

function decidedAt({ chain: [first, ...rest] }: EffectiveBase): Location {
  return rest.at(-1) ?? first;
}

/** A problem about a base, on the line that decides it. */
export function baseProblem(use: BaseUse, message: string, extra: Pick<Problem, 'fix'> = {}): Problem {
  const { base } = use;
  const decided = decidedAt(base);
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
export function inSentence({ base, beside }: BaseUse): string {
  if (base.reference === '') return 'an empty name';
  const all = referencesInWords([base.reference, ...beside]);
  return base.note === undefined ? all : `${all} (${base.note})`;
}

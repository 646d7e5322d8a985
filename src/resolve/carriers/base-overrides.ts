// Environment of a CI job that overrides a base of Kubernetes' own build: it decides what that job's images are built on.
import { parseImageReference } from '../../domain/image-reference.ts';
import { literal, locate } from '../../domain/index.ts';
import type { Carried, CarrierSources } from '../carriers.ts';
import type { DeclaredImage } from '../declared.ts';
import { scopeOfClass } from '../path-scope.ts';

/** Variables of `build/common.sh` that name a whole base. */
const OVERRIDES = /^(KUBE_[A-Z_]{1,64}_BASE_IMAGE|KUBECTL_BASE_IMAGE|KUBE_GORUNNER_IMAGE)$/;

export function baseOverridesCarrier(sources: CarrierSources): Carried {
  const declared = sources.facts('build-steps').flatMap(({ path, fact }) =>
    fact.jobs.flatMap((job) =>
      job.steps.flatMap((step) =>
        step.environment.flatMap(({ name, value }): readonly DeclaredImage[] => {
          if (value === null || !OVERRIDES.test(name) || !isImage(value.text)) return [];
          const at = locate(path, value.span);
          return [
            {
              workflow: 'make',
              at,
              within: [job.name, name].filter((part) => part !== '').join('/'),
              scope: scopeOfClass(sources.classOf(path)),
              base: literal(value.text, [at]),
              instructions: [],
              names: [],
              rests: [at],
            },
          ];
        }),
      ),
    ),
  );
  const first = new Map(declared.toReversed().map((one) => [`${one.at.path}\0${one.within}`, one]));
  return { invocations: [], uses: [], declared: [...first.values()].toReversed(), unread: [] };
}

function isImage(text: string): boolean {
  return !/[${]/.test(text) && parseImageReference(text).kind === 'image';
}

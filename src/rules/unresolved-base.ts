import type { Rule } from '../domain/index.ts';
import { ASK_FOR_EXCEPTION, capitalise } from '../domain/words.ts';
import { type BaseUse, baseProblem, basesStanding } from './bases.ts';

/** Bases that could not be worked out (SEMANTICS 5.3). */
export const unresolvedBase: Rule = {
  on: 'tree',
  meta: {
    id: 'unresolved-base',
    since: '0.1.0',
    level: 'inconclusive',
    summary: 'The base of an image could not be worked out.',
    why: 'What cannot be resolved cannot be judged, and a check that turns green without having looked is worse than none. The message says how far Plinth got and what is missing.',
    remedy: `Give the build argument a default, or name the base in a file that Plinth reads. Where a value comes from outside of the repository, a maintainer declares it in the policy (\`declare:\`). If none of that is possible, ${ASK_FOR_EXCEPTION}.`,
    sources: ['docs/decisions/0004-carriers.md', 'docs/guide/policy.md'],
    examples: {
      flagged: [
        {
          title: 'a build argument without a default',
          files: {
            Dockerfile:
              'ARG BASEIMAGE\n#   ^^^^^^^^^ unresolved-base\nFROM ${BASEIMAGE}\nCOPY server /server\n',
          },
        },
        {
          title: 'a word that a build rule replaces',
          files: { 'Dockerfile.in': 'FROM BASEIMAGE\n#    ^^^^^^^^^ unresolved-base\nCOPY server /server\n' },
        },
      ],
      clean: [
        {
          title: 'a default decides',
          files: {
            Dockerfile:
              'ARG BASEIMAGE=gcr.io/distroless/static:nonroot\nFROM ${BASEIMAGE}\nCOPY server /server\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const use of basesStanding(project, 'unresolved')) {
      const reason =
        use.base.unresolved ?? use.base.assessment.because ?? 'what its open part stands for is not known';
      const shown = use.base.reference === '' ? '' : ` ${use.base.reference}`;
      yield baseProblem(
        use,
        `${capitalise(use.label)} has a base${shown} that could not be resolved: ${reason}.${declaration(use)}`,
      );
    }
  },
};

/** What a maintainer writes for a value that a build rule hands over; the remedy has the ways for a definition's own argument. */
function declaration({ base: { from }, image }: BaseUse): string {
  if (from === undefined || image === undefined) return '';
  const { path, variable } = from;
  const entry =
    variable === undefined
      ? `image: ${quoted(image.name ?? image.path)}`
      : `variable: ${variable}, in: ${quoted(path)}`;
  return ` In the policy a maintainer declares it as declare: [{ ${entry}, value: …, reason: …, owner: … }].`;
}

/** A text as YAML in braces takes it. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : JSON.stringify(text);
}

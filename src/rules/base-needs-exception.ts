import type { Policy, Rule } from '../domain/index.ts';
import { ASK_FOR_EXCEPTION, capitalise } from '../domain/words.ts';
import {
  allowedAdvice,
  isAllowed,
  isWindows,
  policyOfBases,
  STATIC_BASE,
  WINDOWS_ADVICE,
} from './base-advice.ts';
import { baseProblem, basesStanding, inSentence } from './bases.ts';
import { EXCEPTION_LIST, KEP_1729 } from './sources.ts';

/** Bases that the policy allows with an exception only. */
export const baseNeedsException: Rule = {
  on: 'tree',
  meta: {
    id: 'base-needs-exception',
    since: '0.1.0',
    level: 'needs-exception',
    summary: 'An image is built on a base that the policy allows only with a documented exception.',
    why: 'Some images need a shell, iptables or a C library. The policy lets them stay on a small base that is kept for them, if somebody writes down why, who owns it and until when.',
    remedy: `If the program is static and needs no shell, use a base that the policy allows, such as \`gcr.io/distroless/static\`. Otherwise, as for every Windows image, ${ASK_FOR_EXCEPTION}, with its reason, owner and end.`,
    sources: [KEP_1729, EXCEPTION_LIST],
    examples: {
      flagged: [
        {
          title: 'debian-base',
          files: {
            Dockerfile:
              'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\n#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-needs-exception\nCOPY agent /agent\n',
          },
        },
        {
          title: 'a distroless image with libc',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/cc-debian12\n#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-needs-exception\nCOPY agent /agent\n',
          },
        },
      ],
      clean: [
        {
          title: 'distroless static',
          files: { Dockerfile: 'FROM gcr.io/distroless/static-debian12:nonroot\nCOPY agent /agent\n' },
        },
      ],
    },
  },
  *check(project, { policy }) {
    for (const use of basesStanding(project, 'needs-exception')) {
      const verb = use.image === undefined ? 'runs' : 'is built on';
      const advice = isWindows(use.base) ? WINDOWS_ADVICE : `ask for an exception, or ${otherBase(policy)}`;
      yield baseProblem(
        use,
        `${capitalise(use.label)} ${verb} ${inSentence(use)}, which ${policyOfBases(policy)} allows only with a documented exception: ${advice}.`,
      );
    }
  },
};

function otherBase(policy: Policy): string {
  return isAllowed(policy, STATIC_BASE)
    ? `move to ${STATIC_BASE} if the program needs neither shell nor libc`
    : allowedAdvice(policy);
}

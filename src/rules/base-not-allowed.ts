import type { Policy, ProposedFix, Rule } from '../domain/index.ts';
import { ASK_FOR_EXCEPTION, capitalise } from '../domain/words.ts';
import {
  allowedAdvice,
  isAllowed,
  isWindows,
  policyOfBases,
  STATIC_BASE,
  WINDOWS_ADVICE,
} from './base-advice.ts';
import { type BaseUse, baseProblem, basesStanding, inSentence } from './bases.ts';
import { DISTROLESS, KEP_1729 } from './sources.ts';

/** Bases that the policy does not allow, `scratch` apart, whose remedy is another. */
export const baseNotAllowed: Rule = {
  on: 'tree',
  meta: {
    id: 'base-not-allowed',
    since: '0.1.0',
    level: 'block',
    summary: 'An image is built on a base that the policy does not allow.',
    why: 'A general-purpose base brings a shell, a package manager and libraries that the program does not need. Each of them has to be patched and rebuilt for every vulnerability, and each is a tool for an attacker. A manifest that runs such an image directly has the same problem.',
    remedy: `Move the image to a base that the policy allows; \`plinth policy show\` lists them. If it really needs what its base has, ${ASK_FOR_EXCEPTION}.`,
    sources: [KEP_1729, DISTROLESS],
    examples: {
      flagged: [
        {
          title: 'a general-purpose base',
          files: {
            Dockerfile:
              'FROM debian:12\n#    ^^^^^^^^^ base-not-allowed\nCOPY server /server\nENTRYPOINT ["/server"]\n',
          },
        },
        {
          title: 'decided by a build argument',
          files: {
            Dockerfile:
              'ARG BASE=alpine:3.20\n#        ^^^^^^^^^^^ base-not-allowed\nFROM ${BASE}\nCOPY server /server\n',
          },
        },
        {
          title: 'a manifest that runs an operating system image',
          files: {
            'pod.yaml':
              'apiVersion: v1\nkind: Pod\nmetadata:\n  name: wait\nspec:\n  initContainers:\n  - name: wait\n    image: busybox:1.36\n#          ^^^^^^^^^^^^ base-not-allowed\n  containers:\n  - name: app\n    image: registry.example/app:1\n',
          },
        },
      ],
      clean: [
        {
          title: 'a builder stage may use anything',
          files: {
            Dockerfile:
              'FROM golang:1.25 AS build\nRUN CGO_ENABLED=0 go build -o /server .\nFROM gcr.io/distroless/static:nonroot\nCOPY --from=build /server /server\nENTRYPOINT ["/server"]\n',
          },
        },
      ],
    },
  },
  *check(project, { policy }) {
    for (const use of basesStanding(project, 'not-allowed')) {
      if (use.base.reference === 'scratch') continue;
      const verb = use.image === undefined ? 'runs' : 'is built on';
      const message = `${capitalise(use.label)} ${verb} ${inSentence(use)}${reasonOf(use)}, which ${policyOfBases(policy)} does not allow: ${adviceFor(use, policy)}.`;
      yield baseProblem(use, message, debugFix(use, policy));
    }
  },
};

/** Bases for what is not static; which of them are open depends on the policy. */
const LIBRARY_BASES = ['gcr.io/distroless/base', 'gcr.io/distroless/cc'] as const;
const DEBIAN_BASE = 'registry.k8s.io/build-image/debian-base';

/** Why it does not stand, where the name alone does not say it. */
function reasonOf({ base }: BaseUse): string {
  const { family, because } = base.assessment;
  return family === 'distroless-debug' && because !== undefined ? ` (${because})` : '';
}

function adviceFor(use: BaseUse, policy: Policy): string {
  if (isDebug(use) && isAllowed(policy, nameOf(use.base.reference)))
    return 'use the same image without the debug tag';
  if (isWindows(use.base)) return WINDOWS_ADVICE;
  if (!isAllowed(policy, STATIC_BASE)) {
    const own = use.image === undefined ? 'run an image of your own that brings the program, or ' : '';
    return own + allowedAdvice(policy);
  }
  if (use.image === undefined) return `run an image of your own that brings the program, on ${STATIC_BASE}`;
  const libraries = LIBRARY_BASES.find((name) => isAllowed(policy, name));
  if (libraries !== undefined)
    return `use ${STATIC_BASE} for a static binary, or ${libraries} where it needs libc`;
  return policy.assess(DEBIAN_BASE).standing === 'needs-exception'
    ? `use ${STATIC_BASE} for a static binary, or move to debian-base with an exception`
    : `use ${STATIC_BASE} for a static binary, or another base that the policy allows`;
}

function isDebug({ base }: BaseUse): boolean {
  return base.assessment.family === 'distroless-debug';
}

/** The image's name, without tag and digest. */
function nameOf(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

/** The reference with the plain tag in place of the debug one. */
function withoutDebug(reference: string): string {
  return reference
    .replace(/:debug-nonroot\b/, ':nonroot')
    .replace(/:debug(-|$)/, (_, dash) => (dash === '-' ? ':latest-' : ':latest'));
}

/** A debug tag becomes the plain one: the same image without its busybox. */
function debugFix(use: BaseUse, policy: Policy): { fix?: ProposedFix } {
  const { reference, chain } = use.base;
  if (!isDebug(use) || chain.length !== 1) return {};
  const plain = withoutDebug(reference);
  if (plain === reference || plain.includes('@') || plain.includes('$') || !isAllowed(policy, plain))
    return {};
  return { fix: { title: `use ${plain}`, safe: true, replacements: [{ at: chain[0], text: plain }] } };
}

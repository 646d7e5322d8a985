import type { BuiltImage, Policy, ProposedFix, Rule } from '../domain/index.ts';
import { capitalise } from '../domain/words.ts';
import { allowedAdvice, isAllowed, policyOfBases, STATIC_BASE } from './base-advice.ts';
import { type BaseUse, baseProblem, basesStanding } from './bases.ts';
import { KEP_1729 } from './sources.ts';

/** Images from `scratch`, with the static image that replaces it. */
export const baseScratch: Rule = {
  on: 'tree',
  meta: {
    id: 'base-scratch',
    since: '0.1.0',
    level: 'block',
    summary: 'An image is built from scratch where the policy wants distroless/static.',
    why: 'An empty image has no CA certificates, no /etc/passwd, no nsswitch.conf, no time zones and no /tmp. Static programs run into each of them sooner or later. distroless/static has them and nothing else.',
    remedy:
      'Where the policy allows it, replace `scratch` by `gcr.io/distroless/static:latest`, or by `:nonroot` where USER names another user than root. Nothing else has to change.',
    sources: [KEP_1729, 'https://github.com/kubernetes/kubernetes/issues/69195'],
    examples: {
      flagged: [
        {
          title: 'a static binary on nothing',
          files: {
            Dockerfile:
              'FROM scratch\n#    ^^^^^^^ base-scratch\nCOPY server /server\nENTRYPOINT ["/server"]\n',
          },
        },
      ],
      clean: [
        {
          title: 'a root file system of another stage is that stage',
          files: {
            Dockerfile: 'FROM gcr.io/distroless/static:nonroot AS root\nFROM scratch\nCOPY --from=root / /\n',
          },
        },
      ],
    },
  },
  *check(project, { policy }) {
    for (const use of basesStanding(project, 'not-allowed')) {
      if (use.base.reference !== 'scratch' || use.image === undefined) continue;
      const fix = scratchFix(use, use.image, policy);
      const advice = fix === undefined ? adviceFor(policy) : fix.title;
      const message = `${capitalise(use.label)} is built from scratch, which ${policyOfBases(policy)} does not allow: ${advice}.`;
      yield baseProblem(use, message, fix === undefined ? {} : { fix });
    }
  },
};

function adviceFor(policy: Policy): string {
  const move = isAllowed(policy, STATIC_BASE) ? `use ${STATIC_BASE}` : allowedAdvice(policy);
  return `${move} where something in it is started, or ask a maintainer for an exception where the image is meant to be empty or to carry files only`;
}

/** static has all that scratch has; the tag follows the USER in force. An image that holds nothing is empty on purpose. */
function scratchFix(use: BaseUse, image: BuiltImage, policy: Policy): ProposedFix | undefined {
  const copies = image.steps.flatMap(({ instruction }) =>
    instruction.kind === 'copy' || instruction.kind === 'add' ? [instruction] : [],
  );
  // What starts nothing by itself is a bundle of files, as often as not.
  const isBundle = image.entrypoint === undefined && image.cmd === undefined;
  if (copies.length === 0 || isBundle) return undefined;
  // A folder that lands on the root may be a whole system of its own.
  const mayHoldSystem = copies.some(
    ({ destination, sources }) =>
      /^["']?\/?\.?\/?["']?$/.test(destination.text) &&
      sources.some(({ text }) => /\/$|^\.|[*?$]|rootfs/.test(text)),
  );
  const root = image.user === null || /^(root|0)(:.*)?$/.test(image.user);
  const reference = `${STATIC_BASE}:${root ? 'latest' : 'nonroot'}`;
  if (!isAllowed(policy, reference)) return undefined;
  return {
    title: `use ${reference}`,
    safe: use.base.chain.length === 1 && !mayHoldSystem,
    replacements: [{ at: use.base.chain.at(-1) ?? use.base.chain[0], text: reference }],
  };
}

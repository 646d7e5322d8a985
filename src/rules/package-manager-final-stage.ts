import type { Rule } from '../domain/index.ts';
import { hasPackageManager, imageLabel } from '../domain/index.ts';
import { ASK_FOR_EXCEPTION } from '../domain/words.ts';
import { imageNeed, runsOf } from './image-needs.ts';
import { DISTROLESS, KEP_1729 } from './sources.ts';

/** RUN instructions of a final stage that use a package manager. */
export const packageManagerFinalStage: Rule = {
  on: 'tree',
  meta: {
    id: 'package-manager-final-stage',
    since: '0.1.0',
    level: 'block',
    summary: 'A RUN in the final image uses a package manager.',
    why: 'Installing needs a package manager and a shell in the base, and what is installed has to be patched from then on. distroless bases have no package manager.',
    remedy: `Install in a builder stage and copy what the program needs, or drop the packages. Where they are really needed, ${ASK_FOR_EXCEPTION}.`,
    sources: [KEP_1729, DISTROLESS],
    examples: {
      flagged: [
        {
          title: 'apt-get',
          files: {
            Dockerfile:
              'FROM debian:12\n#    ^^^^^^^^^ base-not-allowed\nRUN apt-get update && apt-get install -y curl\n#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ package-manager-final-stage\n',
          },
        },
        {
          title: 'pip',
          files: {
            Dockerfile:
              'FROM python:3.12-slim\n#    ^^^^^^^^^^^^^^^^ base-not-allowed\nRUN pip install requests\n#^^^^^^^^^^^^^^^^^^^^^^^ package-manager-final-stage\n',
          },
        },
        {
          title: 'packages of a Bazel rule',
          files: {
            WORKSPACE:
              'container_pull(\n    name = "debian",\n    registry = "index.docker.io",\n    repository = "library/debian",\n)\n',
            BUILD:
              'container_image(\n    name = "image",\n    base = "@debian//image",\n#          ^^^^^^^^^^^^^^^^ base-not-allowed\n    debs = ["@curl_deb//file"],\n#   ^^^^ package-manager-final-stage\n)\n',
          },
        },
      ],
      clean: [
        {
          title: 'in a builder stage',
          files: {
            Dockerfile:
              'FROM debian:12 AS build\nRUN apt-get update && apt-get install -y gcc\nFROM gcr.io/distroless/static\nCOPY --from=build /agent /agent\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const image of project.images) {
      for (const { step, is } of runsOf(image)) {
        if (is.kind !== 'packages') continue;
        // What a build rule unpacks needs no package manager in the base: it does not break, it has to be patched all the same.
        const isUnpacked = step.instruction.kind === 'packages';
        const what = isUnpacked
          ? `\`${is.manager}\` of ${imageLabel(image)} installs packages`
          : `RUN in ${imageLabel(image)} uses the package manager ${is.manager}`;
        const message = `${what}: do it in a builder stage and copy only what the program needs.`;
        yield imageNeed(image, {
          at: step.at,
          subject: 'package manager',
          message,
          effect: isUnpacked || hasPackageManager(image) ? 'discouraged' : 'breaks',
        });
      }
    }
  },
};

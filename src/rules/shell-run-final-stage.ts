import type { Rule } from '../domain/index.ts';
import { imageLabel } from '../domain/index.ts';
import { imageNeed, runsOf, shellOnBase } from './image-needs.ts';

/** RUN of a final stage, which needs the shell of its base. */
export const shellRunFinalStage: Rule = {
  on: 'tree',
  meta: {
    id: 'shell-run-final-stage',
    since: '0.1.0',
    level: 'block',
    summary: 'A RUN in the final image needs a shell.',
    why: 'RUN in shell form starts /bin/sh of the image that is being built. distroless/static has none, so the build fails there, or the base keeps a shell only for this line.',
    remedy:
      'Move the RUN to a builder stage and copy the result with `COPY --from`. `RUN mkdir` becomes `WORKDIR`; `chmod` and `chown` become flags of COPY; a user need not be added for `USER 65532`, which takes a number.',
    sources: ['https://docs.docker.com/reference/dockerfile/#run'],
    examples: {
      flagged: [
        {
          title: 'chmod in the final stage',
          files: {
            Dockerfile:
              'FROM registry.k8s.io/build-image/debian-base:v1\n#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-needs-exception\nCOPY agent /agent\nRUN chmod +x /agent\n#^^^^^^^^^^^^^^^^^^ shell-run-final-stage\n',
          },
        },
      ],
      clean: [
        {
          title: 'in a builder stage',
          files: {
            Dockerfile:
              'FROM debian:12 AS build\nRUN chmod +x /agent\nFROM gcr.io/distroless/static\nCOPY --from=build /agent /agent\n',
          },
        },
        {
          title: 'a mount brings the shell and leaves nothing behind',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\nRUN --mount=from=busybox:1.36,src=/bin/,dst=/bin/ chmod +x /agent\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const image of project.images) {
      for (const { step, is } of runsOf(image)) {
        if (is.kind !== 'shell') continue;
        const message = `RUN in ${imageLabel(image)} needs a shell; ${shellOnBase(image)}: move it to a builder stage and copy the result.`;
        yield imageNeed(image, { at: step.at, subject: 'shell for RUN', message });
      }
    }
  },
};

import type { Rule } from '../domain/index.ts';
import { imageLabel } from '../domain/index.ts';
import { imageNeed, runsOf } from './image-needs.ts';
import { BASE_TABLE } from './sources.ts';

/** RUN instructions that install only what distroless/static has already. */
export const redundantPackage: Rule = {
  on: 'tree',
  meta: {
    id: 'redundant-package',
    since: '0.1.0',
    level: 'note',
    summary: 'A RUN installs only what distroless/static already has.',
    why: 'CA certificates and time zones are the usual reason for a base with a package manager. distroless/static brings both, so the line, and often the base, can go.',
    remedy: 'Drop the RUN when you move to `gcr.io/distroless/static`.',
    sources: [BASE_TABLE, 'https://github.com/GoogleContainerTools/distroless/blob/main/base/README.md'],
    examples: {
      flagged: [
        {
          title: 'CA certificates',
          files: {
            Dockerfile:
              'FROM alpine:3.20\n#    ^^^^^^^^^^^ base-not-allowed\nRUN apk add --no-cache ca-certificates\n#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ redundant-package\n',
          },
        },
      ],
      clean: [
        {
          title: 'something else too',
          files: {
            Dockerfile:
              'FROM alpine:3.20\n#    ^^^^^^^^^^^ base-not-allowed\nRUN apk add --no-cache ca-certificates curl\n#^^^^^^^^^^^^^^^^^^ package-manager-final-stage\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const image of project.images) {
      for (const { step, is } of runsOf(image)) {
        if (is.kind !== 'redundant') continue;
        const message = `RUN in ${imageLabel(image)} installs only what gcr.io/distroless/static already has: drop it when the image moves there.`;
        yield {
          ...imageNeed(image, { at: step.at, subject: 'redundant package', message, effect: 'discouraged' }),
          level: 'note',
        };
      }
    }
  },
};

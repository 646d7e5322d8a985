import type { Rule } from '../domain/index.ts';
import { imageLabel } from '../domain/index.ts';
import { imageNeed, shellOnBase } from './image-needs.ts';
import { isShellStart } from './starts.ts';

/** HEALTHCHECK through a shell. */
export const healthcheckShell: Rule = {
  on: 'tree',
  meta: {
    id: 'healthcheck-shell',
    since: '0.1.0',
    level: 'block',
    summary: 'HEALTHCHECK needs a shell.',
    why: 'A health check in shell form runs `/bin/sh -c` in the container every few seconds. Without a shell it fails each time, and the container is reported unhealthy.',
    remedy: 'Use exec form with a program that the image brings: `HEALTHCHECK CMD ["/server", "-check"]`.',
    sources: ['https://docs.docker.com/reference/dockerfile/#healthcheck'],
    examples: {
      flagged: [
        {
          title: 'shell form',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\nCOPY server /server\nHEALTHCHECK CMD /server -check || exit 1\n#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ healthcheck-shell\nENTRYPOINT ["/server"]\n',
          },
        },
      ],
      clean: [
        {
          title: 'exec form',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\nCOPY server /server\nHEALTHCHECK CMD ["/server", "-check"]\nENTRYPOINT ["/server"]\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const image of project.images) {
      const { healthcheck } = image;
      if (healthcheck === undefined) continue;
      if (!isShellStart(healthcheck.command) && healthcheck.script === undefined) continue;
      const message = `HEALTHCHECK of ${imageLabel(image)} needs a shell; ${shellOnBase(image)}: use exec form with a program that the image brings.`;
      yield imageNeed(image, { at: healthcheck.at, subject: 'shell for HEALTHCHECK', message });
    }
  },
};

import type { Rule } from '../domain/index.ts';
import { basesInWords, imageLabel } from '../domain/index.ts';
import { ASK_FOR_EXCEPTION, capitalise } from '../domain/words.ts';
import { imageNeed } from './image-needs.ts';
import { DISTROLESS } from './sources.ts';

/** Shells that are copied onto a base which has none. */
export const shellCopiedIntoImage: Rule = {
  on: 'tree',
  meta: {
    id: 'shell-copied-into-image',
    since: '0.1.0',
    level: 'needs-exception',
    summary: 'A shell is copied into an image whose base has none.',
    why: 'The base looks minimal, and the image is not: whoever gets into the container finds a shell all the same.',
    remedy: `Do without the shell, or ${ASK_FOR_EXCEPTION}, as for a base that has one.`,
    sources: [DISTROLESS, 'docs/guide/levels.md'],
    examples: {
      flagged: [
        {
          title: 'busybox on distroless',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\nCOPY --from=busybox:1.36 /bin/busybox /bin/sh\n#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ shell-copied-into-image\n',
          },
        },
      ],
      clean: [
        {
          title: "a program of one's own",
          files: {
            Dockerfile: 'FROM gcr.io/distroless/static\nCOPY --from=ghcr.io/acme/tools /agent /agent\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const image of project.images) {
      const { shell } = image.brings;
      if (
        shell === undefined ||
        image.bases.every(({ assessment }) => assessment.contents.shell || !assessment.contents.known)
      )
        continue;
      const message = `${capitalise(imageLabel(image))} copies a shell onto ${basesInWords(image)}, which has none on purpose: do without it, or ask for an exception.`;
      yield imageNeed(image, { at: shell, subject: 'copied shell', message, effect: 'discouraged' });
    }
  },
};

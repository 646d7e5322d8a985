import type { Problem, ProjectModel, Rule } from '../domain/index.ts';
import { containerLabel, imageLabel } from '../domain/index.ts';
import { ASK_FOR_EXCEPTION } from '../domain/words.ts';
import { imageNeed, shellOnBase } from './image-needs.ts';
import { manifestNeed } from './manifest-needs.ts';
import { KEP_1729 } from './sources.ts';
import { entryStarts, namesShell } from './starts.ts';

/** Shell scripts as entry points, of images and of manifests. */
export const scriptEntrypoint: Rule = {
  on: 'tree',
  meta: {
    id: 'script-entrypoint',
    since: '0.1.0',
    level: 'block',
    summary: 'What the container starts is a shell script.',
    why: 'A script in exec form looks harmless, but its first line (`#!/bin/sh`) names an interpreter that distroless/static does not have.',
    remedy: `Do the script's work in the program, an init container or a builder stage, and start the program itself. If that is not possible, ${ASK_FOR_EXCEPTION}.`,
    sources: [KEP_1729, 'https://docs.docker.com/reference/dockerfile/#entrypoint'],
    examples: {
      flagged: [
        {
          title: 'a script as entry point',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n#^^^^^^^^^^^^^^^^^^^^^ script-entrypoint\n',
            'run.sh': '#!/bin/sh\nexec /server\n',
          },
        },
      ],
      clean: [
        {
          title: 'a program',
          files: { Dockerfile: 'FROM gcr.io/distroless/static\nCOPY run /run\nENTRYPOINT ["/run"]\n' },
        },
      ],
    },
  },
  *check(project) {
    yield* imageScripts(project);
    yield* manifestScripts(project);
  },
};

function* imageScripts(project: ProjectModel): Iterable<Problem> {
  for (const image of project.images) {
    for (const { role, start } of entryStarts(image)) {
      if (
        start.script === undefined ||
        namesShell(start.command) ||
        (start.command.form === 'exec' && start.command.script !== undefined)
      )
        continue;
      const message = `${role} of ${imageLabel(image)} starts the shell script ${start.script.program}; a script needs a shell, and ${shellOnBase(image)}: start the program itself.`;
      yield imageNeed(image, { at: start.at, subject: `script for ${role}`, message });
    }
  }
}

function* manifestScripts(project: ProjectModel): Iterable<Problem> {
  for (const workload of project.workloads) {
    for (const container of workload.containers) {
      const { start } = container;
      if (start?.script === undefined || namesShell(start.command) || start.command.script !== undefined)
        continue;
      const message = `The ${containerLabel(workload, container)} starts the shell script ${start.script.program}, which needs a shell: start the program itself.`;
      const [first] = start.command.words;
      yield manifestNeed(workload, container, {
        at: first === undefined ? start.at : { path: first.path ?? start.at.path, ...first.span },
        subject: 'script',
        message,
      });
    }
  }
}

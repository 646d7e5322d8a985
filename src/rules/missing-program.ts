import type {
  BuiltImage,
  Container,
  Policy,
  Problem,
  ProjectModel,
  Rule,
  Start,
  Workload,
} from '../domain/index.ts';
import {
  basesInWords,
  containerLabel,
  folderOf,
  imageLabel,
  isShell,
  mayHaveProgram,
  startedPrograms,
} from '../domain/index.ts';
import { imageNeed } from './image-needs.ts';
import { manifestNeed, mayStartHostProgram } from './manifest-needs.ts';
import { entryStarts, wordsOf } from './starts.ts';

export const missingProgram: Rule = {
  on: 'tree',
  meta: {
    id: 'missing-program',
    since: '0.1.0',
    level: 'block',
    summary:
      'The container starts a program of an operating system that neither the base nor the image brings.',
    why: 'Programs such as curl, cat or iptables come with a distribution. distroless/static has none of them, so the start, the probe or the hook fails.',
    remedy:
      'Use what the program itself offers (an HTTP or gRPC probe, a flag), or copy the tool into the image.',
    sources: ['DOMAIN 2, 4'],
    examples: {
      flagged: [
        {
          title: 'curl on distroless',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\nCOPY server /server\nHEALTHCHECK CMD ["curl", "-f", "http://localhost/"]\n#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ missing-program\nENTRYPOINT ["/server"]\n',
          },
        },
      ],
      clean: [
        {
          title: 'the image brings it',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\nCOPY --from=ghcr.io/acme/static-tools /curl /usr/bin/curl\nCOPY server /server\nHEALTHCHECK CMD ["curl", "-f", "http://localhost/"]\nENTRYPOINT ["/server"]\n',
          },
        },
      ],
    },
  },
  *check(project, { policy }) {
    yield* imagePrograms(project, policy);
    yield* manifestPrograms(project, policy);
  },
};

function* imagePrograms(project: ProjectModel, policy: Policy): Iterable<Problem> {
  for (const image of project.images) {
    const starts: { role: string; start: Start }[] = [...entryStarts(image)];
    if (image.healthcheck !== undefined) starts.push({ role: 'HEALTHCHECK', start: image.healthcheck });
    for (const { role, start } of starts) {
      if (start.command.form === 'shell') continue;
      if (role === 'CMD' && image.entrypoint !== undefined) continue;
      for (const program of missing(wordsOf(start.command), image, policy)) {
        const message = `${role} of ${imageLabel(image)} starts ${program}, which ${basesInWords(image)} does not have and the image does not bring: use a program of the image's own, or copy it in.`;
        yield imageNeed(image, {
          at: start.at,
          subject: `program ${program} for ${role}`,
          message,
          effect: 'breaks',
        });
      }
    }
  }
}

function* manifestPrograms(project: ProjectModel, policy: Policy): Iterable<Problem> {
  for (const workload of project.workloads) {
    for (const container of workload.containers) {
      if (container.runs.whose !== 'built') continue;
      for (const { role, start } of startsOf(container)) {
        if (mayStartHostProgram(workload, container, start)) continue;
        for (const program of container.runs.images.flatMap((image) =>
          missing(wordsOf(start.command), image, policy),
        )) {
          yield manifestProblem(workload, container, role, start, program);
        }
      }
    }
  }
}

function manifestProblem(
  workload: Workload,
  container: Container,
  role: string,
  start: Start,
  program: string,
): Problem {
  const message = `The ${containerLabel(workload, container)} starts ${program} (${role}), which its image does not have: use a program of the image's own.`;
  return manifestNeed(workload, container, {
    at: start.at,
    subject: `program ${program} for ${role}`,
    message,
  });
}

function startsOf(container: Container): readonly { role: string; start: Start }[] {
  const hooks = container.hooks.map((hook) => ({ role: hook.role, start: hook.start }));
  return container.start === undefined ? hooks : [{ role: 'command', start: container.start }, ...hooks];
}

const SYSTEM_FOLDERS: ReadonlySet<string> = new Set([
  '',
  '/bin',
  '/sbin',
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
]);

function missing(words: readonly string[], image: BuiltImage, policy: Policy): readonly string[] {
  return startedPrograms(words)
    .filter(({ index }) => SYSTEM_FOLDERS.has(folderOf(words[index] ?? '')))
    .map(({ name }) => name)
    .filter((name) => !isShell(name) && policy.isSystemProgram(name) && !mayHaveProgram(image, name));
}

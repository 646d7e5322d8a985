import type {
  BuiltImage,
  Container,
  Policy,
  Problem,
  ProjectModel,
  Rule,
  Start,
  StartedProgram,
  Workload,
} from '../domain/index.ts';
import {
  basesInWords,
  containerLabel,
  folderOf,
  imageLabel,
  isProgramFolder,
  isShell,
  mayHaveProgram,
  startedPrograms,
} from '../domain/index.ts';
import { imageNeed } from './image-needs.ts';
import { manifestNeed, mayStartHostProgram } from './manifest-needs.ts';
import { BASE_TABLE } from './sources.ts';
import { entryStarts, wordsOf } from './starts.ts';

/** Programs of an operating system that are started and that neither base nor image brings. */
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
    sources: [BASE_TABLE],
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
        const starts = `${role} of ${imageLabel(image)} starts ${program}, which ${basesInWords(image)} does not have`;
        yield imageNeed(image, {
          at: start.at,
          subject: `program ${program} for ${role}`,
          effect: 'breaks',
          ...verdictOn(image, starts),
        });
      }
    }
  }
}

/** Where a copy may bring the program and nothing lists what it copies, that is undecided. */
function verdictOn(
  { path, brings }: BuiltImage,
  starts: string,
): { message: string; level?: 'inconclusive' } {
  const { unseen } = brings;
  if (unseen === undefined)
    return {
      message: `${starts} and the image does not bring: use a program of the image's own, or copy it in.`,
    };
  const place = `${unseen.path === path ? '' : `${unseen.path}, `}line ${unseen.start.line}`;
  return {
    message: `${starts}. Whether the copy in ${place} brings it could not be decided: name the file that is copied, or use a program of the image's own.`,
    level: 'inconclusive',
  };
}

function* manifestPrograms(project: ProjectModel, policy: Policy): Iterable<Problem> {
  for (const workload of project.workloads) {
    for (const container of workload.containers) {
      if (container.runs.whose !== 'built') continue;
      for (const { role, start } of startsOf(container)) {
        if (mayStartHostProgram(workload, container, start)) continue;
        for (const image of container.runs.images) {
          for (const program of missing(wordsOf(start.command), image, policy))
            yield manifestProblem(workload, container, { role, start, program, image });
        }
      }
    }
  }
}

interface MissingIn {
  readonly role: string;
  readonly start: Start;
  readonly program: string;
  readonly image: BuiltImage;
}

function manifestProblem(
  workload: Workload,
  container: Container,
  { role, start, program, image }: MissingIn,
): Problem {
  const starts = `The ${containerLabel(workload, container)} starts ${program} (${role}), which its image does not have`;
  const { unseen } = image.brings;
  const message =
    unseen === undefined
      ? `${starts}: use a program of the image's own.`
      : `${starts}. Whether the copy in ${unseen.path}, line ${unseen.start.line}, brings it could not be decided: use a program of the image's own.`;
  const need = manifestNeed(workload, container, {
    at: start.at,
    subject: `program ${program} for ${role}`,
    message,
  });
  return unseen === undefined ? need : { ...need, level: 'inconclusive' };
}

function startsOf(container: Container): readonly { role: string; start: Start }[] {
  const hooks = container.hooks.map((hook) => ({ role: hook.role, start: hook.start }));
  return container.start === undefined ? hooks : [{ role: 'command', start: container.start }, ...hooks];
}

function missing(words: readonly string[], image: BuiltImage, policy: Policy): readonly string[] {
  return withoutApplets(startedPrograms(words))
    .filter(({ index }) => isFoundBySystem(folderOf(words[index] ?? '')))
    .map(({ name }) => name)
    .filter((name) => !isShell(name) && policy.isSystemProgram(name) && !mayHaveProgram(image, name));
}

/** Programs that are many in one file: what they start by name is themselves. */
const MANY_IN_ONE: ReadonlySet<string> = new Set(['busybox', 'toybox']);

/** `busybox wget` needs busybox alone; `busybox sh` is a shell, which the rules for shells tell: one problem, one finding (SEMANTICS 4.3). */
function withoutApplets(started: readonly StartedProgram[]): readonly StartedProgram[] {
  return started.filter(({ name }, at) => {
    const isApplet = MANY_IN_ONE.has(started[at - 1]?.name ?? '');
    const isShellItself = MANY_IN_ONE.has(name) && isShell(started[at + 1]?.name ?? '');
    return !isApplet && !isShellItself;
  });
}

/** A program in a folder of its own is no system's. */
function isFoundBySystem(folder: string): boolean {
  return folder === '' || isProgramFolder(folder);
}

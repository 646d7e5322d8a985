import type { Container, ExecCommand, Location, Problem, Rule, Start, Workload } from '../domain/index.ts';
import { containerLabel, shellIndex } from '../domain/index.ts';
import { effectiveWords, manifestNeed, mayStartHostProgram, undecidedStart } from './manifest-needs.ts';
import { KEP_1729 } from './sources.ts';

/** Containers that a manifest starts through a shell. */
export const manifestShellCommand: Rule = {
  on: 'tree',
  meta: {
    id: 'manifest-shell-command',
    since: '0.1.0',
    level: 'block',
    summary: 'A manifest starts the container through a shell.',
    why: 'As long as a manifest starts an image with `sh -c`, the image cannot leave its shell: the day it moves to distroless, the cluster breaks. The manifest has to change first.',
    remedy:
      'Name the program and its flags in `command` and `args`. Write logs with `--log-file` or `kube-log-runner` where the shell only redirects.',
    sources: [
      KEP_1729,
      'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
    ],
    examples: {
      flagged: [
        {
          title: 'sh -c around a program',
          files: {
            'pod.yaml':
              'apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  containers:\n  - name: dns\n    image: registry.k8s.io/dns:1\n    command:\n    - /bin/sh\n#     ^^^^^^^ manifest-shell-command\n    - -c\n    - exec /dns --port=53\n',
          },
        },
      ],
      clean: [
        {
          title: 'the program itself',
          files: {
            'pod.yaml':
              'apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  containers:\n  - name: dns\n    image: registry.k8s.io/dns:1\n    command: ["/dns", "--port=53"]\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const workload of project.workloads) {
      for (const container of workload.containers) {
        const { start } = container;
        if (start !== undefined && mayStartHostProgram(workload, container, start)) continue;
        const at = start === undefined ? null : shellPlace(container, start, true);
        if (start === undefined || at === null) {
          yield* undecided(workload, container);
          continue;
        }
        yield manifestNeed(workload, container, {
          at,
          subject: 'shell',
          message: messageFor(workload, container, start.command),
        });
      }
    }
  },
};

/** What the container starts is open: the program that its command names, or a key that may be its command. */
function* undecided(workload: Workload, container: Container): Iterable<Problem> {
  const start = container.start?.undecided ?? container.openKey;
  if (start === undefined) return;
  const given = {
    subject: 'undecided start',
    what: `What the ${containerLabel(workload, container)} starts`,
  };
  const problem = undecidedStart(workload, container, start, given);
  if (problem !== null) yield problem;
}

function messageFor(workload: Workload, container: Container, command: ExecCommand): string {
  const advice =
    command.script === undefined
      ? 'start the program itself'
      : 'name the program and its flags in command and args';
  return `The ${containerLabel(workload, container)} is started through a shell: ${advice}.`;
}

/** Where the shell stands among the words; null where none is started. */
export function shellPlace(
  container: Container,
  start: Start<ExecCommand>,
  isEntry: boolean,
): Location | null {
  const words = effectiveWords(container, start.command, isEntry);
  const index = shellIndex(words);
  if (index === null) return null;
  const word = start.command.words[index - (words.length - start.command.words.length)];
  return word === undefined ? start.at : { path: word.path ?? start.at.path, ...word.span };
}

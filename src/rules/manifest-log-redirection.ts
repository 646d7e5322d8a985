import type { BuiltImage, Location, Problem, ProjectModel, Rule, Start } from '../domain/index.ts';
import { containerLabel, imageLabel, shellTextIndex } from '../domain/index.ts';
import { imageNeed, shellOnBase } from './image-needs.ts';
import { logRedirection } from './log-redirection.ts';
import { manifestNeed } from './manifest-needs.ts';
import { KEP_1729, KEP_2845 } from './sources.ts';
import { entryStarts } from './starts.ts';

/** Output of a container’s own program that a shell redirects. */
export const manifestLogRedirection: Rule = {
  on: 'tree',
  meta: {
    id: 'manifest-log-redirection',
    since: '0.1.0',
    level: 'block',
    summary:
      "A shell redirects the output of the container's own program: into a file, into tee, or standard error into standard output.",
    why: 'Redirecting logs was the main reason why Kubernetes images kept a shell. Programs can write the file themselves, or leave their output to the container runtime, which collects standard output and standard error alike: `2>&1` alone keeps a shell for nothing.',
    remedy:
      'Write to standard error and let the runtime collect it, start it through `kube-log-runner --log-file=…`, or use its own log flags where its version has them.',
    sources: [KEP_1729, KEP_2845],
    examples: {
      flagged: [
        {
          title: 'output into a file',
          files: {
            'pod.yaml':
              'apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  containers:\n  - name: dns\n    image: registry.k8s.io/dns:1\n    command:\n    - /bin/sh\n#     ^^^^^^^ manifest-shell-command\n    - -c\n    - exec /dns >>/var/log/dns.log 2>&1\n#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ manifest-log-redirection\n',
          },
        },
        {
          title: 'standard error into standard output alone',
          files: {
            'pod.yaml':
              'apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  containers:\n  - name: dns\n    image: registry.k8s.io/dns:1\n    command: ["/bin/sh", "-c", "exec /dns 2>&1"]\n#             ^^^^^^^^^ manifest-shell-command\n#                                ^^^^^^^^^^^^^^ manifest-log-redirection\n',
          },
        },
      ],
      clean: [
        {
          title: 'kube-log-runner',
          files: {
            'pod.yaml':
              'apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  containers:\n  - name: dns\n    image: registry.k8s.io/dns:1\n    command: ["kube-log-runner", "--log-file=/var/log/dns.log", "/dns"]\n',
          },
        },
      ],
    },
  },
  *check(project) {
    yield* manifests(project);
    yield* startedScripts(project);
  },
};

function* manifests(project: ProjectModel): Iterable<Problem> {
  for (const workload of project.workloads) {
    for (const container of workload.containers) {
      const found = container.start === undefined ? undefined : inStart(container.start);
      if (found === undefined) continue;
      const message = `The ${containerLabel(workload, container)} redirects its output with a shell (${found.what}): ${found.advice}.`;
      yield manifestNeed(workload, container, { at: found.at, subject: 'log redirection', message });
    }
  }
}

function* startedScripts(project: ProjectModel): Iterable<Problem> {
  const seen = new Set<string>();
  for (const image of project.images) {
    for (const { start } of entryStarts(image)) {
      const found = inStart(start);
      if (found === undefined) continue;
      const id = `${image.id}\0${found.at.path}\0${found.at.start.line}`;
      if (seen.has(id)) continue;
      seen.add(id);
      yield imageProblem(image, found, start);
    }
  }
}

function imageProblem(image: BuiltImage, found: Found, start: Start): Problem {
  const message = `What ${imageLabel(image)} starts redirects its output with a shell (${found.what}); ${shellOnBase(image)}: ${found.advice}.`;
  const problem = imageNeed(image, { at: found.at, subject: 'log redirection', message });
  // What begins to start the script brings it about.
  return { ...problem, rests: [...problem.rests, start.at] };
}

/** A redirection, where it stands, and what to do in its place. */
interface Found {
  readonly at: Location;
  readonly what: string;
  readonly advice: string;
}

function inStart(start: Start): Found | undefined {
  const own = start.command.script === undefined ? null : logRedirection(start.command.script, 'command');
  if (own !== null) return place(toldIn(start.command) ?? start.at.path, own);
  const { script } = start;
  if (script?.fact === undefined || script.at === undefined) return undefined;
  const found = logRedirection(script.fact.script, 'file');
  return found === null ? undefined : place(script.at.path, found);
}

/** The file of the text that a shell is told to run, where it is another than the manifest. */
function toldIn(command: Start['command']): string | undefined {
  if (command.form === 'shell') return undefined;
  const index = shellTextIndex(command.words.map(({ text }) => text));
  return index === null ? undefined : command.words[index]?.path;
}

function place(path: string, found: NonNullable<ReturnType<typeof logRedirection>>): Found {
  const { command, redirection } = found;
  const what =
    redirection === null
      ? '| tee'
      : `${redirection.descriptor ?? ''}${redirection.operator}${redirection.target}`;
  const isJoined = redirection?.operator === '>&' && redirection.target === '1';
  const advice = isJoined
    ? 'start the program itself, since the container runtime collects both outputs'
    : 'let the program or kube-log-runner write the log';
  return { at: { path, ...command.span }, what, advice };
}

import type { Container, Problem, Rule, Workload } from '../domain/index.ts';
import { containerLabel } from '../domain/index.ts';
import { manifestNeed, mayStartHostProgram, undecidedStart } from './manifest-needs.ts';
import { shellPlace } from './manifest-shell-command.ts';

const WORDS = {
  liveness: 'The liveness probe',
  readiness: 'The readiness probe',
  startup: 'The startup probe',
  'post-start': 'The postStart hook',
  'pre-stop': 'The preStop hook',
} as const;

/** Probes and hooks of a manifest that run a shell. */
export const manifestShellProbe: Rule = {
  on: 'tree',
  meta: {
    id: 'manifest-shell-probe',
    since: '0.1.0',
    level: 'block',
    summary: 'A probe or lifecycle hook runs a shell in the container.',
    why: 'Exec probes and hooks run inside the container. Without a shell they fail, and the kubelet restarts or never readies the container.',
    remedy:
      'Use an `httpGet`, `tcpSocket` or `grpc` probe (or `sleep` in preStop), or a program that the image brings.',
    sources: ['https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/'],
    examples: {
      flagged: [
        {
          title: 'a probe in shell',
          files: {
            'pod.yaml':
              'apiVersion: v1\nkind: Pod\nmetadata:\n  name: etcd\nspec:\n  containers:\n  - name: etcd\n    image: registry.k8s.io/etcd:3\n    livenessProbe:\n      exec:\n        command: ["/bin/sh", "-c", "etcdctl endpoint health"]\n#                 ^^^^^^^^^ manifest-shell-probe\n',
          },
        },
      ],
      clean: [
        {
          title: 'an HTTP probe',
          files: {
            'pod.yaml':
              'apiVersion: v1\nkind: Pod\nmetadata:\n  name: etcd\nspec:\n  containers:\n  - name: etcd\n    image: registry.k8s.io/etcd:3\n    livenessProbe:\n      httpGet: { path: /health, port: 2379 }\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const workload of project.workloads) {
      for (const container of workload.containers) {
        for (const hook of container.hooks) {
          if (mayStartHostProgram(workload, container, hook.start)) continue;
          const at =
            shellPlace(container, hook.start, false) ??
            (hook.start.script === undefined ? null : hook.start.at);
          if (at === null) {
            yield* undecided(workload, container, hook);
            continue;
          }
          const message = `${WORDS[hook.role]} of ${containerLabel(workload, container)} runs a shell: use an httpGet or grpc probe, or a program of the image.`;
          yield manifestNeed(workload, container, { at, subject: `shell for ${hook.role}`, message });
        }
      }
    }
  },
};

function* undecided(
  workload: Workload,
  container: Container,
  { role, start }: Container['hooks'][number],
): Iterable<Problem> {
  if (start.undecided === undefined) return;
  const problem = undecidedStart(workload, container, start.undecided, {
    subject: `undecided start for ${role}`,
    what: `What ${WORDS[role].replace('The', 'the')} of ${containerLabel(workload, container)} starts`,
  });
  if (problem !== null) yield problem;
}

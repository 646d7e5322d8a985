import type { GoRequirement, Problem, Rule } from '../domain/index.ts';
import { KEP_1729 } from './sources.ts';

/** Dependencies on a Kubernetes that still needs glog. */
export const k8sTooOld: Rule = {
  on: 'tree',
  meta: {
    id: 'k8s-too-old',
    since: '0.1.0',
    level: 'note',
    summary: 'A Go module needs a Kubernetes from before 1.13, whose libraries log with glog.',
    why: 'Until 1.12 the Kubernetes libraries log with glog, which cannot write to a named file: to redirect logs, such a program needs a shell.',
    remedy: 'Update the Kubernetes libraries to 1.13 or newer; they use klog.',
    sources: [KEP_1729, 'https://github.com/kubernetes/klog'],
    examples: {
      flagged: [
        {
          title: 'client-go of 1.12',
          files: {
            'go.mod':
              'module example.org/addon\n\nrequire k8s.io/client-go v9.0.0+incompatible\n//      ^^^^^^^^^^^^^^^^ k8s-too-old\n',
          },
        },
      ],
      clean: [
        {
          title: 'client-go of today',
          files: { 'go.mod': 'module example.org/addon\n\nrequire k8s.io/client-go v0.34.1\n' },
        },
      ],
    },
  },
  *check(project) {
    for (const { path, requires } of project.goRequirements ?? []) {
      const old = requires.find(isTooOld);
      if (old !== undefined) yield problemOf(path, old);
    }
  },
};

/** Versions of client-go were numbered by themselves until 1.17: v10 belongs to 1.13. */
const FIRST_CLIENT = 10;
const FIRST_MINOR = 13;
/** When the libraries' main branches went over to klog, as the date of a pseudo-version. */
const KLOG_SINCE = '20181110';

function isTooOld({ path, version }: GoRequirement): boolean {
  if (!path.startsWith('k8s.io/')) return false;
  const tag = /^kubernetes-1\.(\d{1,3})\b/.exec(version)?.[1];
  if (tag !== undefined) return Number(tag) < FIRST_MINOR;
  const name = path.split('/')[1];
  if (name === 'kubernetes') {
    const minor = /^v1\.(\d{1,3})\./.exec(version)?.[1];
    return minor !== undefined && Number(minor) < FIRST_MINOR;
  }
  if (name === 'client-go') {
    const major = /^v(\d{1,3})\./.exec(version)?.[1];
    const isNumbered = major !== undefined && major !== '0' && !isSnapshot(version);
    return isNumbered ? Number(major) < FIRST_CLIENT : isOldSnapshot(version);
  }
  return LIBRARIES.has(name ?? '') && isOldSnapshot(version);
}

/** Modules that are cut out of Kubernetes itself, and have no versions of their own from that time. */
const LIBRARIES: ReadonlySet<string> = new Set([
  'api',
  'apiextensions-apiserver',
  'apimachinery',
  'apiserver',
  'kube-aggregator',
  'metrics',
]);

/**
 * A pseudo-version of a main branch is named after the newest tag there, which may be far older than the
 * commit (`v2.0.0-alpha.0.0.20190313…`): its date tells. One of a release branch (`v9.0.1-0.2019…`) stays
 * with its version.
 */
const SNAPSHOT = /^v\d{1,3}\.0\.0-(?:[a-z]\w*\.(?:\w+\.)*)?(\d{8})\d{6}-[0-9a-f]{12}/;

function isSnapshot(version: string): boolean {
  return SNAPSHOT.test(version);
}

function isOldSnapshot(version: string): boolean {
  const date = SNAPSHOT.exec(version)?.[1];
  return date !== undefined && date < KLOG_SINCE;
}

function problemOf(path: string, { path: needed, version, span }: GoRequirement): Problem {
  return {
    kind: 'other',
    path,
    at: { path, ...span },
    subject: 'kubernetes',
    message: `${path} needs ${needed} ${version}, from before Kubernetes 1.13: it logs with glog, whose logs reach a file only through a shell. Update it to 1.13 or newer.`,
    rests: [path],
  };
}

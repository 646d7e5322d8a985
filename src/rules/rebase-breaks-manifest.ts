import { parseImageReference } from '../domain/image-reference.ts';
import type { Problem, Rule, ShellUse, UsedImage } from '../domain/index.ts';

const BUILD = 'build:\n\tdocker build -t registry.k8s.io/dns:1.2 .\n\tdocker push registry.k8s.io/dns:1.2\n';
const POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: dns\nspec:\n  containers:\n  - name: dns\n';

/** Images that lose the shell which a manifest still uses (SEMANTICS 4.6). */
export const rebaseBreaksManifest: Rule = {
  on: 'change',
  meta: {
    id: 'rebase-breaks-manifest',
    since: '0.1.0',
    level: 'block',
    summary:
      'An image loses its shell, and a manifest of the same tree still starts or probes it through one.',
    why: 'The image builds, the manifest applies, and the container does not start. KEP 1729 orders it for this reason: first the manifests, then the images. Its own first attempt was reverted because of it.',
    remedy:
      'Change the manifest first (name the program and its flags, use an httpGet or grpc probe), or in the same change.',
    sources: ['SEMANTICS 4.6', 'KEP 1729, Upgrade'],
    examples: {
      flagged: [
        {
          title: 'the base moves to distroless, the manifest still says sh -c',
          before: {
            Dockerfile: 'FROM debian:12\nCOPY dns /dns\nENTRYPOINT ["/dns"]\n',
            Makefile: BUILD,
            'pod.yaml': `${POD}    image: registry.k8s.io/dns:1.2\n    command: ["/bin/sh", "-c", "/dns"]\n`,
          },
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static\n#    ^^^^^^^^^^^^^^^^^^^^^^^^ rebase-breaks-manifest\nCOPY dns /dns\nENTRYPOINT ["/dns"]\n',
          },
        },
      ],
      clean: [
        {
          title: 'the manifest changes with it',
          before: {
            Dockerfile: 'FROM debian:12\nCOPY dns /dns\nENTRYPOINT ["/dns"]\n',
            Makefile: BUILD,
            'pod.yaml': `${POD}    image: registry.k8s.io/dns:1.2\n    command: ["/bin/sh", "-c", "/dns"]\n`,
          },
          files: {
            Dockerfile: 'FROM gcr.io/distroless/static\nCOPY dns /dns\nENTRYPOINT ["/dns"]\n',
            'pod.yaml': `${POD}    image: registry.k8s.io/dns:1.2\n    command: ["/dns"]\n`,
          },
        },
      ],
    },
  },
  *check({ tip, result, former }) {
    const before = new Map(tip.map((use) => [keyOf(use.path, use), use]));
    for (const use of result) {
      const then = before.get(keyOf(former(use.path), use));
      // A shell that the manifest gains now is a finding of the manifest's own: one problem, one finding (SEMANTICS 4.3).
      if (then === undefined) continue;
      const broken = use.images.find((image) => !image.hasShell);
      if (broken === undefined) continue;
      const danger = dangerOf(use, broken, then);
      if (danger !== null) yield problemOf(use, broken, danger);
    }
  },
};

function keyOf(path: string, { container }: ShellUse): string {
  return `${path}\0${container}`;
}

type Danger = 'now' | 'when the tag moves' | 'the tag moves';

/** What the change does to the container; null where it is no worse off than before. */
function dangerOf(use: ShellUse, broken: UsedImage, then: ShellUse): Danger | null {
  const wasBroken = then.images.some((image) => !image.hasShell);
  const isPinned = isPinnedElsewhere(use, broken);
  const movesTag = tagOf(use.reference) !== tagOf(then.reference);
  if (movesTag && wasBroken) return 'the tag moves';
  if (!wasBroken) return isPinned && !movesTag ? 'when the tag moves' : 'now';
  const wasPinned = then.images.some((image) => !image.hasShell && isPinnedElsewhere(then, image));
  return wasPinned && !isPinned ? 'now' : null;
}

/** A literal tag or digest other than the ones that are built. */
function isPinnedElsewhere({ reference }: ShellUse, { tags }: UsedImage): boolean {
  const pinned = tagOf(reference);
  if (pinned === 'latest' || pinned.includes('$') || pinned.includes('{')) return false;
  return !tags.some((tag) => tagOf(tag) === pinned);
}

function tagOf(reference: string): string {
  const parsed = parseImageReference(reference);
  if (parsed.kind !== 'image') return '';
  return parsed.digest ?? parsed.tag ?? 'latest';
}

function problemOf(use: ShellUse, image: UsedImage, danger: Danger): Problem {
  const [first, ...rest] = use.places;
  const at = danger === 'the tag moves' ? use.referenceAt : image.decidedAt;
  return {
    kind: 'other',
    path: image.path,
    at,
    subject: `${image.id} ${use.path} ${use.container}`,
    message: messageOf(use, image, danger),
    scope: use.scope,
    ...(danger === 'when the tag moves' ? { level: 'warn' as const } : {}),
    related: [first, ...rest],
    rests: [...image.rests, use.path, ...(danger === 'the tag moves' ? [at] : [])],
  };
}

function messageOf(use: ShellUse, image: UsedImage, danger: Danger): string {
  const where = `${use.path}:${use.places[0].start.line}`;
  const breaks = `the ${use.label} (${where}) still needs one`;
  switch (danger) {
    case 'now':
      return `On ${image.base}, ${image.label} has no shell, and ${breaks}: change the manifest first, or in this change.`;
    case 'when the tag moves':
      return `On ${image.base}, ${image.label} has no shell, and ${breaks}. It runs ${use.reference}, so it breaks when the tag moves: change the manifest before that.`;
    case 'the tag moves':
      return `The ${use.label} moves to ${use.reference}; on ${image.base}, ${image.label} has no shell, and ${breaks}: change its command in this change.`;
    default:
      return danger satisfies never;
  }
}

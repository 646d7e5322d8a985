import { parseImageReference } from '../domain/image-reference.ts';
import type { Problem, Rule, ShellUse, UsedImage } from '../domain/index.ts';
import { KEP_1729 } from './sources.ts';

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
    sources: [KEP_1729],
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
      const image =
        use.images.find(({ shell }) => shell === 'no') ?? use.images.find(({ shell }) => shell === 'open');
      if (image === undefined) continue;
      const danger = image.shell === 'no' ? dangerOf(use, image, then) : dangerOfOpen(use, image, then);
      if (danger !== null) yield problemOf(use, image, danger);
    }
  },
};

function keyOf(path: string, { container }: ShellUse): string {
  return `${path}\0${container}`;
}

type Danger = 'now' | 'maybe now' | 'when the tag moves' | 'the tag moves';

/** What the change does to the container; null where it is no worse off than before. */
function dangerOf(use: ShellUse, broken: UsedImage, then: ShellUse): Danger | null {
  const tag = tagRun(use, broken);
  const movesTag = tagOf(use.reference) !== tagOf(then.reference);
  const before = then.images.filter(({ shell }) => shell === 'no').map((image) => tagRun(then, image));
  if (before.length === 0) return tag === 'another' && !movesTag ? 'when the tag moves' : 'now';
  // Whoever ran the broken image before was told when it broke.
  if (before.includes('the built one')) return null;
  if (movesTag) return 'the tag moves';
  return before.includes('another') && tag !== 'another' ? 'now' : null;
}

/** It had a shell, and nothing decides whether it has one now. What was open before is no news of this change (SEMANTICS 5.3). */
function dangerOfOpen(use: ShellUse, open: UsedImage, then: ShellUse): Danger | null {
  if (then.images.some(({ shell }) => shell !== 'yes')) return null;
  const stays = tagRun(use, open) === 'another' && tagOf(use.reference) === tagOf(then.reference);
  return stays ? null : 'maybe now';
}

type TagRun = 'the built one' | 'another' | 'maybe the built one';

/** How the tag that the manifest runs stands to those that are built; a literal one may be it where nothing decides those. */
function tagRun({ reference }: ShellUse, { tags }: UsedImage): TagRun {
  const run = tagOf(reference);
  const built = tags.map(tagOf);
  if (run === 'latest' || isOpen(run) || built.includes(run)) return 'the built one';
  return built.some(isOpen) && !run.includes(':') ? 'maybe the built one' : 'another';
}

function isOpen(tag: string): boolean {
  return tag.includes('$') || tag.includes('{');
}

/** The tag; of a reference with a digest, that. */
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
    ...levelOf(danger),
    related: [first, ...rest],
    concerns: { built: [image.id] },
    rests: [...image.rests, use.path, ...(danger === 'the tag moves' ? [at] : [])],
  };
}

function levelOf(danger: Danger): { readonly level?: 'warn' | 'inconclusive' } {
  if (danger === 'when the tag moves') return { level: 'warn' };
  return danger === 'maybe now' ? { level: 'inconclusive' } : {};
}

function messageOf(use: ShellUse, image: UsedImage, danger: Danger): string {
  const where = `${use.path}:${use.places[0].start.line}`;
  const breaks = `the ${use.label} (${where}) still needs one`;
  switch (danger) {
    case 'now':
      return `On ${image.base}, ${image.label} has no shell, and ${breaks}${maybeAnother(use, image)}: change the manifest first, or in this change.`;
    case 'maybe now':
      return `Whether ${image.label} still has a shell is not known, since its base is not resolved, and ${breaks}: let the base be resolved, or change the manifest first.`;
    case 'when the tag moves':
      return `On ${image.base}, ${image.label} has no shell, and ${breaks}. It runs ${use.reference}, so it breaks when the tag moves: change the manifest before that.`;
    case 'the tag moves':
      return `The ${use.label} moves to ${use.reference}; on ${image.base}, ${image.label} has no shell, and ${breaks}: change its command in this change.`;
    default:
      return danger satisfies never;
  }
}

/** Why a manifest that is pinned counts all the same. */
function maybeAnother(use: ShellUse, image: UsedImage): string {
  if (tagRun(use, image) !== 'maybe the built one') return '';
  return ` (it runs ${use.reference}; which tag the build gives is not decided, so it may be that one)`;
}

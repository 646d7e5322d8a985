import { type NamedImage, normalisedName, parseImageReference } from '../domain/image-reference.ts';
import type { BuiltImage, EffectiveBase, Location, Problem, Rule } from '../domain/index.ts';
import { compareText, imageLabel } from '../domain/index.ts';
import { capitalise } from '../domain/words.ts';

const MAKEFILE = 'build:\n\tdocker build -t registry.example/web:1 .\n\tdocker push registry.example/web:1\n';
const SCRIPT = '#!/bin/bash\ndocker build -t registry.example/web:1 -f release/Dockerfile .\n';

/** Images that two build paths put on two bases. */
export const baseDrift: Rule = {
  on: 'tree',
  meta: {
    id: 'base-drift',
    since: '0.1.0',
    level: 'warn',
    summary: 'One image is built in two ways, and they put it on two bases.',
    why: 'What ships depends on who builds it. A base that is fixed in one way only is not fixed, and a version that is raised in one way only is two versions.',
    remedy:
      'Put both ways on the same base, best by letting one line decide it for both, or remove one of them.',
    sources: ['docs/decisions/0004-carriers.md'],
    examples: {
      flagged: [
        {
          title: 'make and a script build the same name',
          files: {
            Dockerfile:
              'FROM gcr.io/distroless/static:nonroot\n#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-drift\nCOPY web /web\n',
            Makefile: MAKEFILE,
            'release.sh': SCRIPT,
            'release/Dockerfile':
              'FROM gcr.io/distroless/base:nonroot\n#    ^^^ base-needs-exception\nCOPY web /web\n',
          },
        },
      ],
      clean: [
        {
          title: 'both on one base',
          files: {
            Dockerfile: 'FROM gcr.io/distroless/static:nonroot\nCOPY web /web\n',
            Makefile: MAKEFILE,
            'release.sh': SCRIPT,
            'release/Dockerfile': 'FROM gcr.io/distroless/static:nonroot\nCOPY web /web\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const [one, other] of pairs(project.images)) {
      const drift = driftBetween(one, other);
      if (drift !== null) yield problemOf(one, other, drift);
    }
  },
};

const ARCHITECTURE_SUFFIX = /-(?:amd64|arm64|arm|ppc64le|s390x|386|riscv64|\$\(ARCH\))$/;
/** More build paths of one image than these are not compared with each other: no hand wrote them. */
const MOST_PATHS = 16;

/** Each two definitions of one published image, in order of their ids. */
function* pairs(images: readonly BuiltImage[]): Iterable<readonly [BuiltImage, BuiltImage]> {
  const shipped = images.filter(({ scope, tags }) => scope === 'release' && tags !== undefined);
  const byKey = new Map<string, BuiltImage[]>();
  for (const image of shipped) {
    for (const key of new Set((image.tags ?? []).flatMap(keyOf))) {
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [image]);
      else list.push(image);
    }
  }
  const seen = new Set<string>();
  for (const list of byKey.values()) {
    const sorted = list.toSorted((a, b) => compareText(a.id, b.id)).slice(0, MOST_PATHS);
    for (const [at, one] of sorted.entries()) {
      for (const other of sorted.slice(at + 1)) {
        const id = `${one.id}\0${other.id}`;
        if (one.id === other.id || seen.has(id) || !isOneImage(one, other)) continue;
        seen.add(id);
        yield [one, other];
      }
    }
  }
}

/** The last component of a name with a registry, which the ways to build an image have in common at least. */
function keyOf(tag: string): readonly string[] {
  const parsed = parseImageReference(tag);
  if (parsed.kind !== 'image' || !tag.includes('/')) return [];
  const last = parsed.repository
    .slice(parsed.repository.lastIndexOf('/') + 1)
    .replace(ARCHITECTURE_SUFFIX, '');
  return last.includes('$') || last.includes('{') ? [] : [last];
}

function isOneImage(one: BuiltImage, other: BuiltImage): boolean {
  return (one.tags ?? []).some((a) =>
    (other.tags ?? []).some((b) => isSameTaggedName(a, b, one.workflow !== other.workflow)),
  );
}

/** Whole names and tags; what is open on one side agrees only where two kinds of build files speak of it. */
function isSameTaggedName(a: string, b: string, mayBeOpen: boolean): boolean {
  const [one, other] = [parseImageReference(a), parseImageReference(b)];
  if (one.kind !== 'image' || other.kind !== 'image') return false;
  const nameOf = (image: NamedImage) => normalisedName(image).replace(ARCHITECTURE_SUFFIX, '');
  const isOpen = [one, other].some(({ open }) => open.has('registry') || open.has('repository'));
  if (isOpen && !mayBeOpen && a !== b) return false;
  if (!isOpen && nameOf(one) !== nameOf(other)) return false;
  if (isOpen && keyOf(a)[0] !== keyOf(b)[0]) return false;
  if (one.open.has('tag') || other.open.has('tag')) return mayBeOpen || one.tag === other.tag;
  return (one.tag ?? 'latest') === (other.tag ?? 'latest');
}

interface Drift {
  readonly at: EffectiveBase;
  readonly against: EffectiveBase;
}

/** A base of one way that the other does not have: another family, or another version of it. */
function driftBetween(one: BuiltImage, other: BuiltImage): Drift | null {
  const resolved = (image: BuiltImage) =>
    image.bases.filter(({ assessment }) => assessment.standing !== 'unresolved');
  for (const [here, there] of [
    [resolved(one), resolved(other)],
    [resolved(other), resolved(one)],
  ] as const) {
    const [against] = there;
    if (against === undefined) continue;
    const at = here.find((base) => !there.some((its) => agree(base, its)));
    if (at !== undefined) return { at, against };
  }
  return null;
}

function agree(a: EffectiveBase, b: EffectiveBase): boolean {
  if (a.assessment.identity !== b.assessment.identity) return false;
  const [one, other] = [versionOf(a), versionOf(b)];
  return one === undefined || other === undefined || one === other;
}

/** A literal version; what is pinned by a digest, or floats, cannot be compared. */
function versionOf({ reference }: EffectiveBase): string | undefined {
  const parsed = parseImageReference(reference);
  if (parsed.kind !== 'image' || parsed.digest !== undefined || parsed.open.has('tag')) return undefined;
  return parsed.tag?.replace(/^v(?=\d)/, '').replace(ARCHITECTURE_SUFFIX, '');
}

function problemOf(one: BuiltImage, other: BuiltImage, { at, against }: Drift): Problem {
  const [here, there] = one.bases.includes(at) ? [one, other] : [other, one];
  return {
    kind: 'other',
    path: here.path,
    at: decidedAt(at),
    subject: `${here.id} ${there.id}`,
    message: `${capitalise(imageLabel(here))} is built on ${at.reference} by ${here.id} (${here.workflow}) and on ${against.reference} by ${there.id} (${there.workflow}): put both on one base.`,
    scope: here.scope,
    related: [{ ...decidedAt(against), message: `the base by ${there.id}` }],
    rests: [...here.reads, ...there.reads],
  };
}

function decidedAt({ chain }: EffectiveBase): Location {
  return chain.at(-1) ?? chain[0];
}

import { type NamedImage, normalisedName, parseImageReference } from '../domain/image-reference.ts';
import type { BuiltImage } from '../domain/index.ts';

/** Registries that serve the same images under the same names (DOMAIN 1), longest first. */
const KUBERNETES_REGISTRIES: readonly string[] = [
  'us.gcr.io/k8s-artifacts-prod/build-image',
  'gcr.io/k8s-staging-build-image',
  'registry.k8s.io/build-image',
  'k8s.gcr.io/build-image',
  'gcr.io/google_containers',
  'gcr.io/google-containers',
  'registry.k8s.io',
  'k8s.gcr.io',
];

const ARCHITECTURES = 'amd64|arm64|arm|ppc64le|s390x|386|riscv64';
const SUFFIX = new RegExp(`-(?:${ARCHITECTURES}|\\$\\(ARCH\\))$`);

/** Images of a tree by the names they are published under, tags left out. */
export class PublishedImages {
  readonly #byName = new Map<string, BuiltImage[]>();

  constructor(images: readonly BuiltImage[]) {
    for (const image of images) {
      for (const name of new Set((image.names ?? []).flatMap(keysOfName))) {
        const known = this.#byName.get(name);
        if (known === undefined) this.#byName.set(name, [image]);
        else known.push(image);
      }
    }
  }

  /** The images that a reference means: by whole name, whatever spelling of a Kubernetes registry; empty where its name stays open. */
  builtAs(reference: string): readonly BuiltImage[] {
    const name = nameOf(reference);
    return name === undefined
      ? []
      : (this.#byName.get(name) ?? this.#byName.get(name.replace(SUFFIX, '')) ?? []);
  }
}

/** An image of one architecture is also served under the name without it, by a manifest list. */
function keysOfName(written: string): readonly string[] {
  const name = nameOf(written);
  return name === undefined ? [] : [name, name.replace(SUFFIX, '')];
}

function nameOf(reference: string): string | undefined {
  const parsed = parseImageReference(reference);
  if (parsed.kind !== 'image' || parsed.open.has('registry') || parsed.open.has('repository'))
    return undefined;
  return canonical(parsed);
}

function canonical(parsed: NamedImage): string {
  const name = normalisedName(parsed);
  const registry = KUBERNETES_REGISTRIES.find((prefix) => name.startsWith(`${prefix}/`));
  return registry === undefined ? name : `registry.k8s.io/${name.slice(registry.length + 1)}`;
}

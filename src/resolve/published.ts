import { normalisedName, parseImageReference, withPlainHost } from '../domain/image-reference.ts';
import type { BuiltImage } from '../domain/index.ts';
import { nameAsWritten } from './names.ts';

const ARCHITECTURES = 'amd64|arm64|arm|ppc64le|s390x|386|riscv64';
const SUFFIX = new RegExp(`-(?:${ARCHITECTURES}|\\$\\(ARCH\\))$`);

/** The name that all architectures of an image share. */
export function withoutArchitecture(name: string): string {
  return name.replace(SUFFIX, '');
}

/** What the tip had of the images of a result. */
export interface Past {
  wasThere(image: BuiltImage): boolean;
  wasNamed(image: BuiltImage, name: string): boolean;
  /** Whether the definition of the first was built on that of the second. */
  stoodOn(outer: BuiltImage, inner: BuiltImage): boolean;
}

interface Published {
  readonly image: BuiltImage;
  /** The name is one that the tip did not give it. */
  readonly isNew: boolean;
}

/** Images of a tree by the names they are published under, tags left out. */
export class PublishedImages {
  readonly #byName = new Map<string, Published[]>();
  readonly #written = new Map<string, Published[]>();
  readonly #past: Past;
  readonly #servedName: (name: string) => string;

  /** `servedName`: one spelling of names that several registries serve. */
  constructor(images: readonly BuiltImage[], past: Past, servedName: (name: string) => string) {
    this.#past = past;
    this.#servedName = servedName;
    for (const image of images) {
      for (const name of image.names ?? []) {
        const published = { image, isNew: !past.wasNamed(image, name) };
        add(this.#written, name, published);
        for (const key of new Set(this.#keysOf(name))) add(this.#byName, key, published);
      }
    }
  }

  /** The images that a base means: as `builtAs`, or by a name that is written the same, open parts included. */
  namedAs(reference: string): readonly BuiltImage[] {
    return imagesOf(this.#named(reference));
  }

  /** True where every image of the name has it only since the change. */
  isNewName(reference: string): boolean {
    return this.#named(reference).every(({ isNew }) => isNew);
  }

  /** The images that a reference means: by whole name, whatever spelling of a Kubernetes registry; empty where its name stays open. */
  builtAs(reference: string): readonly BuiltImage[] {
    return imagesOf(this.#meant(reference));
  }

  /** As `builtAs`, names left out that an image of the tip has only got now. */
  builtBefore(reference: string): readonly BuiltImage[] {
    return imagesOf(
      this.#meant(reference).filter(({ image, isNew }) => !isNew || !this.#past.wasThere(image)),
    );
  }

  #named(reference: string): readonly Published[] {
    const meant = this.#meant(reference);
    return meant.length > 0 ? meant : (this.#written.get(nameAsWritten(reference)) ?? []);
  }

  #meant(reference: string): readonly Published[] {
    const name = this.#nameOf(reference);
    if (name === undefined) return [];
    return this.#byName.get(name) ?? this.#byName.get(name.replace(SUFFIX, '')) ?? [];
  }

  /** An image of one architecture is also served under the name without it, by a manifest list. */
  #keysOf(written: string): readonly string[] {
    const name = this.#nameOf(written);
    return name === undefined ? [] : [name, name.replace(SUFFIX, '')];
  }

  #nameOf(reference: string): string | undefined {
    const parsed = parseImageReference(withPlainHost(reference));
    if (parsed.kind !== 'image' || parsed.open.has('registry') || parsed.open.has('repository'))
      return undefined;
    return this.#servedName(normalisedName(parsed));
  }
}

function add(map: Map<string, Published[]>, name: string, published: Published): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [published]);
  else known.push(published);
}

function imagesOf(published: readonly Published[]): readonly BuiltImage[] {
  return [...new Set(published.map(({ image }) => image))];
}

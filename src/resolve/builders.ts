import type { DockerfileFact, ImageUse, Invocation, Value } from '../domain/index.ts';
import { fileName } from '../domain/index.ts';
import { imageNames, nameAsWritten } from './names.ts';

/** What the build rules of a tree say of images, and who else names them. */
interface Mentions {
  readonly invocations: readonly Invocation[];
  readonly uses: readonly ImageUse[];
  readonly definitions: readonly { readonly fact: DockerfileFact }[];
  readonly manifestImages: readonly string[];
}

/**
 * Tells builder images: no registry in any of their names, never pushed, used only by `docker run` in build commands or as a stage that
 * is not the last (SEMANTICS 4.5). A push that stays open in the same file may be theirs.
 */
export class BuilderNames {
  readonly #used: ReadonlySet<string>;
  readonly #shipped: ReadonlySet<string>;
  readonly #openPushes: ReadonlySet<string>;

  constructor({ invocations, uses, definitions, manifestImages }: Mentions) {
    const archives = archivesOf(definitions);
    const isInner = ({ kind, file }: ImageUse) =>
      kind === 'run' || (kind === 'export' && file !== undefined && archives.has(fileName(file)));
    const run = uses.filter(isInner).flatMap(({ image }) => imageNames(image));
    const stages = definitions.flatMap(({ fact }) => fact.stages.slice(0, -1).map(({ base }) => base.text));
    this.#used = new Set([...run, ...stages.map(nameAsWritten)]);
    const moved = uses
      .filter((use) => !isInner(use))
      .flatMap(({ image, becomes }) => [
        ...imageNames(image),
        ...(becomes === undefined ? [] : imageNames(becomes)),
      ]);
    const bases = definitions.flatMap(({ fact }) => fact.stages.at(-1)?.base.text ?? []);
    const pushed = invocations.filter(({ pushes }) => pushes).flatMap(({ tags }) => tags.flatMap(imageNames));
    this.#shipped = new Set([...moved, ...pushed, ...[...manifestImages, ...bases].map(nameAsWritten)]);
    this.#openPushes = new Set(
      uses.filter(({ kind, image }) => kind === 'push' && isWhollyOpen(image)).map(({ at }) => at.path),
    );
  }

  isBuilder({ at, tags, pushes }: Pick<Invocation, 'at' | 'tags' | 'pushes'>): boolean {
    const names = tags.flatMap(imageNames);
    if (pushes || names.length === 0 || this.#openPushes.has(at.path)) return false;
    return (
      names.every((name) => !hasRegistry(name) && !this.#shipped.has(name)) &&
      names.some((name) => this.#used.has(name))
    );
  }
}

/** Names of files that definitions unpack: what is exported to one of them is only another image's root. */
function archivesOf(definitions: Mentions['definitions']): ReadonlySet<string> {
  const instructions = definitions.flatMap(({ fact }) => fact.stages.flatMap((stage) => stage.instructions));
  return new Set(
    instructions.flatMap((one) => (one.kind === 'add' ? one.sources.map(({ text }) => fileName(text)) : [])),
  );
}

/** A first component that is a host, or may be one. */
function hasRegistry(name: string): boolean {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  return name.startsWith('$') || /[.:$]/.test(first) || first === 'localhost';
}

function isWhollyOpen(value: Value): boolean {
  return value.alternatives.some(({ parts }) => parts.every((part) => typeof part !== 'string'));
}

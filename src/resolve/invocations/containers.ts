import type { ImageUse } from '../../domain/index.ts';
import { exportOf, namedContainerOf } from './image-commands.ts';
import { type BuildCommand, type CommandWord, wordValue } from './words.ts';

/** Programs that pack what they read and print it. */
const PACKERS = /(^|\/)(gzip|pigz|xz|zstd|bzip2|pbzip2|cat|dd|pv)$/;

/** Containers that commands make of images, and the file systems of theirs that they write to files. */
export class Containers {
  readonly #images = new Map<string, CommandWord>();
  #last: CommandWord | null = null;
  /** What an export prints into a pipe. */
  #piped: CommandWord | null = null;

  /** The file system that a command writes to a file; null for any other. `pathOf` gives the file's path in the tree. */
  take(command: BuildCommand, pathOf: (word: CommandWord) => string): ImageUse | null {
    const container = namedContainerOf(command);
    if (container !== null) {
      this.#last = container.image;
      if (container.name !== null) this.#images.set(container.name.text, container.image);
      return null;
    }
    const exported = exportOf(command);
    const image = exported === null ? this.#packed(command) : this.#imageOf(exported.container);
    const file = exported?.file ?? command.writes;
    this.#piped = command.piped ? image : null;
    if (image === null || file === null) return null;
    return { kind: 'export', at: command.at, image: wordValue(image, command.when), file: pathOf(file) };
  }

  /** The image that a container was made of. */
  imageOf(container: CommandWord): CommandWord | null {
    return this.#imageOf(container);
  }

  /** A container whose name stays open is the one that was made last. */
  #imageOf(container: CommandWord): CommandWord | null {
    const isOpen = container.pieces.some((piece) => piece.open !== undefined);
    return this.#images.get(container.text) ?? (isOpen ? this.#last : null);
  }

  #packed({ words }: BuildCommand): CommandWord | null {
    return PACKERS.test(words[0]?.text ?? '') ? this.#piped : null;
  }
}

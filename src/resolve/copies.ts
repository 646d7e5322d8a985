import type { Instruction, Location, WrittenScript } from '../domain/index.ts';
import { BOUNDS, fileName, joinPath } from '../domain/index.ts';
import type { Decided, StageState } from './stage-state.ts';
import { below } from './stage-state.ts';

/** One source of a COPY or ADD with where it lands. */
export interface LandedCopy {
  readonly at: Location;
  readonly by: 'copy' | 'add';
  /** `--from`, expanded as far as it is decided. */
  readonly from?: string;
  readonly source: string;
  /** Absolute: the folder that it lands in, or the file that it becomes. */
  readonly destination: string;
  /** Where the source lands if it is a file. */
  readonly file: string;
  /** True where several sources or a final slash say that the destination is a folder. */
  readonly intoFolder: boolean;
  /** True where an expansion in it is not decided, so that it may name anything. */
  readonly open: boolean;
  /** The script that a heredoc source writes. */
  readonly written?: WrittenScript;
  /** An archive or a repository that is unpacked into the destination. */
  readonly unpacked: boolean;
}

export type CopyInstruction = Extract<Instruction, { kind: 'copy' | 'add' }>;

/** Where each source of an instruction lands, with each text that its words can be. */
export function landedCopies(
  instruction: CopyInstruction,
  at: Location,
  state: StageState,
): readonly LandedCopy[] {
  const { kind: by, sources } = instruction;
  const froms =
    instruction.from === undefined ? [undefined] : state.decide(instruction.from.text, at).texts.slice(0, 8);
  const destinations = state.decide(instruction.destination.text, at);
  const copies: LandedCopy[] = [];
  for (const word of sources) {
    const source = state.decide(word.text, at);
    const written = instruction.written?.find((one) => one.source === word.text);
    for (const given of combinations(froms, source, destinations)) {
      const landing = land(given, state, sources.length > 1);
      copies.push({
        at,
        by,
        ...(given.from === undefined ? {} : { from: given.from }),
        source: given.source,
        ...landing,
        open: landing.open || source.open,
        unpacked: by === 'add' && isUnpacked(given.source, instruction.unpack),
        ...(written === undefined ? {} : { written }),
      });
    }
  }
  return copies;
}

interface Combination {
  readonly from: string | undefined;
  readonly source: string;
  readonly destination: string;
  readonly isOpen: boolean;
}

function combinations(
  froms: readonly (string | undefined)[],
  sources: Decided,
  destinations: Decided,
): readonly Combination[] {
  const found: Combination[] = [];
  const all = froms.length * sources.texts.length * destinations.texts.length;
  for (const from of froms)
    for (const source of sources.texts)
      for (const destination of destinations.texts) {
        const isOpen = destinations.open || all > BOUNDS.alternativesPerValue;
        if (found.length < BOUNDS.alternativesPerValue) found.push({ from, source, destination, isOpen });
      }
  return found;
}

function land(
  { source, destination, isOpen }: Combination,
  state: StageState,
  isMany: boolean,
): Pick<LandedCopy, 'destination' | 'file' | 'intoFolder' | 'open'> {
  const place = state.place({ texts: [destination], open: isOpen });
  const intoFolder = isMany || /(^|\/)\.?$/.test(destination);
  const name = fileName(source.replace(/\/$/, ''));
  const file = intoFolder || place.path === '/' ? below(place.path, name) : place.path;
  return { destination: place.path, file, intoFolder, open: place.open };
}

/** `/`, `/.`, `./`, `*`, `/../`: everything that is in a stage, as `--from` counts from its root. */
export function isWholeRoot(source: string): boolean {
  return source !== '' && /^\/\*?$/.test(joinPath('/', source));
}

// ---- archives ------------------------------------------------------------------------------------------

const ARCHIVE = /\.(tar|tgz|tzst|tbz2?|txz|tlz|tlzma|tar\.[a-z0-9]{1,6})$/i;
const REMOTE = /^(https?|git|ssh):\/\/|^git@/i;
const REPOSITORY = /^(git|ssh):\/\/|^git@|^https?:\/\/[^#?]*\.git([#?]|$)/i;
/** What names an archive as far as it is written; a pattern may stand for the rest. */
const PATTERN_OF_ARCHIVES = /\.(t|\*|\?|\[)[^/]*$|root_?-?fs[^/]*$/i;

/** ADD unpacks archives of the build context, what `--unpack` says, and the content of repositories. */
function isUnpacked(source: string, unpack: boolean | undefined): boolean {
  if (REPOSITORY.test(source)) return true;
  if (unpack !== undefined) return unpack;
  if (REMOTE.test(source)) return false;
  return ARCHIVE.test(source) || (/[*?[]/.test(source) && PATTERN_OF_ARCHIVES.test(source));
}

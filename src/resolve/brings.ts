import type { Brings, Instruction, Location, Step } from '../domain/index.ts';
import { fileName, isProgramFolder, isShell, joinPath, programName } from '../domain/index.ts';
import { installedPackages } from '../domain/package-managers.ts';
import { copiesOf, type GlobalLookup, type LandedCopy } from './copies.ts';

/** Folders above those that programs lie in: copied whole, they may hold any of them. */
const ABOVE_PROGRAMS: ReadonlySet<string> = new Set(['/', '/usr', '/usr/local']);
interface Collected {
  readonly programs: Set<string>;
  more: boolean;
}

/** What the image's own layers bring on top of its base: a shell, programs by name, and more that is not named. */
export function broughtBy(
  steps: readonly Step[],
  globals: GlobalLookup,
  shell: Location | undefined,
): Brings {
  const found: Collected = { programs: new Set(), more: false };
  for (const { instruction } of steps) {
    if (instruction.kind === 'run') collectInstalled(found, instruction);
    if (instruction.kind === 'env' && instruction.variables.some(({ name }) => name === 'PATH'))
      found.more = true;
  }
  for (const copy of copiesOf(steps, globals).copies) {
    found.programs.add(fileName(copy.file));
    if (copy.unpacked || copy.open || landsAmongPrograms(copy)) found.more = true;
  }
  return { ...found, ...(shell === undefined ? {} : { shell }) };
}

/** A folder, or files by pattern, that land where programs are looked up. */
function landsAmongPrograms({ destination, source }: LandedCopy): boolean {
  if (!isProgramFolder(destination) && !ABOVE_PROGRAMS.has(destination)) return false;
  const at = joinPath('/', source);
  return /\/$|[*?]|^\.$/.test(source) || isProgramFolder(at) || ABOVE_PROGRAMS.has(at);
}

function collectInstalled(found: Collected, instruction: Extract<Instruction, { kind: 'run' }>): void {
  for (const command of instruction.command.script?.commands ?? []) {
    const installed = installedPackages(command.words.map((word) => word.text));
    if (installed === null) continue;
    found.more = true;
    for (const name of installed.packages ?? []) {
      found.programs.add(programName(name));
      if (isShell(name)) found.programs.add('sh');
    }
  }
}

import type { Location } from '../../domain/index.ts';
import { folderOf } from '../../domain/index.ts';
import type { Recorder, Target } from './frame.ts';
import { type Label, parseLabel, type Workspaces } from './labels.ts';
import { ALIASES, ARCHIVES } from './rule-sets.ts';
import { plainText, type StarlarkValue } from './values.ts';

/** A target with the package that declares it. */
export interface PlacedTarget extends Target {
  readonly folder: string;
  /** Its name as far as it is known; its place where it has none. */
  readonly name: string;
}

/** Outputs of an image rule that stand for the image itself: `image.tar`, `image.image`. */
const OUTPUT = /\.(?:tar|tar\.gz|image|binary)$/;
/** Lists of labels nest no deeper; one that holds itself has no end. */
const DEEPEST = 3;
/** Targets of one tree that are looked at. */
export const MOST_TARGETS = 50_000;

/** Everything that the build files of a tree declare. */
export class Targets {
  readonly all: PlacedTarget[] = [];
  /** The file at which the bound for all targets was met. */
  cut: string | null = null;
  readonly #byPackage = new Map<string, Map<string, PlacedTarget[]>>();
  readonly #archives = new Map<string, PlacedTarget>();
  readonly #workspaces: Workspaces;

  constructor(workspaces: Workspaces) {
    this.#workspaces = workspaces;
  }

  /** Takes the targets of one package. */
  recorder(path: string): Recorder {
    const folder = folderOf(path);
    return { folder, record: (target) => this.#add(folder, target) };
  }

  #add(folder: string, target: Target): void {
    if (this.all.length >= MOST_TARGETS) {
      this.cut ??= target.at.path;
      return;
    }
    const name = plainText(target.attributes.get('name')?.value) ?? placeName(target.at);
    const placed: PlacedTarget = { ...target, folder, name };
    this.all.push(placed);
    if (ARCHIVES.has(placed.rule)) this.#archives.set(name, placed);
    const names = this.#byPackage.get(folder) ?? new Map<string, PlacedTarget[]>();
    this.#byPackage.set(folder, names);
    names.set(name, [...(names.get(name) ?? []), placed]);
  }

  /** The rule that fetches a repository of a name. */
  archive(name: string): PlacedTarget | undefined {
    return this.#archives.get(name);
  }

  /** The targets that a label of a package may mean, aliases followed; empty where none is declared by what was read. */
  meant(label: string | Label, folder: string): readonly PlacedTarget[] {
    const parsed = typeof label === 'string' ? parseLabel(label) : label;
    if (parsed === null || !this.#workspaces.isOwn(parsed.repository)) return [];
    return this.#followed(parsed, folder, new Set());
  }

  #followed(label: Label, folder: string, seen: Set<PlacedTarget>): readonly PlacedTarget[] {
    const found = this.#named(label, folder);
    return found.flatMap((target) => {
      const aliased = ALIASES.get(target.rule);
      if (aliased === undefined || seen.has(target)) return seen.has(target) ? [] : [target];
      seen.add(target);
      const labels = aliased.flatMap((name) => labelsIn(target.attributes.get(name)?.value));
      const inner = labels.flatMap((text) => {
        const parsed = parseLabel(text);
        return parsed === null ? [] : this.#followed(parsed, target.folder, seen);
      });
      return inner.length === 0 ? [target] : inner;
    });
  }

  #named(label: Label, folder: string): readonly PlacedTarget[] {
    for (const one of this.#workspaces.packagesOf(label, folder)) {
      const names = this.#byPackage.get(one);
      const found = names?.get(label.name) ?? names?.get(label.name.replace(OUTPUT, ''));
      if (found !== undefined) return found;
    }
    return [];
  }
}

function placeName(at: Location): string {
  return `line ${at.start.line}`;
}

/** Every label that a value may hold, as written. */
export function labelsIn(value: StarlarkValue | undefined, depth = 0): readonly string[] {
  if (value === undefined || depth > DEEPEST) return [];
  if (value.kind === 'list' || value.kind === 'tuple')
    return value.items.flatMap((item) => labelsIn(item, depth + 1));
  if (value.kind === 'choice') return value.alternatives.flatMap((one) => labelsIn(one.value, depth + 1));
  const plain = plainText(value);
  return plain === undefined ? [] : [plain];
}

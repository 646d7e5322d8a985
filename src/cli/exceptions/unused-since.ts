import type { LineAge, Repository } from '../../adapters/git/index.ts';
import { isSameName } from '../../domain/image-reference.ts';
import {
  type ExceptionEntry,
  isBaseRule,
  type ReportBase,
  type ReportImage,
  type ReportLocation,
  type Tree,
  type Unused,
} from '../../domain/index.ts';

/** Where the history of what was looked at is found. */
export interface HistoryGiven {
  readonly repository: Repository;
  /** The commit that was looked at; null for files on disk. */
  readonly commit: string | null;
  readonly tree: Tree;
}

/** Beyond this, nobody waits for a list. */
const MOST_LINES = 200;

/**
 * Why entries cover nothing, by id: no image is meant, or the lines that decide its base are as they are since a day, at the latest. Where the history
 * does not tell, an entry is left out.
 */
export async function unusedSince(
  entries: readonly ExceptionEntry[],
  images: readonly ReportImage[],
  given: HistoryGiven,
): Promise<ReadonlyMap<string, Unused>> {
  const ages = new LineAges(given);
  const told = new Map<string, Unused>();
  for (const entry of entries) {
    if (entry.rule === 'unread-file') continue;
    const meant = images.filter((image) => isMeant(entry, image));
    if (meant.length === 0) told.set(entry.id, { kind: 'no-image' });
    if (!isBaseRule(entry.rule)) continue;
    const bases = meant.flatMap((image) => image.bases);
    const since = await ages.latest(bases.flatMap(({ chain }) => chain));
    if (since !== null) told.set(entry.id, { kind: 'moved', ...since, bases: namesOf(bases) });
  }
  return told;
}

function isMeant({ identity }: ExceptionEntry, { path, name }: ReportImage): boolean {
  return 'image' in identity ? name !== null && isSameName(identity.image, name) : identity.path === path;
}

const MOST_NAMED = 3;

function namesOf(bases: readonly ReportBase[]): readonly string[] {
  const names = [...new Set(bases.map(({ family, reference }) => family ?? reference))];
  return names.length > MOST_NAMED ? [...names.slice(0, MOST_NAMED), '…'] : names;
}

/** Since when lines are as they are, each asked for once. */
class LineAges {
  readonly #given: HistoryGiven;
  readonly #known = new Map<string, Promise<LineAge | null>>();
  #committed: Promise<{ readonly commit: string; readonly tree: Tree } | null> | undefined;

  constructor(given: HistoryGiven) {
    this.#given = given;
  }

  /** The youngest of the lines; null where one of them has no age, or there is none. */
  async latest(lines: readonly ReportLocation[]): Promise<LineAge | null> {
    let latest: LineAge | null = null;
    for (const { path, line } of lines) {
      const age = await this.#ageOf(path, line);
      if (age === null) return null;
      if (latest === null || age.day > latest.day) latest = age;
    }
    return latest;
  }

  #ageOf(path: string, line: number): Promise<LineAge | null> {
    const key = `${line}:${path}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_LINES) return Promise.resolve(null);
    const age = this.#ask(path, line);
    this.#known.set(key, age);
    return age;
  }

  async #ask(path: string, line: number): Promise<LineAge | null> {
    const { repository, tree } = this.#given;
    this.#committed ??= this.#committedTree();
    const committed = await this.#committed;
    // What is only on disk has no history yet.
    if (committed === null || committed.tree.get(path)?.id !== tree.get(path)?.id) return null;
    return repository.lineAge(committed.commit, path, line);
  }

  async #committedTree(): Promise<{ readonly commit: string; readonly tree: Tree } | null> {
    const { repository, commit, tree } = this.#given;
    if (commit !== null) return { commit, tree };
    const head = await repository.resolveCommit('HEAD').catch(() => null);
    return head === null ? null : { commit: head, tree: await repository.tree(head) };
  }
}

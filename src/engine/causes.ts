import type { Compared } from '../decide/index.ts';
import type { Location, Problem, ReportLocation } from '../domain/index.ts';
import { restPath } from '../domain/index.ts';
import { nearestNumber } from '../domain/sorted.ts';
import { type ChangedLines, changedLines } from './changed-lines.ts';
import type { Placer } from './placer.ts';
import type { Assembly } from './report.ts';

/** Finds, for a finding on a line that the change did not touch, the changed line that made it introduced (SEMANTICS 4.2). */
export class Causes {
  readonly #given: Assembly;
  readonly #placer: Placer;
  readonly #lines = new Map<string, ChangedLines>();
  readonly #sorted = new Map<string, readonly number[]>();

  constructor(given: Assembly, placer: Placer) {
    this.#given = given;
    this.#placer = placer;
  }

  async read(listed: readonly Compared[]): Promise<void> {
    const { tip, result, judgement, renamed } = this.#given;
    if (tip === null) return;
    const rests = new Set(
      listed
        .filter((one) => one.state === 'introduced')
        .flatMap((one) => [one.problem.at.path, ...one.problem.rests.map(restPath)]),
    );
    const paths = judgement.changes.map((change) => change.path).filter((path) => rests.has(path));
    const before = new Map([...renamed].map(([from, to]) => [to, from]));
    await result.sources.read(paths);
    await tip.sources.read(paths.map((path) => before.get(path) ?? path));
    for (const path of paths) {
      const old = tip.sources.lines(before.get(path) ?? path);
      this.#lines.set(path, changedLines(old.length === 0 ? null : old, result.sources.lines(path)));
    }
  }

  /** Undefined where the finding's own lines are changed. */
  of(problem: Problem): ReportLocation | undefined {
    if (this.#touches(problem.at)) return undefined;
    // A line that it rests on says more than one that only stands near.
    const told = [...problem.rests, ...(problem.related ?? [])];
    const line = told.find((rest): rest is Location => typeof rest !== 'string' && this.#touches(rest));
    if (line !== undefined) return this.#placed(line.path, this.#nearest(line.path, line.start.line));
    const candidates = [problem.path, ...problem.rests.map(restPath)];
    for (const path of new Set(candidates)) {
      const found = this.#placed(
        path,
        this.#nearest(path, path === problem.at.path ? problem.at.start.line : 1),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #placed(path: string, line: number | undefined): ReportLocation | undefined {
    if (line === undefined) return undefined;
    const width = this.#placer.sources('head').lines(path)[line - 1]?.length ?? 0;
    return this.#placer.place({ path, start: { line, column: 1 }, end: { line, column: width + 1 } }, 'head');
  }

  #touches(at: Location): boolean {
    const lines = this.#lines.get(at.path);
    if (lines === undefined) return false;
    for (let line = at.start.line; line <= at.end.line; line++) if (lines.changed.has(line)) return true;
    return false;
  }

  /** The changed line nearest to `line`; else the line beside a deletion. */
  #nearest(path: string, line: number): number | undefined {
    return nearestNumber(this.#changedIn(path), line);
  }

  /** A licence's header or an empty line brings nothing about, as long as another line changed. */
  #telling(path: string, lines: readonly number[]): number[] {
    const texts = this.#given.result.sources.lines(path);
    const telling = lines.filter((line) => !/^\s*(#|\/\/|\/\*|\*|$)/.test(texts[line - 1] ?? ''));
    return telling.length === 0 ? [...lines] : telling;
  }

  /** Changed lines in order; where only lines were deleted, those beside them. */
  #changedIn(path: string): readonly number[] {
    const known = this.#sorted.get(path);
    if (known !== undefined) return known;
    const lines = this.#lines.get(path);
    const among =
      lines === undefined ? [] : lines.changed.size > 0 ? [...lines.changed] : [...lines.besideDeletions];
    const sorted = this.#telling(path, among).sort((a, b) => a - b);
    this.#sorted.set(path, sorted);
    return sorted;
  }
}

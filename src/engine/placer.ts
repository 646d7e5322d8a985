import type { Compared } from '../decide/index.ts';
import type { Location, ReportLocation } from '../domain/index.ts';
import type { Assembly } from './report.ts';
import type { Sources } from './sources.ts';

export type Side = 'head' | 'tip';

/** Turns locations of the judged trees into places of the report: head's lines, with the source line. */
export class Placer {
  readonly #given: Pick<Assembly, 'tip' | 'result' | 'merge'>;

  constructor(given: Pick<Assembly, 'tip' | 'result' | 'merge'>) {
    this.#given = given;
  }

  sources(side: Side): Sources {
    return (side === 'tip' ? this.#given.tip : null)?.sources ?? this.#given.result.sources;
  }

  /** Reads every file that the findings and images of the report will show. */
  async read(listed: readonly Compared[]): Promise<void> {
    const paths = { head: new Set<string>(), tip: new Set<string>() };
    for (const { problem, state } of listed) {
      const side = paths[state === 'fixed' ? 'tip' : 'head'];
      side.add(problem.at.path);
      for (const link of problem.related ?? []) side.add(link.path);
      for (const { at } of problem.fix?.replacements ?? []) side.add(at.path);
    }
    await this.sources('head').read(paths.head);
    await this.sources('tip').read(paths.tip);
  }

  isMerged(path: string): boolean {
    return this.#given.merge.merged.includes(path);
  }

  /** True for a symbolic link of head: its lines are those of the file that it leads to. */
  isLink(path: string): boolean {
    return this.#given.result.links.some((link) => link.path === path);
  }

  place(location: Location, side: Side): ReportLocation {
    const text = this.sources(side).lines(location.path)[location.start.line - 1]?.trim();
    const toHead = side === 'head' ? this.#given.merge.toHead : (_: string, line: number) => line;
    const line = toHead(location.path, location.start.line);
    const endLine = Math.max(line, toHead(location.path, location.end.line));
    return {
      path: location.path,
      line,
      endLine,
      column: location.start.column,
      // The report's end is exclusive in columns; an empty span still marks one column.
      endColumn:
        endLine === line ? Math.max(location.end.column, location.start.column + 1) : location.end.column,
      ...(text === undefined ? {} : { text: cut(text) }),
    };
  }
}

const LONGEST_TEXT = 500;

function cut(text: string): string {
  return text.length <= LONGEST_TEXT
    ? text
    : `${text.slice(0, LONGEST_TEXT - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

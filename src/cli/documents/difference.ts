import { diffLines } from '../../domain/line-diff.ts';
import { visible } from '../../present/visible.ts';

const MOST_LINES = 10;

/** How a text differs from another, as a hint: its first lines with `-` for what goes and `+` for what comes. */
export function differenceIn(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const lines = diffLines(old, now).flatMap((hunk) => [
    ...old.slice(hunk.before, hunk.before + hunk.beforeLength).map((line) => `- ${visible(line)}`),
    ...now.slice(hunk.after, hunk.after + hunk.afterLength).map((line) => `+ ${visible(line)}`),
  ]);
  const rest = lines.length - MOST_LINES;
  const more = rest > 0 ? `  and ${rest} more\n` : '';
  return (
    lines
      .slice(0, MOST_LINES)
      .map((line) => `  ${line.trimEnd()}\n`)
      .join('') + more
  );
}

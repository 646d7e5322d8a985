import { programName, startedPrograms } from '../../domain/index.ts';

const LONGEST_LINE = 1024;

/**
 * The program that a text's `#!` line starts, by its name: `#!/usr/bin/env -S bash -e` is `bash`.
 * Null without such a line or program. Interpreters that start another program (`env`, `busybox sh`) give that one.
 */
export function interpreterOf(text: string): string | null {
  if (!text.startsWith('#!')) return null;
  const lineEnd = text.slice(0, LONGEST_LINE).search(/[\r\n]/);
  const line = text.slice(2, lineEnd < 0 ? LONGEST_LINE : lineEnd);
  const words = line.split(/[ \t]+/).filter((word) => word !== '');
  if (words[0] !== undefined && programName(words[0]) === 'env') return interpreterOfEnv(words.slice(1));
  return startedPrograms(words).at(-1)?.name ?? null;
}

/** `-S` (also glued: `-Sbash`) only tells env to split the words, which is done already. */
function interpreterOfEnv(words: readonly string[]): string | null {
  const split = words.flatMap((word) => {
    if (word === '-S' || word === '--split-string') return [];
    if (word.startsWith('-S')) return [word.slice(2)];
    if (word.startsWith('--split-string=')) return [word.slice('--split-string='.length)];
    return [word];
  });
  return startedPrograms(['env', ...split])[1]?.name ?? null;
}

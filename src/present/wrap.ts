import { cellsIn } from './visible.ts';

/** Breaks text at blanks into lines of at most `width` terminal columns; a longer word stands alone and whole. */
export function wrap(text: string, width: number, firstWidth = width): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    const cells = cellsIn(word);
    const room = lines.length === 0 ? firstWidth : width;
    if (line !== '' && used + 1 + cells > room) {
      lines.push(line);
      line = word;
      used = cells;
    } else {
      line = line === '' ? word : `${line} ${word}`;
      used += (used === 0 ? 0 : 1) + cells;
    }
  }
  return [...lines, line];
}

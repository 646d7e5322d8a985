// Data files that give an image its base for each architecture: `amd64=alpine:3.6`.
// In: a blob's text. Out: one fact with an entry for each line.
// Not here: which definition a file belongs to (resolve).
import type { Fact, Word } from '../../domain/index.ts';
import type { Format } from '../format.ts';

/** The one name that such files have (DOMAIN 3). */
export const BASE_IMAGES_FILE = 'BASEIMAGE';

const ENTRY = /^([A-Za-z0-9_./-]{1,64})[ \t]*=[ \t]*(\S{1,1024})[ \t\r]*$/;
const MOST_LINES = 10_000;

function facts(text: string): readonly Fact[] {
  const entries: { platform: string; image: Word }[] = [];
  const lines = text.split('\n', MOST_LINES);
  lines.forEach((line, index) => {
    const match = ENTRY.exec(line.slice(0, 2048));
    if (match?.[1] === undefined || match[2] === undefined) return;
    const column = line.indexOf(match[2], match[1].length) + 1;
    const at = { line: index + 1, column };
    const span = { start: at, end: { line: at.line, column: column + match[2].length } };
    entries.push({ platform: match[1], image: { text: match[2], span } });
  });
  return entries.length === 0 ? [] : [{ kind: 'base-images', entries }];
}

export const baseImages: Format = {
  id: 'base-images',
  version: 1,
  isPlaced: true,
  covers:
    'Files called `BASEIMAGE` with lines of an architecture or platform and an image: `amd64=alpine:3.6`.',
  profileOf: (path) =>
    path === BASE_IMAGES_FILE || path.endsWith(`/${BASE_IMAGES_FILE}`) ? 'base-images' : null,
  mayMatter: (text) => text.includes('='),
  facts: (text) => facts(text),
};

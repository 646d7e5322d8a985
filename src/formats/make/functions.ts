import { joinPath } from '../../domain/index.ts';

/** What a text function gives for texts without open parts; undefined for what is none. Source: the GNU make manual, section 8. */
export function applyText(name: string, args: readonly string[]): string | undefined {
  const [a = '', b = '', c = ''] = args;
  switch (name) {
    case 'subst':
      return substituted(a, b, c);
    case 'patsubst':
      // A pattern without `%` leaves the blanks between words as they are.
      if (!a.includes('%')) return c.replace(/\S+/g, (word) => (word === a ? b : word));
      return wordsOf(c)
        .map((word) => patternReplaced(a, b, word))
        .join(' ');
    case 'strip':
      return wordsOf(a).join(' ');
    case 'findstring':
      return b.includes(a) ? a : '';
    case 'filter':
      return wordsOf(b)
        .filter((word) => wordsOf(a).some((pattern) => stemOf(pattern, word) !== null))
        .join(' ');
    case 'filter-out':
      return wordsOf(b)
        .filter((word) => !wordsOf(a).some((pattern) => stemOf(pattern, word) !== null))
        .join(' ');
    case 'sort':
      return [...new Set(wordsOf(a))].sort((x, y) => (x < y ? -1 : 1)).join(' ');
    case 'word':
      return wordsOf(b)[Number(a.trim()) - 1] ?? '';
    case 'words':
      return String(wordsOf(a).length);
    case 'wordlist':
      return listed(Number(a.trim()), Number(b.trim()), c);
    case 'firstword':
      return wordsOf(a)[0] ?? '';
    case 'lastword':
      return wordsOf(a).at(-1) ?? '';
    case 'join':
      return joined(wordsOf(a), wordsOf(b));
    case 'addprefix':
      return eachWord(b, (word) => a + word);
    case 'addsuffix':
      return eachWord(b, (word) => word + a);
    default:
      return applyToNames(name, a);
  }
}

function applyToNames(name: string, text: string): string | undefined {
  switch (name) {
    case 'dir':
      return eachWord(text, (word) => word.slice(0, word.lastIndexOf('/') + 1) || './');
    case 'notdir':
      return eachWord(text, (word) => word.slice(word.lastIndexOf('/') + 1));
    case 'suffix':
      return wordsOf(text)
        .map((word) => word.slice(dotOf(word)))
        .filter((suffix) => suffix !== '')
        .join(' ');
    case 'basename':
      return eachWord(text, (word) => word.slice(0, dotOf(word)));
    case 'abspath':
    case 'realpath':
      return eachWord(text, (word) => joinPath(word));
    default:
      return undefined;
  }
}

/** From one word to another, the blanks between them as they are. */
function listed(first: number, last: number, text: string): string {
  const words = [...text.matchAll(/\S+/g)].slice(Math.max(0, first - 1), Math.max(0, last));
  const from = words[0];
  const to = words.at(-1);
  return from === undefined || to === undefined ? '' : text.slice(from.index, to.index + to[0].length);
}

export function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function eachWord(text: string, change: (word: string) => string): string {
  return wordsOf(text).map(change).join(' ');
}

function substituted(from: string, to: string, text: string): string {
  return from === '' ? text + to : text.replaceAll(from, () => to);
}

function dotOf(word: string): number {
  const dot = word.lastIndexOf('.');
  return dot > word.lastIndexOf('/') ? dot : word.length;
}

function joined(left: readonly string[], right: readonly string[]): string {
  const most = Math.max(left.length, right.length);
  return Array.from({ length: most }, (_, index) => (left[index] ?? '') + (right[index] ?? '')).join(' ');
}

/** What `%` stands for where the word fits the pattern; null where it does not. A pattern without `%` is the whole word. */
export function stemOf(pattern: string, word: string): string | null {
  const percent = pattern.indexOf('%');
  if (percent < 0) return pattern === word ? '' : null;
  const before = pattern.slice(0, percent);
  const after = pattern.slice(percent + 1);
  if (word.length < before.length + after.length) return null;
  if (!word.startsWith(before) || !word.endsWith(after)) return null;
  return word.slice(before.length, word.length - after.length);
}

function patternReplaced(pattern: string, replacement: string, word: string): string {
  const stem = stemOf(pattern, word);
  if (stem === null) return word;
  const percent = pattern.includes('%') ? replacement.indexOf('%') : -1;
  return percent < 0 ? replacement : replacement.slice(0, percent) + stem + replacement.slice(percent + 1);
}

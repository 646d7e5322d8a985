import { isShell, mayNameShell } from '../../domain/index.ts';

/** Longer text is no program's name and no key. */
const LONGEST = 4096;

/** Stands for a part that something else puts in. */
const OPEN = '\uE000';
/** Stands between two texts of which one is written. */
const ELSE = '\uE001';

const PART =
  /\{\{-?\s{0,8}(else)?[^{}]{0,200}\}\}|\{%-?\s{0,8}(el)?[^{%]{0,200}%\}|<%-?\s{0,8}(els)?[^<%]{0,200}%>|\$\{[^{}]{0,200}\}|\$[A-Za-z_]\w{0,60}|@[A-Za-z]\w{0,60}@|__[A-Za-z]\w{0,60}__|%[A-Za-z]\w{0,60}%|<[A-Za-z][\w.-]{0,60}>/g;

/**
 * The texts that a word of a template may become, each as the pieces around its open parts: `/bin/{{ .x }}` is `/bin/` and an empty one. One
 * text of one piece is a word that is known.
 */
export function possibleTexts(word: string): readonly (readonly string[])[] {
  if (word.length > LONGEST) return [[word]];
  const shape = word.replace(PART, (_, ...given: unknown[]) =>
    given.slice(0, 3).some(Boolean) ? ELSE : OPEN,
  );
  return shape.split(ELSE).map((text) => text.split(OPEN));
}

/** True for a word that holds something open. */
export function isOpenWord(word: string): boolean {
  const texts = possibleTexts(word);
  return texts.length > 1 || texts.some((pieces) => pieces.length > 1);
}

/** True where an open word may become exactly this text. */
export function mayBecome(word: string, text: string): boolean {
  return possibleTexts(word).some((pieces) => {
    const [first = '', ...rest] = pieces;
    const last = rest.at(-1);
    if (last === undefined) return first === text;
    return text.startsWith(first) && text.endsWith(last) && text.length >= first.length + last.length;
  });
}

/** True where an open word may become the name of a shell, with or without its folder. */
export function mayBecomeShell(word: string): boolean {
  return possibleTexts(word).some((pieces) => {
    const [first = '', ...rest] = pieces;
    const last = rest.at(-1);
    if (last === undefined) return isShell(first);
    if (last.includes('/')) return isShell(last);
    const start = rest.length === 1 ? first.slice(first.lastIndexOf('/') + 1) : '';
    return mayNameShell(start, last);
  });
}

import type { Word as BashWord, WordPart } from 'unbash';

/** Signs that may make a word's value differ from its text; without them the parts need not be looked at. */
const SPECIAL = /[$`*?[{~(]/;

/** Whether the word's text is its value: no expansion, no unquoted glob, no tilde in front. */
export function isLiteral(word: BashWord): boolean {
  if (!SPECIAL.test(word.text)) return true;
  if (word.text.startsWith('~')) return false;
  return word.parts?.every(isLiteralPart) ?? true;
}

function isLiteralPart(part: WordPart): boolean {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return true;
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.every((inner) => inner.type === 'Literal');
    default:
      return false;
  }
}

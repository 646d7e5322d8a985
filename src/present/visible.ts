// Text of others, made safe to look at: what would not be seen, would be taken for something else, or would be acted upon by a
// terminal or a CI log is written as its code point, `\u{202E}`.

/** One character of a text as it is shown. */
export interface ShownCharacter {
  /** UTF-16 index in the text. */
  readonly index: number;
  readonly shown: string;
  /** Columns of a terminal that it takes. */
  readonly cells: number;
  /** True where a code point stands in its place. */
  readonly escaped: boolean;
}

/** Control, format (bidirectional, zero width, tags), lone surrogates, odd separators and blanks, Hangul fillers. */
const UNSEEN =
  /^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u115f\u1160\u3164\uffa0]$/u;
/** The same anywhere, and what a CI log may act upon. */
const UNSAFE =
  /::|##|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u115f\u1160\u3164\uffa0]/u;
/** Letters of other scripts, and forms of Latin ones, that pass for ASCII. */
const LOOKALIKE =
  /^[\u0131\u0250-\u02af\u0370-\u058f\u13a0-\u13ff\u1d00-\u1dbf\uff01-\uff5e\u{1d400}-\u{1d7ff}\u{10400}-\u{1044f}]$/u;
const ASCII_LETTER = /[A-Za-z]/;
const HAS_LOOKALIKE =
  /[\u0131\u0250-\u02af\u0370-\u058f\u13a0-\u13ff\u1d00-\u1dbf\uff01-\uff5e\u{1d400}-\u{1d7ff}\u{10400}-\u{1044f}]/u;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}]$/u;
/** East Asian wide and full-width forms and pictographs. Source: UAX 11, ranges rounded. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** The text with every unsafe character as its code point; line breaks and tabs too, so that it stays one line. */
export function visible(text: string): string {
  if (PLAIN.test(text) || !(UNSAFE.test(text) || HAS_LOOKALIKE.test(text))) return text;
  let shown = '';
  for (const character of shownCharacters(text)) shown += character.shown;
  return shown;
}

/** Printable ASCII without what a CI log acts upon: nearly everything. */
const PLAIN = /^(?!\s*::)(?!.*(?:##|\s::))[\x20-\x7e]*$/;

/** The characters of a text as they are shown, in order; linear in its length. */
export function* shownCharacters(text: string): Iterable<ShownCharacter> {
  const escaped = new Set([...lookalikes(text), ...logCommands(text)]);
  let index = 0;
  for (const character of text) {
    if (escaped.has(index) || (!isPrintable(character) && UNSEEN.test(character))) {
      const shown = codePoint(character);
      yield { index, shown, cells: shown.length, escaped: true };
    } else {
      yield { index, shown: character, cells: cellsOf(character), escaped: false };
    }
    index += character.length;
  }
}

/** Columns that a terminal gives the text. */
export function cellsIn(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOf(character);
  return cells;
}

function cellsOf(character: string): number {
  if (isPrintable(character)) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

function isPrintable(character: string): boolean {
  return character >= ' ' && character <= '~';
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}

/** Look-alikes in words that also hold ASCII letters: `gc\u{433}.io`. A word wholly of another script is what it seems. */
function* lookalikes(text: string): Iterable<number> {
  if (!HAS_LOOKALIKE.test(text)) return;
  for (const word of text.matchAll(/\S+/gu)) {
    if (!ASCII_LETTER.test(word[0])) continue;
    let index = word.index;
    for (const character of word[0]) {
      if (LOOKALIKE.test(character)) yield index;
      index += character.length;
    }
  }
}

/** `::name` at the start of a word and `##name[` anywhere are commands to CI runners that read their own log. */
function* logCommands(text: string): Iterable<number> {
  for (const found of text.matchAll(/::|##(?=[a-z]*\[)/gi)) {
    const before = text[found.index - 1];
    if (found[0] === '##' || before === undefined || /\s/.test(before)) yield found.index + 1;
  }
}

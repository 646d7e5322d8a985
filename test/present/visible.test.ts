import { describe, expect, it } from '@jest/globals';
import { cellsIn, shownCharacters, visible } from '../../src/present/visible.ts';

describe('text that is safe to look at', () => {
  it.each([
    // [what it is about, text, as shown]
    ['plain text', 'gcr.io/distroless/static:nonroot', 'gcr.io/distroless/static:nonroot'],
    ['other scripts', 'образ 図 é', 'образ 図 é'],
    ['an ANSI sequence', 'a\u001b[31mred', 'a\\u{1B}[31mred'],
    ['an OSC link', '\u001b]8;;http://x\u0007t', '\\u{1B}]8;;http://x\\u{7}t'],
    ['a C1 control', '\u009b31m', '\\u{9B}31m'],
    ['a right-to-left override', 'a\u202egnp.exe', 'a\\u{202E}gnp.exe'],
    ['an isolate', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a zero-width joiner', 'a\u200db', 'a\\u{200D}b'],
    ['a byte order mark', '\ufefffrom', '\\u{FEFF}from'],
    ['a no-break space', 'FROM\u00a0x', 'FROM\\u{A0}x'],
    ['a tag character', 'x\u{e0041}', 'x\\u{E0041}'],
    ['a lone surrogate', 'x\ud800y', 'x\\u{D800}y'],
    ['a line break', 'a\nb\r', 'a\\u{A}b\\u{D}'],
    ['a Cyrillic letter in a Latin name', 'gc\u0433.io/x', 'gc\\u{433}.io/x'],
    ['full-width letters in a Latin name', '\uff47cr.io', '\\u{FF47}cr.io'],
    ['a dotless i', 'd\u0131st', 'd\\u{131}st'],
    ['a log command at the start', '::error::x', ':\\u{3A}error::x'],
    ['a log command after blanks', '  ::set-output name=a::b', '  :\\u{3A}set-output name=a::b'],
    ['no log command inside a word', 'std::vector', 'std::vector'],
    ['a bracket command anywhere', 'x##[group]y', 'x#\\u{23}[group]y'],
    ['no bracket command', '## heading', '## heading'],
  ])('%s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('counts two columns for wide characters and none for combining marks', () => {
    expect(cellsIn('日本')).toBe(4);
    expect(cellsIn('e\u0301')).toBe(1);
    expect(cellsIn('😀')).toBe(2);
  });

  it('keeps UTF-16 indexes, also behind characters of two units', () => {
    expect([...shownCharacters('😀a')].map((character) => character.index)).toEqual([0, 2]);
  });
});

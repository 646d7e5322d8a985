import { describe, expect, it } from '@jest/globals';
import { commandLines, parseCommandLine } from '../../../src/app/commands/grammar.ts';

const FENCE = '```';

describe('A05: only a bare line at column 0 acts', () => {
  const table: readonly (readonly [string, string, readonly string[]])[] = [
    ['a comment that is the command', '/plinth recheck', ['/plinth recheck']],
    ['a line among others', 'Thanks!\n/plinth recheck\nBye', ['/plinth recheck']],
    ['CRLF', 'Thanks!\r\n/plinth recheck\r\n', ['/plinth recheck']],
    ['two commands', '/plinth recheck\n/plinth help', ['/plinth recheck', '/plinth help']],
    ['a bare name', '/plinth', ['/plinth']],
    ['a tab', '/plinth\trecheck', ['/plinth\trecheck']],
    ['another word that begins alike', '/plinths recheck', []],
    ['a blank before', ' /plinth recheck', []],
    ['indented code', '    /plinth recheck', []],
    ['a zero-width character before', '\u200b/plinth recheck', []],
    ['a quoted reply', '> /plinth recheck', []],
    ['inside a sentence', 'use /plinth recheck', []],
    ['a code fence', `${FENCE}\n/plinth recheck\n${FENCE}`, []],
    ['behind a code fence', `${FENCE}\nx\n${FENCE}\n/plinth recheck`, ['/plinth recheck']],
    ['a fence of tildes', '~~~\n/plinth recheck\n~~~', []],
    ['a fence inside a longer fence', `${FENCE}${FENCE}\n${FENCE}\n/plinth recheck\n${FENCE}${FENCE}`, []],
    ['a fence that another kind does not close', `${FENCE}\n~~~\n/plinth recheck`, []],
    ['a closing fence has no info string', `${FENCE}\n${FENCE}js\n/plinth recheck`, []],
    ['an unclosed fence', `${FENCE}\n/plinth recheck`, []],
    ['an HTML comment', '<!--\n/plinth recheck\n-->', []],
    ['an HTML comment that ends on its line', '<!-- x -->\n/plinth recheck', ['/plinth recheck']],
    ['an HTML comment that opens behind another', '<!-- x --> <!--\n/plinth recheck', []],
    ['an unclosed HTML comment', '<!-- \n/plinth recheck', []],
    ['an element of code', '<pre>\n/plinth recheck\n</pre>', []],
    ['an element of code in a line', 'see <CODE >x\n/plinth recheck\n</CODE>', []],
    ['behind an element of code', '<pre>x</pre>\n/plinth recheck', ['/plinth recheck']],
    [
      'behind an element that is only spoken of',
      'the `<pre>` and `<!--` of HTML\n/plinth recheck',
      ['/plinth recheck'],
    ],
    ['an HTML comment between backticks that are none', '\\`<!--\\`\n/plinth recheck\n-->', []],
    ['another element', '<precise>\n/plinth recheck', ['/plinth recheck']],
    ['an element that quotes', '<blockquote>\n/plinth recheck\n</blockquote>', []],
    [
      'a quote in a quote that ends',
      '<blockquote><blockquote>x</blockquote>\n/plinth recheck\n</blockquote>\n/plinth help',
      ['/plinth help'],
    ],
    ['the rest of a quoted paragraph', '> Please write\n/plinth recheck', []],
    ['the rest of a quoted paragraph, further down', '> Please\nwrite\n/plinth recheck', []],
    ['behind a quoted paragraph', '> Please write\n\n/plinth recheck', ['/plinth recheck']],
    ['behind an empty line of a quote', '> Please write\n>\n/plinth recheck', ['/plinth recheck']],
    ['behind a fence in a quote', `> ${FENCE}\n> x\n> ${FENCE}\n\n/plinth recheck`, ['/plinth recheck']],
    ['a letter that only looks like one', '/\u0440linth recheck', []],
    ['a slash that only looks like one', '\uff0fplinth recheck', []],
    ['a zero-width character in the name', '/plin\u200bth recheck', []],
    ['a byte-order mark before', '\ufeff/plinth recheck', []],
    ['a direction mark before', '\u202e/plinth recheck', []],
    ['a blank that is none', '/plinth\u00a0recheck', []],
    ['upper case', '/Plinth recheck', []],
    ['what is no end of a line', 'x\u2028/plinth recheck\u0085/plinth help\v/plinth help', []],
    ['a NUL before', '\0/plinth recheck', []],
    [
      'an answer by e-mail, which quotes',
      '/plinth help\r\n\r\nOn Mon, 1 Dec 2026, Ada wrote:\r\n> Please\r\n> /plinth recheck\r\n>\r\n> —\r\n',
      ['/plinth help'],
    ],
    ['the signature of an e-mail', 'Thanks!\r\n-- \r\n/plinth recheck\r\n', []],
    ['dashes that are no signature', 'Thanks!\n--\n/plinth recheck', ['/plinth recheck']],
  ];
  it.each(table)('%s', (_lesson, body, expected) => {
    expect(commandLines(body)).toEqual(expected);
  });

  it('reads one more than five of 1,000 commands, so that the reply can say so', () => {
    expect(commandLines('/plinth recheck\n'.repeat(1000))).toHaveLength(6);
  });

  it.each([
    ['fences', '```\n'],
    ['comments', '<!-- --> '],
    ['blanks', ' '],
    ['dashes', '<!--'],
    ['elements', '<pre><code>'],
    ['elements that end', '<blockquote></blockquote>'],
    ['quotes', '> > '],
    ['backticks', '`'],
  ])('reads a megabyte of %s as it reads a few; a way that is not linear would not end', (_name, unit) => {
    const commandsBehind = (times: number) => commandLines(`${unit.repeat(times)}\n/plinth recheck\n`);
    expect(commandsBehind(1_000_000 / unit.length)).toEqual(commandsBehind(4));
  });
});

describe('a command line', () => {
  it.each([
    ['/plinth', { name: '', words: [], options: [] }],
    ['/plinth  recheck ', { name: 'recheck', words: [], options: [] }],
    ['/plinth explain base-not-allowed', { name: 'explain', words: ['base-not-allowed'], options: [] }],
    [
      '/plinth grant #1 until=2027-01-01 "until the port is done"',
      {
        name: 'grant',
        words: ['#1', 'until the port is done'],
        options: [{ key: 'until', value: '2027-01-01' }],
      },
    ],
    ['/plinth x a="b c"', { name: 'x', words: [], options: [{ key: 'a', value: 'b c' }] }],
    [
      '/plinth grant "owner=me said it is fine" "until"=1 owner="me too"',
      {
        name: 'grant',
        words: ['owner=me said it is fine', 'until=1'],
        options: [{ key: 'owner', value: 'me too' }],
      },
    ],
    ['/plinth grant "until the port', { name: 'grant', words: [], options: [], isUnclosed: true }],
    ['/plinth x =b __proto__=1', { name: 'x', words: ['=b', '__proto__=1'], options: [] }],
  ])('%s', (line, expected) => {
    expect(parseCommandLine(line)).toEqual({ isUnclosed: false, ...expected });
  });
});

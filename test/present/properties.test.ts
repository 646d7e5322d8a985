import { describe, expect, it } from '@jest/globals';
import { code, prose } from '../../src/present/escape.ts';
import { layLine } from '../../src/present/source-frame.ts';
import { cellsIn, visible } from '../../src/present/visible.ts';
import fc from '../support/fast-check.ts';
import { outsideCode } from '../support/markdown.ts';

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '`',
      '@',
      '#',
      '1',
      'GH-',
      '/',
      ' ',
      '\n',
      '\t',
      '(',
      ')',
      '[',
      ']',
      '<',
      '>',
      '!',
      '::',
      '##',
      '\\',
      '|',
      '*',
      '_',
    ),
    fc.constantFrom(
      'a',
      'deadbeef',
      'www.',
      'http://',
      'г',
      '日',
      '😀',
      '\u202e',
      '\u001b',
      '\ud800',
      '\u0301',
      '·',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
});

describe('for any text', () => {
  it('prose holds nothing but plain words outside its code spans', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(outsideCode(prose(text))).toMatch(/^[A-Za-z0-9 ,.;:()"'!?·-]*$/);
        expect(outsideCode(prose(text))).not.toMatch(/\b[0-9a-f]{7,64}\b|GH-\d|www\.[^ ]|https?:/i);
      }),
      { numRuns: 2000 },
    );
  });

  it('a code span is one code span', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(outsideCode(`a ${code(text)} b`)).toBe('a  b');
      }),
      { numRuns: 2000 },
    );
  });

  it('what is visible holds no control, no bidirectional character and no log command', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(shown).not.toMatch(/(?:^|\s)::|##[a-z]*\[/i);
      }),
      { numRuns: 2000 },
    );
  });

  it('a laid line fits, and its marks lie below it', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.nat(70),
        fc.nat(70),
        fc.integer({ min: 20, max: 80 }),
        (text, column, length, width) => {
          const line = text.replaceAll('\n', '');
          const laid = layLine(line, [{ column: column + 1, endColumn: column + 1 + length }], width);
          expect(cellsIn(laid.text)).toBeLessThanOrEqual(width);
          for (const mark of laid.marks) {
            expect(mark.from).toBeGreaterThanOrEqual(0);
            expect(mark.to).toBeGreaterThan(mark.from);
            expect(mark.to).toBeLessThanOrEqual(width + 1);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

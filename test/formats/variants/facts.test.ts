import { describe, expect, it } from '@jest/globals';
import { variants } from '../../../src/formats/variants/index.ts';

describe('variants of an image build', () => {
  it('give values by variant, where they are written', () => {
    expect(
      variants.facts(
        "variants:\n  one:\n    CONFIG: one\n    BASE: 'debian'\n  '1.37': {CONFIG: x}\n",
        'variants',
      ),
    ).toMatchObject([
      {
        kind: 'variants',
        variants: [
          {
            name: 'one',
            values: [
              { name: 'CONFIG' },
              { name: 'BASE', value: { text: 'debian', span: { start: { line: 4 } } } },
            ],
          },
          { name: '1.37' },
        ],
      },
    ]);
  });

  it.each(['variants: [a]\n', 'variants:\n', 'other: {}\n', '- variants\n'])('%j are none', (text) => {
    expect(variants.facts(text, 'variants')).toEqual([]);
  });
});

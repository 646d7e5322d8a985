import { describe, expect, it } from '@jest/globals';
import { textWidth } from '../../src/domain/text-width.ts';

describe('the width of a text', () => {
  it.each([
    ['a terminal', 90, 90],
    ['a wide terminal', 300, 140],
    ['a terminal that tells no width', 0, 80],
    ['no terminal', undefined, 100],
  ])('%s', (_, columns, width) => {
    expect(textWidth(columns, { pipe: 100, widest: 140 })).toBe(width);
  });
});

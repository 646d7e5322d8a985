import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const FOLDER = fileURLToPath(new URL('../../docs/decisions/', import.meta.url));

/** Numbers of the points of a page, each as it is written. */
function pointsOf(text: string): readonly number[] {
  return [...text.matchAll(/^(\d+)\. /gm)].map((match) => Number(match[1]));
}

describe('decisions', () => {
  const pages = globSync('*.md', { cwd: FOLDER }).sort();

  it('have a number each', () => {
    const numbers = pages.map((name) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(pages.map((_, index) => index + 1));
  });

  // Code and tests name a point by its number.
  it.each(pages)('%s counts its points from one up', (name) => {
    const points = pointsOf(readFileSync(FOLDER + name, 'utf8'));
    expect(points).toEqual(points.map((_, index) => index + 1));
  });

  it('are told apart where two points have one number', () => {
    expect(pointsOf('1. **A**: b\n   2. c\n1. **D**: e\n')).toEqual([1, 1]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { firstFrom, lastAtMost, nearestNumber } from '../../src/domain/sorted.ts';

const NUMBERS = [0, 10, 20, 20, 30];

describe('sorted lists', () => {
  it.each([
    [-1, 0],
    [0, 0],
    [1, 1],
    [20, 2],
    [21, 4],
    [31, 5],
  ])('the first that is not before %d has the index %d', (wanted, index) => {
    expect(firstFrom(NUMBERS, (one) => one < wanted)).toBe(index);
  });

  it.each([
    [-1, 0],
    [0, 0],
    [9, 0],
    [10, 1],
    [20, 3],
    [99, 4],
  ])('the last that is not above %d has the index %d', (wanted, index) => {
    expect(lastAtMost(NUMBERS, wanted)).toBe(index);
  });

  it.each([
    [-5, 0],
    [4, 0],
    [5, 0],
    [6, 10],
    [99, 30],
  ])('nearest to %d is %d', (place, nearest) => {
    expect(nearestNumber(NUMBERS, place)).toBe(nearest);
  });

  it('of none, none is found', () => {
    expect(firstFrom([], () => true)).toBe(0);
    expect(lastAtMost([], 3)).toBe(0);
    expect(nearestNumber([], 3)).toBeUndefined();
  });
});

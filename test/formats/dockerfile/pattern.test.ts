import { describe, expect, it } from '@jest/globals';
import { removePrefix, removeSuffix, replacePattern } from '../../../src/formats/dockerfile/pattern.ts';
import fc from '../../support/fast-check.ts';

describe('patterns', () => {
  it.each([
    ['a star takes nothing', removePrefix('abc', '*', false), 'abc'],
    ['or all', removePrefix('abc', '*', true), ''],
    ['a question mark takes one', removeSuffix('abc', '??', false), 'a'],
    ['an escaped star is a star', removePrefix('*bc', '\\*', false), 'bc'],
    ['dots are dots', removePrefix('abc', '.', false), 'abc'],
    ['the longest match is replaced', replacePattern('aXbXc', 'X*X', '-', false), 'a-c'],
    ['each match is replaced once', replacePattern('aaa', 'a', 'aa', true), 'aaaaaa'],
    ['an escape is no end of a reversed pattern', removeSuffix('a*c', '\\*c', false), 'a'],
  ])('%s', (_lesson, actual, expected) => {
    expect(actual).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (value, glob) => {
        const source = glob.replaceAll('*', '.*').replaceAll('?', '.');
        expect(removePrefix(value, glob, true)).toBe(value.replace(new RegExp(`^${source}`), ''));
        const lazy = source.replaceAll('.*', '.*?');
        expect(removePrefix(value, glob, false)).toBe(value.replace(new RegExp(`^${lazy}`), ''));
        expect(removeSuffix(value, glob, true)).toBe(value.replace(new RegExp(`${source}$`), ''));
      }),
    );
  });

  it('replaces as a regular expression does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, pattern, (value, glob) => {
        const source = glob.replaceAll('*', '.*').replaceAll('?', '.');
        expect(replacePattern(value, glob, '-', false)).toBe(value.replace(new RegExp(source), '-'));
        fc.pre(!/^\**$/.test(glob));
        expect(replacePattern(value, glob, '-', true)).toBe(value.replace(new RegExp(source, 'g'), '-'));
      }),
    );
  });

  it('gives up on long text instead of taking long', () => {
    expect(removePrefix('a'.repeat(10_000), '*b', true)).toBeNull();
    expect(removePrefix('a', 'a'.repeat(40), true)).toBeNull();
    expect(replacePattern('a'.repeat(512), 'a*a*a*a*a*b', '', true)).toBe('a'.repeat(512));
  });
});

import { describe, expect, it } from '@jest/globals';
import { compileGlob, isGlobFault, matchesList } from '../../src/domain/glob.ts';

function glob(pattern: string) {
  const compiled = compileGlob(pattern);
  if (isGlobFault(compiled)) throw new Error(`${pattern}: ${compiled.because}`);
  return compiled;
}

describe('globs', () => {
  it.each([
    ['docs/**', 'docs/a.md', true],
    ['docs/**', 'docs/a/b.md', true],
    ['docs/**', 'docs', false],
    ['docs/**', 'docs-old/a.md', false],
    ['**/testdata/**', 'testdata/x', true],
    ['**/testdata/**', 'a/b/testdata/c/d', true],
    ['**/testdata/**', 'a/testdata', false],
    ['**/testdata/**', 'a/mytestdata/x', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/x/b/c', false],
    ['a/**/**/b', 'a/x/b', true],
    ['**', 'x', true],
    ['images/*/Makefile', 'images/a/Makefile', true],
    ['images/*/Makefile', 'images/a/b/Makefile', false],
    ['release-*', 'release-1.30', true],
    ['release-*', 'release/1', false],
    ['v?', 'v1', true],
    ['v?', 'v', false],
    ['v?', 'v/', false],
    ['*.md', '.md', true],
    ['a*b*c', 'aXbXbXc', true],
    ['a*b*c', 'aXbXbX', false],
    ['', '', false],
  ])('%s over %s: %s', (pattern, text, expected) => {
    const compiled = compileGlob(pattern);
    expect(!isGlobFault(compiled) && compiled.matches(text)).toBe(expected);
  });

  it('takes out with a leading exclamation mark, the last match deciding', () => {
    const list = ['k8s.example/**', '!k8s.example/test/**', 'k8s.example/test/keep'].map(glob);
    expect(matchesList(list, 'k8s.example/app')).toBe(true);
    expect(matchesList(list, 'k8s.example/test/app')).toBe(false);
    expect(matchesList(list, 'k8s.example/test/keep')).toBe(true);
    expect(matchesList(list, 'other')).toBe(false);
  });

  it.each([
    ['{1..1000000000}'],
    ['{a,b}'],
    ['[a-z]'],
    ['a\\b'],
    ['a**b'],
    ['a!b'],
    [''],
    ['!'],
    ['x'.repeat(1_000_000)],
  ])('refuses what is no glob here (%#)', (pattern) => {
    expect(isGlobFault(compileGlob(pattern))).toBe(true);
  });

  it.each([
    [`${'*a'.repeat(250)}b`, 'a'.repeat(20_000)],
    [`${'**/a/'.repeat(100)}b`, 'a/'.repeat(20_000)],
    [`${'**/'.repeat(170)}b`, 'a/'.repeat(20_000)],
    [`${'?*'.repeat(250)}b`, 'a'.repeat(20_000)],
  ])('answers hostile patterns, on which backtracking would not end (%#)', (pattern, text) => {
    expect(glob(pattern).matches(text)).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { compileFilterPattern } from '../../../src/policy/owners/filter-pattern.ts';
import fc from '../../support/fast-check.ts';

function fits(pattern: string, text: string): boolean {
  const compiled = compileFilterPattern(pattern);
  if (typeof compiled !== 'function') throw new Error(compiled.because);
  return compiled(text);
}

describe('a filter’s pattern', () => {
  it.each([
    ['.*', 'a/b', true],
    ['', 'a', true],
    ['\\.go$', 'cmd/main.go', true],
    ['\\.go$', 'cmd/main.go.txt', false],
    ['\\.go$', 'cmdgo', false],
    ['^api/', 'api/v1', true],
    ['^api/', 'pkg/api/v1', false],
    ['(^|/)Dockerfile$', 'Dockerfile', true],
    ['(^|/)Dockerfile$', 'a/Dockerfile', true],
    ['(^|/)Dockerfile$', 'aDockerfile', false],
    ['go\\.(?:mod|sum)$', 'go.sum', true],
    ['go\\.(?:mod|sum)$', 'go.mum', false],
    ['^[a-c]+x?$', 'abcx', true],
    ['^[^a-c]+$', 'xbx', false],
    ['^[]a]$', ']', true],
    ['^(a|b)*c$', 'ababc', true],
    ['^a+?$', 'aa', true],
    ['^a.c$', 'a\nc', false],
    ['^(ab)+$', 'aba', false],
    ['^()$', '', true],
  ])('%s of %s: %s', (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });

  it.each([
    '(',
    ')',
    'a)',
    '[',
    '[a',
    '*',
    'a**',
    'a{2}',
    '\\d',
    '\\',
    '(?i)a',
    '[[:alpha:]]',
    '\\pL',
    'x'.repeat(101),
  ])('%s is not read', (pattern) => {
    expect(compileFilterPattern(pattern)).toHaveProperty('because');
  });

  it.each([
    ['(a*)*b', 'a'],
    ['(a|a)*b', 'a'],
    ['a*a*a*a*a*a*a*a*a*a*b', 'a'],
    ['(.*.*.*.*.*.*x)+y', 'x'],
  ])('%s takes no time on a long text that nearly fits', (pattern, unit) => {
    expect(fits(pattern, unit.repeat(4000))).toBe(false);
  });

  it('nested groups end', () => {
    expect(compileFilterPattern(`${'('.repeat(49)}a${')'.repeat(49)}`)).toHaveProperty('because');
  });

  it('fits as JavaScript’s own does, where that reads it', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\.', '(a|b)', '(?:ab)');
    const repeated = fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?')).map((parts) => parts.join(''));
    const part = fc.oneof(repeated, fc.constantFrom('^', '$'));
    const pattern = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));
    const both = fc.tuple(pattern, pattern).map((parts) => parts.join('|'));
    fc.assert(
      fc.property(fc.oneof(pattern, both), fc.stringMatching(/^[ab.]{0,6}$/), (source, text) => {
        expect(fits(source, text)).toBe(new RegExp(source).test(text));
      }),
    );
  });

  it('is total: any text is read or refused', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|^$\\.-:') }),
        fc.string(),
        (source, text) => {
          const compiled = compileFilterPattern(source);
          expect(typeof compiled === 'function' ? typeof compiled(text) : 'boolean').toBe('boolean');
        },
      ),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { nearest } from '../../src/domain/nearest.ts';

const RULES = ['base-not-allowed', 'base-scratch', 'glog-import', 'shell-entrypoint'];

describe('the nearest word', () => {
  it.each([
    ['a missing letter', 'glog-imprt', RULES, 'glog-import'],
    ['transposed neighbours are one edit', 'shell-entrypiont', RULES, 'shell-entrypoint'],
    ['case counts for nothing', 'GLOG-IMPORT', RULES, 'glog-import'],
    ['two edits of a short word', 'ofbases', ['bases', 'rules'], 'bases'],
    ['the first of equals', 'bat', ['cat', 'rat'], 'cat'],
    ['nothing is near', 'kubernetes', RULES, undefined],
    ['an empty list', 'x', [], undefined],
    ['a word too long to be a misspelling', 'glog-import'.repeat(10), RULES, undefined],
  ])('%s', (_, word, candidates, found) => {
    expect(nearest(word, candidates)).toBe(found);
  });
});

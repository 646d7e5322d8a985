import { describe, expect, it } from '@jest/globals';
import { escapeInJson, yamlEscape } from '../../src/domain/escape-in-json.ts';

const UNSEEN = 'a\u00ad\u034f\u061c\u200b\u202e\u2060\u3164\ufeff\u{e0041}\u{1d173}b';

describe('what is not seen', () => {
  it('is an escape in JSON, and the same when it is read', () => {
    const text = escapeInJson(JSON.stringify([UNSEEN, '\\ud83d', '##[error]', 'é 漢 😀']));
    expect(text).toMatch(/^[ -~é漢😀]*$/u);
    expect(text).not.toContain('##[');
    expect(JSON.parse(text)).toEqual([UNSEEN, '\\ud83d', '##[error]', 'é 漢 😀']);
  });

  it('is an escape of one code point in YAML, never half a pair', () => {
    expect(escapeInJson(JSON.stringify('a\u{e0041}\u200b'), yamlEscape)).toBe('"a\\U000e0041\\u200b"');
  });
});

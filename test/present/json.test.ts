import { describe, expect, it } from '@jest/globals';
import { canonicalJson, renderJson } from '../../src/present/json.ts';
import { aFinding, aReport } from '../support/report.ts';

describe('the report as JSON', () => {
  it('gives the same bytes whatever order the keys were made in', () => {
    const report = aReport({ findings: [aFinding()] });
    const reversed = JSON.parse(JSON.stringify(report), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    expect(renderJson(reversed)).toBe(renderJson(report));
  });

  it('begins with what it is and ends with a newline', () => {
    const text = renderJson(aReport());
    expect(
      text.startsWith('{\n  "schema": "plinth-report/1",\n  "engine": {\n    "version": "0.1.0"\n  },\n'),
    ).toBe(true);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('keeps every value', () => {
    const report = aReport({
      findings: [
        aFinding({
          fix: { title: 't', safe: true, edits: [{ path: 'a', startLine: 1, endLine: 1, newText: 'x' }] },
        }),
      ],
    });
    expect(JSON.parse(renderJson(report))).toEqual(report);
  });

  it.each([
    ['a bidirectional control', 'a\u202eb'],
    ['a C1 control', 'a\u009bb'],
    ['DEL', 'a\u007fb'],
    ['ESC', 'a\u001b[31mb'],
    ['a zero-width space', 'a\u200bb'],
    ['a CI log command', '##[error]x'],
    ['another CI log command', '##vso[task.setvariable]x'],
  ])('writes %s as an escape of the same value', (_, text) => {
    const json = canonicalJson({ text });
    expect(json).not.toContain(text);
    expect(JSON.parse(json)).toEqual({ text });
  });

  it('keeps a key called __proto__ as plain data', () => {
    const json = canonicalJson(JSON.parse('{"__proto__": {"polluted": 1}, "a": 2}'));
    expect(json).toContain('"__proto__": {\n    "polluted": 1');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

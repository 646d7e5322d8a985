import { describe, expect, it } from '@jest/globals';
import { renderMarkdown } from '../../src/present/markdown.ts';
import { aBlockedReport, aFinding, aReport, aRule, rulesOf } from '../support/report.ts';

describe('the job summary', () => {
  it('begins with the verdict and names places without links', () => {
    const text = renderMarkdown(aBlockedReport([aFinding()]), { rules: rulesOf(aRule()) });
    expect(text.startsWith('## Plinth: 1 file needs changes\n\n')).toBe(true);
    expect(text).toContain('- `#1` **blocks** `images/server/Dockerfile:1` The image of');
    expect(text).not.toContain('](');
    expect(text.endsWith('\n')).toBe(true);
  });

  it('lists a rule that failed by itself, and not as a file', () => {
    const verdict = { outcome: 'inconclusive', touched: 'inconclusive', because: ['x'] } as const;
    const failedRules = [{ rule: 'base-drift', because: 'a TypeError' }] as const;
    const text = renderMarkdown(aReport({ verdict, failedRules }), { rules: new Map() });
    expect(text).toContain('### Rules that failed\n- The rule base-drift failed (a TypeError)');
    expect(text).not.toContain('Files not analysed');
  });

  it('keeps a reason of others out of the heading', () => {
    const verdict = { outcome: 'inconclusive', touched: 'pass', because: ['@org/team: <img>'] } as const;
    const [heading] = renderMarkdown(aReport({ verdict }), { rules: new Map() }).split('\n');
    expect(heading).toBe('## Plinth: inconclusive');
  });

  it('is no command to the log it may be printed into', () => {
    const text = renderMarkdown(
      aBlockedReport([aFinding({ message: '::error::x ##[group]y', path: '::error::z' })]),
      { rules: new Map() },
    );
    for (const line of text.split('\n')) expect(line.trimStart()).not.toMatch(/^::|##[a-z]*\[/);
  });
});

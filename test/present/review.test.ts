import { describe, expect, it } from '@jest/globals';
import type { Fix, Report } from '../../src/domain/index.ts';
import {
  findingMarker,
  fixedEdits,
  planReview,
  type ReviewGiven,
  readMarker,
} from '../../src/present/review.ts';
import { outsideCode } from '../support/markdown.ts';
import {
  aBase,
  aBlockedReport,
  aFinding,
  anImage,
  aReport,
  aRule,
  observed,
  rulesOf,
} from '../support/report.ts';

const PATH = 'images/server/Dockerfile';
/** Lines 1 to 40 of the new side, the even ones added. */
const PATCH = `@@ -1,20 +1,40 @@\n${Array.from({ length: 40 }, (_, index) => `${index % 2 === 1 ? '+' : ' '}x`).join('\n')}`;

function given(extra: Partial<ReviewGiven> = {}): ReviewGiven {
  return {
    patches: new Map([[PATH, PATCH]]),
    alreadyCommented: new Set(),
    review: 'actionable',
    rules: rulesOf(aRule()),
    ...extra,
  };
}

function fixOf(line: number, newText: string, extra: Partial<Fix> = {}): Fix {
  return {
    title: 'use exec form',
    safe: true,
    edits: [{ path: PATH, startLine: line, endLine: line, newText }],
    ...extra,
  };
}

function linesOf(report: Report, extra: Partial<ReviewGiven> = {}): readonly number[] {
  return planReview(report, given(extra))?.comments.map((comment) => comment.line) ?? [];
}

describe('which findings get a comment', () => {
  const fix = fixOf(2, 'CMD ["/server"]');

  it.each([
    // [lesson, finding, commented]
    ['a safe fix on a line of the diff', aFinding({ line: 2, fix }), true],
    ['a fix that is not safe', aFinding({ line: 2, fix: { ...fix, safe: false } }), false],
    ['no fix and no question', aFinding({ line: 2 }), false],
    ['an exception that is needed', aFinding({ line: 2, level: 'needs-exception' }), true],
    ['an exception that is needed off the diff', aFinding({ line: 90, level: 'needs-exception' }), false],
    ['a fix off the diff', aFinding({ line: 90, fix: fixOf(90, 'x') }), false],
    ['another file', aFinding({ path: 'other', line: 2, fix }), true],
    ['an existing finding', aFinding({ line: 2, fix, state: 'existing' }), false],
    ['a covered finding', aFinding({ line: 2, fix, exception: 'E-1' }), false],
    [
      'a fix of two edits',
      aFinding({ line: 2, fix: { ...fix, edits: [...fix.edits, ...fix.edits] } }),
      false,
    ],
    ['a fix that leaves nothing', aFinding({ line: 2, fix: fixOf(2, '') }), false],
    ['a fix that hides a character', aFinding({ line: 2, fix: fixOf(2, 'CMD ["/a\u202e"]') }), false],
    [
      'a fix that would repeat a secret',
      aFinding({ line: 2, fix: fixOf(2, 'CMD ["--password=hunter22"]') }),
      false,
    ],
  ])('%s', (_, finding, commented) => {
    expect(planReview(aBlockedReport([finding]), given()) !== null).toBe(commented);
  });

  it('with "all", every introduced finding on a line of the diff', () => {
    expect(
      linesOf(aBlockedReport([aFinding({ line: 2 }), aFinding({ line: 90 })]), { review: 'all' }),
    ).toEqual([2]);
  });

  it('with "off", none', () => {
    expect(planReview(aBlockedReport([aFinding({ line: 2, fix })]), given({ review: 'off' }))).toBeNull();
  });

  it('never twice: not what was said before, not one fingerprint in two places', () => {
    const finding = aFinding({ line: 2, fix });
    expect(
      planReview(aBlockedReport([finding]), given({ alreadyCommented: new Set([finding.fingerprint]) })),
    ).toBeNull();
    expect(linesOf(aBlockedReport([finding, { ...finding, line: 4 }]))).toEqual([2]);
  });

  it('at most ten, worst first, and the body counts the rest', () => {
    const findings = Array.from({ length: 15 }, (_, index) =>
      aFinding({ line: index + 1, level: index === 14 ? 'block' : 'warn', fix: fixOf(index + 1, 'x') }),
    );
    const plan = planReview(aBlockedReport(findings), given());
    expect(plan?.comments).toHaveLength(10);
    expect(plan?.comments[0].line).toBe(15);
    expect(plan?.body).toContain('10 findings in `3333333333`');
    expect(plan?.body).toContain('5 further findings');
  });

  it('a file without a patch takes none', () => {
    expect(
      planReview(
        aBlockedReport([aFinding({ line: 2, fix })]),
        given({ patches: new Map([[PATH, undefined]]) }),
      ),
    ).toBeNull();
  });
});

describe('where a comment stands', () => {
  it('a suggestion stands on exactly the lines that it replaces', () => {
    const edits = [{ path: PATH, startLine: 6, endLine: 8, newText: 'a\nb' }] as const;
    const plan = planReview(
      aBlockedReport([aFinding({ line: 7, fix: { title: 't', safe: true, edits } })]),
      given(),
    );
    expect(plan?.comments[0]).toMatchObject({ path: PATH, startLine: 6, line: 8, side: 'RIGHT' });
    expect(plan?.comments[0].body).toContain('```suggestion\na\nb\n```');
  });

  it('a suggestion over two hunks is not made', () => {
    const patch = '@@ -1,2 +1,2 @@\n+a\n+b\n@@ -9,2 +9,2 @@\n+c\n+d';
    const edits = [{ path: PATH, startLine: 2, endLine: 9, newText: 'a' }] as const;
    const report = aBlockedReport([aFinding({ line: 2, fix: { title: 't', safe: true, edits } })]);
    expect(planReview(report, given({ patches: new Map([[PATH, patch]]) }))).toBeNull();
  });

  it('a finding that runs out of the hunk is commented on its first line', () => {
    const plan = planReview(
      aBlockedReport([aFinding({ line: 40, endLine: 44, level: 'needs-exception' })]),
      given(),
    );
    expect(plan?.comments[0]).toMatchObject({ line: 40 });
    expect(plan?.comments[0]).not.toHaveProperty('startLine');
  });

  it('a question about an unchanged line is asked on the changed one', () => {
    const finding = aFinding({
      path: 'pod.yaml',
      line: 5,
      level: 'needs-exception',
      cause: { path: PATH, line: 4 },
    });
    expect(planReview(aBlockedReport([finding]), given())?.comments[0]).toMatchObject({
      path: PATH,
      line: 4,
    });
  });

  it('the fallback keeps added lines only', () => {
    const findings = [2, 3, 4].map((line) => aFinding({ line, fix: fixOf(line, 'x') }));
    const plan = planReview(aBlockedReport(findings), given());
    expect(plan?.comments.map((comment) => comment.line)).toEqual([2, 3, 4]);
    expect(plan?.onAddedLines.map((comment) => comment.line)).toEqual([2, 4]);
  });
});

describe('what a comment says', () => {
  it('the fence is longer than any in the suggestion', () => {
    const body = planReview(aBlockedReport([aFinding({ line: 2, fix: fixOf(2, 'RUN echo "```"') })]), given())
      ?.comments[0].body;
    expect(body).toContain('````suggestion\nRUN echo "```"\n````');
  });

  it('begins with the hidden marker', () => {
    const finding = aFinding({ line: 2, level: 'needs-exception' });
    const body = planReview(aBlockedReport([finding]), given())?.comments[0].body ?? '';
    expect(readMarker(body)).toEqual({ fingerprint: finding.fingerprint, fixed: false });
  });

  it('holds the entry to write where an exception is needed', () => {
    const report = aBlockedReport(
      [
        aFinding({
          line: 2,
          level: 'needs-exception',
          rule: 'base-needs-exception',
          subject: 'images/server/Dockerfile: debian-base',
        }),
      ],
      {
        images: [
          anImage({
            name: 'registry.test/server',
            bases: [aBase({ family: 'debian-base', standing: 'needs-exception' })],
          }),
        ],
      },
    );
    const body = planReview(report, given())?.comments[0].body;
    expect(body).toContain(
      '- image: "registry.test/server"\n  rule: base-needs-exception\n  base: "debian-base"\n  reason: ',
    );
    expect(body).toContain('  expires: 2026-07-30\n');
  });

  it('gives the line to write and the entry for an exception, and names the page on them', () => {
    const report = aBlockedReport([
      aFinding({ line: 2, level: 'needs-exception', rule: 'base-needs-exception' }),
    ]);
    const page = 'https://plinth.test/exceptions';
    const body = planReview(report, given({ exceptionsPage: page }))?.comments[0].body;
    expect(body).toContain(`ask for an exception ([how](${page}))`);
    expect(body).toMatch(/^\/plinth exception request [0-9a-f]{8} reason=needs-shell "/m);
    expect(body).toContain('  rule: base-needs-exception\n');
    expect(planReview(report, given())?.comments[0].body).toContain('(`plinth explain exceptions`)');
  });

  it('of an entry that the change writes gives the line that grants it, and shows what is hidden in its name', () => {
    const finding = aFinding({ line: 2, level: 'needs-exception', rule: 'base-needs-exception' });
    const entry = {
      id: 'app\u202e\n/plinth',
      identity: { image: 'registry.test/app' },
      rule: finding.rule,
      base: 'debian-base',
      reason: 'other',
      text: 'x',
      owner: '',
      issue: '',
      expires: '2026-12-31',
      hash: '0',
    } as const;
    const report = aBlockedReport([finding], {
      proposals: [{ entry, path: 'exceptions.yml', line: 2, covers: [finding.id] }],
    });
    const body = planReview(report, given())?.comments[0].body;
    expect(body).toContain('\n/plinth exception grant "app\\u{202E}\\u{A}/plinth"\n');
    expect(body).not.toContain('/plinth exception request');
  });

  it('asks once for an image, about its base', () => {
    const report = aBlockedReport([
      aFinding({
        line: 2,
        level: 'needs-exception',
        rule: 'shell-run-final-stage',
        subject: `${PATH}: shell`,
      }),
      aFinding({ line: 8, level: 'needs-exception', rule: 'base-needs-exception' }),
    ]);
    const plan = planReview(report, given());
    expect(plan?.comments.map((comment) => comment.line)).toEqual([8]);
    const [, base] = report.findings;
    expect(planReview(report, given({ alreadyCommented: new Set([base?.fingerprint ?? '']) }))).toBeNull();
  });

  it('leaves no mention, link or tag of others outside code (I12)', () => {
    const hostile = '@org/team #1 <img src=x> ![](http://x)';
    const report = aBlockedReport([
      aFinding({
        line: 2,
        level: 'needs-exception',
        message: hostile,
        subject: hostile,
        fix: fixOf(2, 'x', { title: hostile }),
      }),
    ]);
    const plan = planReview(report, given());
    for (const text of [plan?.body ?? '', plan?.comments[0].body ?? ''])
      expect(outsideCode(text).replace(/<!-- plinth:finding=[0-9a-f]+ -->/, '')).not.toMatch(
        /[@#<>![\]]|http/,
      );
  });

  it('says in observe that nothing is held up', () => {
    expect(
      planReview(observed(aBlockedReport([aFinding({ line: 2, fix: fixOf(2, 'x') })])), given())?.body,
    ).toContain('only observes');
  });

  it("holds GitHub's limit", () => {
    const body = planReview(
      aBlockedReport([
        aFinding({ line: 2, message: '日 '.repeat(90_000), fix: fixOf(2, '日'.repeat(9000)) }),
      ]),
      given(),
    )?.comments[0].body;
    expect(Buffer.byteLength(body ?? '')).toBeLessThanOrEqual(65_536);
    expect(readMarker(body ?? '')).not.toBeNull();
  });
});

describe('comments of earlier pushes', () => {
  const open = aFinding({ line: 2 });
  const gone = aFinding({ line: 3 });
  const earlier = new Map(
    [open, gone].map((finding) => [finding.fingerprint, `${findingMarker(finding.fingerprint)}\n\nTold.`]),
  );

  it('say where it was fixed, once, and stay known by their marker', () => {
    const [edit, ...rest] = fixedEdits(aBlockedReport([open]), earlier);
    expect(rest).toEqual([]);
    expect(edit?.fingerprint).toBe(gone.fingerprint);
    expect(edit?.body).toContain('**Fixed in `3333333333`.**');
    expect(edit?.body).toContain('Told.');
    expect(readMarker(edit?.body ?? '')).toEqual({ fingerprint: gone.fingerprint, fixed: true });
    expect(fixedEdits(aBlockedReport([open]), new Map([[gone.fingerprint, edit?.body ?? '']]))).toEqual([]);
  });

  it.each<[string, Partial<Report>]>([
    ['a file was not read', { unread: [{ path: 'x', because: 'y', counts: true }] }],
    [
      'a rule failed',
      {
        verdict: { outcome: 'inconclusive', touched: 'inconclusive', because: ['And 9 more.'] },
        failedRules: [{ rule: 'x', because: 'a TypeError' }],
      },
    ],
  ])('say nothing is fixed where %s', (_, part) => {
    expect(fixedEdits(aReport(part), earlier)).toEqual([]);
  });

  it('stay as they are where the finding is only covered now', () => {
    expect(fixedEdits(aReport({ findings: [{ ...gone, exception: 'E-1' }, open] }), earlier)).toEqual([]);
  });

  it.each(['<!-- plinth:finding=xyz -->', 'see <!-- plinth:finding=0123456789abcdef -->', ''])(
    '%j is no marker',
    (body) => {
      expect(readMarker(body)).toBeNull();
    },
  );
});

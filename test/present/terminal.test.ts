import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Report } from '../../src/domain/index.ts';
import { exceptionEntry } from '../../src/present/exception-entry.ts';
import { renderText, type TextGiven } from '../../src/present/terminal.ts';
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

function render(
  report: Report,
  files: Readonly<Record<string, string>> = {},
  given: Partial<TextGiven> = {},
): string {
  return renderText(report, {
    sources: (path) => files[path],
    rules: rulesOf(aRule()),
    color: false,
    width: 100,
    moreOf: (rule) => `plinth explain ${rule}`,
    ...given,
  });
}

describe('a finding in a terminal', () => {
  it('stands under its source line, with the chain of its base, the remedy and where to read on', () => {
    const use = { path: PATH, line: 3, endLine: 3, column: 6, endColumn: 13, text: 'FROM ${BASE}' };
    const decides = {
      path: PATH,
      line: 1,
      endLine: 1,
      column: 10,
      endColumn: 19,
      text: 'ARG BASE=debian:12',
    };
    const report = aBlockedReport(
      [
        aFinding({
          ...decides,
          message: 'It is built on debian:12.',
          related: [{ ...use, message: 'used here' }],
          fingerprint: 'ab'.repeat(32),
        }),
      ],
      { images: [anImage({ bases: [aBase({ chain: [use, decides] })] })] },
    );
    expect(render(report, { [PATH]: 'ARG BASE=debian:12\r\nARG X\r\nFROM ${BASE}\r\n' })).toBe(
      [
        'blocks[base-not-allowed]: It is built on debian:12.',
        '  --> images/server/Dockerfile:1:10 (finding abababab)',
        '   |',
        ' 1 | ARG BASE=debian:12',
        '   |          ^^^^^^^^^',
        '  ...',
        ' 3 | FROM ${BASE}',
        '   |      ------- used here',
        '   |',
        '   = base: debian:12',
        '           ← images/server/Dockerfile:3 FROM ${BASE}',
        '           ← images/server/Dockerfile:1 ARG BASE=debian:12',
        '   = help: Build the program statically and use `gcr.io/distroless/static`.',
        '   = more: plinth explain base-not-allowed',
        '',
        'Blocked: 1 image needs changes',
        'No policy at 1111111111, so the default applies: kep-1729, enforced. Others: --policy minimal, or a',
        'file .github/plinth.yml.',
        'Judged commit 3333333333 as merged into 1111111111.',
        '340 files in the tree: 12 analyses, 3 from the cache (both sides of the change), 80 ms.',
        '',
      ].join('\n'),
    );
  });

  it('puts a label that does not fit behind its mark under it', () => {
    const use = { path: PATH, line: 1, endLine: 1, column: 1, endColumn: 51, text: 'x'.repeat(50) };
    const related = [{ ...use, message: 'the base is used here' }];
    const text = render(
      aBlockedReport([aFinding({ line: 2, related })]),
      { [PATH]: `${'x'.repeat(50)}\nFROM a\n` },
      { width: 60 },
    );
    expect(text).toContain(`\n   | ${'-'.repeat(50)}\n   | the base is used here\n`);
  });

  it('shows a fix as a small difference', () => {
    const fix = {
      title: 'use exec form',
      safe: true,
      edits: [{ path: PATH, startLine: 2, endLine: 2, newText: 'CMD ["/server"]' }],
    } as const;
    const text = render(aBlockedReport([aFinding({ line: 2, column: 1, endColumn: 12, fix })]), {
      [PATH]: 'FROM x\nCMD /server\n',
    });
    expect(text).toContain('   = fix: use exec form\n 2 - CMD /server\n 2 + CMD ["/server"]\n');
  });

  it('says that an unsafe fix wants a look', () => {
    const fix = {
      title: 'drop it',
      safe: false,
      edits: [{ path: PATH, startLine: 1, endLine: 1, newText: 'x' }],
    } as const;
    expect(render(aBlockedReport([aFinding({ fix })]))).toContain(
      '= fix: drop it (look at it first: it may change behaviour)',
    );
  });

  it.each([
    // [lesson, line, column, endColumn, line as printed, marks as printed]
    ['tabs are expanded', '\tCMD x', 2, 7, '    CMD x', '    ^^^^^'],
    ['a tab in the middle goes to the next stop', 'ab\tCMD', 4, 7, 'ab  CMD', '    ^^^'],
    ['wide characters take two columns', 'LABEL 日本=x y', 9, 10, 'LABEL 日本=x y', '          ^'],
    ['combining marks take none', 'e\u0301 x', 4, 5, 'e\u0301 x', '  ^'],
    ['a code point in place of a control is marked whole', 'a\u202eb c', 2, 3, 'a\\u{202E}b c', ' ^^^^^^^^'],
    ['astral characters count two units', '😀 CMD', 4, 7, '😀 CMD', '   ^^^'],
    ['an empty span marks one column', 'CMD', 4, 4, 'CMD', '   ^'],
    ['a span past the end is cut', 'CMD x', 5, 90, 'CMD x', '    ^'],
  ])('%s', (_, line, column, endColumn, printed, marks) => {
    const text = render(aBlockedReport([aFinding({ line: 1, endLine: 1, column, endColumn })]), {
      [PATH]: `${line}\n`,
    });
    expect(text).toContain(` 1 | ${printed}\n   | ${marks}\n`);
  });

  it('cuts a long line around what is marked', () => {
    const line = `${'a'.repeat(500)}MARKED${'b'.repeat(500)}`;
    const text = render(
      aBlockedReport([aFinding({ line: 1, column: 501, endColumn: 507 })]),
      { [PATH]: line },
      { width: 60 },
    );
    const [printed = '', marks = ''] = text
      .split('\n')
      .slice(text.split('\n').findIndex((one) => one.startsWith(' 1 |')));
    expect(printed.length).toBeLessThanOrEqual(60);
    expect(printed).toMatch(/^ 1 \| …a+MARKEDb+…$/);
    expect(printed.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('MARKED');
  });

  it('marks a span wider than the terminal as far as it is seen', () => {
    const line = `CMD ${'x'.repeat(300)}`;
    const text = render(
      aBlockedReport([aFinding({ line: 1, column: 5, endColumn: 305 })]),
      { [PATH]: line },
      { width: 60 },
    );
    for (const printed of text.split('\n')) expect(printed.length).toBeLessThanOrEqual(60);
    expect(text).toMatch(/\n {3}\| {5}\^{40,}\n/);
  });

  it('marks each line of a span of several lines in the gutter', () => {
    const text = render(aBlockedReport([aFinding({ line: 9, endLine: 10, column: 1, endColumn: 9 })]), {
      [PATH]: `${'\n'.repeat(8)}RUN a && \\\n    b\n`,
    });
    expect(text).toContain('  9 > RUN a && \\\n 10 >     b\n');
  });

  it('leaves out the middle of a long span and says so', () => {
    const source = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\n');
    const text = render(aBlockedReport([aFinding({ line: 2, endLine: 29, column: 1, endColumn: 3 })]), {
      [PATH]: source,
    });
    expect(text).toContain('  5 > line 5\n   ... 23 lines left out\n 29 > line 29\n');
  });

  it('shows the line of the report without marks where the file is not at hand, or is another', () => {
    const finding = aFinding({ line: 1, column: 6, endColumn: 15, text: 'FROM debian:12' });
    for (const files of [{}, { [PATH]: 'something else\n' }])
      expect(render(aBlockedReport([finding]), files)).toContain(' 1 | FROM debian:12\n   |\n');
  });

  it('names the changed line that brings about what stands elsewhere', () => {
    const cause = { path: PATH, line: 1, text: 'FROM gcr.io/distroless/static' };
    const text = render(aBlockedReport([aFinding({ path: 'pod.yaml', line: 7, cause })]), {}, { width: 140 });
    expect(text).toContain(
      `= cause: ${PATH}:1: this changed line brings it about: FROM gcr.io/distroless/static`,
    );
  });

  it('wraps at the width, one page line whole', () => {
    const text = render(
      aBlockedReport([aFinding({ message: 'word '.repeat(60).trim() })]),
      {},
      { width: 50 },
    );
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(56);
  });
});

describe('a base that asks for an exception', () => {
  const asks = aFinding({ level: 'needs-exception', rule: 'base-needs-exception' });

  it('has the entry that would answer, ready to copy at any width', () => {
    const report = aReport({ findings: [asks] });
    const lines = render(report, {}, { width: 40 }).split('\n');
    const entry = exceptionEntry(report, asks).split('\n');
    const at = lines.findIndex((line) => line.trimStart() === entry[0]);
    const indent = ' '.repeat((lines[at] ?? '').indexOf('-'));
    expect(lines.slice(at, at + entry.length)).toEqual(entry.map((line) => indent + line));
  });

  it('is asked once: a need on such a base has none', () => {
    const need = { ...asks, rule: 'shell-entrypoint' };
    expect(render(aReport({ findings: [need] }))).not.toContain('exceptions file');
  });
});

describe('a finding that is held up and may be excepted', () => {
  const EXCEPTABLE = 'Move it, or ask (`plinth explain exceptions` says how).';
  const rules = rulesOf(
    aRule({ id: 'base-not-allowed', remedy: EXCEPTABLE }),
    aRule({ id: 'package-manager-final-stage', remedy: EXCEPTABLE }),
    aRule({ id: 'shell-entrypoint', remedy: 'Use exec form.' }),
  );
  const blocked = (path: string, rule = 'base-not-allowed') =>
    aFinding({
      path,
      rule,
      subject: `${path}: debian`,
      fingerprint: createHash('sha256')
        .update(path + rule)
        .digest('hex'),
    });
  const entriesIn = (text: string): readonly unknown[] =>
    [...text.matchAll(/^ +- \{ path: [^}]*\}$/gm)].flatMap(([entry]) => parse(entry) as unknown[]);

  it('has the entry short, saying what the full one says', () => {
    const finding = blocked('a/Dockerfile');
    const report = aBlockedReport([finding]);
    const full = parse(exceptionEntry(report, finding)) as unknown[];
    expect(entriesIn(render(report, {}, { rules }))).toEqual(full);
  });

  it('has one for the base of an image, and none for what the image needs of it', () => {
    const report = aBlockedReport([
      blocked('a/Dockerfile'),
      blocked('a/Dockerfile', 'package-manager-final-stage'),
      blocked('b/Dockerfile', 'package-manager-final-stage'),
    ]);
    const said = entriesIn(render(report, {}, { rules }));
    expect(said).toMatchObject([
      { path: 'a/Dockerfile', rule: 'base-not-allowed' },
      { path: 'b/Dockerfile', rule: 'package-manager-final-stage' },
    ]);
  });

  it('has none where the remedy knows no exception, and where nothing is held up', () => {
    const findings = [
      blocked('a/Dockerfile', 'shell-entrypoint'),
      { ...blocked('b/Dockerfile'), level: 'warn' as const },
    ];
    expect(render(aBlockedReport(findings), {}, { rules })).not.toContain('entry:');
  });

  it('stops after five, and counts the rest once', () => {
    const findings = Array.from({ length: 9 }, (_, index) => blocked(`${index}/Dockerfile`));
    const text = render(aBlockedReport(findings), {}, { rules });
    expect(entriesIn(text)).toHaveLength(5);
    expect(text.match(/4 further entries could be written in the same way/g)).toHaveLength(1);
  });
});

describe('the whole output', () => {
  it('lists the worst first', () => {
    const text = render(
      aBlockedReport([
        aFinding({ path: 'a/Dockerfile', level: 'note', rule: 'go-exec-shell' }),
        aFinding({ path: 'b/Dockerfile', level: 'warn', rule: 'base-drift' }),
        aFinding({ path: 'c/Dockerfile', level: 'needs-exception', rule: 'base-needs-exception' }),
        aFinding({ path: 'd/Dockerfile' }),
        aFinding({ path: 'e/Dockerfile', level: 'inconclusive', rule: 'unresolved-base' }),
      ]),
    );
    const order = [...text.matchAll(/^(?:blocks|needs exception|undecided|warning|note)\[/gm)].map(
      ([word]) => word,
    );
    expect(order).toEqual(['blocks[', 'needs exception[', 'undecided[', 'warning[', 'note[']);
  });

  it('counts what was there before and shows none of it', () => {
    const text = render(
      aReport({
        findings: [aFinding({ state: 'existing', message: 'An old one.' })],
        elsewhere: { existing: 11 },
      }),
    );
    expect(text).not.toContain('An old one.');
    expect(text).toContain('Passes: no new problems\n12 older findings not counted.\n');
  });

  describe('what was judged, and by which policy', () => {
    const alone = { tip: null, mergeBase: null, head: null } as const;
    const own = { tier: 'repository', from: `.github/plinth.yml@${'a'.repeat(40)}` } as const;
    const withOwn = { ...aReport().policy, sources: [own] };
    const atTip = { ...aReport(), tip: '1'.repeat(40), head: null };

    it('a tree alone: every finding is listed, and a revision that is there is proposed for --base', () => {
      const report = aBlockedReport([aFinding({ state: 'existing', message: 'An old one.' })], alone);
      const text = render(report, {}, { proposedBase: 'origin/main' });
      expect(text).toContain('blocks[base-not-allowed]: An old one.');
      expect(text).toMatch(
        /Judged the working tree as a whole\. To judge only what a change adds:\nplinth check --base origin\/main\n/,
      );
    });

    it.each<readonly [string, Report, Partial<TextGiven>, RegExp, RegExp]>([
      ['no revision is proposed where none is there', aReport(alone), {}, /as a whole\.\n/, /--base/],
      [
        'the index',
        aReport(atTip),
        { judged: 'the index' },
        /Judged the index as merged into 1111111111\./,
        /tree as/,
      ],
      [
        'the default, in a tree alone',
        aReport(alone),
        {},
        /^Nothing here sets a policy, so the default/m,
        /No policy at/,
      ],
      [
        'the policy of the tip',
        aReport({ ...atTip, policy: withOwn }),
        {},
        /^Policy kep-1729 \(repository \.github\/plinth\.yml@a{10}\), enforced\.$/m,
        /default/,
      ],
      [
        'files of one tree',
        aReport(alone),
        {},
        /^340 files in the tree: 12 analyses, 3 from the cache, 80 ms\.$/m,
        /both/,
      ],
      [
        'notes of the judgement',
        aReport({ notes: ['Some files were not compared.'] }),
        {},
        /^Some files were not/m,
        /^$^/,
      ],
    ])('%s', (_, report, given, said, unsaid) => {
      const text = render(report, {}, given);
      expect(text).toMatch(said);
      expect(text).not.toMatch(unsaid);
    });
  });

  it('counts its findings by level where they are of several', () => {
    const findings = [aFinding(), aFinding({ line: 2 }), aFinding({ line: 3, level: 'note' })];
    expect(render(aBlockedReport(findings))).toContain('\n3 findings: 2 block, 1 note.\n');
    expect(render(aBlockedReport(findings.slice(0, 2)))).toContain('\n2 findings.\n');
    expect(render(aBlockedReport(findings.slice(0, 1)))).not.toMatch(/^1 finding/m);
    expect(render(observed(aBlockedReport(findings)))).toContain('\n3 findings: 2 would block, 1 note.\n');
  });

  it('says what would be where nothing gates', () => {
    const text = render(observed(aBlockedReport([aFinding()])));
    expect(text).toMatch(/^Would block: 1 file needs changes$/m);
    expect(text).toMatch(/^would block\[base-not-allowed\]: /m);
    expect(text).toContain('observed only: nothing gates');
  });

  it('lists what could not be read with its reason, also where it does not count', () => {
    const text = render(
      aReport({
        verdict: {
          outcome: 'inconclusive',
          touched: 'inconclusive',
          because: ['b.yaml could not be analysed.'],
        },
        unread: [
          { path: 'a.yaml', because: 'it is too deep', counts: false },
          { path: 'b.yaml', because: 'it is UTF-16', counts: true },
        ],
      }),
    );
    expect(text).toContain('1 file not analysed\n  b.yaml: it is UTF-16\n');
    expect(text).toContain(
      '1 file not analysed and not counted: not touched by this change, or excepted\n  a.yaml: it is too deep\n',
    );
    expect(text).toContain('Could not evaluate: 1 file could not be read\n');
  });

  it('names a rule that failed', () => {
    const text = render(
      aReport({
        verdict: { outcome: 'inconclusive', touched: 'inconclusive', because: ['And 9 more.'] },
        failedRules: [{ rule: 'base-drift', because: 'a TypeError' }],
      }),
    );
    expect(text).toContain('The rule base-drift failed (a TypeError)');
    expect(text).not.toContain('Passes');
  });

  it('tells the end of an exception once, also where its id tells it', () => {
    const use = (id: string) => ({
      id,
      identity: { image: 'registry.example/app' },
      rule: 'base-not-allowed' as const,
      base: 'debian',
      reason: 'other' as const,
      text: '',
      owner: '@acme/app',
      issue: '',
      expires: '2027-06-30',
    });
    const text = render(
      aReport({
        findings: [
          aFinding({ exception: 'app on debian until 2027-06-30' }),
          aFinding({ line: 2, exception: 'E-2' }),
        ],
        exceptions: [use('app on debian until 2027-06-30'), use('E-2')],
      }),
    );
    expect(text).toContain('(app on debian until 2027-06-30, @acme/app)');
    expect(text).toContain('(E-2, until 2027-06-30, @acme/app)');
  });

  it('names what exceptions cover and what was fixed', () => {
    const text = render(
      aReport({ findings: [aFinding({ exception: 'E-1' }), aFinding({ line: 2, state: 'fixed' })] }),
    );
    expect(text).toContain(`1 finding covered by an exception\n  ${PATH}:1 base-not-allowed (E-1)\n`);
    expect(text).toContain(`1 finding fixed\n  ${PATH}:2 base-not-allowed\n`);
    expect(text).toContain('Passes: no new problems · 1 finding covered by an exception · 1 fixed\n');
  });

  it('uses colour only when asked', () => {
    const report = aBlockedReport([aFinding()]);
    expect(render(report)).not.toContain('\u001b');
    const coloured = render(report, {}, { color: true });
    expect(coloured).toContain('\u001b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(render(report));
  });
});

describe('hostile text in a terminal (RELIABILITY I10, I14, I19)', () => {
  const HOSTILE = 'a\u001b]0;owned\u0007\u009b31m\u202e\n::error::x ##[group]y\rz';
  const everywhere = aBlockedReport(
    [
      aFinding({
        path: HOSTILE,
        message: HOSTILE,
        subject: HOSTILE,
        text: HOSTILE,
        related: [
          { path: HOSTILE, line: 3, message: HOSTILE, text: HOSTILE },
          { path: 'b', line: 3, message: HOSTILE, text: HOSTILE },
        ],
        cause: { path: 'c', line: 1, text: HOSTILE },
        fix: {
          title: HOSTILE,
          safe: true,
          edits: [{ path: HOSTILE, startLine: 1, endLine: 1, newText: HOSTILE }],
        },
      }),
      aFinding({ path: HOSTILE, line: 4, exception: HOSTILE }),
      aFinding({ path: HOSTILE, line: 5, state: 'fixed' }),
    ],
    { unread: [{ path: HOSTILE, because: HOSTILE, counts: false }] },
  );

  it('reaches it only as code points', () => {
    const text = render(everywhere, { [HOSTILE]: `${HOSTILE}\n${HOSTILE}` });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(text).toContain('\\u{1B}');
    expect(text).toContain('\\u{202E}');
  });

  it('is no command to a CI log', () => {
    for (const line of render(everywhere, { [HOSTILE]: HOSTILE }).split('\n')) {
      expect(line.trimStart().startsWith('::')).toBe(false);
      expect(line).not.toMatch(/##[a-z]*\[/);
    }
  });

  it('shows of a line of a megabyte what fits, for each of a thousand findings in it', () => {
    const line = `${'\t日x '.repeat(200_000)}`;
    const findings = Array.from({ length: 1000 }, (_, index) =>
      aFinding({ line: 1, endLine: 1, column: index * 700 + 1, endColumn: index * 700 + 9 }),
    );
    const text = render(aBlockedReport(findings), { [PATH]: line });
    expect(text.length).toBeLessThan(findings.length * 1000);
  });
});

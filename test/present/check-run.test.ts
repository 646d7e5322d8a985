import { describe, expect, it } from '@jest/globals';
import type { Level, Outcome, Report } from '../../src/domain/index.ts';
import { type CheckRunGiven, renderCheckRun } from '../../src/present/check-run.ts';
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
const URL = 'https://github.test/org/repo';
const HEAD = '3'.repeat(40);
const GIVEN: CheckRunGiven = {
  rules: rulesOf(aRule()),
  links: { repositoryUrl: URL, headSha: HEAD },
  commandsHelp: 'Write `/plinth recheck` to have this judged again.',
  pageOf: (rule) => `https://plinth.test/rules/${rule}`,
};

function withOutcome(outcome: Outcome, given: Partial<Report> = {}): Report {
  return aReport({
    verdict: { outcome, touched: outcome, because: outcome === 'pass' ? [] : ['A reason.'] },
    ...given,
  });
}

describe('conclusions (SEM-5.4)', () => {
  it.each<[Outcome, string, string]>([
    // [outcome, where it is enforced, where it is observed]
    ['pass', 'success', 'success'],
    ['warn', 'neutral', 'neutral'],
    ['needs-exception', 'action_required', 'neutral'],
    ['block', 'failure', 'neutral'],
    ['inconclusive', 'failure', 'neutral'],
  ])('%s: %s, in observe %s', (outcome, enforced, watched) => {
    expect(renderCheckRun(withOutcome(outcome), GIVEN).conclusion).toBe(enforced);
    expect(renderCheckRun(observed(withOutcome(outcome)), GIVEN).conclusion).toBe(watched);
  });

  it('follows the verdict over all that is touched where the policy says so', () => {
    const report = aReport({
      policy: { ...aReport().policy, scope: 'touched' },
      verdict: { outcome: 'pass', touched: 'block', because: [] },
      findings: [aFinding({ state: 'existing' })],
    });
    const check = renderCheckRun(report, GIVEN);
    expect(check.conclusion).toBe('failure');
    expect(check.annotations).toHaveLength(1);
  });

  it('is no success where something that counts was not read, whatever the outcome says', () => {
    const report = withOutcome('pass', { unread: [{ path: 'a', because: 'b', counts: true }] });
    expect(renderCheckRun(report, GIVEN).conclusion).toBe('failure');
    expect(renderCheckRun(observed(report), GIVEN).conclusion).toBe('neutral');
  });
});

describe('several pull requests on one head (SEM-6.1)', () => {
  const pass = withOutcome('pass', { tip: 'a'.repeat(40) });
  const block = aBlockedReport([aFinding()], { tip: 'b'.repeat(40) });

  it.each([
    ['the report itself is worst', block, pass],
    ['another is worst', pass, block],
  ])('%s: the check carries the worst and names each base', (_, report, other) => {
    const baseOf = (one: Report) => (one === block ? 'main' : 'release-1.2');
    const check = renderCheckRun(report, { ...GIVEN, others: [other], baseOf });
    expect(check.conclusion).toBe('failure');
    expect(check.title).toBe('1 file needs changes');
    expect(check.summary).toContain(
      '- against `main`: 1 file needs changes\n- against `release-1.2`: No new problems',
    );
    expect(check.annotations).toHaveLength(1);
  });

  it('annotates what both have once', () => {
    expect(renderCheckRun(block, { ...GIVEN, others: [block] }).annotations).toHaveLength(1);
  });

  it('lets what is only observed never hide what gates', () => {
    const check = renderCheckRun(observed(block), { ...GIVEN, others: [withOutcome('inconclusive')] });
    expect(check.conclusion).toBe('failure');
  });
});

describe('the summary', () => {
  it('leads to how exceptions are given where a remedy ends in one', () => {
    const exceptionsPage = 'https://plinth.test/exceptions';
    const link = `How exceptions are given: ${exceptionsPage}`;
    const asking = rulesOf({ ...aRule(), remedy: 'Or: `plinth explain exceptions`.' });
    const summaryOf = (given: Partial<typeof GIVEN>) =>
      renderCheckRun(aBlockedReport([aFinding()]), { ...GIVEN, exceptionsPage, ...given }).summary;
    expect(summaryOf({ rules: asking })).toContain(link);
    expect(summaryOf({})).not.toContain(link);
  });

  it('names the comment that asks for an exception, for the first finding that needs one', () => {
    const remedy = 'Ask (`plinth explain exceptions` says how).';
    const rules = new Map([...GIVEN.rules, ...rulesOf({ ...aRule(), id: 'shell-entrypoint', remedy })]);
    const exceptionsPage = 'https://plinth.test/exceptions';
    const summaryOf = (level: 'block' | 'warn') => {
      const report = aBlockedReport([
        aFinding({ level: 'block', rule: 'base-not-allowed' }),
        aFinding({ line: 9, level, rule: 'shell-entrypoint' }),
      ]);
      return renderCheckRun(report, { ...GIVEN, rules, exceptionsPage, readsComments: true }).summary;
    };
    expect(summaryOf('block')).toContain(`**To do:** Ask ([how](${exceptionsPage})).`);
    expect(summaryOf('block')).toContain(
      'To ask for an exception, comment `/plinth exception request #2 reason',
    );
    // What only warns holds nothing up, so nothing is asked.
    expect(summaryOf('warn')).not.toContain('/plinth exception request');
  });

  it('says that the policy is the default, and what a reader should know of the judgement', () => {
    const { summary } = renderCheckRun(aReport({ notes: ['Some files were not compared.'] }), GIVEN);
    expect(summary).toContain('Policy `kep-1729`, the default where nothing sets one · ');
    expect(summary).toContain('\n\nSome files were not compared.\n\n');
  });

  it('has its sections in the order of the design', () => {
    const report = aBlockedReport(
      [
        aFinding(),
        aFinding({
          line: 2,
          rule: 'rebase-breaks-manifest',
          related: [{ path: 'pod.yaml', line: 4, message: 'still starts a shell' }],
        }),
        aFinding({ line: 3, exception: 'E-7' }),
        aFinding({ line: 4, level: 'inconclusive', rule: 'unresolved-base' }),
        aFinding({ line: 5, level: 'warn', rule: 'base-drift' }),
        aFinding({ line: 6, state: 'existing' }),
      ],
      {
        elsewhere: { existing: 3 },
        exceptions: [
          { id: 'E-7', reason: 'other', text: '', owner: '@org/team', issue: '', expires: '2026-02-09' },
        ],
        unread: [{ path: 'big.yaml', because: 'it is too large', counts: false }],
      },
    );
    const { summary } = renderCheckRun(report, GIVEN);
    const parts = [
      'What needs a change or an exception',
      'What this change breaks elsewhere',
      `[\`pod.yaml:4\`](${URL}/blob/${HEAD}/pod.yaml?plain=1#L4) still starts a shell`,
      '`E-7` covers 1 finding, expires `2026-02-09`, owner `@org/team`',
      'What could not be read or resolved',
      '`big.yaml`: it is too large',
      'Warnings and notes',
      '4 older findings not counted',
      'Policy `kep-1729`, the default where nothing sets one',
      'head `3333333333` · tip `1111111111` · merge base `2222222222`',
      'Plinth `0.1.0`',
      '/plinth recheck',
    ];
    const found = parts.map((part) => summary.indexOf(part));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(found).not.toContain(-1);
  });

  it('gives what blocks with its remedy, its place and how the base was resolved', () => {
    const use = { path: PATH, line: 3, column: 6, text: 'FROM ${BASE}' };
    const decides = { path: PATH, line: 1, column: 10, text: 'ARG BASE=debian:12' };
    const report = aBlockedReport([aFinding({ ...decides, fingerprint: 'ab'.repeat(32) })], {
      images: [anImage({ bases: [aBase({ chain: [use, decides] })] })],
    });
    const at = (line: number) => `[\`${PATH}:${line}\`](${URL}/blob/${HEAD}/${PATH}?plain=1#L${line})`;
    expect(renderCheckRun(report, GIVEN).summary).toContain(
      [
        `- \`#1\` **blocks** ${at(1)} The image of \`${PATH}\` is built on \`debian:12\`, which the policy \`kep-1729\` does not allow: use \`gcr.io/distroless/static\`. ([\`base-not-allowed\`](https://plinth.test/rules/base-not-allowed), finding \`abababab\`)`,
        `  - **Base:** \`debian:12\` ← ${at(3)} ← ${at(1)}`,
        '  - **To do:** Build the program statically and use `gcr.io/distroless/static`.',
      ].join('\n'),
    );
  });

  it('names soon ending exceptions in the title', () => {
    const use = (id: string, expires: string) => ({
      id,
      reason: 'other' as const,
      text: '',
      owner: '',
      issue: '',
      expires,
    });
    const title = (expires: string) =>
      renderCheckRun(
        withOutcome('pass', {
          findings: [aFinding({ exception: 'E-1' }), aFinding({ line: 2, exception: 'E-2' })],
          exceptions: [use('E-1', expires), use('E-2', '2027-01-01')],
        }),
        GIVEN,
      ).title;
    expect(title('2026-02-09')).toBe(
      'No new problems · 2 findings covered by an exception · 1 exception ends in 9 days',
    );
    expect(title('2026-01-31')).toContain('1 exception ends today');
    expect(title('2026-03-01')).not.toContain('ends');
  });

  it('lists the images with their bases before and after', () => {
    const image = anImage({
      name: 'registry.test/server',
      bases: [aBase({ reference: 'gcr.io/distroless/static', standing: 'allowed' })],
      before: [aBase()],
    });
    expect(renderCheckRun(withOutcome('pass', { images: [image] }), GIVEN).text).toContain(
      `- \`${PATH}\` (\`registry.test/server\`), modified: \`debian:12\` (not-allowed) → \`gcr.io/distroless/static\` (allowed)`,
    );
  });
});

describe('annotations', () => {
  it.each<[Level, string, string]>([
    ['block', 'failure', 'warning'],
    ['needs-exception', 'failure', 'warning'],
    ['inconclusive', 'failure', 'warning'],
    ['warn', 'warning', 'warning'],
    ['note', 'notice', 'notice'],
  ])('%s is a %s, in observe a %s', (level, enforced, watched) => {
    const report = aBlockedReport([aFinding({ level })]);
    expect(renderCheckRun(report, GIVEN).annotations[0]?.annotation_level).toBe(enforced);
    expect(renderCheckRun(observed(report), GIVEN).annotations[0]?.annotation_level).toBe(watched);
  });

  it('carry columns only where they stand on one line', () => {
    const one = aFinding({ line: 4, endLine: 4, column: 6, endColumn: 10 });
    const many = aFinding({ line: 5, endLine: 6, column: 6, endColumn: 10 });
    const [first, second] = renderCheckRun(aBlockedReport([one, many]), GIVEN).annotations;
    expect(first).toMatchObject({ path: PATH, start_line: 4, end_line: 4, start_column: 6, end_column: 9 });
    expect(second).toMatchObject({ start_line: 5, end_line: 6 });
    expect(second).not.toHaveProperty('start_column');
    expect(second).not.toHaveProperty('end_column');
  });

  it('stand on the cause where the finding does not, and link the place', () => {
    const finding = aFinding({ path: 'pod.yaml', line: 9, cause: { path: PATH, line: 2 } });
    const [annotation] = renderCheckRun(aBlockedReport([finding]), GIVEN).annotations;
    expect(annotation).toMatchObject({ path: PATH, start_line: 2, end_line: 2 });
    expect(annotation?.message).toContain(
      `It stands at pod.yaml:9 (${URL}/blob/${HEAD}/pod.yaml?plain=1#L9); this line brings it about.`,
    );
  });

  it('leave out what is existing, fixed or covered', () => {
    const report = aReport({
      findings: [
        aFinding({ state: 'existing' }),
        aFinding({ state: 'fixed' }),
        aFinding({ exception: 'E-1' }),
      ],
    });
    expect(renderCheckRun(report, GIVEN).annotations).toEqual([]);
  });

  it('are at most a hundred, the worst, and the summary states exactly how many are left out (L06)', () => {
    const findings = Array.from({ length: 1000 }, (_, index) =>
      aFinding({ path: `a${index}/Dockerfile`, level: index >= 950 ? 'block' : 'warn' }),
    );
    const check = renderCheckRun(aBlockedReport(findings), GIVEN);
    expect(check.annotations).toHaveLength(100);
    expect(check.annotations.slice(0, 50).every((one) => one.annotation_level === 'failure')).toBe(true);
    expect(check.summary).toContain('900 findings without an annotation');
  });

  it.each(['../etc/passwd', '/etc/passwd', 'a\nb', 'a\\b', 'a//b'])(
    'skip the path %j, which the summary still names (I10)',
    (path) => {
      const check = renderCheckRun(aBlockedReport([aFinding({ path })]), GIVEN);
      expect(check.annotations).toEqual([]);
      expect(check.summary).toContain('1 finding without an annotation');
      expect(check.summary).toContain('`#1` **blocks** `');
    },
  );

  it('repeat at most one line of the file, and no secret (S03)', () => {
    const chain = [
      { path: PATH, line: 3, column: 6, text: 'FROM ${BASE}' },
      { path: PATH, line: 1, column: 10, text: 'ARG BASE=https://user:pw@registry.test/x' },
    ];
    const finding = aFinding({ line: 1, column: 10, text: 'ARG BASE=https://user:pw@registry.test/x' });
    const report = aBlockedReport([finding], { images: [anImage({ bases: [aBase({ chain })] })] });
    const shown = JSON.stringify(renderCheckRun(report, GIVEN));
    expect(shown).toContain('ARG BASE=https://***@registry.test/x');
    expect(shown).not.toContain('user:pw');
    expect(shown).not.toContain('FROM ${BASE}');
  });
});

describe('limits of GitHub (I13)', () => {
  const long = '日'.repeat(400);
  const findings = Array.from({ length: 10_000 }, (_, index) =>
    aFinding({
      path: `${long}${index}/Dockerfile`,
      message: `The image ${long} ${index} is bad.`,
      subject: `${long}${index}`,
    }),
  );
  const images = findings.map((finding) =>
    anImage({ path: finding.path, bases: [aBase({ reference: long })] }),
  );
  const check = renderCheckRun(aBlockedReport(findings, { images: images.slice(0, 300) }), GIVEN);
  const bytes = (text: string) => Buffer.byteLength(text);

  it('holds summary and text to 65,535 bytes, cut at a code point, and says what is missing', () => {
    for (const text of [check.summary, check.text ?? '']) {
      expect(bytes(text)).toBeLessThanOrEqual(65_535);
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toContain('\ufffd');
    }
    const listed = check.summary.match(/^- `#\d+` /gm)?.length ?? 0;
    expect(listed).toBeGreaterThan(5);
    expect(check.summary).toContain(`**Not shown here: ${10_000 - listed} findings.**`);
    expect(check.summary).toContain('9900 findings without an annotation');
    expect(check.text).toMatch(/Cut here|and \d+ more/);
  });

  it('keeps policy, commits and commands however much was cut', () => {
    expect(check.summary).toContain('Policy `kep-1729`');
    expect(check.summary).toContain('/plinth recheck');
  });

  it('holds titles, messages and buttons to their limits', () => {
    expect(check.title.length).toBeLessThanOrEqual(255);
    for (const annotation of check.annotations) {
      expect(annotation.title?.length).toBeLessThanOrEqual(255);
      expect(bytes(annotation.message)).toBeLessThanOrEqual(64 * 1024);
    }
    for (const action of check.actions) {
      expect(action.label.length).toBeLessThanOrEqual(20);
      expect(action.description.length).toBeLessThanOrEqual(40);
      expect(action.identifier.length).toBeLessThanOrEqual(20);
    }
  });

  it('survives a help text larger than everything', () => {
    const { summary } = renderCheckRun(aReport(), { ...GIVEN, commandsHelp: 'é'.repeat(100_000) });
    expect(bytes(summary)).toBeLessThanOrEqual(65_535);
    expect(summary).toContain('Cut here');
  });
});

describe('buttons', () => {
  it('offer what the App answers, and nothing else', () => {
    const identifiers = (report: Report) =>
      renderCheckRun(report, GIVEN).actions.map((action) => action.identifier);
    expect(identifiers(aReport())).toEqual(['recheck']);
    expect(identifiers(aBlockedReport([aFinding()]))).toEqual(['recheck']);
  });
});

describe('hostile names in a check run (I12, I19)', () => {
  const HOSTILE =
    '@org/team #12 o/r#3 ![](http://x/y) <img src=x> </details> [a](javascript:x) `x` http://evil.test \u202e\n\n# h\n::set-output a::b';

  it('leave no mention, link, image or tag in the rendered text', () => {
    const report = aBlockedReport(
      [
        aFinding({
          path: HOSTILE,
          message: HOSTILE,
          subject: HOSTILE,
          related: [{ path: HOSTILE, line: 1, message: HOSTILE }],
        }),
        aFinding({
          path: 'p',
          rule: 'rebase-breaks-manifest',
          related: [{ path: HOSTILE, line: 1, message: HOSTILE }],
          cause: { path: HOSTILE, line: 1 },
        }),
        aFinding({ path: 'q', exception: HOSTILE }),
      ],
      {
        unread: [{ path: HOSTILE, because: HOSTILE, counts: true }],
        images: [
          anImage({
            path: HOSTILE,
            name: HOSTILE,
            bases: [
              aBase({
                reference: HOSTILE,
                platform: HOSTILE,
                chain: [
                  { path: HOSTILE, line: 1 },
                  { path: 'p', line: 1 },
                ],
              }),
            ],
          }),
        ],
        policy: {
          name: HOSTILE,
          enforcement: 'enforce',
          sources: [{ tier: 'repository', from: HOSTILE }],
          digest: '',
          scope: 'introduced',
        },
      },
    );
    const check = renderCheckRun(report, {
      ...GIVEN,
      links: { ...GIVEN.links, repositoryUrl: 'OURS' },
      pageOf: () => 'PAGE',
    });
    for (const text of [check.summary, check.text ?? '']) {
      const rest = outsideCode(text).replaceAll(/\]\((?:OURS|PAGE)[\w/?=#.%-]*\)/g, ']');
      expect(rest).not.toMatch(/[@<>!`]|http|javascript|org\/team|\]\(|#\d/);
      expect(rest).not.toMatch(/^\s*# h/m);
      expect(text).not.toContain('\u202e');
    }
  });
});

describe('notes of vendored files', () => {
  it('are counted, and annotated nowhere: nobody changes a line of theirs', () => {
    const path = 'vendor/x/Dockerfile';
    const note = aFinding({ path, level: 'note' });
    const own = aFinding({ level: 'note', fingerprint: 'f'.repeat(64) });
    const images = [anImage({ path, scope: 'vendored' })];
    const check = renderCheckRun(withOutcome('pass', { findings: [note, own], images }), GIVEN);
    expect(check.annotations.map((one) => one.path)).toEqual([own.path]);
    expect(check.summary).toContain('1 finding without an annotation');
  });

  it('are annotated where a rule of the tree builds the file', () => {
    const path = 'vendor/x/Dockerfile';
    const images = [anImage({ path, scope: 'release' })];
    const findings = [aFinding({ path, level: 'note' })];
    expect(renderCheckRun(withOutcome('pass', { findings, images }), GIVEN).annotations).toHaveLength(1);
  });
});

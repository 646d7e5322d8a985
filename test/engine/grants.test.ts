import { describe, expect, it } from '@jest/globals';
import type { Grant, Report } from '../../src/domain/index.ts';
import { readGrant } from '../../src/policy/exceptions/index.ts';
import { type Files, judgeChange } from '../support/mini-repository.ts';

const FILE = '.github/plinth-exceptions.yml';
const BEFORE: Files = {
  Dockerfile: 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/app"]\n',
  'build.sh': 'docker build -t registry.k8s.io/app:1 .\ndocker push registry.k8s.io/app:1\n',
};
const AFTER: Files = {
  ...BEFORE,
  Dockerfile: 'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\nENTRYPOINT /app --verbose\n',
};

function written(other: Readonly<Record<string, string>> = {}): string {
  const keys = {
    image: 'registry.k8s.io/app',
    rule: 'base-needs-exception',
    base: 'debian-base',
    reason: 'needs-shell',
    text: '"it migrates data with a script"',
    owner: '"@acme/app"',
    expires: '2026-12-31',
    ...other,
  };
  const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  return `exceptions:\n- ${lines.join('\n  ')}\n`;
}

/** Exactly the entry that a change proposes, granted. */
async function grantOf(text: string): Promise<Grant> {
  const { proposals } = await judgeChange(BEFORE, { ...AFTER, [FILE]: text });
  const [proposal] = proposals ?? [];
  if (proposal === undefined) throw new Error('nothing is proposed');
  return { entry: proposal.entry, by: ['owner'], paths: ['Dockerfile'] };
}

const outcome = ({ verdict }: Report) => verdict.outcome;

describe('a grant', () => {
  it('of the entry that the change proposes turns the change green but for the edit of the file', async () => {
    const head = { ...AFTER, [FILE]: written() };
    expect(outcome(await judgeChange(BEFORE, head))).toBe('needs-exception');
    const report = await judgeChange(BEFORE, head, { grants: [await grantOf(written())] });
    expect(outcome(report)).toBe('warn');
    expect(report.findings.filter(({ exception }) => exception == null).map(({ rule }) => rule)).toEqual([
      'policy-changed',
    ]);
    expect(report.exceptions).toMatchObject([{ grantedBy: ['owner'], expires: '2026-12-31' }]);
    expect(report.proposals).toBeUndefined();
  });

  it('without an entry in the change covers the same, and is named among the inputs so that they can be replayed', async () => {
    const grant = await grantOf(written());
    const report = await judgeChange(BEFORE, AFTER, { grants: [grant] });
    expect(outcome(report)).toBe('pass');
    expect(report.inputs.grants.map(readGrant)).toEqual([grant]);
  });

  it.each([
    ['a later end', { expires: '2036-12-31' }],
    ['another reason', { reason: 'other' }],
    ['another id', { id: 'other' }],
  ])('does nothing once the change writes %s than was granted (A09)', async (_, other) => {
    const grant = await grantOf(written());
    const report = await judgeChange(BEFORE, { ...AFTER, [FILE]: written(other) }, { grants: [grant] });
    expect(outcome(report)).toBe('needs-exception');
    expect(report.notes).toContainEqual(expect.stringContaining('was granted as another entry'));
    expect(report.proposals).toHaveLength(1);
  });

  it('covers a definition that is new (SEM-2.3), where an entry of the tip does not', async () => {
    const fresh = { 'README.md': 'hello\n' };
    const grant = await grantOf(written());
    expect(outcome(await judgeChange(fresh, { ...fresh, ...AFTER }, { grants: [grant] }))).toBe('pass');
    const tip = { ...fresh, [FILE]: written() };
    expect(outcome(await judgeChange(tip, { ...tip, ...AFTER }))).toBe('needs-exception');
  });

  it.each([
    ['another image', { image: 'registry.k8s.io/other' }],
    ['another base', { base: 'debian-iptables' }],
    ['a time that is over', { expires: '2025-12-31' }],
  ])('of %s covers nothing here', async (_, other) => {
    const grant = await grantOf(written(other));
    expect(outcome(await judgeChange(BEFORE, AFTER, { grants: [grant] }))).toBe('needs-exception');
  });

  it('is told as documented once the tip holds the same entry', async () => {
    const grant = await grantOf(written());
    const tip = { ...BEFORE, [FILE]: written() };
    const report = await judgeChange(tip, { ...AFTER, [FILE]: written() }, { grants: [grant] });
    expect(outcome(report)).toBe('pass');
    expect(report.exceptions?.map(({ grantedBy }) => grantedBy)).toEqual([undefined]);
  });

  it('with a later end takes the place of the entry of the tip with its id', async () => {
    const tip = { ...BEFORE, [FILE]: written({ id: 'app', expires: '2025-12-31' }) };
    const grant = await grantOf(written({ id: 'app' }));
    const head = { ...tip, Dockerfile: AFTER.Dockerfile ?? '' };
    expect(outcome(await judgeChange(tip, head))).toBe('needs-exception');
    const report = await judgeChange(tip, head, { grants: [grant] });
    expect(outcome(report)).toBe('pass');
    expect(report.exceptions?.map(({ expires }) => expires)).toEqual(['2026-12-31']);
  });
});

describe('a proposal', () => {
  it('names the findings that it would cover', async () => {
    const report = await judgeChange(BEFORE, { ...AFTER, [FILE]: written() });
    const open = report.findings.filter(({ rule }) => rule !== 'policy-changed').map(({ id }) => id);
    expect(report.proposals).toMatchObject([{ path: FILE, line: 2 }]);
    expect([...(report.proposals?.[0]?.covers ?? [])].sort()).toEqual([...open].sort());
  });
});

import { createHash } from 'node:crypto';
import type { Report, ReportBase, ReportFinding, ReportImage, RuleMeta } from '../../src/domain/index.ts';

// Reports for tests of words: whole and valid by default, each test says only what it is about.

const TIP = '1'.repeat(40);
const MERGE_BASE = '2'.repeat(40);
const HEAD = '3'.repeat(40);

/** A report of a change on which nothing was found. */
export function aReport(given: Partial<Report> = {}): Report {
  return {
    schema: 'plinth-report/1',
    engine: { version: '0.1.0' },
    policy: {
      name: 'kep-1729',
      enforcement: 'enforce',
      sources: [{ tier: 'shipped', from: 'shipped' }],
      digest: 'd'.repeat(64),
      scope: 'introduced',
    },
    tip: TIP,
    mergeBase: MERGE_BASE,
    head: HEAD,
    verdict: { outcome: 'pass', touched: 'pass', because: [] },
    images: [],
    findings: [],
    elsewhere: { existing: 0 },
    unread: [],
    inputs: { date: '2026-01-31', exceptions: [], grants: [] },
    stats: { filesListed: 340, filesAnalysed: 12, filesFromCache: 3, milliseconds: 80 },
    ...given,
  };
}

/** A report whose outcome blocks for its findings. */
export function aBlockedReport(findings: readonly ReportFinding[], given: Partial<Report> = {}): Report {
  return aReport({
    findings,
    verdict: {
      outcome: 'block',
      touched: 'block',
      because: findings.map((finding) => `${finding.path}:${finding.line}: ${finding.message}`),
    },
    ...given,
  });
}

/** The same report of a policy that only observes. */
export function observed(report: Report): Report {
  return { ...report, policy: { ...report.policy, enforcement: 'observe' } };
}

/** An introduced finding that blocks; its fingerprint follows from its rule, path and line unless given. */
export function aFinding(given: Partial<ReportFinding> = {}): ReportFinding {
  const path = given.path ?? 'images/server/Dockerfile';
  const rule = given.rule ?? 'base-not-allowed';
  const line = given.line ?? 1;
  const fingerprint = given.fingerprint ?? fingerprintFor(`${rule} ${path} ${line}`);
  return {
    rule,
    level: 'block',
    state: 'introduced',
    path,
    line,
    message: `The image of ${path} is built on debian:12, which the policy kep-1729 does not allow: use gcr.io/distroless/static.`,
    subject: `${path}: debian`,
    fingerprint,
    id: fingerprint.slice(0, 8),
    ...given,
  };
}

export function anImage(given: Partial<ReportImage> = {}): ReportImage {
  return {
    path: 'images/server/Dockerfile',
    line: 1,
    name: null,
    workflow: 'docker',
    scope: 'release',
    change: 'modified',
    bases: [],
    ...given,
  };
}

export function aBase(given: Partial<ReportBase> = {}): ReportBase {
  return {
    reference: 'debian:12',
    platform: null,
    family: 'debian',
    standing: 'not-allowed',
    basis: 'by-name',
    chain: [],
    ...given,
  };
}

export function aRule(given: Partial<RuleMeta> = {}): RuleMeta {
  return {
    id: 'base-not-allowed',
    since: '0.1.0',
    level: 'block',
    summary: 'An image is built on a base that the policy does not allow.',
    why: 'A general-purpose base brings a shell and a package manager that the program does not need.',
    remedy: 'Build the program statically and use `gcr.io/distroless/static`.',
    sources: ['KEP 1729, Goals'],
    examples: { flagged: [], clean: [] },
    ...given,
  };
}

export function rulesOf(...rules: readonly RuleMeta[]): ReadonlyMap<string, RuleMeta> {
  return new Map(rules.map((rule) => [rule.id, rule]));
}

/** 64 hex digits that differ where the text differs. */
export function fingerprintFor(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import { describe, expect, it } from '@jest/globals';
import type { ComparedFile } from '../../../src/adapters/github/api.ts';
import { TipKnowledge } from '../../../src/app/judge/tip-knowledge.ts';
import { untouchedReport } from '../../../src/app/judge/untouched.ts';
import type { Report } from '../../../src/domain/index.ts';
import { judgeChange, MemoryBlobs, treeOf } from '../../support/mini-repository.ts';

const HEAD = 'c'.repeat(40);
const NAMED = { head: HEAD, date: '2026-03-04' };
const BASE = 'b'.repeat(40);
const TIP = 'a'.repeat(40);
const FILES = {
  Dockerfile: 'FROM gcr.io/distroless/static:nonroot\nCOPY start /start\nENTRYPOINT ["/start"]\n',
  start: '#!/bin/sh\nexec /app\n',
  'README.md': 'Read me\n',
};

async function learned(said: Partial<Report> = {}) {
  const blobs = new MemoryBlobs();
  const tree = treeOf(FILES, blobs);
  const tips = new TipKnowledge();
  const report: Report = await judgeChange(FILES, { ...FILES, 'b.md': 'x' });
  const judgement = { tip: { commit: TIP, tree }, changes: [] };
  const looked = new Set(['Dockerfile', 'start'].map((path) => tree.get(path)?.id ?? ''));
  tips.learn(5, {
    judgement: judgement as never,
    report: { ...report, ...said },
    exceptions: '.github/plinth-exceptions.yml',
    organisation: '',
    looked,
  });
  return tips;
}

async function ofChange(...files: readonly Omit<ComparedFile, 'id'>[]) {
  const known = (await learned()).get(5, TIP);
  if (known === undefined) throw new Error('nothing was learned');
  const comparison = { mergeBase: BASE, files: files.map((file) => ({ ...file, id: 'd'.repeat(40) })) };
  return untouchedReport(comparison, NAMED, known);
}

describe('a change that touches nothing of ours', () => {
  it('passes on what the tip’s judgement says, naming its own commits', async () => {
    expect(await ofChange({ path: 'README.md', status: 'modified' })).toMatchObject({
      head: HEAD,
      mergeBase: BASE,
      tip: TIP,
      verdict: { outcome: 'pass' },
      findings: [],
      images: [],
    });
  });

  it.each([
    ['a Dockerfile', { path: 'Dockerfile', status: 'modified' }],
    ['a Go source', { path: 'cmd/main.go', status: 'modified' }],
    ['what may be a program by its mode', { path: 'hack/push', status: 'modified' }],
    ['a script that was read', { path: 'start', status: 'modified' }],
    ['a new file: it may be one that was looked for', { path: 'README2.md', status: 'added' }],
    ['a file that goes', { path: 'README.md', status: 'removed' }],
    ['the policy', { path: '.github/plinth.yml', status: 'modified' }],
    ['the exceptions', { path: '.github/plinth-exceptions.yml', status: 'modified' }],
    ['who owns what', { path: 'docs/OWNERS', status: 'modified' }],
  ] as const)('is none with %s', async (_lesson, file) => {
    expect(await ofChange({ path: 'README.md', status: 'modified' }, file)).toBeNull();
  });

  it('is none beyond what GitHub lists', async () => {
    const known = (await learned()).get(5, TIP);
    if (known === undefined) throw new Error('nothing was learned');
    expect(untouchedReport({ mergeBase: BASE, files: null }, NAMED, known)).toBeNull();
    expect(untouchedReport({ mergeBase: null, files: [] }, NAMED, known)).toBeNull();
  });

  it('is known for that tip and repository alone, and never where a rule failed on it', async () => {
    const tips = await learned();
    expect(tips.get(5, BASE)).toBeUndefined();
    expect(tips.get(6, TIP)).toBeUndefined();
    const failedRules = [{ rule: 'x', because: 'a TypeError' }] as const;
    expect((await learned({ failedRules })).get(5, TIP)).toBeUndefined();
  });
});

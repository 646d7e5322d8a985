import { getPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { type AnalyserOptions, analyseInChild } from '../../../src/adapters/analyser/index.ts';
import { AppError, type PolicyText } from '../../../src/domain/index.ts';
import { analyse } from '../../../src/engine/analyse.ts';
import { compilePolicy } from '../../../src/engine/policy.ts';
import type { BlobSource, FactCache, Judgement } from '../../../src/engine/ports.ts';
import { builtProgram } from '../../support/built-program.ts';
import {
  CHOSEN,
  changesOf,
  type Files,
  MemoryBlobs,
  SHIPPED,
  treeOf,
} from '../../support/mini-repository.ts';
import { scenarios, stable } from '../../support/scenarios.ts';

// Each child takes a fifth of a second to start, from sources a whole one, and much more on a busy machine.
jest.setTimeout(60_000);

const BUILT = { program: join(builtProgram(), 'dist/analyser.js') };
/** Nothing said: the child's own program, which here is that of the sources. */
const FROM_SOURCES = {};
const FAKE = fileURLToPath(new URL('./fake-child.ts', import.meta.url));

interface Given {
  readonly judgement: Judgement;
  readonly blobs: MemoryBlobs;
}

function change(base: Files, head: Files, more: Partial<Judgement> = {}): Given {
  const blobs = new MemoryBlobs();
  const tree = treeOf(base, blobs);
  const judgement: Judgement = {
    tip: { commit: 'a'.repeat(40), tree },
    mergeBase: 'b'.repeat(40),
    head: 'c'.repeat(40),
    changes: changesOf(tree, treeOf(head, blobs)),
    policies: CHOSEN,
    enforcement: null,
    date: '2026-01-01',
    ...more,
  };
  return { judgement, blobs };
}

function inChild(
  { judgement, blobs }: { judgement: Judgement; blobs: BlobSource },
  options: Partial<AnalyserOptions> = BUILT,
  cache: FactCache | null = null,
) {
  return analyseInChild(judgement, { blobs, cache, shipped: SHIPPED }, options);
}

function mapCache(): FactCache & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (keys) =>
      new Map(
        keys.flatMap((key) => (kept.has(key) ? [[key, JSON.parse(kept.get(key) ?? '[]')] as const] : [])),
      ),
    put: async (entries) => {
      for (const [key, facts] of entries) kept.set(key, JSON.stringify(facts));
    },
  };
}

describe('the report of a child', () => {
  it.each<readonly [string, Partial<AnalyserOptions>]>([
    ['shell-copied-into-distroless', BUILT],
    ['every-kind-of-container', BUILT],
    ['glog-and-shells-in-go-are-notes', BUILT],
    ['glog-and-shells-in-go-are-notes', FROM_SOURCES],
  ])('equals that of the same analysis in process: %s', async (name, options) => {
    const scenario = scenarios().find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    const given = change(scenario.base, scenario.head);
    const compiled = compilePolicy(CHOSEN, SHIPPED);
    if ('problems' in compiled) throw new Error('the policy has problems');
    const here = await analyse(given.judgement, compiled.policy, {
      blobs: given.blobs,
      cache: null,
      clock: () => 0,
    });
    const there = await inChild(given, options);
    expect('report' in there ? stable(there.report) : there).toEqual(stable(here));
  });

  it('is the same from cached facts, and reads no blob of theirs again', async () => {
    const files = { Dockerfile: 'FROM alpine\n', 'x/Dockerfile': 'FROM debian\n' };
    const cache = mapCache();
    const cold = await inChild(change({}, files), BUILT, cache);
    expect(cache.kept.size).toBe(2);
    const warm = await inChild(change({}, files), BUILT, cache);
    if (!('report' in cold && 'report' in warm)) throw new Error('no report');
    expect(stable(warm.report)).toEqual(stable(cold.report));
    expect(warm.report.stats).toMatchObject({ filesAnalysed: 0, filesFromCache: 2 });
  });

  it('names what is wrong with a policy', async () => {
    const policies: readonly PolicyText[] = [
      { tier: 'repository', from: '.github/plinth.yml@x', text: 'extends: kep-1729\nrulez: {}\n' },
    ];
    const answer = await inChild(change({}, { Dockerfile: 'FROM alpine\n' }, { policies }));
    expect(answer).toMatchObject({
      problems: [
        { from: '.github/plinth.yml@x', line: 2, column: 1, message: expect.stringContaining('rules') },
      ],
    });
  });
});

describe('a world that fails', () => {
  it('comes through as it was thrown', async () => {
    const failure = new AppError('rate-limited', 'wait', { retryable: true });
    const blobs: BlobSource = { read: () => Promise.reject(failure) };
    await expect(inChild({ ...change({}, { Dockerfile: 'FROM alpine\n' }), blobs })).rejects.toBe(failure);
  });

  it('of a cache costs time only', async () => {
    const cache: FactCache = {
      get: () => Promise.reject(new Error('disk')),
      put: () => Promise.reject(new Error('disk')),
    };
    const answer = await inChild(change({}, { Dockerfile: 'FROM alpine\n' }), BUILT, cache);
    expect(answer).toMatchObject({ report: { verdict: { outcome: 'block' } } });
  });

  it('that does not answer in time is given up', async () => {
    const blobs: BlobSource = { read: () => new Promise(() => {}) };
    await expect(
      inChild({ ...change({}, { Dockerfile: 'FROM alpine\n' }), blobs }, { ...BUILT, deadlineMs: 400 }),
    ).rejects.toMatchObject({ code: 'analyser-died', message: expect.stringContaining('0.4 s') });
  });
});

describe('a child that dies (F22)', () => {
  /** The fake ends with how many blobs it was told to avoid. */
  const fate = (files: Files, options: Partial<AnalyserOptions> = {}, head = 'c') =>
    inChild(change({}, files, { head }), { program: FAKE, ...options }).catch((error: unknown) =>
      error instanceof AppError ? `${error.code}: ${error.message}` : String(error),
    );

  it.each<readonly [string, Files, string]>([
    ['aborts on one blob', { a: '1', abort: '2', z: '3' }, 'avoided 1'],
    ['leaves on one blob', { a: '1', exit: '2', z: '3' }, 'avoided 1'],
    ['aborts on three blobs', { abort1: '1', abort2: '2', fine: 'x', abort3: '3' }, 'avoided 3'],
  ])('%s: the others are judged', async (_, files, end) => {
    expect(await fate(files)).toBe(`analysis-failed: the analysis failed: ${end}`);
  });

  it('hangs on one blob: the deadline names it', async () => {
    expect(await fate({ a: '1', hang: '2' }, { deadlineMs: 1500 })).toBe(
      'analysis-failed: the analysis failed: avoided 1',
    );
  });

  it('dies before any blob: the failure says how', async () => {
    expect(await fate({}, {}, 'dies-before-any-blob')).toMatch(
      /^analyser-died: .*exit code 9.* after 2 attempts$/,
    );
  });

  it('dies of every blob: it is given up, and not for ever', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`exit${at}`, String(at)]));
    expect(await fate(files)).toMatch(/^analyser-died: .* after 10 attempts$/);
  });

  it('yields to the process that answers deliveries (L01)', async () => {
    const lower = Math.min(19, getPriority() + 10);
    expect(await fate({ priority: '' })).toBe(`analysis-failed: the analysis failed: priority ${lower}`);
  });

  it('the blobs to avoid are unread, and nothing is green', async () => {
    const { judgement, blobs } = change(
      {},
      { Dockerfile: 'FROM gcr.io/distroless/static\n', 'b/Dockerfile': 'FROM alpine\n' },
    );
    const compiled = compilePolicy(CHOSEN, SHIPPED);
    if ('problems' in compiled) throw new Error('the policy has problems');
    const avoid = new Set([judgement.changes[0]?.head?.id ?? '']);
    const report = await analyse(judgement, compiled.policy, { blobs, cache: null, clock: () => 0, avoid });
    expect(report.findings.map((finding) => `${finding.rule} ${finding.path}`)).toEqual([
      'unread-file Dockerfile',
      'base-not-allowed b/Dockerfile',
    ]);
    expect(report.unread).toMatchObject([
      { path: 'Dockerfile', because: 'the analyser died on it', counts: true },
    ]);
  });
});

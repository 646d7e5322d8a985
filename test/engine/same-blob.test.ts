// D05: facts belong to a blob, findings to a path. Files and repositories that share a blob share what was read of it; what the store keeps is
// each installation's own, so "once" is once for an installation (test/adapters/store/facts.test.ts).
import { describe, expect, it } from '@jest/globals';
import type { Fact, Policy, Report } from '../../src/domain/index.ts';
import { analyse } from '../../src/engine/analyse.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import type { FactCache } from '../../src/engine/ports.ts';
import { CHOSEN, type Files, MemoryBlobs, SHIPPED, treeOf } from '../support/mini-repository.ts';

/** For the thousand of the row. */
const REPOSITORIES = 100;
const policy = policyOf();
const BAD = 'FROM alpine:3.20\nCOPY app /app\nENTRYPOINT ["/app"]\n';

class MemoryCache implements FactCache {
  readonly #facts = new Map<string, readonly Fact[]>();

  async get(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Fact[]>> {
    return new Map(
      keys.flatMap((key) => {
        const facts = this.#facts.get(key);
        return facts === undefined ? [] : [[key, facts] as const];
      }),
    );
  }

  async put(entries: ReadonlyMap<string, readonly Fact[]>): Promise<void> {
    for (const [key, facts] of entries) this.#facts.set(key, facts);
  }
}

function policyOf(): Policy {
  const compiled = compilePolicy(CHOSEN, SHIPPED);
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
  return compiled.policy;
}

/** Judges a repository of these files with its own copy of the contents. */
async function judge(files: Files, cache: FactCache | null): Promise<Report> {
  const blobs = new MemoryBlobs();
  const changes = [...treeOf(files, blobs)].map(([path, head]) => ({ path, base: null, head }));
  const judgement = {
    tip: null,
    mergeBase: null,
    head: null,
    changes,
    policies: CHOSEN,
    enforcement: null,
    date: '2026-01-01',
  };
  return analyse(judgement, policy, { blobs, cache, clock: () => 0 });
}

const said = ({ findings }: Report) =>
  findings.map(({ rule, level, path, line }) => `${level} ${rule} ${path}:${line}`).sort();

describe('D05: files with one blob', () => {
  it('are analysed once, and each has its own findings', async () => {
    const files = { 'one/Dockerfile': BAD, 'two/Dockerfile': BAD, 'vendor/x/Dockerfile': BAD };
    const report = await judge(files, null);
    expect(report.stats).toMatchObject({ filesListed: 3, filesAnalysed: 1, filesFromCache: 0 });
    expect(said(report)).toEqual([
      'block base-not-allowed one/Dockerfile:1',
      'block base-not-allowed two/Dockerfile:1',
      // What depends on the path is asked of each path: nobody here builds a vendored image.
      'note base-not-allowed vendor/x/Dockerfile:1',
    ]);
  });
});

describe('D05: repositories with one blob', () => {
  it('have it analysed once, and each its own report', async () => {
    const cache = new MemoryCache();
    let analysed = 0;
    for (let at = 0; at < REPOSITORIES; at++) {
      const report = await judge({ [`images/${at}/Dockerfile`]: BAD }, cache);
      analysed += report.stats.filesAnalysed;
      expect(said(report)).toEqual([`block base-not-allowed images/${at}/Dockerfile:1`]);
    }
    expect(analysed).toBe(1);
  });
});

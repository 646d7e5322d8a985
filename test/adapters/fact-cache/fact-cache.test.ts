import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { cacheFolder, type OpenFactCache, openFactCache } from '../../../src/adapters/fact-cache/index.ts';
import type { Fact, Report } from '../../../src/domain/index.ts';
import { analyse } from '../../../src/engine/analyse.ts';
import { compilePolicy } from '../../../src/engine/policy.ts';
import type { FactCache, Judgement } from '../../../src/engine/ports.ts';
import {
  CHOSEN,
  changesOf,
  type Files,
  MemoryBlobs,
  SHIPPED,
  treeOf,
} from '../../support/mini-repository.ts';
import { stable } from '../../support/scenarios.ts';

// A thousand analyses and a few processes: seconds, and many more on a busy machine.
jest.setTimeout(120_000);

const NOW = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  }
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'plinth-cache-'));
  folders.push(made);
  return made;
}

function opened(at: string, version = '1', now = NOW): OpenFactCache {
  const cache = openFactCache(at, version, now);
  if (cache === null) throw new Error('the cache could not be opened');
  return cache;
}

const fact = (because: string): readonly Fact[] => [{ kind: 'unreadable', because }];

async function filled(
  at: string,
  entries: Readonly<Record<string, readonly Fact[]>>,
  now = NOW,
): Promise<void> {
  const cache = opened(at, '1', now);
  await cache.put(new Map(Object.entries(entries)));
  cache.close();
}

describe('what was put', () => {
  it('is there for the next process, in a file that only its user reads', async () => {
    const at = join(folder(), 'deep', 'plinth');
    await filled(at, { a: fact('one'), b: fact('two') });
    const cache = opened(at);
    expect(await cache.get(['a', 'b', 'c'])).toEqual(
      new Map([
        ['a', fact('one')],
        ['b', fact('two')],
      ]),
    );
    cache.close();
    expect(statSync(at).mode & 0o077).toBe(0);
  });

  it('is not there for another version', async () => {
    const at = folder();
    await filled(at, { a: fact('one') });
    const other = opened(at, '2');
    expect(await other.get(['a'])).toEqual(new Map());
    other.close();
  });

  it('goes after thirty days in which nobody asked for it', async () => {
    const at = folder();
    await filled(at, { old: fact('old'), used: fact('used') });
    const between = opened(at, '1', NOW + 20 * DAY_MS);
    await between.get(['used']);
    between.close();
    opened(at, '1', NOW + 40 * DAY_MS).close();
    const later = opened(at, '1', NOW + 40 * DAY_MS);
    expect([...(await later.get(['old', 'used'])).keys()]).toEqual(['used']);
    later.close();
  });

  it('may have any key and any number', async () => {
    const at = folder();
    const entries = new Map(
      Array.from({ length: 1500 }, (_, index) => [`__proto__'"${index}`, fact(`${index}`)] as const),
    );
    const cache = opened(at);
    await cache.put(entries);
    expect(await cache.get([...entries.keys()])).toEqual(entries);
    cache.close();
  });
});

describe('where it lies', () => {
  it.each<readonly [string, Record<string, string>, string]>([
    ['the user’s cache folder', { XDG_CACHE_HOME: '/var/cache/ada' }, '/var/cache/ada/plinth'],
    [
      'the home folder, where that is not absolute and so might be the judged tree',
      { XDG_CACHE_HOME: '.cache' },
      join(homedir(), '.cache', 'plinth'),
    ],
    ['the home folder', {}, join(homedir(), '.cache', 'plinth')],
  ])('%s', (_, environment, expected) => {
    expect(cacheFolder(environment)).toBe(expected);
  });

  it('never inside a repository, whose content would be taken for ours', () => {
    const at = folder();
    mkdirSync(join(at, '.git'));
    expect(cacheFolder({ XDG_CACHE_HOME: join(at, 'deep', 'cache') })).toBeUndefined();
  });
});

describe('what cannot be used', () => {
  it.each<readonly [string, (at: string) => void]>([
    ['a file where the folder should be', (at) => writeFileSync(at, 'x')],
  ])('%s: there is no cache', (_, spoil) => {
    const at = join(folder(), 'plinth');
    spoil(at);
    expect(openFactCache(at, '1', NOW)).toBeNull();
  });

  it('a file that is no database: there is no cache, and no crash', () => {
    const at = folder();
    writeFileSync(join(at, 'facts-1.sqlite'), 'not a database, but long enough to be looked at'.repeat(100));
    const cache = openFactCache(at, '1', NOW);
    cache?.close();
    expect(cache).toBeNull();
  });

  const handles = '/proc/self/fd';
  const hasHandles = existsSync(handles);
  /** Files below a folder that this process has open. */
  const openBelow = (at: string): readonly string[] =>
    readdirSync(handles).flatMap((handle) => {
      try {
        const file = readlinkSync(join(handles, handle));
        return file.startsWith(at) ? [file] : [];
      } catch {
        // The handle of the listing itself is closed by now.
        return [];
      }
    });

  (hasHandles ? it : it.skip)(
    'a damaged file is let go of (skipped where handles cannot be seen)',
    async () => {
      const at = folder();
      const file = join(at, 'facts-1.sqlite');
      await filled(at, { a: fact('one') });
      const intact = readFileSync(file);
      // Damaged from the first page on it is no database; from the second on it is one that cannot be read.
      for (const from of [0, 4096]) {
        writeFileSync(file, Buffer.from(intact).fill(0xff, from));
        const cache = openFactCache(at, '1', NOW);
        await cache?.get(['a']);
        cache?.close();
        expect(openBelow(at)).toEqual([]);
      }
    },
  );

  it('an entry under another key: it is not taken', async () => {
    const at = folder();
    await filled(at, { a: fact('one') });
    const script = `const { DatabaseSync } = require('node:sqlite'); new DatabaseSync(process.argv[1]).exec("update facts set key = 'b'")`;
    execFileSync(process.execPath, ['-e', script, join(at, 'facts-1.sqlite')]);
    const cache = opened(at);
    expect(await cache.get(['a', 'b'])).toEqual(new Map());
    cache.close();
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)('a folder that is read-only (skipped for root, whom no mode stops)', async () => {
    const at = folder();
    await filled(at, { a: fact('one') });
    chmodSync(at, 0o500);
    const cache = openFactCache(at, '1', NOW);
    await cache?.put(new Map([['b', fact('two')]]));
    cache?.close();
  });
});

// ---- F16 -----------------------------------------------------------------------------------------------

const HEAD: Files = {
  Dockerfile: 'FROM alpine:3.20\nENTRYPOINT ["/server"]\n',
  'b/Dockerfile': 'FROM gcr.io/distroless/static\nCMD /server\n',
  'c/Dockerfile': 'FROM gcr.io/distroless/static\nENTRYPOINT ["/server"]\n',
  'pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: registry.k8s.io/x, command: [sh, -c, x]}]}\n',
  'main.go': 'package main\n\nimport _ "github.com/golang/glog"\n',
};

const blobs = new MemoryBlobs();
const base = treeOf({}, blobs);
const judgement: Judgement = {
  tip: { commit: 'a'.repeat(40), tree: base },
  mergeBase: 'b'.repeat(40),
  head: 'c'.repeat(40),
  changes: changesOf(base, treeOf(HEAD, blobs)),
  policies: CHOSEN,
  enforcement: null,
  date: '2026-01-01',
};
const compiled = compilePolicy(CHOSEN, SHIPPED);

async function judge(cache: FactCache | null): Promise<Report> {
  if ('problems' in compiled) throw new Error('the policy has problems');
  return await analyse(judgement, compiled.policy, { blobs, cache, clock: () => 0 });
}

/** The same numbers for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('a damaged file (F16)', () => {
  const TRIALS = 1000;

  it(`${TRIALS} times: the verdict is the uncached one, nothing crashes`, async () => {
    const expected = stable(await judge(null));
    const at = folder();
    const file = join(at, 'facts-1.sqlite');
    const cold = opened(at);
    await judge(cold);
    cold.close();
    const intact = readFileSync(file);
    const random = randomNumbers(16);
    let used = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      for (const left of readdirSync(at)) rmSync(join(at, left));
      const bytes = Buffer.from(intact);
      const flips = 1 + random(8);
      for (let flip = 0; flip < flips; flip++) {
        const offset = random(bytes.length);
        bytes[offset] = (bytes[offset] ?? 0) ^ (1 << random(8));
      }
      writeFileSync(file, bytes);
      if (trial % 5 === 0) truncateSync(file, random(bytes.length));
      const cache = openFactCache(at, '1', NOW);
      const report = await judge(cache);
      used += report.stats.filesFromCache;
      cache?.close();
      const same = isDeepStrictEqual(stable(report), expected);
      if (!same) expect({ trial, report: stable(report) }).toEqual({ trial, report: expected });
    }
    // Most flips leave entries whole: the trial is about a cache that is used, not one that never opens.
    expect(used).toBeGreaterThan(TRIALS);
  });
});

describe('two processes at once', () => {
  it('keep what both wrote', async () => {
    const at = folder();
    const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));
    const ends = ['a', 'b'].map(
      (name) =>
        new Promise<number | null>((resolve) => {
          const child = spawn(process.execPath, ['--no-warnings', writer, at, name, String(NOW)], {
            stdio: 'ignore',
          });
          child.on('exit', resolve);
        }),
    );
    expect(await Promise.all(ends)).toEqual([0, 0]);
    const cache = opened(at);
    const keys = ['a', 'b'].flatMap((name) => Array.from({ length: 50 }, (_, index) => `${name}${index}`));
    expect((await cache.get(keys)).size).toBe(100);
    cache.close();
  });
});

// Whole pull requests as folders: base, head, where it moved on tip, a policy, and the report that is right.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/domain/index.ts';
import type { Files } from './mini-repository.ts';

const FOLDER = fileURLToPath(new URL('../scenarios/', import.meta.url));

export interface Scenario {
  readonly name: string;
  readonly base: Files;
  readonly head: Files;
  /** The base branch's tip where it moved on since the change began. */
  readonly tip?: Files;
  readonly expectedPath: string;
  /** Undefined where none was accepted yet. */
  readonly expected?: unknown;
}

export function scenarios(): readonly Scenario[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map(readScenario);
}

function readScenario(name: string): Scenario {
  const folder = join(FOLDER, name);
  const expectedPath = join(folder, 'expected.json');
  const tip = existsSync(join(folder, 'tip')) ? { tip: filesBelow(join(folder, 'tip')) } : {};
  const expected = existsSync(expectedPath)
    ? { expected: JSON.parse(readFileSync(expectedPath, 'utf8')) as unknown }
    : {};
  return {
    name,
    base: filesBelow(join(folder, 'base')),
    head: filesBelow(join(folder, 'head')),
    ...tip,
    expectedPath,
    ...expected,
  };
}

function filesBelow(folder: string): Files {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, entry);
    if (entry === '.gitkeep' || !statSync(path).isFile()) continue;
    files[relative(folder, path)] = readFileSync(path, 'utf8');
  }
  return files;
}

/** The report without what differs from run to run or from version to version: stats, engine, digest of the policy, commits. */
export function stable(report: Report): unknown {
  const { stats: _stats, engine: _engine, tip: _tip, mergeBase: _base, head: _head, ...rest } = report;
  const { digest: _digest, ...policy } = rest.policy;
  const sources = policy.sources.map((source) => ({
    ...source,
    from: source.from.replace(/@[0-9a-f]{40}$/, '@TIP'),
  }));
  return JSON.parse(JSON.stringify({ ...rest, policy: { ...policy, sources } }));
}

import { describe, expect, it } from '@jest/globals';
import type { Policy, PolicyText, Report } from '../../src/domain/index.ts';
import { type AnalysisPorts, analyse } from '../../src/engine/analyse.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import type { BlobSource, Judgement, TextMemory } from '../../src/engine/ports.ts';
import { CHOSEN, changesOf, type Files, MemoryBlobs, SHIPPED, treeOf } from '../support/mini-repository.ts';
import { scenarios, stable } from '../support/scenarios.ts';

class FakeMemory implements TextMemory {
  readonly kept = new Map<string, string>();
  hits = 0;

  async get(key: string): Promise<string | undefined> {
    const text = this.kept.get(key);
    if (text !== undefined) this.hits += 1;
    return text;
  }

  async put(key: string, text: string): Promise<void> {
    this.kept.set(key, text);
  }
}

/** Enough other files for a tree to be worth remembering. */
const OTHERS: Files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`docs/${at}.md`, `${at}`]));

interface Change {
  /** Null where a tree is judged alone. */
  readonly base: Files | null;
  readonly head: Files;
  readonly tip?: Files;
  readonly policies?: readonly PolicyText[];
}

type Given = Partial<Omit<AnalysisPorts, 'memory'>> & { readonly policy?: (policy: Policy) => Policy };

async function judge(change: Change, memory: TextMemory | null, given: Given = {}): Promise<Report> {
  const store = new MemoryBlobs();
  const from = change.base === null ? null : treeOf({ ...OTHERS, ...change.base }, store);
  const head = treeOf({ ...OTHERS, ...change.head }, store);
  const tip = change.tip === undefined ? from : treeOf({ ...OTHERS, ...change.tip }, store);
  const policies = change.policies ?? CHOSEN;
  const judgement: Judgement = {
    tip: tip === null ? null : { commit: 'a'.repeat(40), tree: tip },
    mergeBase: tip === null ? null : 'b'.repeat(40),
    head: 'c'.repeat(40),
    changes: changesOf(from ?? new Map(), head),
    policies,
    enforcement: null,
    date: '2026-01-01',
  };
  const compiled = compilePolicy(policies, SHIPPED);
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
  const { policy = (one) => one, ...ports } = given;
  return await analyse(judgement, policy(compiled.policy), {
    blobs: store,
    cache: null,
    clock: () => 0,
    ...ports,
    ...(memory === null ? {} : { memory }),
  });
}

describe('a tree that was judged before', () => {
  it.each(scenarios().map((scenario) => [scenario.name, scenario] as const))(
    'gives the same report, and no file is read again: %s',
    async (_, scenario) => {
      const memory = new FakeMemory();
      const expected = await judge(scenario, null);
      expect(stable(await judge(scenario, memory))).toEqual(stable(expected));
      // Where head is the tip again, the second tree is remembered in the same run.
      const before = memory.hits;
      const read: string[] = [];
      const again = await judge(scenario, memory, { announce: (blob) => void read.push(blob) });
      expect(stable(again)).toEqual(stable(expected));
      expect({ hits: memory.hits - before, read }).toEqual({ hits: 2, read: [] });
    },
  );

  it('is remembered by the policy that a change writes, too, and not by another', async () => {
    const path = '.github/plinth.yml';
    const base = { Dockerfile: ALPINE, [path]: 'extends: kep-1729\n' };
    const change = (text: string) => ({
      base,
      head: { ...base, [path]: text },
      policies: repositoryPolicy(base[path] ?? ''),
    });
    const memory = new FakeMemory();
    const milder = change('extends: kep-1729\nbases: { allow: [alpine] }\n');
    await judge(milder, memory);
    const read: string[] = [];
    const again = await judge(milder, memory, { announce: (blob) => void read.push(blob) });
    expect({ hits: memory.hits, read }).toEqual({ hits: 3, read: [] });
    expect(again.notes).toEqual(['With this change: 1 image would pass that is blocked now: Dockerfile.']);
    const other = await judge(change('extends: kep-1729\nrules: { base-not-allowed: warn }\n'), memory);
    expect(other.notes).toEqual([
      'With this change: 1 image would be warned about that is blocked now: Dockerfile.',
    ]);
  });

  it('is remembered as the tip of another change', async () => {
    const memory = new FakeMemory();
    const base = { Dockerfile: ALPINE, 'b/Dockerfile': ALPINE };
    await judge({ base, head: { ...base, Dockerfile: STATIC } }, memory);
    const change = { base, head: { ...base, 'b/Dockerfile': STATIC } };
    const report = await judge(change, memory);
    expect(memory.hits).toBe(1);
    expect(stable(report)).toEqual(stable(await judge(change, null)));
  });
});

const ALPINE = 'FROM alpine:3.20\nENTRYPOINT ["/server"]\n';
const STATIC = 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/server"]\n';
const GLOG = 'package main\n\nimport _ "github.com/golang/glog"\n';
const MAKEFILE = 'image:\n\tdocker build -t registry.k8s.io/server --build-arg BASE=alpine .\n';
const MILDER =
  'image:\n\tdocker build -t registry.k8s.io/server --build-arg BASE=gcr.io/distroless/static .\n';
const OPEN = 'ARG BASE=gcr.io/distroless/static\nFROM ${BASE}\nENTRYPOINT ["/server"]\n';
const repositoryPolicy = (text: string): readonly PolicyText[] => [
  { tier: 'repository', from: '.github/plinth.yml', text },
];

describe('what makes it another tree', () => {
  it.each<readonly [string, Change, Change]>([
    ['a blob', { base: null, head: { Dockerfile: ALPINE } }, { base: null, head: { Dockerfile: STATIC } }],
    [
      'a path',
      { base: null, head: { Dockerfile: ALPINE } },
      { base: null, head: { 'x/Dockerfile': ALPINE } },
    ],
    [
      'a mode: a link leads elsewhere',
      { base: null, head: { real: ALPINE, Dockerfile: 'real' } },
      { base: null, head: { real: ALPINE, Dockerfile: { mode: '120000', content: 'real' } } },
    ],
    [
      'a file that is only followed',
      { base: null, head: { Dockerfile: OPEN } },
      { base: null, head: { Dockerfile: OPEN, Makefile: MAKEFILE } },
    ],
    [
      'a rule’s level',
      { base: null, head: { Dockerfile: ALPINE }, policies: repositoryPolicy('extends: kep-1729\n') },
      {
        base: null,
        head: { Dockerfile: ALPINE },
        policies: repositoryPolicy('extends: kep-1729\nrules: { base-not-allowed: warn }\n'),
      },
    ],
    [
      'whether somebody chose the policy',
      { base: null, head: { 'pod.yaml': podOf('registry.k8s.io/other') }, policies: [] },
      { base: null, head: { 'pod.yaml': podOf('registry.k8s.io/other') }, policies: CHOSEN },
    ],
    [
      'a Go file that is read because it changes',
      { base: { 'main.go': GLOG, x: '1' }, head: { 'main.go': GLOG, x: '2' } },
      { base: { x: '1' }, head: { 'main.go': GLOG, x: '2' } },
    ],
    [
      'what a file was called before: a definition that leaves the vendored folder',
      { base: { 'vendor/a/Dockerfile': ALPINE }, head: { 'a/Dockerfile': ALPINE } },
      { base: {}, head: { 'a/Dockerfile': ALPINE } },
    ],
    [
      'how the tip’s definitions were built: a rule that only head has makes nothing milder',
      {
        base: { Dockerfile: OPEN.replace('gcr.io/distroless/static', 'alpine') },
        head: { Dockerfile: OPEN.replace('gcr.io/distroless/static', 'alpine'), Makefile: MILDER },
      },
      {
        base: {},
        head: { Dockerfile: OPEN.replace('gcr.io/distroless/static', 'alpine'), Makefile: MILDER },
      },
    ],
  ])('%s', async (_, first, second) => {
    const memory = new FakeMemory();
    await judge(first, memory);
    expect(stable(await judge(second, memory))).toEqual(stable(await judge(second, null)));
    // And back: the second did not take the first one's place.
    expect(stable(await judge(first, memory))).toEqual(stable(await judge(first, null)));
    expect(stable(await judge(first, null))).not.toEqual(stable(await judge(second, null)));
  });
});

function podOf(image: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: "${image}", command: [sh, -c, x]}]}\n`;
}

describe('what is not remembered', () => {
  const change: Change = { base: null, head: { Dockerfile: ALPINE, 'b/Dockerfile': STATIC } };

  it('a tree of which a blob could not be had: it may be there next time', async () => {
    const memory = new FakeMemory();
    const lost = new MemoryBlobs().add(ALPINE);
    const all = new MemoryBlobs();
    for (const file of [ALPINE, STATIC]) all.add(file);
    const partial: BlobSource = {
      read: async (ids) => {
        const given = new Map(await all.read(ids));
        if (given.has(lost)) given.set(lost, { kind: 'missing', because: 'it is not in this clone' });
        return given;
      },
    };
    const report = await judge(change, memory, { blobs: partial });
    expect(report.verdict.outcome).toBe('inconclusive');
    expect(memory.kept.size).toBe(0);
    expect(stable(await judge(change, memory))).toEqual(stable(await judge(change, null)));
  });

  it('a tree of which a blob was too large, by either way to read', async () => {
    for (const way of ['read', 'readSome'] as const) {
      const memory = new FakeMemory();
      const large: BlobSource = {
        read: async (ids) => new Map(ids.map((id) => [id, { kind: 'too-large', size: 1e9 }])),
      };
      const blobs =
        way === 'read' ? large : { read: large.read, readSome: (ids: readonly string[]) => large.read(ids) };
      await judge(change, memory, { blobs });
      expect(memory.kept.size).toBe(0);
    }
  });

  it('a tree on which a rule failed', async () => {
    const memory = new FakeMemory();
    const report = await judge(change, memory, {
      policy: (policy) => ({
        ...policy,
        levelOf: () => {
          throw new Error('a fault');
        },
      }),
    });
    expect(report.verdict.outcome).toBe('inconclusive');
    expect(memory.kept.size).toBe(0);
  });

  it('anything of an analyser that must leave a blob out', async () => {
    const memory = new FakeMemory();
    await judge(change, memory, { avoid: new Set([new MemoryBlobs().add(ALPINE)]) });
    expect(memory.kept.size).toBe(0);
    const report = await judge(change, memory);
    expect(memory.kept.size).toBe(1);
    expect(report.verdict.outcome).toBe('block');
    const without = await judge(change, memory, { avoid: new Set([new MemoryBlobs().add(ALPINE)]) });
    expect(without.verdict.outcome).toBe('inconclusive');
  });

  it('a small tree, which is judged sooner than looked up', async () => {
    const memory = new FakeMemory();
    const blobs = new MemoryBlobs();
    const tree = treeOf({ Dockerfile: ALPINE }, blobs);
    const compiled = compilePolicy(CHOSEN, SHIPPED);
    if ('problems' in compiled) throw new Error('the policy has problems');
    await analyse(
      {
        tip: null,
        mergeBase: null,
        head: null,
        changes: [...tree].map(([path, head]) => ({ path, base: null, head })),
        policies: CHOSEN,
        enforcement: null,
        date: '2026-01-01',
      },
      compiled.policy,
      { blobs, cache: null, clock: () => 0, memory },
    );
    expect(memory.kept.size).toBe(0);
  });
});

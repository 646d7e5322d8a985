// Small trees in memory, for tests of rules and of the engine.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type {
  ChangedPath,
  FileMode,
  Grant,
  Policy,
  PolicyText,
  Report,
  Tree,
  TreeEntry,
} from '../../src/domain/index.ts';
import { analyse } from '../../src/engine/analyse.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import type { BlobResult, BlobSource, Judgement, ShippedPolicies } from '../../src/engine/ports.ts';

export type Files = Readonly<
  Record<string, string | Uint8Array | { readonly mode: FileMode; readonly content: string }>
>;

export const SHIPPED: ShippedPolicies = {
  bases: policyText('bases'),
  policies: { 'kep-1729': policyText('kep-1729'), minimal: policyText('minimal') },
};

function policyText(name: string): string {
  return readFileSync(new URL(`../../policies/${name}.yaml`, import.meta.url), 'utf8');
}

/** `kep-1729` as `--policy` chooses it: it governs its registries. */
export const CHOSEN: readonly PolicyText[] = [
  { tier: 'operator', from: 'kep-1729', text: 'extends: kep-1729\n' },
];

/** Blobs by git's own ids. */
export class MemoryBlobs implements BlobSource {
  readonly #bytes = new Map<string, Uint8Array>();
  readonly asked: string[] = [];

  add(content: string | Uint8Array): string {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const id = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    this.#bytes.set(id, bytes);
    return id;
  }

  async read(ids: readonly string[]): Promise<ReadonlyMap<string, BlobResult>> {
    this.asked.push(...ids);
    return new Map(
      ids.map((id) => {
        const bytes = this.#bytes.get(id);
        return [
          id,
          bytes === undefined ? { kind: 'missing', because: 'it is not there' } : { kind: 'bytes', bytes },
        ] as const;
      }),
    );
  }
}

export function treeOf(files: Files, blobs: MemoryBlobs): Tree {
  return new Map(Object.entries(files).map(([path, file]) => [path, entryOf(file, blobs)]));
}

function entryOf(file: Files[string], blobs: MemoryBlobs): TreeEntry {
  if (typeof file === 'string' || file instanceof Uint8Array) return { mode: '100644', id: blobs.add(file) };
  return { mode: file.mode, id: blobs.add(file.content) };
}

export function changesOf(base: Tree, head: Tree): readonly ChangedPath[] {
  const paths = [...new Set([...base.keys(), ...head.keys()])].sort();
  return paths
    .map((path) => ({ path, base: base.get(path) ?? null, head: head.get(path) ?? null }))
    .filter(({ base: before, head: after }) => before?.id !== after?.id || before?.mode !== after?.mode);
}

export interface MiniOptions {
  readonly policies?: readonly PolicyText[];
  /** The tip where it has moved on from the merge base. */
  readonly tip?: Files;
  readonly grants?: readonly Grant[];
}

/** Judges a change from `base` to `head`. */
export async function judgeChange(base: Files, head: Files, options: MiniOptions = {}): Promise<Report> {
  const blobs = new MemoryBlobs();
  const from = treeOf(base, blobs);
  const tip = options.tip === undefined ? from : treeOf(options.tip, blobs);
  return await run(
    {
      tip: { commit: 'a'.repeat(40), tree: tip },
      mergeBase: 'b'.repeat(40),
      head: 'c'.repeat(40),
      changes: changesOf(from, treeOf(head, blobs)),
    },
    blobs,
    options,
  );
}

/** Judges a tree alone. */
export async function judgeTree(files: Files, options: MiniOptions = {}): Promise<Report> {
  const blobs = new MemoryBlobs();
  const changes = [...treeOf(files, blobs)].map(([path, head]) => ({ path, base: null, head }));
  return await run({ tip: null, mergeBase: null, head: null, changes }, blobs, options);
}

async function run(
  change: Pick<Judgement, 'tip' | 'mergeBase' | 'head' | 'changes'>,
  blobs: MemoryBlobs,
  options: MiniOptions,
): Promise<Report> {
  const policies = options.policies ?? CHOSEN;
  const judgement: Judgement = {
    ...change,
    policies,
    enforcement: null,
    date: '2026-01-01',
    ...(options.grants === undefined ? {} : { grants: options.grants }),
  };
  return await analyse(judgement, policyOf(policies), { blobs, cache: null, clock: () => 0 });
}

const compiledOf = new WeakMap<readonly PolicyText[], Policy>();

/** Compiled once for the same texts: a file of tests judges by one policy mostly. */
function policyOf(texts: readonly PolicyText[]): Policy {
  const known = compiledOf.get(texts);
  if (known !== undefined) return known;
  const compiled = compilePolicy(texts, SHIPPED);
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
  compiledOf.set(texts, compiled.policy);
  return compiled.policy;
}

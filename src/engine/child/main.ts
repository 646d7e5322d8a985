// The analyser child's entry: one judgement in, one report out. It reads nothing but its own program, and asks its parent for blobs.
import type { Fact } from '../../domain/index.ts';
import { analyse } from '../analyse.ts';
import type { FromChild, ToChild } from '../child-protocol.ts';
import { compilePolicy } from '../policy.ts';
import type { BlobResult, BlobSource, FactCache } from '../ports.ts';

// The permission model does not stop the network; what code could reach it by without an import goes.
for (const name of ['fetch', 'WebSocket', 'EventSource']) Reflect.deleteProperty(globalThis, name);

type Waiting = { readonly resolve: (answer: ToChild) => void };

class Parent {
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  constructor(onAnalyse: (message: Extract<ToChild, { kind: 'analyse' }>) => void) {
    process.on('message', (message: ToChild) => {
      if (message.kind === 'analyse') onAnalyse(message);
      else this.#waiting.get(message.call)?.resolve(message);
    });
  }

  send(message: FromChild): void {
    process.send?.(message);
  }

  async readBlobs(ids: readonly string[]): Promise<ReadonlyMap<string, BlobResult>> {
    const answer = await this.#call((call) => ({ kind: 'read-blobs', call, ids }));
    if (answer.kind !== 'blobs')
      throw new Error(answer.kind === 'refused' ? answer.message : 'an answer of another kind');
    return answer.results;
  }

  async cacheGet(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Fact[]>> {
    const answer = await this.#call((call) => ({ kind: 'cache-get', call, keys }));
    return answer.kind === 'cached' ? answer.entries : new Map();
  }

  #call(message: (call: number) => FromChild): Promise<ToChild> {
    const call = ++this.#calls;
    return new Promise((resolve) => {
      this.#waiting.set(call, {
        resolve: (answer) => {
          this.#waiting.delete(call);
          resolve(answer);
        },
      });
      this.send(message(call));
    });
  }
}

async function run(
  parent: Parent,
  { judgement, shipped, avoid, cached }: Extract<ToChild, { kind: 'analyse' }>,
): Promise<void> {
  const compiled = compilePolicy(judgement.policies, shipped);
  if ('problems' in compiled) {
    parent.send({ kind: 'policy-problems', problems: compiled.problems });
    return;
  }
  const blobs: BlobSource = { read: (ids) => parent.readBlobs(ids) };
  const cache: FactCache = {
    get: (keys) => parent.cacheGet(keys),
    put: async (entries) => parent.send({ kind: 'cache-put', entries }),
  };
  const report = await analyse(judgement, compiled.policy, {
    blobs,
    cache: cached ? cache : null,
    clock: () => performance.now(),
    announce: (blob) => parent.send({ kind: 'announce', blob }),
    avoid: new Set(avoid),
  });
  parent.send({ kind: 'report', report });
}

const parent = new Parent((message) => {
  run(parent, message).catch((error: unknown) => {
    parent.send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
parent.send({ kind: 'ready' });

import { randomUUID } from 'node:crypto';
import { analyseInChild } from '../adapters/analyser/index.ts';
import { createGitHub } from '../adapters/github/index.ts';
import { shippedPolicies } from '../adapters/shipped/index.ts';
import { openStore, type StoreAddress } from '../adapters/store/index.ts';
import { compilePolicy, policyGiven } from '../engine/policy.ts';
import { effectiveSettings } from '../policy/index.ts';
import type { AppPorts, Log, PolicyAnswer, ReadPolicy, Time } from './ports.ts';

export interface ProductionGiven {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly apiUrl: string;
  readonly store: StoreAddress;
  readonly log: Log;
}

/** setTimeout takes no longer waits. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's own time. */
const systemTime: Time = {
  now: () => Date.now(),
  at(at, act) {
    const timer = setTimeout(act, Math.min(Math.max(0, at - Date.now()), LONGEST_TIMEOUT_MS));
    return () => clearTimeout(timer);
  },
};

/** The real world: GitHub, the store, an analyser child per judgement. Throws the AppErrors of `openStore`. */
export async function openPorts(given: ProductionGiven): Promise<AppPorts> {
  const { appId, privateKey, apiUrl } = given;
  const store = await openStore(given.store, systemTime.now);
  return {
    store,
    github: createGitHub({ appId, privateKey, apiUrl }),
    analyse: (judgement, ports) => analyseInChild(judgement, { ...ports, shipped: shippedPolicies() }),
    readPolicy: createPolicyReader(),
    explainPolicy: (texts) => effectiveSettings(texts, policyGiven(shippedPolicies())),
    time: systemTime,
    log: given.log,
    // One process at a time holds an embedded store: leases under this name are its own, or a dead one's.
    owner: store.kind === 'sqlite' ? 'embedded' : `${process.pid}-${randomUUID()}`,
  };
}

const MOST_POLICIES = 200;

/** Compiles each combination of texts once: most judgements of a repository share theirs. */
function createPolicyReader(): ReadPolicy {
  const known = new Map<string, PolicyAnswer>();
  return (texts) => {
    const key = JSON.stringify(texts);
    const found = known.get(key) ?? compilePolicy(texts, shippedPolicies());
    known.delete(key);
    known.set(key, found);
    const [oldest] = known.keys();
    if (known.size > MOST_POLICIES && oldest !== undefined) known.delete(oldest);
    return found;
  };
}

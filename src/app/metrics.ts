import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Store } from '../adapters/store/index.ts';
import type { Time } from './ports.ts';

type BacklogStore = Pick<Store, 'backlog' | 'pendingDeliveries' | 'pendingMergeGroups'>;

/** The App's own figures, one registry per App, so that several can run in one process. */
export interface Metrics {
  readonly deliveries: Counter<'result'>;
  readonly evaluations: Counter<'outcome'>;
  readonly evaluationSeconds: Histogram;
  readonly failures: Counter<'code'>;
  readonly requests: Counter;
  readonly commands: Counter<'result'>;
  readonly contentType: string;
  render(): Promise<string>;
}

export function createMetrics(store: BacklogStore, time: Time): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  backlogGauges(registry, store, time);
  return {
    deliveries: new Counter({
      name: 'plinth_deliveries_total',
      help: 'Verified deliveries by what became of them: new, seen, ignored, failed.',
      labelNames: ['result'],
      registers,
    }),
    evaluations: new Counter({
      name: 'plinth_evaluations_total',
      help: 'Judged pull requests by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    evaluationSeconds: new Histogram({
      name: 'plinth_evaluation_seconds',
      help: 'From the claim of a pull request to its published verdict.',
      buckets: [0.5, 1, 2, 5, 10, 30, 60, 120],
      registers,
    }),
    failures: new Counter({
      name: 'plinth_failures_total',
      help: 'Attempts that failed, by code.',
      labelNames: ['code'],
      registers,
    }),
    requests: new Counter({
      name: 'plinth_github_requests_total',
      help: 'Requests to GitHub for judgements, those that failed included.',
      registers,
    }),
    commands: new Counter({
      name: 'plinth_commands_total',
      help: 'Comments with commands by what became of them: answered, failed, over-budget, dropped.',
      labelNames: ['result'],
      registers,
    }),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}

/** Asked of the store when the figures are read. */
function backlogGauges(registry: Registry, store: BacklogStore, time: Time): void {
  new Gauge({
    name: 'plinth_backlog',
    help: 'Pull requests by state: due, held-back, running; and merge groups not judged, deliveries not worked off.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const { due, heldBack, running } = await store.backlog(time.now());
      const deliveries = await store.pendingDeliveries();
      this.set({ state: 'due' }, due);
      this.set({ state: 'held-back' }, heldBack);
      this.set({ state: 'running' }, running);
      this.set({ state: 'deliveries' }, deliveries.count);
      this.set({ state: 'merge-groups' }, (await store.pendingMergeGroups()).count);
    },
  });
  new Gauge({
    name: 'plinth_oldest_due_seconds',
    help: 'How long the most overdue pull request has been due; 0 where none is.',
    registers: [registry],
    async collect() {
      const now = time.now();
      const { oldestDue } = await store.backlog(now);
      this.set(oldestDue === null ? 0 : Math.max(0, now - oldestDue) / 1000);
    },
  });
}

// The App in one process: HTTP front, background work, one store.
// In: a configuration and ports. Out: a running App, on a loopback port or a public one.
// Not here: environment and signals (main), the ports of production (production).
import type { NonEmpty } from '../domain/index.ts';
import { createReplyMarks } from './grants/index.ts';
import { TipKnowledge } from './judge/tip-knowledge.ts';
import { createMetrics } from './metrics.ts';
import type { AppPorts, OperatorChoice } from './ports.ts';
import { createGuide } from './publish/index.ts';
import { Loop } from './reconcile/index.ts';
import { startFront, WEBHOOK_PATH } from './server/index.ts';

export type { AppPorts } from './ports.ts';
export { CHECK_NAME } from './publish/index.ts';

/** What the App itself is told; everything else is in the ports. */
export interface AppSettings extends OperatorChoice {
  readonly appId: number;
  readonly webhookSecrets: NonEmpty<string>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly apiUrl: string;
  /** Pull requests that are judged at once; 2 by default. */
  readonly workers?: number;
  /** How often missed pull requests are looked for, at the start for the first time; null for never. An hour by default. */
  readonly sweepEveryMs?: number | null;
  /** Deliveries that come within this time of each other are worked off together; a tenth of a second by default. */
  readonly gatherMs?: number;
}

export interface RunningApp {
  readonly url: string;
  readonly webhookUrl: string;
  /** Settles when nothing is left to do at this time. */
  settled(): Promise<void>;
  /** Looks again at what is due, after an injected clock was turned. */
  wake(): void;
  /** Takes no more deliveries, gives back what is being judged, ends within ten seconds. The store stays open. */
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const GATHER_MS = 100;

/** Starts the App. Throws an AppError `cannot-listen`. */
export async function startApp(settings: AppSettings, ports: AppPorts): Promise<RunningApp> {
  const { store, time } = ports;
  // What a process of this name held when it was killed is due as before.
  await store.releaseLeases(ports.owner);
  const metrics = createMetrics(store, time);
  const loop = new Loop({
    ...ports,
    metrics,
    guide: createGuide(settings.apiUrl),
    operator: settings,
    replies: createReplyMarks(settings.webhookSecrets, settings.appId),
    tips: new TipKnowledge(),
    workers: settings.workers ?? 2,
    sweepEveryMs: settings.sweepEveryMs === undefined ? HOUR_MS : settings.sweepEveryMs,
    gatherMs: settings.gatherMs ?? GATHER_MS,
  });
  const front = await startFront({
    ...ports,
    metrics,
    host: settings.host,
    port: settings.port,
    secrets: settings.webhookSecrets,
    appId: settings.appId,
    onRecorded: () => loop.wake(),
    isReady: () =>
      store.pendingDeliveries().then(
        () => true,
        () => false,
      ),
  });
  loop.start();
  return {
    url: front.url,
    webhookUrl: `${front.url}${WEBHOOK_PATH}`,
    settled: () => loop.settled(),
    wake: () => loop.wakeAll(),
    async stop() {
      const closed = front.close();
      await loop.stop();
      await closed;
    },
  };
}

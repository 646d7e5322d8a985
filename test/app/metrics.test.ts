import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../src/app/metrics.ts';
import { VirtualTime } from './support/virtual-time.ts';

const NOW = 1_000_000;

function metrics(oldestDue: number | null) {
  const backlog = { due: 2, oldestDue, heldBack: 0, running: 0 };
  const store = {
    backlog: async () => backlog,
    pendingDeliveries: async () => ({ count: 0, oldest: null }),
    pendingMergeGroups: async () => ({ count: 3, nextAt: null }),
  };
  return createMetrics(store, new VirtualTime(NOW));
}

describe('the figures of the App', () => {
  it.each([
    [null, 0],
    [NOW - 90_000, 90],
    [NOW + 5_000, 0],
  ])('say for how long the oldest pull request has been due: %s is %s s', async (oldestDue, seconds) => {
    expect(await metrics(oldestDue).render()).toContain(`plinth_oldest_due_seconds ${seconds}\n`);
  });

  it('say how many merge groups wait', async () => {
    expect(await metrics(null).render()).toContain('plinth_backlog{state="merge-groups"} 3\n');
  });

  it('count requests to GitHub', async () => {
    const all = metrics(null);
    all.requests.inc(4);
    all.requests.inc(2);
    expect(await all.render()).toContain('plinth_github_requests_total 6\n');
  });
});

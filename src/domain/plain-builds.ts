import type { BuildJob } from './build-facts.ts';
import type { Fact } from './facts.ts';

/** Jobs told of one file; a file with more is not read, and says so. */
const MOST_JOBS = 1000;
/** Steps told of one job. */
const MOST_STEPS = 500;

/** What a file's jobs build, where they have no notation of their own: one fact, or none, or the bound that they meet. */
export function plainBuilds(jobs: readonly BuildJob[]): readonly Fact[] {
  if (jobs.length === 0) return [];
  if (jobs.length > MOST_JOBS) return [{ kind: 'unreadable', because: `more than ${MOST_JOBS} jobs` }];
  if (jobs.some(({ steps }) => steps.length > MOST_STEPS))
    return [{ kind: 'unreadable', because: `more than ${MOST_STEPS} steps in a job` }];
  return [{ kind: 'build-steps', notation: 'plain', jobs, pushes: [] }];
}

import type { Report } from '../domain/index.ts';
import { decidingOutcome } from '../domain/index.ts';

/** The conclusions of a check run that a verdict can have. */
export type Conclusion = 'success' | 'neutral' | 'action_required' | 'failure';

/** A report's conclusion by SEMANTICS 5.4; only what passes is a success, in observe everything else is neutral. */
export function conclusionOf(report: Report): Conclusion {
  const outcome = decidingOutcome(report);
  if (outcome === 'pass' && !isUndecided(report)) return 'success';
  if (report.policy.enforcement === 'observe' || outcome === 'warn') return 'neutral';
  return outcome === 'needs-exception' ? 'action_required' : 'failure';
}

/** A second wall: a report that says that it passes and lists something that counts and was not read does not pass. */
function isUndecided(report: Report): boolean {
  return report.unread.some((file) => file.counts && file.exception == null);
}

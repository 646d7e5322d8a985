import { decidingOutcome, type Report } from '../domain/index.ts';

/** Exit codes of the command line. */
export const EXIT = { fine: 0, blocked: 1, usage: 2, inconclusive: 3 } as const;

/** In observe nothing gates (SEMANTICS 5.4). */
export function exitCodeOf(report: Report): number {
  if (report.policy.enforcement === 'observe') return EXIT.fine;
  const outcome = decidingOutcome(report);
  switch (outcome) {
    case 'pass':
    case 'warn':
      return EXIT.fine;
    case 'block':
    case 'needs-exception':
      return EXIT.blocked;
    case 'inconclusive':
      return EXIT.inconclusive;
    default:
      return outcome satisfies never;
  }
}

// What the check run says where there is no report: the App's own sentences.
import type { CheckRunContent } from '../../adapters/github/api.ts';
import type { Enforcement, PolicyProblem } from '../../domain/index.ts';
import { counted } from '../../domain/words.ts';
import { code, prose, RECHECK } from '../../present/index.ts';
import { commandsHelp } from '../commands/index.ts';
import type { SeenPull } from '../judge/index.ts';

/** The part of a check run that says something; the rest is when and where. */
export type CheckWords = Pick<
  CheckRunContent,
  'conclusion' | 'title' | 'summary' | 'text' | 'annotations' | 'actions'
>;

const MOST_PROBLEMS = 50;

/** A broken policy fails the check and says where; it is never silently replaced (RELIABILITY C04). */
export function policyProblemWords(
  problems: readonly PolicyProblem[],
  enforcement: Enforcement | null,
): CheckWords {
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map(
      (problem) => `- ${code(`${problem.from}:${problem.line}:${problem.column}`)} ${prose(problem.message)}`,
    );
  const rest = problems.length > lines.length ? [`- and ${problems.length - lines.length} more`] : [];
  return {
    conclusion: undecided(enforcement),
    title: `Could not evaluate: the policy has ${counted(problems.length, 'problem')}`,
    summary: [
      '**The policy cannot be used, so this change was not judged.**',
      [...lines, ...rest].join('\n'),
      'Correct it on the base branch, or where else it stands; this check then runs again by itself.',
      commandsHelp(),
    ].join('\n\n'),
    annotations: [],
    actions: [RECHECK],
  };
}

/** What is written where a judgement failed for good: never a success (SEMANTICS 5.4). */
export function failureWords(why: string, enforcement: Enforcement | null): CheckWords {
  return {
    conclusion: undecided(enforcement),
    title: 'Could not evaluate',
    summary: [
      `**This change was not judged:** ${prose(why)}`,
      'Plinth tries again later by itself.',
      commandsHelp(),
    ].join('\n\n'),
    annotations: [],
    actions: [RECHECK],
  };
}

/** For a run that was begun on a head that is not the pull request's any more. */
export function supersededWords(snapshot: SeenPull): CheckWords {
  return {
    conclusion: 'cancelled',
    title: 'Superseded by a newer commit',
    summary: `${code(snapshot.head)} is not the head of pull request ${code(`${snapshot.number}`)} any more; the newer commit is judged instead.`,
    annotations: [],
    actions: [],
  };
}

/** For a run that was begun by a process that ended, on a head that is nobody's any more. */
export function abandonedWords(head: string): CheckWords {
  return {
    conclusion: 'cancelled',
    title: 'Superseded before it was judged',
    summary: `${code(head)} is not the head of an open pull request any more, so it is not judged.`,
    annotations: [],
    actions: [],
  };
}

function undecided(enforcement: Enforcement | null): 'neutral' | 'failure' {
  return enforcement === 'observe' ? 'neutral' : 'failure';
}

import type { Problem, Rule, WrittenExceptions, WrittenPolicy } from '../domain/index.ts';
import { fileName, POLICY_PATH } from '../domain/index.ts';
import { listed } from '../domain/words.ts';

/** Where people put it by mistake; such a file is pointed out and never read. */
const MISPLACED_POLICIES: readonly string[] = ['.github/plinth.yaml', 'plinth.yml', 'plinth.yaml'];

/** Likewise for the exceptions file. */
const MISPLACED_EXCEPTIONS: readonly string[] = [
  '.github/plinth-exceptions.yaml',
  'plinth-exceptions.yml',
  'plinth-exceptions.yaml',
];

/** Where the policy lets owners grant: files that name them. */
const OWNERS_FILES: ReadonlySet<string> = new Set(['OWNERS', 'OWNERS_ALIASES', 'CODEOWNERS']);

/** Changes to the policy and to what decides with it. */
export const policyChanged: Rule = {
  on: 'governance',
  meta: {
    id: 'policy-changed',
    since: '0.1.0',
    level: 'warn',
    summary:
      'The change edits the policy or the exceptions file, writes one that cannot be used (which blocks), has another exceptions file read, or adds a file that looks like one of them and is not read. Where the policy lets owners grant exceptions, an edit of OWNERS or CODEOWNERS is a note.',
    why: 'A change is judged by the policy of its base branch, never by its own. What it writes into the policy counts only once it is merged, and somebody should look at it. A policy or exceptions file that cannot be used would leave every later pull request without a verdict.',
    remedy:
      'Have an owner of the policy review the change. `plinth policy validate FILE` names what cannot be used. The policy is read from `.github/plinth.yml` only, exceptions from `.github/plinth-exceptions.yml` or the file that the policy names.',
    sources: ['docs/guide/policy.md'],
    examples: {
      flagged: [
        {
          title: 'the policy becomes milder',
          files: { '.github/plinth.yml': 'extends: minimal\n#^^^^^^^^^^^^^^^ policy-changed\n' },
        },
        {
          title: 'a policy that cannot be used',
          files: {
            '.github/plinth.yml':
              'extends: kep-1729\nrules: { glog-import: never }\n#                      ^^^^^ policy-changed\n',
          },
        },
        {
          title: 'a policy that nobody reads',
          files: { '.github/plinth.yaml': 'extends: minimal\n#^^^^^^^^^^^^^^^ policy-changed\n' },
        },
        {
          title: 'a policy that names another exceptions file',
          files: {
            '.github/plinth.yml': 'exceptions: exceptions.yml\n#^^^^^^^^^^^^^^^^^^^^^^^^^ policy-changed\n',
          },
        },
      ],
      clean: [
        { title: 'another workflow file', files: { '.github/dependabot.yml': 'version: 2\nupdates: []\n' } },
      ],
    },
  },
  *check({ changes, policy: written, exceptions, exceptionsPath }, { policy }) {
    const isNamedOtherwise = exceptionsPath !== policy.exceptions;
    const isFileChanged = changes.some(({ path }) => path === exceptionsPath);
    // What is wrong with a file that the change writes stands on its lines; that another one is read, in the policy.
    const isToldInFile = isFileChanged && !(isNamedOtherwise && exceptions !== null && 'added' in exceptions);
    for (const { path, head } of changes) {
      if (path === POLICY_PATH) {
        yield* problemsOf(written, POLICY);
        if (!isToldInFile)
          yield* problemsOfLater(exceptions, { now: policy.exceptions, later: exceptionsPath });
      } else if (path === exceptionsPath) {
        if (isToldInFile) yield* problemsOfExceptions(exceptions, path);
      } else if (policy.commands.grant.owners && OWNERS_FILES.has(fileName(path))) yield ownersProblem(path);
      else if (head !== null && path !== policy.exceptions) yield* misplaced(path, exceptionsPath);
    }
  },
};

/** Where the policy lets owners grant, a change to who they are lets nobody grant that very change. */
function ownersProblem(path: string): Problem {
  const message = `The change edits who owns what, and the policy lets owners grant exceptions; who may grant one for this change is read from ${path} of the base branch.`;
  return { ...problemFor(path, 'owners', message), level: 'note' };
}

function* misplaced(path: string, exceptionsPath: string): Iterable<Problem> {
  const there = new Set([path]);
  for (const message of [misplacedPolicy(there), misplacedExceptions(there, exceptionsPath)])
    if (message !== undefined) yield problemFor(path, 'misplaced', message);
}

/** Paths that are there: a tree, or what a change writes. */
type Paths = Pick<ReadonlySet<string>, 'has'>;

/** A sentence about a file that looks like the policy and is not read; undefined where there is none. */
export function misplacedPolicy(paths: Paths): string | undefined {
  return notRead(paths, MISPLACED_POLICIES, `the policy is ${POLICY_PATH}`);
}

/** The same of the exceptions file. */
export function misplacedExceptions(paths: Paths, exceptionsPath: string): string | undefined {
  return notRead(paths, MISPLACED_EXCEPTIONS, `the exceptions file is ${exceptionsPath}`);
}

function notRead(paths: Paths, misplaced: readonly string[], instead: string): string | undefined {
  const path = misplaced.find((one) => paths.has(one));
  return path === undefined ? undefined : `${path} is not read: ${instead}. Rename the file.`;
}

/** A file that decides with the policy. */
interface Deciding {
  readonly path: string;
  /** What it is called: `policy`. */
  readonly name: string;
  readonly subject: Subject;
}

const POLICY: Deciding = { path: POLICY_PATH, name: 'policy', subject: 'policy' };

function problemsOfExceptions(written: WrittenExceptions | null, path: string): readonly Problem[] {
  const file = { path, name: 'exceptions file', subject: 'exceptions' } as const;
  if (written === null || !('added' in written)) return problemsOf(written, file);
  return [problemFor(path, 'exceptions', `${edited('exceptions file')}${differenceInWords(written)}`)];
}

/** What the policy that the change writes makes of exceptions, where it names another file, or reads the same otherwise. */
function* problemsOfLater(
  written: WrittenExceptions | null,
  { now, later }: { readonly now: string; readonly later: string },
): Iterable<Problem> {
  if (written === null) return;
  const which =
    now === later ? `the exceptions file ${later}` : `${later}, in place of ${now}, as the exceptions file`;
  if ('unread' in written) {
    const message = `With the policy that the change writes Plinth reads ${which}, which could not be read: ${written.unread}.`;
    yield { ...problemFor(POLICY_PATH, 'exceptions', message), level: 'inconclusive' };
  } else if ('problems' in written) {
    const [first] = written.problems;
    const message = `With the policy that the change writes Plinth reads ${which}, which cannot be used then: line ${first?.line ?? 1}: ${first?.message ?? 'it is not valid'}.`;
    yield { ...problemFor(POLICY_PATH, 'invalid', message), level: 'block' };
  } else {
    const message = `With the policy that the change writes Plinth reads ${which}: an owner should review what it holds.`;
    yield problemFor(POLICY_PATH, 'exceptions', `${message}${differenceInWords(written)}`);
  }
}

/** ` It adds "a" and removes "b".`; empty where no entry differs. */
function differenceInWords({
  added,
  changed,
  removed,
}: Extract<WrittenExceptions, { added: unknown }>): string {
  const parts = [told('adds', added), told('changes', changed), told('removes', removed)].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? '' : ` It ${parts.join(', ')}.`;
}

const MOST_TOLD = 5;

/** `adds "a" and "b"`; empty for none. */
function told(verb: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const shown = ids.slice(0, MOST_TOLD).map((id) => `"${id}"`);
  const rest = ids.length - shown.length;
  return `${verb} ${listed(rest > 0 ? [...shown, `${rest} more`] : shown)}`;
}

/** One that cannot be used blocks, each problem on its line; one that can be is only pointed out. */
function problemsOf(written: WrittenPolicy | null, { path, name, subject }: Deciding): readonly Problem[] {
  if (written !== null && 'unread' in written) {
    const message = `The ${name} that the change writes could not be read, so nobody knows whether it can be used: ${written.unread}.`;
    return [{ ...problemFor(path, subject, message), level: 'inconclusive' }];
  }
  if (written === null || written.problems.length === 0) return [problemFor(path, subject, edited(name))];
  return written.problems.map(({ line, column, message }) => {
    const place = { line, column };
    return {
      ...problemFor(path, 'invalid', `The ${name} that the change writes cannot be used: ${message}.`),
      at: { path, start: place, end: place },
      level: 'block' as const,
    };
  });
}

function edited(name: string): string {
  return `The change edits the ${name}; this change is judged by the one of the base branch, and an owner should review the edit.`;
}

type Subject = 'policy' | 'invalid' | 'exceptions' | 'misplaced' | 'owners';

function problemFor(path: string, subject: Subject, message: string): Problem {
  const origin = { line: 1, column: 1 };
  return { kind: 'other', path, at: { path, start: origin, end: origin }, subject, message, rests: [path] };
}

import { compileGlob, isGlobFault } from '../../domain/glob.ts';
import type { PolicyProblem } from '../../domain/index.ts';
import { loginOf, teamOf } from './names.ts';

/** In the order in which GitHub looks for it: the first one counts, alone. */
export const CODEOWNERS_PATHS: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** Whom a CODEOWNERS file names for a path. */
export interface CodeOwners {
  readonly logins: readonly string[];
  /** `org/team`. */
  readonly teams: readonly string[];
  /** The line that counts, from 1; null where none fits. */
  readonly line: number | null;
  readonly problems: readonly PolicyProblem[];
}

/** GitHub reads six times as much; a path is tried on every line of it at worst. */
const LARGEST_TEXT = 512 * 1024;
const MOST_PROBLEMS = 20;

/**
 * The owners of a path by the last line that fits. Lines that GitHub itself passes over are passed over; at one that GitHub understands and Plinth
 * does not, nobody is an owner: it might be the one that counts.
 */
export function codeOwnersOf(path: string, from: string, text: string): CodeOwners {
  const problems: PolicyProblem[] = [];
  const fault = (line: number, message: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push({ from, line, column: 1, message });
  };
  const nobody = { logins: [], teams: [], line: null, problems };
  if (text.length > LARGEST_TEXT) {
    fault(1, `the file is larger than ${LARGEST_TEXT / 1024} KB`);
    return nobody;
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (let at = lines.length - 1; at >= 0; at--) {
    const [pattern, ...owners] = wordsOf(lines[at] ?? '');
    if (pattern === undefined) continue;
    if (/^!|^\\#|[[\]]/.test(pattern)) {
      fault(
        at + 1,
        `GitHub passes over "${pattern.slice(0, 60)}": negation and character classes are no patterns here`,
      );
      continue;
    }
    const fits = compilePattern(pattern);
    if (typeof fits !== 'function') {
      fault(at + 1, `the pattern "${pattern.slice(0, 60)}" is not read: ${fits.because}`);
      return nobody;
    }
    if (fits(path))
      return { ...ownersIn(owners, (message) => fault(at + 1, message)), line: at + 1, problems };
  }
  return nobody;
}

const ESCAPED_BLANK = '\0';

/** The pattern and its owners; nothing for an empty line or a comment. A blank of a path is escaped. */
function wordsOf(line: string): readonly string[] {
  const words = line
    .replaceAll('\\ ', ESCAPED_BLANK)
    .split(/[ \t]+/)
    .filter((word) => word !== '')
    .map((word) => word.replaceAll(ESCAPED_BLANK, ' '));
  const comment = words.findIndex((word) => word.startsWith('#'));
  return comment < 0 ? words : words.slice(0, comment);
}

function ownersIn(
  words: readonly string[],
  fault: (message: string) => void,
): { readonly logins: readonly string[]; readonly teams: readonly string[] } {
  const logins = new Set<string>();
  const teams = new Set<string>();
  for (const word of words) {
    const login = word.startsWith('@') ? loginOf(word) : null;
    const team = teamOf(word);
    if (login !== null) logins.add(login);
    else if (team !== null) teams.add(team);
    // GitHub knows whose an address is, nobody else does.
    else if (/^[^@\s]+@[^@\s]+$/.test(word))
      fault(`the address ${word.slice(0, 60)} names nobody here: write @login`);
    else fault(`"${word.slice(0, 60)}" is no owner: write @login or @organisation/team`);
  }
  return { logins: [...logins], teams: [...teams] };
}

/** GitHub's patterns are those of gitignore, except that `folder/*` does not reach below a folder of it. */
function compilePattern(pattern: string): ((path: string) => boolean) | { readonly because: string } {
  if (pattern === '/') return () => false;
  if (pattern.includes('***')) return { because: 'three stars stand in a row' };
  const glob = globOf(pattern);
  if (glob.startsWith('/') || glob.includes('//')) return { because: 'a component of it is empty' };
  const last = glob.slice(glob.lastIndexOf('/') + 1);
  // A name is a file's, or a folder's with all that is in it.
  const globs = last === '**' || last === '*' ? [glob] : [glob, `${glob}/**`];
  const compiled = globs.map(compileGlob);
  const broken = compiled.find(isGlobFault);
  if (broken !== undefined) return broken;
  return (path) => compiled.some((one) => !isGlobFault(one) && one.matches(path));
}

function globOf(pattern: string): string {
  const isRooted = pattern.startsWith('/');
  const components = (isRooted ? pattern.slice(1) : pattern).split('/');
  const isFolder = components.length > 1 && components.at(-1) === '';
  if (isFolder) components[components.length - 1] = '**';
  // One name alone stands at any depth.
  const isName = components.length === 1 || (components.length === 2 && isFolder);
  if (!isRooted && isName && components[0] !== '**') components.unshift('**');
  // Inside of a component two stars are one.
  return components.map((one) => (one === '**' ? one : one.replaceAll('**', '*'))).join('/');
}

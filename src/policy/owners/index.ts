// In: the path of a definition, and the texts of OWNERS, OWNERS_ALIASES and CODEOWNERS at the tip. Out: whom they name for it, and what could not be read.
// Whatever is not understood makes nobody an owner.
// Not here: reading the files, asking GitHub whose account a login is or who is in a team, whether owners may grant at all (policy).
import type { PolicyProblem } from '../../domain/index.ts';
import { ALIASES_PATH, type Aliases, aliasKey, readAliases } from './aliases.ts';
import { CODEOWNERS_PATHS, codeOwnersOf } from './codeowners.ts';
import { loginOf } from './names.ts';
import { readOwnersFile } from './owners-file.ts';

/** Who owns a path. */
export interface PathOwners {
  /** In lower case, each once. Whose account such a login is now is for GitHub to say. */
  readonly logins: readonly string[];
  /** `org/team` in lower case, each once. */
  readonly teams: readonly string[];
  /** The files that name them, with the line where one counts: `cmd/OWNERS, OWNERS` or `.github/CODEOWNERS:12`; empty where nobody is named. */
  readonly from: string;
  /** What was left out of the files, with its place. */
  readonly problems: readonly PolicyProblem[];
}

/** Texts by path, null where a file is absent. */
export type OwnersTexts = ReadonlyMap<string, string | null>;

const OWNERS = 'OWNERS';
/** A path with more folders has no owners: all of its files would have to be asked for and read. */
const MOST_FOLDERS = 30;
const LONGEST_PATH = 500;
const MOST_PROBLEMS = 20;

/** The files that say who owns a path. */
export function ownersFiles(path: string): readonly string[] {
  return [...ownersPaths(path).slice(-MOST_FOLDERS), ALIASES_PATH, ...CODEOWNERS_PATHS];
}

/**
 * The owners of a path. The approvers of the OWNERS files of its folder and of those above count, up to one that says `no_parent_owners`, as in Prow;
 * CODEOWNERS counts where there is no OWNERS file at all. At an OWNERS file that cannot be read it ends: it might have said that those above do not count.
 */
export function ownersOf(path: string, texts: OwnersTexts): PathOwners {
  const paths = ownersPaths(path);
  if (paths.length > MOST_FOLDERS || path.length > LONGEST_PATH)
    return nobody([problem(path.slice(0, LONGEST_PATH), 'the path is too long to look for its owners')]);
  const found = paths.every((one) => texts.get(one) === null)
    ? byCodeOwners(path, texts)
    : byOwnersFiles(path, paths, texts);
  return { ...found, problems: found.problems.slice(0, MOST_PROBLEMS) };
}

/** The OWNERS files of a path, the nearest first. */
function ownersPaths(path: string): readonly string[] {
  const folders = path.split('/').slice(0, -1);
  return Array.from({ length: folders.length + 1 }, (_, up) => folders.slice(0, folders.length - up))
    .filter(countsForOwners)
    .map((folder) => [...folder, OWNERS].join('/'));
}

/** Prow passes over what was copied in: its OWNERS name people of other projects. */
function countsForOwners(folder: readonly string[]): boolean {
  const vendored = folder.indexOf('vendor');
  const isCopied = vendored >= 0 && folder.length - vendored > 2;
  return !isCopied && !folder.includes('node_modules') && !folder.includes('_output');
}

function byOwnersFiles(path: string, paths: readonly string[], texts: OwnersTexts): PathOwners {
  const aliases = aliasesIn(texts);
  if ('problems' in aliases) return nobody(aliases.problems);
  const logins = new Set<string>();
  const from: string[] = [];
  const problems: PolicyProblem[] = [];
  for (const place of paths) {
    const text = texts.get(place);
    if (text === null) continue;
    const read = text === undefined ? { problems: [unread(place)] } : readOwnersFile(place, text);
    if ('problems' in read) {
      problems.push(...read.problems);
      break;
    }
    const { file } = read;
    problems.push(...file.problems);
    const names = file.approvers(path.slice(place.length - OWNERS.length));
    const known = [...peopleOf(names, aliases.aliases, (message) => problems.push(problem(place, message)))];
    if (known.length > 0) from.push(place);
    for (const login of known) logins.add(login);
    if (file.endsHere) break;
  }
  return { logins: [...logins].sort(), teams: [], from: from.join(', '), problems };
}

function aliasesIn(texts: OwnersTexts): ReturnType<typeof readAliases> {
  const text = texts.get(ALIASES_PATH);
  return text === undefined ? { problems: [unread(ALIASES_PATH)] } : readAliases(text);
}

/** An alias stands for its members, once; whatever is neither alias nor login is nobody. */
function* peopleOf(
  names: readonly string[],
  aliases: Aliases,
  fault: (message: string) => void,
): Generator<string> {
  for (const name of names) {
    for (const member of aliases.get(aliasKey(name)) ?? [name]) {
      const login = loginOf(member);
      if (login === null)
        fault(`"${member.slice(0, 60)}" is no login: write people, or an alias of ${ALIASES_PATH}`);
      else yield login;
    }
  }
}

function byCodeOwners(path: string, texts: OwnersTexts): PathOwners {
  for (const place of CODEOWNERS_PATHS) {
    const text = texts.get(place);
    if (text === null) continue;
    if (text === undefined) return nobody([unread(place)]);
    const { logins, teams, line, problems } = codeOwnersOf(path, place, text);
    const isNamed = logins.length + teams.length > 0;
    return {
      logins: logins.toSorted(),
      teams: teams.toSorted(),
      from: isNamed ? `${place}:${line}` : '',
      problems,
    };
  }
  return nobody([]);
}

function nobody(problems: readonly PolicyProblem[]): PathOwners {
  return { logins: [], teams: [], from: '', problems };
}

function unread(place: string): PolicyProblem {
  return problem(place, 'the file was not read');
}

function problem(from: string, message: string): PolicyProblem {
  return { from, line: 1, column: 1, message };
}

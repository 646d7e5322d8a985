import type { RepositoryClient } from '../../adapters/github/api.ts';
import type { CommandRules, TreeEntry } from '../../domain/index.ts';
import { listed } from '../../domain/words.ts';
import { ownersTexts } from '../../engine/owners-texts.ts';
import { ownersFiles, ownersOf } from '../../policy/index.ts';

/** Who gives a command, as its delivery names them. */
export interface Person {
  readonly id: number;
  readonly login: string;
}

/** About what somebody wants to decide. */
export interface Decision {
  readonly rules: CommandRules;
  /** Of the pull request; null for a deleted account. */
  readonly author: Person | null;
  /** Accounts that asked for it. */
  readonly requesters: readonly number[];
  /** Paths of the definitions that it is about, for their owners. */
  readonly paths: readonly string[];
  /** The base branch's tip: owners are read there (SEMANTICS 1.1). */
  readonly tip: string;
}

export type MayDecide =
  /** `as`: what gives the right, for the record. */
  { readonly may: true; readonly as: string } | { readonly may: false; readonly why: string };

export interface WhoMayGiven {
  /** May ask about people. */
  readonly asks: Pick<RepositoryClient, 'repository' | 'permission'>;
  /** May ask about teams. */
  readonly members: Pick<RepositoryClient, 'teamMember'>;
  /** May read files. */
  readonly reads: Pick<RepositoryClient, 'files' | 'blobs'>;
}

const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;

/**
 * Whether somebody may grant, asked of GitHub now, by login, and refused unless that login is still the comment's author (SEMANTICS 7.4,
 * RELIABILITY A04, A06).
 */
export async function mayDecide(person: Person, decision: Decision, given: WhoMayGiven): Promise<MayDecide> {
  const { rules, author, requesters } = decision;
  const refused = (why: string): MayDecide => ({ may: false, why });
  if (!rules.grant.author && author?.id === person.id)
    return refused('the author of a pull request does not decide on its exceptions');
  if (!rules.grant.author && requesters.includes(person.id))
    return refused('who asked for an exception does not decide on it');
  const answer = await given.asks.permission(person.login);
  if (answer === null || answer.accountId !== person.id)
    return refused('that login is another account by now, so nobody knows what its author may');
  if (ROLES.indexOf(answer.role) >= ROLES.indexOf(rules.grant.permission))
    return { may: true, as: answer.role };
  const team = await teamOf(person, rules, given);
  if (team !== null) return { may: true, as: `team ${team}` };
  const owner = rules.grant.owners ? await ownerIn(person, decision, given) : null;
  if (owner !== null) return { may: true, as: `owner in ${owner}` };
  return refused('you may not decide on exceptions here');
}

async function teamOf(
  person: Person,
  { grant }: CommandRules,
  { asks, members }: WhoMayGiven,
): Promise<string | null> {
  const org = asks.repository.owner;
  for (const team of grant.teams) {
    const member = await members.teamMember(org, team, person.login);
    if (member?.accountId === person.id) return `${org}/${team}`;
  }
  return null;
}

/** Where the files name them, if they own every one of the definitions. */
async function ownerIn(person: Person, { paths, tip }: Decision, given: WhoMayGiven): Promise<string | null> {
  const found: string[] = [];
  for (const path of paths) {
    const from = await ownerOfPath(person, path, tip, given);
    if (from === null) return null;
    found.push(from);
  }
  return found.length === 0 ? null : [...new Set(found)].join(', ');
}

async function ownerOfPath(
  person: Person,
  path: string,
  tip: string,
  given: WhoMayGiven,
): Promise<string | null> {
  const files = await ownersFilesAt(tip, path, given.reads);
  const owners = ownersOf(path, await ownersTexts(files, given.reads.blobs));
  if (owners.logins.includes(person.login.toLowerCase())) return owners.from;
  for (const name of owners.teams) {
    const [org = '', team = ''] = name.split('/');
    // GitHub answers for the organisation that the App works in; teams of others decide nothing here.
    if (org !== given.asks.repository.owner.toLowerCase()) continue;
    const member = await given.members.teamMember(org, team, person.login);
    if (member?.accountId === person.id) return owners.from;
  }
  return null;
}

/** The files that say who owns a path, as a commit has them; null where it has none. */
async function ownersFilesAt(
  commit: string,
  path: string,
  reads: WhoMayGiven['reads'],
): Promise<ReadonlyMap<string, TreeEntry | null>> {
  const paths = ownersFiles(path);
  const found = await reads.files(paths.map((one) => ({ commit, path: one })));
  return new Map(paths.map((one) => [one, found.get(`${commit}:${one}`) ?? null]));
}

/** Who may decide, in words for somebody who may not. `repository`: `owner/name`. */
export function whoMayInWords({ grant, twoPerson }: CommandRules, repository: string): string {
  const [organisation = ''] = repository.split('/');
  const ways = [
    `people with the role ${grant.permission}${grant.permission === 'admin' ? '' : ' or more'} in this repository`,
    ...grant.teams.map((team) => `members of ${organisation}/${team}`),
    ...(grant.owners ? ['the approvers in the OWNERS files above the image (or its CODEOWNERS)'] : []),
  ];
  const not = grant.author ? '' : ', except the author of the pull request and whoever asked';
  return `${listed(ways)}${not}${twoPerson ? '; two of them are needed' : ''}`;
}

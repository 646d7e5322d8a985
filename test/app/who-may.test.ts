// A04: who may give which command, where: every kind of person, every command, every state of a pull request.
import { describe, expect, it, jest } from '@jest/globals';
import type { GrantEvent } from '../../src/domain/index.ts';
import type { PullRequest, Role } from '../support/github/index.ts';
import { exceptionWorlds, GRANT, ID, REQUEST, say, type World } from './support/exceptions.ts';

// A loaded machine takes its time for git and SQLite.
jest.setTimeout(240_000);
const { opened } = exceptionWorlds();

const HOUR_MS = 3_600_000;

/** Everybody by what they are here; GitHub calls all of them but the stranger a collaborator, which says nothing. */
const PEOPLE: Readonly<Record<string, Role | null>> = {
  admin: 'admin',
  maintainer: 'maintain',
  // An outside collaborator has the role that they were given.
  'outside-collaborator': 'write',
  triager: 'triage',
  reader: 'read',
  // Of a member GitHub says what the organisation gives everybody.
  'member-without-write': 'read',
  'ex-collaborator': 'none',
  stranger: null,
  // The author of the pull request, who is an admin besides.
  contributor: 'admin',
  'helper[bot]': 'admin',
};
const BOTS = ['helper[bot]'];

/** One line for each command, as it is understood where what it is about is there. */
const LINES: Readonly<Record<string, string>> = {
  recheck: '/plinth recheck',
  status: '/plinth status',
  explain: '/plinth explain base-needs-exception',
  help: '/plinth help',
  'exception list': '/plinth exception list',
  'exception grant': GRANT,
  'exception revoke': `/plinth exception revoke "${ID}"`,
  'exception extend': `/plinth exception extend "${ID}" expires=2027-12-31`,
  // Last: who asked does not decide from then on.
  'exception request': REQUEST,
};
/** They are about what nothing covers yet. */
const OPENING = ['exception grant', 'exception request'];
const DECIDING = ['exception grant', 'exception revoke', 'exception extend'];

/** The policy table: what each may, of all commands. */
function allowedBy(deciders: readonly string[]): readonly string[] {
  return Object.keys(PEOPLE).flatMap((person) =>
    BOTS.includes(person)
      ? []
      : Object.keys(LINES)
          .filter((command) => !DECIDING.includes(command) || deciders.includes(person))
          .map((command) => `${person}: ${command}`),
  );
}

/** What a comment came to. */
async function outcomeOf(
  world: World,
  person: string,
  command: string,
): Promise<'done' | 'refused' | 'silence'> {
  const { replies, reactions } = await say(world, LINES[command] ?? '', person);
  if (replies.length === 0 && reactions.length === 0) return 'silence';
  expect(replies).toHaveLength(1);
  expect(reactions).toHaveLength(1);
  expect(['+1', '-1']).toContain(reactions[0]);
  return reactions[0] === '+1' ? 'done' : 'refused';
}

/** A pull request with people around it, and what a grant of `GRANT` says. */
async function prepared(policy?: string): Promise<{ world: World; granted: GrantEvent }> {
  const world = await opened({ fork: 'contributor', ...(policy === undefined ? {} : { policy }) });
  const { github, repository, store, pull } = world;
  for (const bot of BOTS) github.world.account(bot, 'Bot');
  for (const [person, role] of Object.entries(PEOPLE))
    if (role !== null) github.people.setRole(repository, person, role);
  github.people.setRole(repository, 'boss', 'admin');
  expect((await say(world, GRANT, 'boss')).reactions).toEqual(['+1']);
  const { events } = await store.grantEvents(keyOf(world, pull));
  const [granted] = events;
  if (granted === undefined) throw new Error('nothing was granted');
  return { world, granted };
}

function keyOf({ repository }: World, { number }: PullRequest) {
  return { repositoryId: repository.id, number };
}

/** Puts the record where a command has something to say: nothing stands before a grant, one grant before it is taken back. */
async function arrange(
  { store, repository, pull }: World,
  granted: GrantEvent,
  command: string,
): Promise<void> {
  const kinds = OPENING.includes(command) ? (['revoke'] as const) : (['revoke', 'grant'] as const);
  for (const kind of kinds) {
    const id = repository.comments.length * 10 + (kind === 'grant' ? 1 : 0);
    const event = { ...granted, kind, comment: { ...granted.comment, id } };
    expect(
      await store.addGrantEvent({ repositoryId: repository.id, number: pull.number }, event),
    ).not.toBeNull();
  }
}

/** What everybody's commands came to, each hour one person's: few enough to be answered (A16). */
async function outcomes(world: World, granted: GrantEvent, commands = Object.keys(LINES)) {
  const found = new Map<string, string>();
  for (const person of Object.keys(PEOPLE)) {
    await world.clock.advance(HOUR_MS + 1);
    await world.app.settled();
    for (const command of commands) {
      if ([...OPENING, ...DECIDING].includes(command)) await arrange(world, granted, command);
      found.set(`${person}: ${command}`, await outcomeOf(world, person, command));
    }
  }
  return found;
}

function withOutcome(found: ReadonlyMap<string, string>, outcome: string): readonly string[] {
  return [...found].filter(([, one]) => one === outcome).map(([name]) => name);
}

const OF_BOTS = BOTS.flatMap((bot) => Object.keys(LINES).map((command) => `${bot}: ${command}`));

describe('A04: who may give which command', () => {
  it('is asked of every command that there is', async () => {
    const { reply } = await say(await opened(), '/plinth help');
    const names = [...reply.matchAll(/^- `\/plinth ([a-z]+(?: [a-z]+)?)/gm)].map(([, name]) => name);
    expect(names.sort()).toEqual(Object.keys(LINES).sort());
  });

  it.each([
    ['open, from a fork', async () => {}],
    ['a draft', ({ github, repository, pull }: World) => github.people.setDraft(repository, pull, true)],
  ])('on a pull request that is %s: what the policy says, and nothing else', async (_, become) => {
    const { world, granted } = await prepared();
    await become(world);
    const found = await outcomes(world, granted);
    expect(withOutcome(found, 'done')).toEqual(allowedBy(['admin', 'maintainer']));
    expect(withOutcome(found, 'silence')).toEqual(OF_BOTS);
  });

  it.each([
    ['closed', ({ github, repository, pull }: World) => github.people.close(repository, pull)],
    ['locked', ({ github, repository, pull }: World) => github.people.lock(repository, pull)],
  ])('on a pull request that is %s: nobody, and nobody is answered', async (_, become) => {
    const { world } = await prepared();
    await become(world);
    await world.app.settled();
    const position = world.github.ledger.position;
    for (const person of Object.keys(PEOPLE))
      for (const command of Object.keys(LINES))
        expect([person, command, await outcomeOf(world, person, command)]).toEqual([
          person,
          command,
          'silence',
        ]);
    expect(world.github.ledger.names({ after: position })).toEqual([]);
    const { events } = await world.store.grantEvents(keyOf(world, world.pull));
    expect(events).toHaveLength(1);
  });

  it.each([
    ['write', ['admin', 'maintainer', 'outside-collaborator']],
    ['admin', ['admin']],
  ])('where the policy asks for %s: those who have it, live', async (permission, deciders) => {
    const policy = `extends: kep-1729\ncommands: { grant: { permission: ${permission} } }\n`;
    const { world, granted } = await prepared(policy);
    const found = await outcomes(world, granted, DECIDING);
    const expected = allowedBy(deciders).filter((name) => DECIDING.some((one) => name.endsWith(`: ${one}`)));
    expect(withOutcome(found, 'done')).toEqual(expected);
    // Ten minutes on, the same person is another.
    const { github, repository, clock, app } = world;
    github.people.setRole(repository, 'admin', 'read');
    await clock.advance(HOUR_MS);
    await app.settled();
    await arrange(world, granted, 'exception grant');
    expect(await outcomeOf(world, 'admin', 'exception grant')).toBe('refused');
  });
});

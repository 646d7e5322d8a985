// Trouble at every await between a comment that grants, or takes back, and the check that follows: what is not stored grants nothing
// (SEMANTICS 7.5), what is stored is answered once, and the check tells it.
import { cp } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openStore, type Store } from '../../src/adapters/store/index.ts';
import { startApp } from '../../src/app/index.ts';
import type { PullRequest } from '../support/github/index.ts';
import { commitsOf, GRANT, ID } from './support/exceptions.ts';
import { type Harness, type HarnessOptions, settingsFor, startHarness } from './support/harness.ts';
import { type CallPlace, InterruptedPorts, type Trouble } from './support/interruptions.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(300_000);

const clock = new VirtualTime();
/** One world of git and GitHub for all runs. */
let world: Harness;
let pull: PullRequest;
/** Puts GitHub back to where it was; gives a store of that moment. */
type Moment = () => Promise<Store>;
/** The pull request is judged, nothing is granted. */
let judged: Moment;
/** It is granted, and green. */
let granted: Moment;

beforeAll(() => start());
afterAll(() => end());

async function start(options: Pick<HarnessOptions, 'permissions'> = {}): Promise<void> {
  const dataDirectory = await folder();
  world = await startHarness({ dataDirectory, time: clock, commits: commitsOf(), ...options });
  const { github, repository, git, app, store, ports } = world;
  pull = (await github.people.openPullRequest({ repository, base: 'main', head: git.id('debian') })).pull;
  github.people.setRole(repository, 'maintainer', 'maintain');
  await app.settled();
  await app.stop();
  await store.close();
  judged = await momentOf(dataDirectory);
  await clock.advance(60_000);
  const later = await openStore({ dataDirectory }, clock.now);
  const again = await startApp(settingsFor(github), { ...ports, store: later });
  github.setWebhook(again.webhookUrl);
  await github.people.comment(repository, pull, GRANT);
  await again.settled();
  await again.stop();
  await later.close();
  granted = await momentOf(dataDirectory);
}

async function end(): Promise<void> {
  await world.github.close();
  await world.git.remove();
}

/** What a closed store and GitHub hold now. */
async function momentOf(dataDirectory: string): Promise<Moment> {
  const { checkRuns, comments, branches } = world.repository;
  const { headRef, headSha } = pull;
  const [runs, said] = [checkRuns.map((one) => ({ ...one })), [...comments]];
  const kept = await folder();
  await cp(dataDirectory, kept, { recursive: true });
  return async () => {
    checkRuns.splice(0, checkRuns.length, ...runs.map((one) => ({ ...one })));
    comments.splice(0, comments.length, ...said);
    pull.headSha = headSha;
    branches.set(headRef, headSha);
    const copy = await folder();
    await cp(kept, copy, { recursive: true });
    return openStore({ dataDirectory: copy }, clock.now);
  };
}

interface Ran {
  /** The check of the head lets the change pass. */
  readonly isGreen: boolean;
  readonly calls: readonly CallPlace[];
  readonly isPlayed: boolean;
  /** Check runs that let the change pass while no grant was stored. */
  readonly tooGreen: readonly string[];
  readonly conclusion: string | null | undefined;
  readonly replies: readonly string[];
  readonly isGranted: boolean;
}

/** Longer than any lease and all attempts of a command. */
const LONG_MS = 30 * 60_000;
const STEP_MS = 60_000;

type Troubled = (CallPlace & { readonly trouble: Trouble }) | null;

/** One comment that grants, with trouble at one place, until nothing is left to do. */
function run(at: Troubled): Promise<Ran> {
  return comment(GRANT, judged, at);
}

async function comment(body: string, moment: Moment, at: Troubled): Promise<Ran> {
  const { github, repository } = world;
  const store = await moment();
  const before = repository.comments.length;
  // People look at the check before they write, and no run uses up what another may.
  await clock.advance(60 * 60_000);
  const interrupted = new InterruptedPorts({ ...world.ports, store }, at);
  const settings = { ...settingsFor(github), workers: 1 };
  let app = await startApp(settings, interrupted.ports);
  github.setWebhook(app.webhookUrl);
  await app.settled();
  const tooGreen: string[] = [];
  let pushed = Promise.resolve();
  const unwatch = github.onPerformed(async (_, { method, route }) => {
    if (method === 'PUT') pushed = pushCommitted();
    if (!route.includes('check-runs') || method === 'GET') return;
    const { isGranted, isAnyGreen } = await stateOf(store);
    if (isAnyGreen && !isGranted) tooGreen.push(`${method} ${route}`);
  });

  let isReplaced = false;
  /** Until nothing can be done at this time, by the App or by the one that is started in its place. */
  const settled = async () => {
    await Promise.race([app.settled(), interrupted.ended]);
    await pushed;
    if (interrupted.hasEnded && !isReplaced) {
      isReplaced = true;
      void app.stop();
      app = await startApp(settings, { ...world.ports, store });
      github.setWebhook(app.webhookUrl);
    }
    await app.settled();
  };
  interrupted.watch();
  const { delivery } = await github.people.comment(repository, pull, body);
  await settled();
  // GitHub does not send it again by itself, but somebody may ask it to.
  if (delivery.status !== 202) await github.deliveries.redeliver(delivery);
  await settled();
  const calls = [...interrupted.calls];
  for (let passed = 0; passed < LONG_MS && !(await isAllDone(store)); passed += STEP_MS)
    await clock.advance(STEP_MS, settled);
  await app.stop();
  unwatch();
  const last = await stateOf(store);
  await store.close();
  const replies = repository.comments.slice(before).filter(({ app: by }) => by !== null);
  return {
    ...last,
    replies: replies.map((one) => one.body),
    calls,
    isPlayed: interrupted.isPlayed,
    tooGreen,
  };
}

/** What the App committed to the branch moves the head of the pull request. */
async function pushCommitted(): Promise<void> {
  const { github, repository } = world;
  const commit = repository.branches.get(pull.headRef);
  if (commit !== undefined && commit !== pull.headSha) await github.people.pushHead(repository, pull, commit);
}

async function isAllDone(store: Store): Promise<boolean> {
  const [deliveries, commands, due] = await Promise.all([
    store.pendingDeliveries(),
    store.pendingCommands(),
    store.nextDueAt(),
  ]);
  // The day after the grant's last one is far.
  return deliveries.count + commands.count === 0 && (due === null || due > clock.now() + LONG_MS);
}

function isGreen(conclusion: string | null | undefined): boolean {
  return conclusion === 'success' || conclusion === 'neutral';
}

async function stateOf(store: Store) {
  const { repository } = world;
  const { events } = await store.grantEvents({ repositoryId: repository.id, number: pull.number });
  const conclusion = repository.checkRuns.findLast(({ headSha }) => headSha === pull.headSha)?.conclusion;
  return {
    conclusion,
    isGreen: isGreen(conclusion),
    isAnyGreen: repository.checkRuns.some((one) => isGreen(one.conclusion)),
    isGranted: events.at(-1)?.kind === 'grant',
  };
}

/** All that the App asks of the world on that way. A new one is looked at here: what if it fails, or is the last thing done? */
const ASKED = [
  'analyse',
  'github.organisationFile',
  'github.repository.answer.comment',
  'github.repository.answer.permission',
  'github.repository.answer.react',
  'github.repository.answer.unreact',
  'github.repository.document.commitFile',
  'github.repository.judge.blobs.read',
  'github.repository.judge.compare',
  'github.repository.judge.createCheckRun',
  'github.repository.judge.files',
  'github.repository.judge.ownReviewComments',
  'github.repository.judge.pull',
  'store.addGrantEvent',
  'store.answeredCommands',
  'store.beginPublication',
  'store.claimDue',
  'store.facts.get',
  'store.facts.put',
  'store.findByHead',
  'store.finishCommand',
  'store.finishDelivery',
  'store.finishPull',
  'store.grantEvents',
  'store.isCurrent',
  'store.markDue',
  'store.mergeGroupOf',
  'store.nextDueAt',
  'store.organisationFile',
  'store.pendingMergeGroups',
  'store.publication',
  'store.publishedComments',
  'store.pull',
  'store.recordCommand',
  'store.recordDelivery',
  'store.repository',
  'store.saveOrganisationFile',
  'store.savePublication',
  'store.savePublishedComments',
  'store.saveRepository',
  'store.takeCommand',
  'store.takeDeliveries',
  'store.takeMergeGroup',
  'store.tip',
];

/** Those after which the world is as before: where the answer is lost, the call failed. */
const READS =
  /\.(permission|pull|files|read|compare|ownReviewComments|get|grantEvents|repository|answeredCommands|nextDueAt|pendingMergeGroups|organisationFile|tip|publication|publishedComments|findByHead|mergeGroupOf|isCurrent)$/;

const TROUBLES: readonly (readonly [Trouble, RegExp])[] = [
  ['fails before', /./],
  ['fails after', /./],
  ['unavailable', /^store/],
  ['ends before', /./],
  ['ends after', /./],
];

/** What is wrong with how a run ended; undefined where nothing is. */
function wrongWith({ tooGreen, conclusion, replies, isGranted, isPlayed }: Ran): string | undefined {
  if (!isPlayed) return 'the trouble never came';
  if (tooGreen.length > 0) return `green without a stored grant after ${tooGreen.join(', ')}`;
  if (replies.length !== 1) return `${replies.length} replies`;
  const saysGranted = replies[0]?.includes('is granted until') === true;
  if (saysGranted !== isGranted) return `stored: ${isGranted}, but the reply says ${replies[0]}`;
  const expected = isGranted ? 'success' : 'action_required';
  return conclusion === expected ? undefined : `granted: ${isGranted}, but ${conclusion}`;
}

describe('a grant by comment', () => {
  let calls: readonly CallPlace[] = [];

  it('is stored, answered and judged', async () => {
    const plain = await run(null);
    expect(plain).toMatchObject({ isGranted: true, conclusion: 'success', tooGreen: [] });
    expect(plain.replies).toHaveLength(1);
    calls = plain.calls;
    expect([...new Set(calls.map(({ name }) => name))].sort()).toEqual(ASKED);
  });

  it.each(TROUBLES)(
    'counts where it is stored, is answered once and told by the check, where any call %s',
    async (trouble, which) => {
      const isLater = trouble.endsWith('after');
      const places = calls.filter(({ name }) => which.test(name) && !(isLater && READS.test(name)));
      expect(places.length).toBeGreaterThan(20);
      const wrong: string[] = [];
      for (const place of places) {
        const problem = wrongWith(await run({ ...place, trouble }));
        if (problem !== undefined) wrong.push(`${place.name}, call ${place.nth + 1}: ${problem}`);
      }
      expect(wrong).toEqual([]);
    },
  );
});

describe('a revocation by comment', () => {
  const take = (at: Troubled) => comment(`/plinth exception revoke "${ID}"`, granted, at);
  let places: readonly CallPlace[] = [];

  it('takes the green away', async () => {
    const plain = await take(null);
    expect(plain).toMatchObject({ isGranted: false, conclusion: 'action_required' });
    const stored = plain.calls.findIndex(({ name }) => name === 'store.addGrantEvent');
    places = plain.calls.slice(stored);
    expect(places.length).toBeGreaterThan(20);
  });

  // Before it is stored, the way is that of a grant.
  it.each(TROUBLES.filter(([one]) => ['fails before', 'ends after'].includes(one)))(
    'takes it away once it is stored, where any call from there on %s',
    async (trouble, which) => {
      const isLater = trouble.endsWith('after');
      const wrong: string[] = [];
      for (const place of places.filter(({ name }) => which.test(name) && !(isLater && READS.test(name)))) {
        const { isGranted, conclusion, replies } = await take({ ...place, trouble });
        if (isGranted || conclusion !== 'action_required' || replies.length !== 1)
          wrong.push(`${place.name}, call ${place.nth + 1}: ${conclusion}, ${replies.length} replies`);
      }
      expect(wrong).toEqual([]);
    },
  );
});

describe('a grant whose entry the App commits', () => {
  const WRITES = {
    checks: 'write',
    contents: 'write',
    issues: 'write',
    members: 'read',
    merge_queues: 'read',
    metadata: 'read',
    pull_requests: 'write',
  } as const;
  let places: readonly CallPlace[] = [];

  beforeAll(async () => {
    await end();
    await start({ permissions: WRITES });
  });

  it('is judged on the head that the App made', async () => {
    const before = pull.headSha;
    const plain = await run(null);
    expect(pull.headSha).not.toBe(before);
    expect(plain).toMatchObject({ isGranted: true, tooGreen: [] });
    const names = plain.calls.map(({ name }) => name);
    places = plain.calls.slice(
      names.indexOf('store.addGrantEvent'),
      names.indexOf('store.finishCommand') + 1,
    );
    expect(places.map(({ name }) => name)).toContain('github.repository.document.commitFile');
  });

  it.each(TROUBLES)('stands there, with one reply, where any call until then %s', async (trouble) => {
    const wrong: string[] = [];
    for (const place of places) {
      const { conclusion: _, ...ran } = await run({ ...place, trouble });
      const problem = wrongWith({ ...ran, conclusion: ran.isGreen ? 'success' : 'action_required' });
      if (problem !== undefined || !ran.isGranted) wrong.push(`${place.name}: ${problem ?? 'not granted'}`);
    }
    expect(wrong).toEqual([]);
  });
});

// F02, F04: a process that is killed, and one that is asked to end.
import type { Delivery } from '../../test/support/github/index.ts';
import type { Figure } from './figure.ts';
import {
  allJudged,
  commitOf,
  faultsOf,
  lostDeliveries,
  openPull,
  sleep,
  startWorld,
  type World,
} from './world.ts';

export interface KillsGiven {
  readonly pulls: number;
  readonly pushes: number;
  readonly kills: number;
  /** Deliveries that people cause, a second. */
  readonly perSecond: number;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

const JUDGED_WITHIN_MS = 240_000;

const isAcknowledged = ({ status }: Delivery) => status >= 200 && status < 300;

/** F02: SIGKILL at random moments and at random requests, while deliveries come in. */
export async function measureKills(given: KillsGiven): Promise<readonly Figure[]> {
  const world = await startWorld(given.pulls, given.pushes);
  try {
    let more = true;
    const people = act(world, given).finally(() => {
      more = false;
    });
    let kills = 0;
    while (kills < given.kills && more) {
      await killOnce(world, given.random, () => !more);
      kills++;
      await world.start();
    }
    await people;
    const done = await allJudged(world, JUDGED_WITHIN_MS);
    await world.app.kill('SIGTERM');
    const faults = await faultsOf(world);
    const { all } = world.github.deliveries;
    const acknowledged = all.filter(isAcknowledged);
    const lost = await lostDeliveries(world, all);
    const under = `${kills} kills under ${given.perSecond} deliveries a second, ${acknowledged.length} of ${all.length} acknowledged`;
    const count = (what: string, value: number): Figure => ({
      row: 'F02',
      what,
      value,
      unit: '',
      bar: 0,
      kind: 'exactly',
    });
    return [
      count(`acknowledged deliveries lost; ${under}`, lost),
      count(
        `heads that say something else than the command line, of ${given.pulls}`,
        faults.unlikeCommandLine,
      ),
      count('check runs left in progress', faults.leftInProgress),
      count('duplicate check runs and reviews', faults.duplicates),
      count('heads never judged', done ? 0 : 1),
      count('requests that GitHub would have refused', world.github.ledger.violations.length),
    ];
  } finally {
    await world.close();
  }
}

/** People open all pull requests, then push to them in turn. Most wait for an App that is down, so that most is acknowledged. */
async function act(world: World, { pulls, pushes, perSecond, random }: KillsGiven): Promise<void> {
  const { github, git, repository } = world;
  const sent: Promise<Delivery>[] = [];
  for (let push = 0; push < pushes; push++) {
    for (let number = 0; number < pulls; number++) {
      if (random() < 0.8) await isUp(world);
      const pull = [...repository.pulls.values()][number];
      sent.push(
        push === 0 || pull === undefined
          ? openPull(world, number).then((opened) => opened.delivery)
          : github.people.pushHead(repository, pull, git.id(commitOf(number, push))),
      );
      await sleep(1000 / perSecond);
    }
    await Promise.all(sent.splice(0));
  }
}

/** Settles when the App runs, and has said where it listens. */
async function isUp(world: World): Promise<void> {
  while (world.app.child.signalCode !== null || world.app.url === '') await sleep(50);
}

/** After it acknowledged something, kills it at a request that comes soon, or after a while where none does. */
async function killOnce(world: World, random: () => number, isOver: () => boolean): Promise<void> {
  const { github, app } = world;
  const { all } = github.deliveries;
  const before = all.length;
  while (!all.slice(before).some(isAcknowledged) && !isOver()) await sleep(20);
  const at = github.ledger.position + 1 + Math.floor(random() * 12);
  let reached: () => void = () => {};
  const position = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const listen = random() < 0.5 ? github.onRequest : github.onPerformed;
  const end = listen((now) => {
    if (now >= at) reached();
  });
  await Promise.race([position, sleep(random() * 1500)]);
  end();
  await app.kill('SIGKILL');
}

const MOST_STOP_MS = 10_000;

/** F04: SIGTERM with pull requests waiting. */
export async function measureStop(pulls: number): Promise<readonly Figure[]> {
  const world = await startWorld(pulls, 1);
  try {
    await Promise.all(Array.from({ length: pulls }, (_, number) => openPull(world, number)));
    const began = performance.now();
    const code = await world.app.kill('SIGTERM');
    const took = performance.now() - began;
    const before = world.repository.checkRuns.length;
    await world.start();
    const done = await allJudged(world, JUDGED_WITHIN_MS);
    const { duplicates, unlikeCommandLine } = await faultsOf(world);
    const exactly = { row: 'F04', unit: '', bar: 0, kind: 'exactly' } as const;
    return [
      {
        row: 'F04',
        what: `SIGTERM with ${pulls - before} of ${pulls} waiting, until the end`,
        value: took,
        unit: 'ms',
        bar: MOST_STOP_MS,
        kind: 'at-most',
      },
      { ...exactly, what: 'exit code', value: code ?? -1 },
      {
        ...exactly,
        what: 'not judged after the restart, twice, or otherwise than the command line',
        value: (done ? 0 : 1) + duplicates + unlikeCommandLine,
      },
    ];
  } finally {
    await world.close();
  }
}

// Worlds of a test file, in virtual time and with all that GitHub sends by itself, each taken down after its test.
import { afterEach, expect } from '@jest/globals';
import { openStore } from '../../../src/adapters/store/index.ts';
import { startApp } from '../../../src/app/index.ts';
import type { NewCommit } from '../../support/github/generated-repository.ts';
import type { PullRequest } from '../../support/github/index.ts';
import { type Harness, type HarnessOptions, settingsFor, startHarness } from './harness.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { VirtualTime } from './virtual-time.ts';

export interface World extends Harness {
  readonly clock: VirtualTime;
}

export interface OpenedWorld extends World {
  readonly pull: PullRequest;
}

export type WorldOptions = Pick<HarnessOptions, 'commits' | 'permissions'>;

export interface OpenedOptions extends WorldOptions {
  /** The commit that is asked to be merged, by its name. */
  readonly head: string;
  /** The owner of the fork that the head lies in. */
  readonly fork?: string | undefined;
}

/** A change that the policy everybody has blocks. */
const BLOCKED: OpenedOptions = {
  commits: [
    { name: 'base', branch: 'main', files: { 'README.md': 'hello\n' } },
    { name: 'bad', branch: 'bad', files: { Dockerfile: 'FROM debian:12\nENTRYPOINT ["/app"]\n' } },
  ] satisfies NewCommit[],
  head: 'bad',
};

/** Starts worlds, and expects of each that the App asked GitHub for nothing that it may not. */
export function worlds() {
  const folder = temporaryFolder();
  const started = new Map<Harness['github'], Harness>();

  afterEach(async () => {
    const ended = [...started.values()];
    started.clear();
    for (const { stop } of ended) await stop();
    expect(ended.flatMap(({ github }) => github.ledger.violations)).toEqual([]);
  });

  async function start(options: WorldOptions): Promise<World> {
    const clock = new VirtualTime();
    const harness = await startHarness({
      ...options,
      dataDirectory: await folder(),
      time: clock,
      chatter: true,
    });
    started.set(harness.github, harness);
    return { ...harness, clock };
  }

  return {
    start,

    /** A pull request by `contributor`, judged; a blocked one unless told otherwise. */
    async opened({ head, fork, ...options }: OpenedOptions = BLOCKED): Promise<OpenedWorld> {
      const world = await start(options);
      const { github, git, repository, app } = world;
      const from = fork === undefined ? {} : { fork };
      const { pull } = await github.people.openPullRequest({
        repository,
        base: 'main',
        head: git.id(head),
        ...from,
      });
      await app.settled();
      return { ...world, pull };
    },

    /** The App on an empty store, as after its folder was deleted. */
    async withEmptyStore<W extends World>(world: W): Promise<W> {
      await world.app.stop();
      await world.store.close();
      const store = await openStore({ dataDirectory: await folder() }, world.clock.now);
      const app = await startApp(settingsFor(world.github), { ...world.ports, store });
      world.github.setWebhook(app.webhookUrl);
      const stop = async () => {
        await app.stop();
        await store.close();
        await world.github.close();
        await world.git.remove();
      };
      const again = { ...world, store, app, stop };
      started.set(world.github, again);
      return again;
    },
  };
}

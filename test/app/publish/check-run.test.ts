import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CheckRunContent, RepositoryClient } from '../../../src/adapters/github/api.ts';
import { openStore, type Store } from '../../../src/adapters/store/index.ts';
import { beginCheck, type CheckGiven, publishCheck } from '../../../src/app/publish/check-run.ts';
import type { CheckWords } from '../../../src/app/publish/words.ts';
import { AppError } from '../../../src/domain/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HEAD = 'a'.repeat(40);

interface Run {
  readonly id: number;
  status: string;
  externalId: string | null;
  conclusion: string | null;
  annotations: number;
}

/** GitHub's check runs on one head, as far as publishing needs them. */
class FakeChecks {
  readonly runs: Run[] = [];
  readonly asked: string[] = [];
  /** Thrown by the next write: before or after it took effect. */
  failure: { readonly error: Error; readonly performed: boolean } | null = null;

  readonly client = {
    repository: { installation: 9, id: 5, owner: 'acme', name: 'app' },
    createCheckRun: (content: CheckRunContent) =>
      this.#write('create', () => {
        const run: Run = {
          id: this.runs.length + 1,
          status: '',
          externalId: null,
          conclusion: null,
          annotations: 0,
        };
        this.runs.push(this.#fill(run, content));
        return run.id;
      }),
    updateCheckRun: async (id: number, content: CheckRunContent) => {
      await this.#write('update', () => {
        const run = this.runs.find((one) => one.id === id);
        if (run !== undefined) this.#fill(run, content);
        return id;
      });
    },
    beginCheckRun: () =>
      this.#write('begin', () => {
        const id = this.runs.length + 1;
        this.runs.push({ id, status: 'in_progress', externalId: '', conclusion: null, annotations: 0 });
        return id;
      }),
    findCheckRun: async () => {
      this.asked.push('find');
      return this.runs.at(-1) ?? null;
    },
  } as unknown as RepositoryClient;

  #fill(run: Run, content: CheckRunContent): Run {
    run.status = 'completed';
    run.externalId = content.externalId;
    run.conclusion = content.conclusion;
    run.annotations += content.annotations.length;
    return run;
  }

  async #write(name: string, act: () => number): Promise<number> {
    this.asked.push(name);
    const failure = this.failure;
    this.failure = null;
    if (failure?.performed === false) throw failure.error;
    const id = act();
    if (failure !== null) throw failure.error;
    return id;
  }
}

const words = (title: string, annotations = 0): CheckWords => ({
  conclusion: 'failure',
  title,
  summary: title,
  annotations: Array.from({ length: annotations }, (_, at) => ({
    path: 'Dockerfile',
    start_line: at + 1,
    end_line: at + 1,
    annotation_level: 'failure' as const,
    message: 'm',
  })),
  actions: [],
});

describe('the one check run of a head', () => {
  const folder = temporaryFolder();
  let store: Store;
  let checks: FakeChecks;
  let given: CheckGiven;

  beforeEach(async () => {
    store = await openStore({ dataDirectory: await folder() }, () => 0);
    checks = new FakeChecks();
    const time = { now: () => 5_000, at: () => () => {} };
    given = {
      client: checks.client,
      store,
      time,
      owner: 'w1',
      head: HEAD,
      startedAt: 1_000,
      asked: false,
      recovering: false,
    };
  });

  afterEach(() => store.close());

  it('is created once, already completed, in one request', async () => {
    expect(await publishCheck(words('one', 2), given)).toMatchObject({ id: 1, written: true, first: true });
    expect(checks.asked).toEqual(['create']);
    expect(checks.runs).toMatchObject([{ status: 'completed', conclusion: 'failure', annotations: 2 }]);
  });

  it('sends many annotations in two parts', async () => {
    await publishCheck(words('one', 70), given);
    expect(checks.asked).toEqual(['create', 'update']);
    expect(checks.runs).toMatchObject([{ annotations: 70 }]);
  });

  it('is not written again while it says the same', async () => {
    await publishCheck(words('one', 2), given);
    expect(await publishCheck(words('one', 2), given)).toMatchObject({ id: 1, written: false });
    expect(checks.asked).toEqual(['create']);
  });

  it('is written again where somebody asked for it, its annotations once', async () => {
    await publishCheck(words('one', 2), given);
    await publishCheck(words('one', 2), { ...given, asked: true });
    expect(checks.asked).toEqual(['create', 'update']);
    expect(checks.runs).toMatchObject([{ annotations: 2 }]);
  });

  it('is updated where it says something else about the same lines', async () => {
    await publishCheck(words('one', 2), given);
    await publishCheck(words('two', 2), given);
    expect(checks.asked).toEqual(['create', 'update']);
    expect(checks.runs).toMatchObject([{ annotations: 2 }]);
  });

  it('makes room for another where annotations have to go: GitHub takes none away', async () => {
    await publishCheck(words('one', 2), given);
    await publishCheck(words('two', 1), given);
    expect(checks.asked).toEqual(['create', 'create']);
    expect(checks.runs.map((run) => run.annotations)).toEqual([2, 1]);
  });

  it('shown in progress, is completed and not created', async () => {
    await beginCheck(given);
    await publishCheck(words('one', 2), given);
    expect(checks.asked).toEqual(['begin', 'update']);
    expect(checks.runs).toMatchObject([{ status: 'completed', annotations: 2 }]);
  });

  it('is not begun where it stands completed', async () => {
    await publishCheck(words('one'), given);
    await beginCheck(given);
    expect(checks.asked).toEqual(['create']);
  });

  it('F19: falls back to the summary where GitHub refuses the annotations', async () => {
    checks.failure = { error: new AppError('invalid-request', 'no such line'), performed: false };
    await publishCheck(words('one', 2), given);
    expect(checks.asked).toEqual(['create', 'create']);
    expect(checks.runs).toMatchObject([{ status: 'completed', conclusion: 'failure', annotations: 0 }]);
  });

  describe('after a crash', () => {
    const crash = new Error('killed');

    it('F01: before the write, is created', async () => {
      checks.failure = { error: crash, performed: false };
      await expect(publishCheck(words('one'), given)).rejects.toBe(crash);
      await publishCheck(words('one'), given);
      expect(checks.asked).toEqual(['create', 'find', 'create']);
      expect(checks.runs).toHaveLength(1);
    });

    it('F01: between write and answer, is found and left as it is', async () => {
      checks.failure = { error: crash, performed: true };
      await expect(publishCheck(words('one', 2), given)).rejects.toBe(crash);
      expect(await publishCheck(words('one', 2), given)).toMatchObject({ id: 1, written: false });
      expect(checks.asked).toEqual(['create', 'find']);
      expect(checks.runs).toMatchObject([{ annotations: 2 }]);
    });

    it('F01: with a run left in progress, is completed', async () => {
      checks.failure = { error: crash, performed: true };
      await expect(beginCheck(given)).rejects.toBe(crash);
      await publishCheck(words('one', 2), given);
      expect(checks.asked).toEqual(['begin', 'find', 'update']);
      expect(checks.runs).toMatchObject([{ status: 'completed', annotations: 2 }]);
    });

    it('F01: between the two parts of many annotations, gets the second part alone', async () => {
      const create = checks.client.createCheckRun;
      Object.assign(checks.client, {
        createCheckRun: async (content: CheckRunContent) => {
          await create(content);
          throw crash;
        },
      });
      await expect(publishCheck(words('one', 70), given)).rejects.toBe(crash);
      await publishCheck(words('one', 70), given);
      expect(checks.asked).toEqual(['create', 'find', 'update']);
      expect(checks.runs).toMatchObject([{ annotations: 70 }]);
      await publishCheck(words('one', 70), given);
      expect(checks.asked).toHaveLength(3);
    });

    it('M07: with the store lost, is found where the pull request was found by looking', async () => {
      await publishCheck(words('one', 2), given);
      const empty = await openStore({ dataDirectory: await folder() }, () => 0);
      await publishCheck(words('one', 2), { ...given, store: empty, recovering: true });
      await empty.close();
      expect(checks.asked).toEqual(['create', 'find']);
    });
  });
});

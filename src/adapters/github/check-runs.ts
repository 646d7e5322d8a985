import type { Octokit } from '@octokit/rest';
import type { CheckRunContent, RepositoryClient, RepositoryRef } from './api.ts';
import { hasCode } from './errors.ts';
import { toGitHub } from './paths.ts';

export interface CheckRunsGiven {
  readonly octokit: Octokit;
  readonly repository: RepositoryRef;
  readonly appId: number;
}

/** GitHub takes so many a request, and appends those of the next. */
const ANNOTATIONS_A_REQUEST = 50;

type BeginGiven = Parameters<RepositoryClient['beginCheckRun']>[0];

/** The App's own check runs on a repository. */
export class CheckRuns {
  readonly #octokit: Octokit;
  readonly #place: { readonly owner: string; readonly repo: string };
  readonly #appId: number;

  constructor({ octokit, repository, appId }: CheckRunsGiven) {
    this.#octokit = octokit;
    this.#place = { owner: repository.owner, repo: repository.name };
    this.#appId = appId;
  }

  /** Creates it completed, so that none is ever left in progress. */
  async create(content: CheckRunContent): Promise<number> {
    const [first = [], ...rest] = batchesOf(content);
    const { data } = await this.#octokit.rest.checks.create({
      ...this.#place,
      ...fieldsOf(content),
      head_sha: content.headSha,
      output: outputOf(content, first),
    });
    await this.#append(data.id, content, rest, first.length);
    return data.id;
  }

  async update(id: number, content: CheckRunContent): Promise<void> {
    const [first = [], ...rest] = batchesOf(content);
    const { data } = await this.#octokit.rest.checks.update({
      ...this.#place,
      ...fieldsOf(content),
      check_run_id: id,
      output: outputOf(content, first),
    });
    await this.#append(id, content, rest, data.output.annotations_count);
  }

  async begin({ name, headSha, externalId, startedAt }: BeginGiven): Promise<number> {
    const { data } = await this.#octokit.rest.checks.create({
      ...this.#place,
      name,
      head_sha: headSha,
      external_id: externalId,
      started_at: startedAt,
      status: 'in_progress',
    });
    return data.id;
  }

  /** The newest of ours by that name; another app's run of the same name is none of ours. */
  async find(name: string, headSha: string): ReturnType<RepositoryClient['findCheckRun']> {
    const { data } = await this.#octokit.rest.checks.listForRef({
      ...this.#place,
      ref: headSha,
      check_name: name,
      app_id: this.#appId,
      filter: 'all',
      per_page: 100,
    });
    const own = data.check_runs.filter((run) => run.app?.id === this.#appId && run.head_sha === headSha);
    const newest = own.reduce<(typeof own)[number] | null>(
      (best, run) => (best === null || run.id > best.id ? run : best),
      null,
    );
    return newest && { id: newest.id, status: newest.status, externalId: newest.external_id };
  }

  /**
   * Sends what is left of the annotations. Where an answer is lost, their number tells whether they arrived; what GitHub refuses is left
   * out, since the run stands already and a second one would not be better.
   */
  async #append(
    id: number,
    content: CheckRunContent,
    batches: readonly (readonly Annotation[])[],
    before: number,
  ): Promise<void> {
    let count = before;
    try {
      for (const annotations of batches) {
        count += annotations.length;
        await this.#sendOnce(id, outputOf(content, annotations), count);
      }
    } catch (error) {
      if (!hasCode(error, 'invalid-request')) throw error;
    }
  }

  /** Sends annotations after which the run has so many. */
  async #sendOnce(id: number, output: ReturnType<typeof outputOf>, count: number): Promise<void> {
    const send = () => this.#octokit.rest.checks.update({ ...this.#place, check_run_id: id, output });
    try {
      await send();
    } catch (error) {
      if (!hasCode(error, 'write-unknown')) throw error;
      const { data } = await this.#octokit.rest.checks.get({ ...this.#place, check_run_id: id });
      if (data.output.annotations_count < count) await send();
    }
  }
}

type Annotation = CheckRunContent['annotations'][number];

function batchesOf({ annotations }: CheckRunContent): readonly (readonly Annotation[])[] {
  const count = Math.ceil(annotations.length / ANNOTATIONS_A_REQUEST);
  return Array.from({ length: count }, (_, at) =>
    annotations.slice(at * ANNOTATIONS_A_REQUEST, (at + 1) * ANNOTATIONS_A_REQUEST),
  );
}

function fieldsOf(content: CheckRunContent) {
  return {
    name: content.name,
    external_id: content.externalId,
    status: 'completed' as const,
    conclusion: content.conclusion,
    started_at: content.startedAt,
    completed_at: content.completedAt,
    actions: content.actions.map((action) => ({ ...action })),
  };
}

function outputOf({ title, summary, text }: CheckRunContent, annotations: readonly Annotation[]) {
  return {
    title,
    summary,
    ...(text === undefined ? {} : { text }),
    ...(annotations.length === 0
      ? {}
      : {
          annotations: annotations.map((annotation) => ({ ...annotation, path: toGitHub(annotation.path) })),
        }),
  };
}

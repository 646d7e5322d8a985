import type { Octokit } from '@octokit/rest';
import type { BlobSource } from '../../engine/ports.ts';
import type { RepositoryClient, RepositoryRef } from './api.ts';
import { BlobCache } from './blob-cache.ts';
import { GitHubBlobs } from './blobs.ts';
import { readBranch } from './branch.ts';
import { CheckRuns } from './check-runs.ts';
import { commitFile } from './commit-file.ts';
import { readComparison } from './comparison.ts';
import { Conversation } from './conversation.ts';
import type { Credential } from './credentials.ts';
import { downloadArchive } from './download.ts';
import { failure, hasCode } from './errors.ts';
import { readFiles } from './files.ts';
import { Graphql } from './graphql.ts';
import { counting, type HttpPort } from './http.ts';
import { readMergeQueue } from './merge-queue.ts';
import { createOctokit } from './octokit.ts';
import { readPages } from './pages.ts';
import { fromGitHub } from './paths.ts';
import { readPermission, readTeamMember } from './people.ts';
import { readPull } from './pull.ts';
import { Reactions } from './reactions.ts';
import type { Requests } from './requests.ts';
import { readTree } from './trees.ts';
import type { Writes } from './writes.ts';

export interface ClientGiven {
  readonly port: HttpPort;
  readonly requests: Requests;
  readonly credential: Credential;
  readonly writes: Writes;
  readonly apiUrl: string;
  readonly appId: number;
  readonly repository: RepositoryRef;
  /** Of the App's bot user; asked with this client's own token. */
  readonly botId: (octokit: Octokit) => Promise<number>;
  /** Larger files are not read. */
  readonly largestFileBytes: number;
}

const CACHE_BYTES = 64 * 1024 * 1024;
const MOST_PULL_PAGES = 100;
/** GitHub lists 3,000 files of a pull request and no more. */
const MOST_FILE_PAGES = 30;

/** Puts a client together for one repository under one credential. */
export function createClient(shared: ClientGiven): RepositoryClient {
  const { port, sent } = counting(shared.port);
  const given = { ...shared, port, requests: shared.requests.through(port) };
  const { repository, credential, requests } = given;
  const { clock } = port;
  const octokit = createOctokit(given);
  const graphql = new Graphql(requests, credential, given.apiUrl);
  const cache = new BlobCache(CACHE_BYTES);
  const { largestFileBytes } = given;
  const readRaw = (id: string, largestBytes: number) => readBlob(octokit, id, largestBytes, given);
  const blobs = new GitHubBlobs({
    graphql,
    clock,
    repository,
    cache,
    readRaw,
    largestBytes: largestFileBytes,
  });
  const checks = new CheckRuns({ octokit, repository, appId: given.appId });
  const botId = () => given.botId(octokit);
  const conversation = new Conversation({ octokit, repository, botId });
  const reactions = new Reactions({ octokit, graphql, writes: given.writes, repository });
  const atTips = { graphql, clock, repository, cache, readText: (id: string) => readText(blobs, id) };
  return {
    repository,
    blobs,
    requestsSent: sent,
    pull: (number, files) => readPull(number, files, atTips),
    branch: (name, files) => readBranch(name, files, atTips),
    mergeQueue: (branch) => readMergeQueue(branch, atTips),
    compare: (base, head) => readComparison(base, head, { octokit, graphql, clock, repository }),
    tree: (commit) => readTree(octokit, repository, commit),
    files: (wanted) => readFiles(wanted, { graphql, clock, repository, cache }),
    archive: (commit, wanted) => downloadArchive(commit, wanted, { ...given, cache }),
    createCheckRun: (content) => checks.create(content),
    updateCheckRun: (id, content) => checks.update(id, content),
    beginCheckRun: (begun) => checks.begin(begun),
    findCheckRun: (name, headSha) => checks.find(name, headSha),
    createReview: (number, review) => conversation.createReview(number, review),
    ownReviewComments: (number) => conversation.ownReviewComments(number),
    updateReviewComment: (id, body) => conversation.updateReviewComment(id, body),
    commitFile: (branch, file) => commitFile(octokit, repository, branch, file),
    comment: (number, body) => conversation.comment(number, body),
    ownComments: (number, since) => conversation.ownComments(number, since),
    permission: (login) => readPermission(octokit, repository, login),
    teamMember: (org, team, login) => readTeamMember(octokit, repository, { org, team, login }),
    react: (comment, content) => reactions.add(comment, content),
    unreact: (comment, reaction) => reactions.remove(comment, reaction),
    patches: (number) => readPatches(octokit, repository, number),
    openPulls: (filter) => readOpenPulls(octokit, repository, filter),
  };
}

async function readText(blobs: BlobSource, id: string): Promise<string> {
  const result = (await blobs.read([id])).get(id);
  if (result?.kind === 'bytes') return Buffer.from(result.bytes).toString('utf8');
  if (result?.kind === 'too-large')
    throw failure('too-large', `The file ${id} is too large: ${result.size} bytes.`);
  throw failure('inconsistent', `GitHub names the file ${id} and does not have it.`, { retryable: true });
}

async function readBlob(
  octokit: Octokit,
  id: string,
  largestBytes: number,
  { requests, credential, repository }: ClientGiven,
): Promise<Uint8Array | 'missing' | 'too-large'> {
  const route = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}';
  const { url } = octokit.request.endpoint(route, {
    owner: repository.owner,
    repo: repository.name,
    file_sha: id,
  });
  const headers = { accept: 'application/vnd.github.raw+json' };
  try {
    const request = { route, resource: 'core', kind: 'repeatable', method: 'GET', url, headers } as const;
    return (await requests.send({ ...request, largestBytes }, credential)).bytes;
  } catch (error) {
    if (hasCode(error, 'not-found')) return 'missing';
    if (hasCode(error, 'too-large')) return 'too-large';
    throw error;
  }
}

async function readPatches(
  octokit: Octokit,
  { owner, name: repo }: RepositoryRef,
  number: number,
): ReturnType<RepositoryClient['patches']> {
  const files = await readPages(MOST_FILE_PAGES, async (page) => {
    const { data } = await octokit.rest.pulls.listFiles({ owner, repo, pull_number: number, ...page });
    return data;
  });
  return new Map(files.map((file) => [fromGitHub(file.filename), file.patch]));
}

async function readOpenPulls(
  octokit: Octokit,
  { owner, name: repo }: RepositoryRef,
  { base, head }: { readonly base?: string; readonly head?: string },
): ReturnType<RepositoryClient['openPulls']> {
  const listed = await readPages(MOST_PULL_PAGES, async (page) => {
    // Oldest first: what is opened meanwhile comes last and shifts no page.
    const order = { state: 'open', sort: 'created', direction: 'asc' } as const;
    const { data } = await octokit.rest.pulls.list({
      owner,
      repo,
      ...order,
      ...(base === undefined ? {} : { base }),
      ...page,
    });
    return data;
  });
  const pulls = new Map(
    listed.map((pull) => [
      pull.number,
      { number: pull.number, head: pull.head.sha, base: pull.base.ref, draft: pull.draft === true },
    ]),
  );
  return [...pulls.values()].filter((pull) => head === undefined || pull.head === head);
}

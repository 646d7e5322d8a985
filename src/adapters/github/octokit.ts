import { Octokit } from '@octokit/rest';
import type { Credential } from './credentials.ts';
import type { ApiRequest, Requests } from './requests.ts';
import { jsonOf } from './requests.ts';
import type { Writes } from './writes.ts';

export interface OctokitGiven {
  readonly requests: Requests;
  readonly credential: Credential;
  readonly writes: Writes;
  readonly apiUrl: string;
}

/** Operations that notify people: GitHub limits them most. */
const CONTENT: ReadonlySet<string> = new Set([
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
]);

/** Sent twice they do no more than sent once: GitHub knows the same reaction again, and a PATCH replaces. */
const REPEATABLE: ReadonlySet<string> = new Set([
  'POST /app/installations/{installation_id}/access_tokens',
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
  'POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions',
  'PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}',
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}',
  'DELETE /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions/{reaction_id}',
]);

const NO_CONTENT = 204;

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

/**
 * An Octokit for its typed operations and addresses; the requests themselves are ours. Octokit's own takes a body that broke off for an
 * empty one, its throttling sends reads through the write limiter, and its errors carry headers.
 */
export function createOctokit(given: OctokitGiven): Octokit {
  const { requests, credential, writes } = given;
  const octokit = new Octokit({ baseUrl: given.apiUrl, log: SILENT });
  octokit.hook.wrap('request', async (_request, options) => {
    const route = `${options.method} ${options.url}`;
    const { method, url, headers, body } = octokit.request.endpoint.parse(options);
    const request: ApiRequest = {
      route,
      resource: 'core',
      kind: method === 'GET' || REPEATABLE.has(route) ? 'repeatable' : 'create',
      method,
      url,
      headers: textHeaders(headers, body !== undefined),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(isExpectation(options.request?.expects) ? { expects: options.request.expects } : {}),
    };
    const send = () => requests.send(request, credential);
    // Minting a token is a POST that changes nothing.
    const reads = method === 'GET' || url.endsWith('/access_tokens');
    const answer = await (reads ? send() : writes.run(CONTENT.has(route), send));
    const data = answer.status === NO_CONTENT ? '' : jsonOf(answer, request);
    return { status: answer.status, url, headers: {}, data };
  });
  return octokit;
}

function textHeaders(headers: Readonly<Record<string, unknown>>, hasBody: boolean): Record<string, string> {
  const texts = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || name === 'authorization' ? [] : [[name, String(value)] as const],
  );
  return {
    ...Object.fromEntries(texts),
    ...(hasBody ? { 'content-type': 'application/json; charset=utf-8' } : {}),
  };
}

function isExpectation(value: unknown): value is NonNullable<ApiRequest['expects']> {
  return typeof value === 'function';
}

import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import { type GitHub, type JsonObject, type PullRequest, type Repository, startGitHub } from './index.ts';
import { exampleOf } from './payloads.ts';
import { appJwt, clientWith, installationClient } from './test-client.ts';
import { generateAppKey } from './tokens.ts';

const name = { owner: 'acme', repo: 'images' };
const key = generateAppKey();

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let content: GeneratedRepository;
let app: Server;
let received: Received[];
let status: number;
let github: GitHub;
let repository: Repository;
let pull: PullRequest;

beforeAll(async () => {
  content = await generateRepository([
    { name: 'base', branch: 'main', files: { README: 'read me\n' } },
    { name: 'one', branch: 'change', files: { README: 'read me once\n' } },
    { name: 'two', branch: 'change', files: { README: 'read me twice\n' } },
    { name: 'other', branch: 'change', parents: ['base'], files: { README: 'no\n' } },
  ]);
  app = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => app.listen(0, '127.0.0.1', done));
});

beforeEach(async () => {
  [received, status] = [[], 202];
  github = await startGitHub({ key, chatter: false });
  const { gitDir } = content;
  repository = await github.people.createRepository({
    owner: 'acme',
    name: 'images',
    gitDir,
    defaultBranch: 'main',
    branches: { main: content.id('base'), change: content.id('one') },
  });
  ({ pull } = await github.people.openPullRequest({ repository, base: 'main', head: 'change' }));
  github.setWebhook(`http://127.0.0.1:${(app.address() as AddressInfo).port}/`);
});

afterEach(() => github.close());

afterAll(async () => {
  await new Promise((done) => app.close(done));
  await content.remove();
});

const events = (): readonly string[] =>
  received.map(({ headers, body }) => {
    const { action } = JSON.parse(body) as { readonly action?: string };
    return action === undefined
      ? String(headers['x-github-event'])
      : `${headers['x-github-event']}.${action}`;
  });
const payload = (at = 0): JsonObject => JSON.parse(received[at]?.body ?? 'null') as JsonObject;
const run = async (): Promise<Repository['checkRuns'][number]> => {
  const client = await installationClient(github);
  const actions = [{ label: 'Re-check', description: 'Judge again', identifier: 'recheck' }];
  const check = { ...name, name: 'Plinth', head_sha: pull.headSha, conclusion: 'success', actions } as const;
  await client.rest.checks.create({ ...check, actions });
  const made = repository.checkRuns.at(-1);
  if (made === undefined) throw new Error('no check run was made');
  return made;
};

describe('what people do is told to the App', () => {
  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    [
      'opening',
      () => github.people.openPullRequest({ repository, base: 'main', head: 'change' }),
      ['pull_request.opened'],
    ],
    [
      'pushing to a head',
      () => github.people.pushHead(repository, pull, content.id('two')),
      ['push', 'pull_request.synchronize'],
    ],
    [
      'pushing to a branch that is a head',
      () => github.people.push(repository, 'change', content.id('two')),
      ['push', 'pull_request.synchronize'],
    ],
    ['pushing to the tip', () => github.people.push(repository, 'main', content.id('one')), ['push']],
    ['retargeting', () => github.people.retarget(repository, pull, 'change'), ['pull_request.edited']],
    ['editing', () => github.people.rename(repository, pull, 'better'), ['pull_request.edited']],
    ['closing', () => github.people.close(repository, pull), ['pull_request.closed']],
    ['reopening', () => github.people.reopen(repository, pull), ['pull_request.reopened']],
    [
      'making ready',
      () => github.people.setDraft(repository, pull, false),
      ['pull_request.ready_for_review'],
    ],
    ['drafting', () => github.people.setDraft(repository, pull, true), ['pull_request.converted_to_draft']],
    ['commenting', () => github.people.comment(repository, pull, '/plinth help'), ['issue_comment.created']],
    [
      'editing a comment',
      async () => {
        const { comment } = await github.people.comment(repository, pull, 'text');
        await github.people.editComment(repository, pull, comment, 'other');
      },
      ['issue_comment.created', 'issue_comment.edited'],
    ],
    ['re-running', async () => github.people.rerun(repository, await run()), ['check_run.rerequested']],
    [
      'clicking',
      async () => github.people.click(repository, await run(), 'recheck'),
      ['check_run.requested_action'],
    ],
    [
      're-running all',
      async () => github.people.rerunSuite(repository, (await run()).suite),
      ['check_suite.rerequested'],
    ],
    ['installing', () => github.people.install(repository), ['installation.created']],
    ['suspending', () => github.people.install(repository, 'suspend'), ['installation.suspend']],
  ])('%s', async (_, act, expected) => {
    await act();
    expect(events()).toEqual(expected);
    expect(payload()).toMatchObject({
      installation: { id: github.world.installationOf(repository.owner)?.id },
    });
  });

  it('with the commits before and after', async () => {
    await github.people.pushHead(repository, pull, content.id('other'));
    const [before, after] = [content.id('one'), content.id('other')];
    expect(payload(0)).toMatchObject({ ref: 'refs/heads/change', before, after, forced: true });
    expect(payload(1)).toMatchObject({
      action: 'synchronize',
      before,
      after,
      number: pull.number,
      pull_request: { head: { sha: after }, base: { ref: 'main', sha: content.id('base') } },
      repository: { full_name: 'acme/images' },
    });
  });

  it('with what an edit replaced, and the button that was clicked', async () => {
    await github.people.retarget(repository, pull, 'change');
    expect(payload(0).changes).toEqual({
      base: { ref: { from: 'main' }, sha: { from: content.id('base') } },
    });
    await github.people.click(repository, await run(), 'recheck');
    expect(payload(1)).toMatchObject({
      requested_action: { identifier: 'recheck' },
      check_run: { name: 'Plinth' },
    });
  });
});

describe('a payload', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    [
      'pull_request',
      'opened',
      () => github.people.openPullRequest({ repository, base: 'main', head: 'change' }),
    ],
    ['issue_comment', 'created', () => github.people.comment(repository, pull, 'text')],
    ['check_run', 'rerequested', async () => github.people.rerun(repository, await run())],
    ['check_suite', 'rerequested', async () => github.people.rerunSuite(repository, (await run()).suite)],
  ])(
    'of %s.%s has every name of the published example, and none of its values',
    async (event, action, act) => {
      await act();
      const { organization: _, ...example } = exampleOf(event, action);
      expect(Object.keys(payload())).toEqual(expect.arrayContaining(Object.keys(example)));
      const [subject] = [event === 'issue_comment' ? 'comment' : event];
      expect(Object.keys(payload()[subject] as object)).toEqual(
        expect.arrayContaining(Object.keys(example[subject] as object)),
      );
      expect(received[0]?.body).not.toMatch(/Codertocat|octocoders|\/\/github|api\.github|ec26c3e57c/);
    },
  );

  it('is signed over its bytes and carries GitHub’s headers', async () => {
    const delivery = await github.deliver('ping', { zen: 'Ünïcode' });
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const digest = createHmac('sha256', github.webhookSecret).update(body, 'utf8').digest('hex');
    expect(headers['x-hub-signature-256']).toBe(`sha256=${digest}`);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-github-delivery': delivery.guid,
      'x-github-event': 'ping',
      'x-github-hook-installation-target-id': String(github.appId),
    });
  });
});

describe('whom GitHub does not tell', () => {
  it('an App that does not listen, that is suspended, or that nobody installed', async () => {
    await github.people.install(repository, 'suspend');
    await github.people.comment(repository, pull, 'text');
    expect(events()).toEqual(['installation.suspend']);
    const { gitDir } = content;
    const common = { gitDir, defaultBranch: 'main', installed: false };
    const foreign = await github.people.createRepository({ ...common, owner: 'else', name: 'images' });
    await github.people.push(foreign, 'main', content.id('one'));
    expect(received).toHaveLength(1);
  });

  it('anybody, of a payload over 25 MB', async () => {
    const delivery = await github.deliver('push', { text: 'x'.repeat(25 * 1024 * 1024) });
    expect([delivery.status, received.length]).toEqual([0, 0]);
  });

  it('an App that cannot be reached; it finds the delivery in its list and has it repeated', async () => {
    github.deliveries.webhook = { url: 'http://127.0.0.1:1/', secret: github.webhookSecret };
    const { delivery } = await github.people.comment(repository, pull, 'text');
    expect(delivery.status).toBe(0);
    const client = clientWith(github, appJwt(github));
    const { data } = await client.rest.apps.listWebhookDeliveries();
    expect(data[0]).toMatchObject({ guid: delivery.guid, status_code: 502, event: 'issue_comment' });
    github.setWebhook(`http://127.0.0.1:${(app.address() as AddressInfo).port}/`);
    await client.rest.apps.redeliverWebhookDelivery({ delivery_id: data[0]?.id ?? 0 });
    await github.deliveries.settled();
    expect(received.map(({ headers }) => headers['x-github-delivery'])).toEqual([delivery.guid]);
    expect(github.deliveries.all.map((each) => each.redelivery)).toEqual([false, false, true]);
    expect(github.ledger.violations).toEqual([]);
  });
});

describe('with chatter', () => {
  it('the App hears of its own writes and of requested suites', async () => {
    const other = await startGitHub({ key });
    const { gitDir } = content;
    const here = await other.people.createRepository({
      owner: 'acme',
      name: 'images',
      gitDir,
      defaultBranch: 'main',
    });
    const opened = await other.people.openPullRequest({
      repository: here,
      base: 'main',
      head: content.id('one'),
    });
    other.setWebhook(`http://127.0.0.1:${(app.address() as AddressInfo).port}/`);
    const client = await installationClient(other);
    const number = opened.pull.number;
    await client.rest.checks.create({
      ...name,
      name: 'Plinth',
      head_sha: opened.pull.headSha,
      conclusion: 'success',
    });
    await client.rest.issues.createComment({ ...name, issue_number: number, body: 'text' });
    await client.rest.pulls.createReview({
      ...name,
      pull_number: number,
      event: 'COMMENT',
      body: 'see',
      comments: [{ path: 'README', line: 1, body: 'here' }],
    });
    await other.people.pushHead(here, opened.pull, content.id('two'));
    await other.deliveries.settled();
    await other.close();
    expect(events().toSorted()).toEqual([
      'check_run.created',
      'check_suite.requested',
      'issue_comment.created',
      'pull_request.synchronize',
      'pull_request_review.submitted',
      'pull_request_review_comment.created',
      'push',
    ]);
  });
});

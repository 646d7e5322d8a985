import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { generateRepository } from '../support/github/generated-repository.ts';
import { startGitHub } from '../support/github/index.ts';
import { AppProcess, BUILT, environmentFor, FROM_SOURCES, startAppProcess } from './support/app-process.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const folder = temporaryFolder();
let ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

/** Probot takes no 0 for a free port. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function world() {
  const git = await generateRepository([
    { name: 'base', branch: 'main', files: { 'README.md': 'hello\n' } },
    { name: 'bad', branch: 'bad', files: { Dockerfile: 'FROM debian:12\nCMD /app --serve\n' } },
  ]);
  ends.push(() => git.remove());
  const github = await startGitHub({ chatter: true });
  ends.push(() => github.close());
  const repository = await github.people.createRepository({
    owner: 'acme',
    name: 'app',
    gitDir: git.gitDir,
    defaultBranch: 'main',
  });
  const dataDirectory = await folder();
  const env = { ...environmentFor(github, dataDirectory), LOG_LEVEL: 'trace' };
  return { git, github, repository, dataDirectory, env };
}

describe('the App as a process', () => {
  it.each([
    ['from sources, as npm start runs it,', FROM_SOURCES],
    ['built, as its image runs it,', BUILT],
  ])(
    '%s does the main job, the analysis in a child; S01: no secret leaves it',
    async (_, main) => {
      const { git, github, repository, dataDirectory, env } = await world();
      const app = await startAppProcess(github, env, dataDirectory, main);
      ends.push(() => app.kill('SIGTERM'));
      await github.people.openPullRequest({ repository, base: 'main', head: git.id('bad') });
      await app.said('judged');
      expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
      expect(await (await fetch(`${app.url}/metrics`)).text()).toContain(
        'plinth_evaluations_total{outcome="block"} 1',
      );
      expect(repository.checkRuns).toMatchObject([{ conclusion: 'neutral' }]);
      expect(repository.checkRuns[0]?.title).toMatch(/^would block: /);
      expect(repository.reviews).toHaveLength(1);
      expect(await app.kill('SIGTERM')).toBe(0);
      ends.pop();
      const secrets = [
        github.webhookSecret,
        ...github.privateKey.split('\n').filter((line) => line.length > 40),
      ];
      const stored = await Promise.all(
        (await readdir(dataDirectory)).map((name) => readFile(join(dataDirectory, name), 'latin1')),
      );
      const said = [
        JSON.stringify(app.lines),
        app.errors,
        ...stored,
        JSON.stringify(repository.checkRuns[0]?.summary),
      ];
      for (const text of said) {
        for (const secret of secrets) expect(text.includes(secret)).toBe(false);
        expect(text).not.toMatch(/ghs_[A-Za-z0-9]|eyJ[A-Za-z0-9_-]{10}/);
      }
      expect(github.ledger.violations).toEqual([]);
    },
    60_000,
  );

  it('F04: ends within ten seconds of SIGTERM in the middle of a judgement, and does it after the restart', async () => {
    const { git, github, repository, env } = await world();
    const app = await startAppProcess(github, env);
    let hold: () => void = () => {};
    github.fault({
      match: { route: /compare/ },
      stall: new Promise((resolve) => (hold = resolve)),
      performed: true,
    });
    const asked = new Promise<void>((resolve) => {
      github.onPerformed((_at, entry) => {
        if (entry.route.includes('compare')) resolve();
      });
    });
    await github.people.openPullRequest({ repository, base: 'main', head: git.id('bad') });
    await asked;
    // It ends before the request does, which is held until then.
    expect(await app.kill('SIGTERM')).toBe(0);
    hold();
    expect(repository.checkRuns).toEqual([]);
    const again = await startAppProcess(github, env);
    ends.push(() => again.kill('SIGTERM'));
    await again.said('judged');
    expect(repository.checkRuns).toHaveLength(1);
  }, 60_000);

  it('M06: refuses to start with a weak secret, by name and without its value', async () => {
    const { github, env } = await world();
    for (const secret of ['', 'development', 'hunter2hunter2']) {
      const app = new AppProcess({ ...env, WEBHOOK_SECRET: secret });
      expect(await app.ended).toBe(2);
      expect(app.errors).toContain('WEBHOOK_SECRET');
      expect(app.errors).not.toContain('hunter2');
      expect(app.lines).toEqual([]);
    }
    expect(github.ledger.entries).toEqual([]);
  }, 60_000);

  it('says in a sentence that its folder is in use, and opens no other', async () => {
    const { github, env } = await world();
    const app = await startAppProcess(github, env);
    ends.push(() => app.kill('SIGTERM'));
    const second = new AppProcess(env);
    expect(await second.ended).toBe(1);
    expect(second.errors).toMatch(/^Plinth does not start: The data folder .* is in use/);
  }, 60_000);

  it('opens Probot’s set-up page on loopback where nothing is set, whatever HOST says', async () => {
    const dataDirectory = await folder();
    const env = {
      HOST: '0.0.0.0',
      PORT: String(await freePort()),
      PLINTH_DATA_DIR: dataDirectory,
      LOG_FORMAT: 'json',
      PLINTH_PUBLIC_URL: 'https://plinth.example.org',
    };
    const app = new AppProcess(env, dataDirectory, FROM_SOURCES);
    ends.push(() => app.kill('SIGKILL'));
    const { msg } = await app.saidMatching(/^Listening on http:\/\//);
    expect(msg).toMatch(/^Listening on http:\/\/(127\.0\.0\.1|localhost):\d+/);
    const page = await fetch(`${msg.slice('Listening on '.length)}/probot`);
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain('Register');
    expect(app.errors).toContain('set-up page');
    const manifest = JSON.parse(/value='([^']*)'/.exec(text)?.[1] ?? '');
    expect(manifest).toMatchObject({
      public: false,
      hook_attributes: { url: 'https://plinth.example.org/api/github/webhooks', active: true },
      default_permissions: { checks: 'write', contents: 'read' },
      default_events: expect.arrayContaining(['pull_request', 'issue_comment']),
    });
  }, 60_000);
});

// I11: image references that name addresses. They are text to Plinth: the process connects to GitHub's API and to nothing else.
import net from 'node:net';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { type Harness, startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

const folder = temporaryFolder();
// A loaded machine takes its time for git and SQLite.
jest.setTimeout(30_000);

const ADDRESSES = [
  'http://169.254.169.254/latest/meta-data',
  'https://elsewhere.test/x',
  '169.254.169.254/a:1',
  'localhost:22/a',
  '127.0.0.1:1/a',
  '[::1]/a',
  '[::1]:22/a@sha256:00',
  'user:pw@elsewhere.test/a',
  'docker-image://elsewhere.test/a',
  'file:///etc/passwd',
  '//elsewhere.test/a',
  'bücher.test/a',
  'xn--bcher-kva.test/a',
];

const LONG = `FROM elsewhere.test/${'a'.repeat(1_000_000)}\n`;
const dockerfile = ADDRESSES.map(
  (address, at) =>
    `FROM ${address} AS s${at}\nCOPY --from=${address} /a /a\nADD https://elsewhere.test/${at} /b\n`,
).join('');
const compose = `services:\n${ADDRESSES.map((address, at) => `  s${at}: {image: "${address}", build: {context: "https://elsewhere.test/${at}.git"}}\n`).join('')}`;
const pods = ADDRESSES.map(
  (address, at) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p${at}}\nspec: {containers: [{name: a, image: "${address}", command: [sh, -c, x]}]}\n`,
).join('---\n');
const kustomization = `resources: [https://elsewhere.test/k, "git@elsewhere.test:a/b"]\nimages: [{name: a, newName: "http://169.254.169.254/x"}]\n`;

const connect = net.Socket.prototype.connect;
const connected: string[] = [];
let harness: Harness | undefined;

beforeEach(() => {
  connected.length = 0;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
    const [first] = args.flat() as {
      readonly host?: string;
      readonly port?: number;
      readonly path?: string;
    }[];
    connected.push(first?.path ?? `${first?.host}:${first?.port}`);
    return Reflect.apply(connect, this, args);
  } as typeof connect;
});

afterEach(async () => {
  net.Socket.prototype.connect = connect;
  await harness?.stop();
  harness = undefined;
});

it('I11: addresses in a change are read as names, and nothing is asked of them', async () => {
  harness = await startHarness({
    dataDirectory: await folder(),
    commits: [
      { name: 'base', branch: 'main', files: { 'README.md': 'x\n' } },
      {
        name: 'head',
        branch: 'head',
        parents: ['base'],
        files: {
          Dockerfile: dockerfile,
          'long/Dockerfile': LONG,
          'compose.yaml': compose,
          'pods.yaml': pods,
          'kustomization.yaml': kustomization,
        },
      },
    ],
    time: new VirtualTime(),
  });
  const { github, repository, git, app, reports } = harness;
  await github.people.openPullRequest({ repository, base: 'main', head: git.id('head') });
  await app.settled();
  expect(reports).toHaveLength(1);
  const paths = new Set(reports[0]?.findings.map(({ path }) => path));
  expect([...paths]).toEqual(
    expect.arrayContaining(['Dockerfile', 'long/Dockerfile', 'compose.yaml', 'pods.yaml']),
  );
  const own = [new URL(github.url).host, new URL(app.webhookUrl).host];
  expect(connected.length).toBeGreaterThan(0);
  expect(connected.filter((to) => !own.includes(to))).toEqual([]);
  expect(github.ledger.entries.filter(({ route }) => route === 'unknown')).toEqual([]);
  expect(github.ledger.violations).toEqual([]);
});

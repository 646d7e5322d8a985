// The example of the guide's page on exceptions, played: the comments are taken from the page, and what Plinth says has to stand there.
import { readFileSync } from 'node:fs';
import { afterEach, expect, it, jest } from '@jest/globals';
import { check, FILE, push, say, type World } from './support/exceptions.ts';
import { startHarness } from './support/harness.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { VirtualTime } from './support/virtual-time.ts';

jest.setTimeout(60_000);
const folder = temporaryFolder();
let world: World | undefined;

afterEach(async () => {
  await world?.stop();
  expect(world?.github.ledger.violations ?? []).toEqual([]);
});

const PAGE = readFileSync(new URL('../../docs/guide/exceptions.md', import.meta.url), 'utf8');
const EXAMPLE = /^## An example\n([\s\S]*?)^## /m.exec(PAGE)?.[1] ?? '';
const [ASK = '', GRANT = ''] = [...EXAMPLE.matchAll(/^\/plinth .*$/gm)].map(([line]) => line);
/** The entry that the page shows inside of a reply. */
const ENTRY = (/^> ```yaml\n([\s\S]*?)^> ```$/m.exec(EXAMPLE)?.[1] ?? '').replaceAll(/^> ?/gm, '');

const DEBIAN =
  'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.4\nRUN clean-install iptables\nENTRYPOINT ["/importer"]\n';
const COMMITS = [
  {
    name: 'base',
    branch: 'main',
    files: {
      '.github/plinth.yml': 'extends: kep-1729\n',
      'importer/Dockerfile': 'FROM gcr.io/distroless/static:nonroot\nENTRYPOINT ["/importer"]\n',
      'importer/build.sh':
        'docker build -t registry.acme.io/importer:1 importer\ndocker push registry.acme.io/importer:1\n',
    },
  },
  { name: 'debian', branch: 'debian', files: { 'importer/Dockerfile': DEBIAN } },
  { name: 'documented', branch: 'documented', files: { [FILE]: `exceptions:\n${ENTRY}` } },
];

async function opened(): Promise<World> {
  const clock = new VirtualTime();
  const harness = await startHarness({ dataDirectory: await folder(), time: clock, commits: COMMITS });
  const { github, git, repository, app } = harness;
  const { pull } = await github.people.openPullRequest({ repository, base: 'main', head: git.id('debian') });
  github.people.setRole(repository, 'maintainer', 'maintain');
  await app.settled();
  await clock.advance(5_000);
  return { ...harness, pull, clock };
}

/** A check as the page shows it: its title, and the part of its summary that is about exceptions. */
function shownCheck(given: World): string {
  const { conclusion, summary } = check(given);
  const { repository, pull } = given;
  const title = repository.checkRuns.findLast((one) => one.headSha === pull.headSha)?.title;
  const told = summary.split('\n').filter((line) => /^- .* covers |^To ask for/.test(line));
  return quoted(
    [`**${title}** (${conclusion})`, ...told.map((line) => line.replace(/ How exc.*/, ''))].join('\n\n'),
  );
}

/** A reply without its mark, and without the command that it repeats. */
async function reply(given: World, body: string, by: string): Promise<string> {
  const said = (await say(given, body, by)).reply.replace(/\n+<!--.*-->$/, '');
  return quoted(said);
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

it('the example of the page on exceptions is as it stands there', async () => {
  world = await opened();
  const shown = [shownCheck(world)];
  shown.push(await reply(world, ASK, 'contributor'));
  shown.push(await reply(world, GRANT, 'maintainer'), shownCheck(world));
  await push(world, 'documented');
  shown.push(shownCheck(world));
  // In their order, each behind the one before.
  let at = 0;
  for (const one of shown) {
    expect(EXAMPLE.slice(at)).toContain(one);
    at = EXAMPLE.indexOf(one, at) + one.length;
  }
});

import { describe, expect, it } from '@jest/globals';
import { EXCEPTIONS_TOPIC } from '../../src/cli/exceptions-topic.ts';
import type { PolicyText } from '../../src/domain/index.ts';
import { policyGiven } from '../../src/engine/policy.ts';
import { policyNotices } from '../../src/policy/index.ts';
import { CHOSEN, judgeTree, SHIPPED } from '../support/mini-repository.ts';

/** The example below a heading of the topic, as a maintainer would paste it. */
function exampleOf(heading: string): PolicyText {
  const section = EXCEPTIONS_TOPIC.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  const text = /```yaml\n([\s\S]*?)```/.exec(section ?? '')?.[1];
  if (text === undefined) throw new Error(`the topic has no example below "${heading}"`);
  return { tier: 'repository', from: '.github/plinth.yml', text };
}

const HEADINGS = [...EXCEPTIONS_TOPIC.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading ?? '');

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n  - name: a\n';
const POSTGRES = `${POD}    image: registry.example.com/mirror/postgres:17\n    command: ["sh", "-c", "x"]\n`;
const PROBE = `${POD}    image: registry.k8s.io/a\n    livenessProbe: { exec: { command: ["sh", "-c", "x"] } }\n`;
const ON_DEBIAN =
  'FROM registry.k8s.io/build-image/debian-base:bookworm-v1.0.6\nRUN clean-install iptables\n';
/** Without an exception, each of these is held up. */
const HELD_UP: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'What is not ours': {
    'importer/Dockerfile': 'ARG BASE\nFROM $BASE\nCMD x\n',
    'importer/Dockerfile.b': 'RUN x\n',
  },
  'The manifests of one image': { 'a.yaml': POSTGRES },
  'One base, for every image': { Dockerfile: 'FROM gcr.io/distroless/java21-debian12\nCOPY a /a\n' },
  'Every base that needs an exception': { Dockerfile: ON_DEBIAN },
  'One rule': { 'a.yaml': PROBE },
};

/** The exceptions file that stands first. */
const FILE = /```yaml\n(exceptions:[\s\S]*?)```/.exec(EXCEPTIONS_TOPIC)?.[1] ?? '';

describe('the exceptions file that is told', () => {
  const files = {
    'importer/Dockerfile': ON_DEBIAN,
    'build.sh':
      'docker build -t registry.example.com/importer:1 importer\ndocker push registry.example.com/importer:1\n',
  };

  it('lets its image keep its base, and no other image', async () => {
    const excepted = { ...files, '.github/plinth-exceptions.yml': FILE };
    expect((await judgeTree(files)).verdict.outcome).toBe('needs-exception');
    expect((await judgeTree(excepted)).verdict.outcome).toBe('pass');
    const { verdict } = await judgeTree({ ...excepted, 'other/Dockerfile': ON_DEBIAN });
    expect(verdict.outcome).toBe('needs-exception');
  });
});

describe('each way to an exception that is told', () => {
  it.each(HEADINGS)('is known to this test: %s', (heading) => {
    expect(Object.keys(HELD_UP)).toContain(heading);
  });

  it.each(HEADINGS)('works as it is written: %s', async (heading) => {
    const example = exampleOf(heading);
    const files = HELD_UP[heading] ?? {};
    const governs = heading === 'The manifests of one image' ? 'images: ["registry.example.com/**"]\n' : '';
    const before = [{ ...example, text: `extends: kep-1729\n${governs}` }];
    const held = await judgeTree(files, { policies: governs === '' ? CHOSEN : before });
    expect(['block', 'needs-exception', 'inconclusive']).toContain(held.verdict.outcome);
    const passed = await judgeTree(files, { policies: [example] });
    expect(['pass', 'warn']).toContain(passed.verdict.outcome);
    expect(policyNotices(example, policyGiven(SHIPPED))).toEqual([]);
  });

  it('is for its own case only: another image stays held up', async () => {
    const files = { 'other/Dockerfile': ON_DEBIAN };
    const { verdict } = await judgeTree(files, { policies: [exampleOf('What is not ours')] });
    expect(verdict.outcome).toBe('needs-exception');
  });
});

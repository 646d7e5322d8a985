import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type OpenFactWorkers, openFactWorkers } from '../../../src/adapters/fact-workers/index.ts';
import type { FactWorkers, FormattedText } from '../../../src/engine/ports.ts';
import { factsOfText } from '../../../src/engine/text-facts.ts';
import { TextReader } from '../../../src/engine/text-reader.ts';
import { formatById } from '../../../src/formats/index.ts';

const TEXTS: readonly FormattedText[] = [
  { format: 'dockerfile', profile: 'dockerfile', text: 'FROM alpine:3.20\nRUN apk add curl\nCMD /run.sh\n' },
  {
    format: 'kubernetes',
    profile: 'manifest',
    text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: b, command: [sh, -c, "x >>/log"]}]}\n',
  },
  { format: 'go', profile: 'go', text: 'package main\n\nimport _ "github.com/golang/glog"\n' },
];

const opened: OpenFactWorkers[] = [];
afterEach(() => {
  for (const workers of opened.splice(0)) workers.close();
});

function open(count: number): OpenFactWorkers {
  const workers = openFactWorkers(count);
  opened.push(workers);
  return workers;
}

async function readHere({ format, profile, text }: FormattedText): Promise<unknown> {
  const known = formatById(format);
  return known === undefined
    ? undefined
    : JSON.parse(JSON.stringify(await factsOfText(known, profile, text)));
}

// Each of these starts processes, which takes its time where the machine is busy.
jest.setTimeout(30_000);

describe('facts from other processes', () => {
  it.each([1, 2, 3])('are those that are read here, with %d of them', async (count) => {
    const workers = open(count);
    const answers = await Promise.all(TEXTS.map((text) => workers.read([text, ...TEXTS])));
    const expected = await Promise.all(TEXTS.map(readHere));
    expect(expected.flat().length).toBeGreaterThan(2);
    expect(answers).toEqual(expected.map((first) => [first, ...expected]));
  });

  it('are null once a worker has died, for what was asked and for what is asked later', async () => {
    const workers = open(1);
    const asked = workers.read(TEXTS);
    workers.close();
    expect(await asked).toBeNull();
    expect(await workers.read(TEXTS)).toBeNull();
  });
});

describe('a reader of many texts', () => {
  const format = formatById('dockerfile');
  const large = (index: number) => `FROM alpine:3.${index}\n# ${'-'.repeat(150_000)}\n`;

  async function basesWith(workers: FactWorkers | null): Promise<readonly string[]> {
    if (format === undefined) throw new Error('there is no such format');
    const bases: string[] = [];
    const reader = new TextReader(workers);
    for (let index = 0; index < 30; index++) {
      const take = (facts: readonly unknown[]) => {
        bases[index] = JSON.stringify(facts);
      };
      await reader.read({ format, profile: 'dockerfile', text: large(index), take });
    }
    await reader.settle();
    return bases;
  }

  it('gives the same with workers, without, and with workers that die', async () => {
    let asked = 0;
    const dying: FactWorkers = {
      count: 2,
      read: async () => {
        asked += 1;
        return null;
      },
    };
    const alone = await basesWith(null);
    expect(alone).toHaveLength(30);
    expect(alone[29]).toContain('alpine:3.29');
    expect(await basesWith(dying)).toEqual(alone);
    expect(asked).toBeGreaterThan(2);
    expect(await basesWith(open(2))).toEqual(alone);
  });
});

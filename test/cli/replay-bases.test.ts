import { describe, expect, it } from '@jest/globals';
import { type LabelledImage, scoreBases } from '../../src/cli/replay-bases.ts';
import { type Files, judgeTree } from '../support/mini-repository.ts';

async function scoreOf(files: Files, labels: readonly LabelledImage[]) {
  return scoreBases(labels, await judgeTree(files));
}

const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('a labelled image', () => {
  it.each<[lesson: string, from: string, baseAfter: LabelledImage['baseAfter']]>([
    ['the same text', 'debian:12', 'debian:12'],
    ['a list of one', 'debian:12', ['debian:12']],
    ['an architecture in another notation', 'debian-${TARGETARCH}:12', 'debian-${TARGETARCH}:12'],
    ['a digest that the label leaves out', `debian:12@${DIGEST}`, 'debian:12'],
    [
      'a tag and a digest of which the label writes the digest',
      `debian:12@${DIGEST}`,
      'debian@sha256:abab... (tag 12)',
    ],
    ['the latest tag', 'debian:latest', 'debian'],
    ['a digest that the label shortens', `debian@${DIGEST}`, 'debian@sha256:abab... (tag 12)'],
  ])('is resolved exactly by %s', async (_, from, baseAfter) => {
    const labels = [{ path: 'Dockerfile', baseAfter }];
    expect(await scoreOf({ Dockerfile: `FROM ${from}\n` }, labels)).toEqual({ exact: 1, wrong: [] });
  });

  it.each<[lesson: string, dockerfile: string, wanted: string]>([
    [
      'no tag where the label has none',
      'FROM debian:11-slim\n',
      'Dockerfile: base debian:11-slim, wanted debian:11',
    ],
    ['another tag', 'FROM debian:12\n', 'Dockerfile: base debian:12, wanted debian:11'],
    ['a base that stays open', 'ARG B\nFROM ${B}\n', 'Dockerfile: base unresolved ${B}, wanted debian:11'],
  ])('is not by %s', async (_, dockerfile, wanted) => {
    const labels = [{ path: 'Dockerfile', baseAfter: 'debian:11' }];
    expect(await scoreOf({ Dockerfile: dockerfile }, labels)).toEqual({ exact: 0, wrong: [wanted] });
  });

  it('is not where one base of several is missing, or one is too many', async () => {
    const files = {
      Dockerfile: 'ARG BASE\nFROM ${BASE}\n',
      'build.sh': 'docker build --build-arg BASE=a:1 .\ndocker build --build-arg BASE=b:1 .\n',
    };
    const scores = await Promise.all(
      [['a:1', 'b:1'], ['a:1', 'b:1', 'c:1'], ['a:1']].map((baseAfter) =>
        scoreOf(files, [{ path: 'Dockerfile', baseAfter }]),
      ),
    );
    expect(scores.map(({ exact }) => exact)).toEqual([1, 0, 0]);
  });

  it('is found by the file that decides its base', async () => {
    const files = {
      Dockerfile: 'ARG BASE\nFROM ${BASE}\n',
      Makefile: 'B=a:1\nx:\n\tdocker build --build-arg BASE=$(B) .\n',
    };
    expect((await scoreOf(files, [{ path: 'Makefile', baseAfter: 'a:1' }])).exact).toBe(1);
  });

  it.each<LabelledImage['baseAfter']>([null, '-', 'a:1 (used directly)', 'whatever the release says'])(
    'is not counted where the label says %p',
    async (baseAfter) => {
      const labels = [{ path: 'Dockerfile', baseAfter }];
      expect(await scoreOf({ Dockerfile: 'FROM debian:12\n' }, labels)).toEqual({ exact: 0, wrong: [] });
    },
  );
});

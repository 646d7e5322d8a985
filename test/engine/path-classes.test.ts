import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

const IMAGE = 'FROM gcr.io/distroless/static\nCOPY a /a\nCOPY b /b\nENTRYPOINT ["/a"]\n';
const WITH_PACKAGES = IMAGE.replace('COPY b', 'RUN apt-get install x\nCOPY b');

describe('SEM-2.1 the class of a path is the stricter of tip and head', () => {
  it.each([
    ['into a vendored folder', 'app/Dockerfile', 'vendor/app/Dockerfile', 'release', 'block'],
    ['into a folder of tests', 'app/Dockerfile', 'app/testdata/Dockerfile', 'release', 'block'],
    ['out of a vendored folder', 'vendor/app/Dockerfile', 'app/Dockerfile', 'release', 'block'],
    ['within a vendored folder', 'vendor/app/Dockerfile', 'vendor/b/Dockerfile', 'vendored', 'pass'],
  ])('moved %s', async (_, from, to, scope, outcome) => {
    const report = await judgeChange({ [from]: IMAGE }, { [to]: WITH_PACKAGES });
    expect(report.images.map((image) => [image.path, image.scope])).toEqual([[to, scope]]);
    expect(report.findings.map(({ rule, state }) => [rule, state])).toEqual([
      ['package-manager-final-stage', 'introduced'],
    ]);
    expect(report.verdict.outcome).toBe(outcome);
  });
});

import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

const STATIC = 'FROM gcr.io/distroless/static\n';
const PROBE = 'HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]\nENTRYPOINT ["/server"]\n';

async function judged(lines: string) {
  const { findings, verdict } = await judgeChange({}, { Dockerfile: `${STATIC}${lines}${PROBE}` });
  return { rules: findings.map(({ rule, level }) => `${rule} ${level}`), outcome: verdict.outcome };
}

describe('a program of the system', () => {
  it.each([
    ['a PATH that leads nowhere else does not bring it', 'ENV PATH=/opt/bin:$PATH\n'],
    ['a folder elsewhere does not bring it', 'COPY data/ /data/\n'],
  ])('%s', async (_, lines) => {
    expect(await judged(lines)).toEqual({ rules: ['missing-program block'], outcome: 'block' });
  });

  it.each([
    ['a folder that the tree lacks', 'COPY bin/ /usr/bin/\n'],
    ['what a build put out', 'COPY --from=golang /out/ /usr/bin/\n'],
    ['a file that nobody names', 'ARG FILE\nCOPY $FILE /usr/bin/\n'],
  ])('%s may bring it: that is undecided, not green', async (_, lines) => {
    expect(await judged(lines)).toEqual({ rules: ['missing-program inconclusive'], outcome: 'inconclusive' });
  });

  it('a file of its name brings it', async () => {
    expect(await judged('COPY curl /usr/bin/\n')).toEqual({ rules: [], outcome: 'pass' });
  });
});

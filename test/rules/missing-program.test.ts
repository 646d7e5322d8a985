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

/** One problem, one finding (SEM-4.3): a program that is many in one file is what it starts. */
describe('an applet of busybox', () => {
  const started = (words: string, lines = '') =>
    judgeChange({}, { Dockerfile: `${STATIC}${lines}ENTRYPOINT ${words}\n` }).then(({ findings }) =>
      findings.map(({ rule, message }) => `${rule} ${/starts (a shell|\w+)/.exec(message)?.[1]}`),
    );

  it('that is a shell needs a shell', async () => {
    expect(await started('["busybox", "sh", "-c", "/server"]')).toEqual(['shell-entrypoint a shell']);
  });

  it('that is another program needs busybox', async () => {
    expect(await started('["busybox", "wget", "-q", "http://x/"]')).toEqual(['missing-program busybox']);
  });

  it('that starts a program of the image needs busybox', async () => {
    expect(await started('["toybox", "nice", "/server"]')).toEqual(['missing-program toybox']);
  });

  it('comes with busybox', async () => {
    const lines = 'COPY --from=busybox:1.36 /bin/busybox /bin/busybox\n';
    expect(await started('["busybox", "wget", "-q", "http://x/"]', lines)).toEqual([
      'shell-copied-into-image undefined',
    ]);
  });
});

import { describe, expect, it, jest } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';

// RELIABILITY I06: what grows with every instruction of a stage has a bound, and each instruction is looked at once. What hangs takes
// minutes; a busy machine takes seconds.
jest.setTimeout(30_000);

const STATIC = 'FROM gcr.io/distroless/static\n';
const END = 'ENTRYPOINT ["/server"]\n';

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}

async function judged(text: string, more: Readonly<Record<string, string>> = {}) {
  const { findings, verdict } = await judgeChange({}, { Dockerfile: `${text}${END}`, ...more });
  return { rules: [...new Set(findings.map(({ rule }) => rule))].sort(), outcome: verdict.outcome };
}

const PASS = { rules: [], outcome: 'pass' };

describe('stages of many instructions', () => {
  it.each<readonly [string, string, { rules: readonly string[]; outcome: string }]>([
    [
      'folders below folders without end',
      `${STATIC}${lines(20_000, () => 'WORKDIR a')}${lines(20_000, (at) => `COPY x${at} y`)}`,
      PASS,
    ],
    [
      'copies into the deepest folder that counts',
      `${STATIC}${lines(500, () => 'WORKDIR a')}${lines(20_000, (at) => `COPY x${at} y`)}`,
      PASS,
    ],
    ['30,000 variables', `${STATIC}${lines(30_000, (at) => `ENV A${at}=$A${at - 1}b`)}`, PASS],
    ['30,000 variables of one instruction', `${STATIC}ENV ${lines(1, () => 'A=b '.repeat(30_000))}`, PASS],
    [
      '50,000 commands',
      `FROM alpine AS b\n${lines(50_000, (at) => `RUN cp -r /bin /x${at}`)}${STATIC}COPY --from=b /etc/passwd /etc/\n`,
      // Nobody follows so many copies of shells: the copy counts as one more.
      { rules: ['shell-copied-into-image'], outcome: 'needs-exception' },
    ],
    [
      'a folder looked for again and again',
      `FROM alpine AS b\n${lines(20_000, (at) => `RUN make-root /rootfs/${at}`)}${STATIC}${lines(20_000, (at) => `COPY --from=b /rootfs/${at}/ /`)}`,
      { rules: ['unresolved-base'], outcome: 'inconclusive' },
    ],
    [
      '20,000 stages in a row',
      `FROM alpine AS s0\n${lines(20_000, (at) => `FROM s${at} AS s${at + 1}`)}`,
      { rules: ['unresolved-base'], outcome: 'inconclusive' },
    ],
    [
      'each stage copied whole onto two others',
      `FROM alpine AS s0\n${lines(2000, (at) => `FROM scratch AS s${at + 1}\nCOPY --from=s${at} / /\nCOPY --from=s${Math.max(0, at - 1)} / /`)}`,
      { rules: ['shell-copied-into-image', 'unresolved-base'], outcome: 'block' },
    ],
  ])('%s', async (_, text, expected) => {
    expect(await judged(text)).toEqual(expected);
  });

  it('ways to build one are as many as can be looked at, and the rest is said', async () => {
    const makefile = lines(100, (at) => `b${at}:\n\tdocker build --build-arg B=${at} -t gcr.io/x/a${at} .`);
    const { outcome } = await judged(`ARG B\n${STATIC}${lines(20_000, () => 'ENV A=$B')}`, {
      Makefile: makefile,
    });
    expect(outcome).toBe('inconclusive');
  });
});

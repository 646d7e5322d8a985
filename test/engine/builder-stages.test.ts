import { describe, expect, it } from '@jest/globals';
import { type Files, judgeChange } from '../support/mini-repository.ts';

const STATIC = 'FROM gcr.io/distroless/static:nonroot\nCOPY app /app\nENTRYPOINT ["/app"]\n';
const STAGE = 'FROM golang:1.22 AS compile\nRUN apt-get update\nRUN make app\n\n';
const rules = (...lines: readonly string[]) => `image:\n${lines.map((line) => `\t${line}\n`).join('')}`;
const runs = (name: string) => `docker run -v $(CURDIR):/src ${name} make app`;
const RUNS = runs('app-builder');
const SHIPS = 'docker build -t registry.k8s.io/app:1 .';

async function introduced(before: Files, after: Files): Promise<readonly string[]> {
  const { findings } = await judgeChange(before, after);
  return findings
    .filter(({ state, level }) => state === 'introduced' && level !== 'note')
    .map(({ rule }) => rule);
}

/** SEM-2.2: what was shipped at the tip is no builder now. */
describe('a builder of a file that is shipped', () => {
  it('may come into it as a stage of its own', async () => {
    const before = {
      Dockerfile: STATIC,
      'tools/Dockerfile': STAGE,
      Makefile: rules(SHIPS, 'docker build -t app-builder tools', RUNS),
    };
    const after = {
      Dockerfile: STAGE + STATIC,
      Makefile: rules(SHIPS, 'docker build -t app-builder --target=compile .', RUNS),
    };
    expect(await introduced(before, after)).toEqual([]);
  });

  it('is none by its name where its stage was shipped', async () => {
    const two = (base: string) => `FROM ${base} AS server\nENTRYPOINT ["/app"]\n\n${STATIC}`;
    const before = {
      Dockerfile: two('gcr.io/distroless/static:nonroot'),
      Makefile: rules(SHIPS, 'docker build -t registry.k8s.io/server:1 --target=server .'),
    };
    const after = {
      Dockerfile: two('debian:12'),
      Makefile: rules(SHIPS, 'docker build -t server-builder --target=server .', runs('server-builder')),
    };
    expect(await introduced(before, after)).toContain('base-not-allowed');
  });

  it('is none by its name where nothing else of the file is shipped any more', async () => {
    const before = { Dockerfile: STATIC, Makefile: rules(SHIPS) };
    const after = {
      Dockerfile: `FROM debian:12 AS compile\nENTRYPOINT ["/app"]\n`,
      Makefile: rules('docker build -t app-builder --target=compile .', RUNS),
    };
    expect(await introduced(before, after)).toContain('base-not-allowed');
  });
});

import { describe, expect, it } from '@jest/globals';
import type { ReportFinding } from '../../src/domain/index.ts';
import { judgeTree } from '../support/mini-repository.ts';

const COPY = 'COPY a /a\nENTRYPOINT ["/a"]\n';

async function found(from: string, allow: string, exception = '[]'): Promise<ReportFinding> {
  const text = `extends: kep-1729\nname: own\nbases:\n  allow: ${allow}\n  exception: ${exception}\n`;
  const report = await judgeTree(
    { Dockerfile: `FROM ${from}\n${COPY}` },
    { policies: [{ tier: 'repository', from: '.github/plinth.yml', text }] },
  );
  const finding = report.findings.find(({ rule }) => rule.startsWith('base-'));
  if (finding === undefined) throw new Error('nothing was found');
  return finding;
}

const OTHERS = '[chainguard-static, "registry.example/base/*"]';
const NAMED = 'use a base that the policy allows (chainguard-static, registry.example/base/*)';

describe('what is proposed is allowed by the policy in force', () => {
  it.each([
    ['a base of another kind', 'debian:12'],
    ['a debug tag', 'gcr.io/distroless/static:debug'],
    ['scratch', 'scratch'],
  ])('%s: no distroless where that is not allowed, and no fix', async (_, from) => {
    const finding = await found(from, OTHERS);
    expect(finding.message).toContain(`does not allow: ${NAMED}`);
    expect(finding.fix).toBeUndefined();
  });

  it('a base that needs an exception moves to what is allowed', async () => {
    const { message } = await found('debian:12', OTHERS, '[debian]');
    expect(message).toContain(`ask for an exception, or ${NAMED}.`);
  });

  it('a fix is offered only with a tag that is allowed', async () => {
    const pinned = await found('scratch', '["gcr.io/distroless/static:nonroot"]');
    expect(pinned.fix).toBeUndefined();
    const open = await found('scratch', '[distroless-static]');
    expect(open.fix).toMatchObject({ title: 'use gcr.io/distroless/static:latest', safe: true });
  });

  it('a debug tag of what is allowed becomes the plain one', async () => {
    const finding = await found('gcr.io/distroless/static:debug', '[distroless-static]');
    expect(finding.message).toContain('use the same image without the debug tag');
    expect(finding.fix).toMatchObject({ title: 'use gcr.io/distroless/static:latest' });
  });

  it('many are counted, and none is said to be', async () => {
    const many = await found(
      'debian:12',
      '[a.example/1, a.example/2, a.example/3, a.example/4, a.example/5]',
    );
    expect(many.message).toContain('(a.example/1, a.example/2, a.example/3, a.example/4 and 1 more)');
    expect((await found('debian:12', '[]')).message).toContain('ask a maintainer for an exception');
  });
});

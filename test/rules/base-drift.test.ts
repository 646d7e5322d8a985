import { describe, expect, it } from '@jest/globals';
import { judgeTree } from '../support/mini-repository.ts';

function makefile(...tags: readonly string[]): string {
  return tags.map((tag, at) => `t${at}:\n\tdocker build -t ${tag} -f ${at}.Dockerfile .\n`).join('');
}

async function drifts(files: Readonly<Record<string, string>>) {
  const report = await judgeTree(files);
  return report.findings
    .filter(({ rule }) => rule === 'base-drift')
    .map(({ level, path, line, related }) => ({
      level,
      at: `${path}:${line}`,
      against: related?.map((one) => `${one.path}:${one.line}`),
    }));
}

const STATIC = 'FROM gcr.io/distroless/static:nonroot\n';
const BASE = 'FROM gcr.io/distroless/base:nonroot\n';

describe('two ways to build one image', () => {
  it('on two families are told once, with both places', async () => {
    const tree = {
      Makefile: makefile('registry.example/web:1', 'registry.example/web:1'),
      '0.Dockerfile': STATIC,
      '1.Dockerfile': BASE,
    };
    expect(await drifts(tree)).toEqual([
      { level: 'warn', at: '0.Dockerfile:1', against: ['1.Dockerfile:1'] },
    ]);
  });

  it('on two versions of one family are told', async () => {
    const tree = {
      Makefile: makefile('registry.example/web:1', 'registry.example/web:1'),
      '0.Dockerfile': 'FROM k8s.gcr.io/debian-base:v1.0.0\n',
      '1.Dockerfile': 'FROM k8s.gcr.io/debian-base:v0.4.1\n',
    };
    expect(await drifts(tree)).toHaveLength(1);
  });

  it.each<readonly [string, string, string, string, string]>([
    [
      'on one version spelled in two ways',
      'r.example/web:1',
      'r.example/web:1',
      'FROM k8s.gcr.io/debian-base:v1.0.0\n',
      'FROM registry.k8s.io/build-image/debian-base:1.0.0\n',
    ],
    [
      'where a digest says which version',
      'r.example/web:1',
      'r.example/web:1',
      STATIC,
      `FROM gcr.io/distroless/static@sha256:${'a'.repeat(64)}\n`,
    ],
    ['under two tags', 'r.example/web:1', 'r.example/web:1-debug', STATIC, BASE],
    ['under two registries', 'r.example/web:1', 's.example/web:1', STATIC, BASE],
    ['without a registry', 'web', 'web', STATIC, BASE],
    [
      'for two architectures of one family',
      'r.example/web-amd64:1',
      'r.example/web-arm64:1',
      'FROM k8s.gcr.io/debian-base-amd64:1.0.0\n',
      'FROM k8s.gcr.io/debian-base-arm64:1.0.0\n',
    ],
    ['where one of them is not resolved', 'r.example/web:1', 'r.example/web:1', STATIC, 'ARG B\nFROM $B\n'],
  ])('are silent %s', async (_, first, second, one, other) => {
    const tree = { Makefile: makefile(first, second), '0.Dockerfile': one, '1.Dockerfile': other };
    expect(await drifts(tree)).toEqual([]);
  });
});

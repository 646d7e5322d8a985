import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../src/domain/index.ts';
import { judgeTree } from '../support/mini-repository.ts';

const FILES = {
  'base/Dockerfile': 'FROM scratch\nADD rootfs.tar /\nCMD ["/x"]\n',
  'base/Dockerfile.build': 'FROM debian:12-slim\nRUN apt-get remove perl\n',
};

function basesOf(report: Report): Record<string, string> {
  return Object.fromEntries(
    report.images.map(({ path, scope, bases }) => [
      path,
      `${scope} ${bases.map(({ reference, chain }) => `${reference} ${chain.at(-1)?.path}:${chain.at(-1)?.line}`)}`,
    ]),
  );
}

describe('a root file system that is exported from one image and unpacked by another', () => {
  it.each<[lesson: string, recipe: string]>([
    [
      'by the name of a container',
      '\tdocker build -t build -f base/Dockerfile.build base\n\tdocker create --name c build\n\tdocker export c > base/rootfs.tar\n\tdocker build -t registry.example/base base\n',
    ],
    [
      'through a variable, into a folder',
      '\tdocker build -t build -f base/Dockerfile.build base\n\tcd base && id=$$(docker container create build) && docker export -o rootfs.tar $$id\n\tdocker build -t registry.example/base base\n',
    ],
    [
      'packed on its way',
      '\tdocker build -t build -f base/Dockerfile.build base\n\tdocker run --name=c build true\n\tdocker export c | gzip > base/rootfs.tar\n\tdocker build -t registry.example/base base\n',
    ],
  ])('is its base: %s', async (_, recipe) => {
    const report = await judgeTree({ ...FILES, Makefile: `all:\n${recipe}` });
    expect(basesOf(report)).toEqual({
      'base/Dockerfile': 'release debian:12-slim base/Dockerfile:2',
      'base/Dockerfile.build': 'builder debian:12-slim base/Dockerfile.build:1',
    });
    expect(report.findings.filter(({ rule }) => rule === 'base-not-allowed')).toMatchObject([
      { path: 'base/Dockerfile', line: 2, level: 'block' },
      { path: 'base/Dockerfile.build', level: 'note' },
    ]);
  });

  it('may come from an image of elsewhere', async () => {
    const report = await judgeTree({
      'base/Dockerfile': FILES['base/Dockerfile'],
      Makefile:
        'all:\n\tdocker create --name c alpine:3\n\tdocker export c > base/rootfs.tar\n\tdocker build base\n',
    });
    expect(basesOf(report)).toEqual({ 'base/Dockerfile': 'release alpine:3 base/Dockerfile:2' });
  });

  it('stays unresolved where nothing says what is exported', async () => {
    const report = await judgeTree({
      'base/Dockerfile': FILES['base/Dockerfile'],
      Makefile: 'all:\n\tdocker export $(CONTAINER) > base/rootfs.tar\n\tdocker build base\n',
    });
    expect(report.findings.map(({ rule }) => rule)).toContain('unresolved-base');
  });

  it('that nobody unpacks is shipped as it is', async () => {
    const report = await judgeTree({
      Dockerfile: 'FROM debian:12-slim\n',
      Makefile:
        'all:\n\tdocker build -t build .\n\tdocker create --name c build\n\tdocker export c > out.tar\n\tdocker run build\n',
    });
    expect(basesOf(report)).toEqual({ Dockerfile: 'release debian:12-slim Dockerfile:1' });
  });
});

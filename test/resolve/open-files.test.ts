import { describe, expect, it } from '@jest/globals';
import { judgeChange } from '../support/mini-repository.ts';
import { modelOf } from './model.ts';

const STATIC = 'gcr.io/distroless/static';
const DOCKERFILE = `ARG BASE=${STATIC}\nFROM $BASE\n`;

describe('a change of a file that decides an open base touches the image', () => {
  const makefile = (value: string) =>
    `BASE := ${value}\nimage:\n\tdocker build --build-arg BASE=$(BASE) -t r.example/x .\n`;
  const script = (line: string) =>
    `#!/bin/bash\n${line}\ndocker build --build-arg BASE=$BASE -t r.example/x .\n`;

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['which a makefile reads by a shell', { Makefile: makefile('$(shell cat conf/base.txt)') }],
    ['which a makefile reads itself', { Makefile: makefile('$(file < conf/base.txt)') }],
    ['which a script prints', { 'build.sh': script('BASE=$(cat conf/base.txt)') }],
    ['which a script cuts', { 'build.sh': script('BASE=$(head -n1 ./conf/base.txt)') }],
    ['which a script reads', { 'build.sh': script('read -r BASE < conf/base.txt') }],
    ['which a shell reads by itself', { 'build.sh': script('BASE=$(<conf/base.txt)') }],
    ['which lies beside the script', { 'conf/build.sh': script('cd ..\nBASE=$(cat conf/base.txt)') }],
  ])('%s', async (_, files) => {
    const before = { Dockerfile: DOCKERFILE, ...files, 'conf/base.txt': `${STATIC}\n`, 'README.md': 'a\n' };
    const { verdict } = await judgeChange(before, { ...before, 'conf/base.txt': 'debian:12\n' });
    expect(verdict).toMatchObject({ outcome: 'pass', touched: 'inconclusive' });
    const other = await judgeChange(before, { ...before, 'README.md': 'b\n' });
    expect(other.verdict).toMatchObject({ outcome: 'pass', touched: 'pass' });
  });
});

describe('where a script runs that has a definition beside it and one at the root', () => {
  const SCRIPT = '#!/bin/sh\ndocker build --build-arg BASE=debian:12 -t r.example/x .\n';
  it.each<readonly [string, string, string, string]>([
    ['beside it, where both take its arguments', DOCKERFILE, DOCKERFILE, 'hack/Dockerfile'],
    ['at the root, where only that one does', DOCKERFILE, `FROM ${STATIC}\n`, 'Dockerfile'],
    ['beside it, where only that one does', `FROM ${STATIC}\n`, DOCKERFILE, 'hack/Dockerfile'],
  ])('%s', (_, root, beside, expected) => {
    const { images } = modelOf({ Dockerfile: root, 'hack/Dockerfile': beside, 'hack/build.sh': SCRIPT });
    expect(images.filter(({ name }) => name === 'r.example/x').map(({ path }) => path)).toEqual([expected]);
  });
});

// What is not followed to its end is said, never left out.
import { expect, it } from '@jest/globals';
import type { Fact } from '../../src/domain/index.ts';
import { formatById } from '../../src/formats/index.ts';
import { FileReader } from '../../src/resolve/files.ts';
import { makeInvocations } from '../../src/resolve/invocations/make.ts';
import { scriptInvocations } from '../../src/resolve/invocations/script.ts';
import { judgeChange } from '../support/mini-repository.ts';

function readerOf(files: Readonly<Record<string, string>>): FileReader {
  return new FileReader({
    has: (path) => Object.hasOwn(files, path),
    facts: (path, id): readonly Fact[] => {
      const text = files[path];
      const format = formatById(id);
      return text === undefined || format === undefined ? [] : format.facts(text, id);
    },
    claimed: [],
  });
}

const FILES = {
  'build.sh': '#!/bin/sh\ndocker build -t example.io/a .\n',
  Makefile: 'image:\n\tdocker build -t example.io/a .\n',
};
const MORE_THAN_A_TREE_HAS = 1e9;

it('a tree whose scripts take too long together names each that was not followed', () => {
  const reader = readerOf(FILES);
  expect(scriptInvocations(['build.sh'], reader, []).unread).toEqual([]);
  reader.charge({}, MORE_THAN_A_TREE_HAS);
  const because = expect.stringContaining('too long to follow');
  expect(scriptInvocations(['build.sh'], reader, []).unread).toEqual([{ path: 'build.sh', because }]);
  expect(makeInvocations(['Makefile'], reader, []).unread).toEqual([{ path: 'Makefile', because }]);
});

it('what was followed counts once', () => {
  const reader = readerOf(FILES);
  const followed = {};
  for (let times = 0; times < 1000; times++) reader.charge(followed, 1_000_000);
  expect(reader.isSpent).toBe(false);
});

it('a recipe whose script is cut in the middle is not decided', async () => {
  const loops = 'for a in 1 2 3 4 5 6 7 8 9; do\n';
  const report = await judgeChange(
    {},
    {
      Dockerfile: 'ARG BASE=gcr.io/distroless/static\nFROM $BASE\nCOPY app /app\nENTRYPOINT ["/app"]\n',
      'long.sh': `#!/bin/bash\n${loops.repeat(6)}x=$a$1\n${'done\n'.repeat(6)}docker build --build-arg BASE="$1" .\n`,
      Makefile: 'image:\n\t./long.sh alpine:3\n',
    },
  );
  expect(report.verdict.outcome).not.toBe('pass');
  expect(report.unread.map(({ path }) => path)).toContain('Makefile');
});

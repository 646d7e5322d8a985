import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestSources, SOURCES } from '../../../src/adapters/program/index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-sources-'));
  for (const part of ['src', 'policies', 'package-lock.json'])
    cpSync(new URL(part, SOURCES), join(folder, part), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const digests = () => digestSources(pathToFileURL(`${folder}/`));

describe('the digests of the sources', () => {
  it('are the same for the same sources, wherever they lie', () => {
    expect(digests()).toEqual(digestSources(SOURCES));
  });

  it.each<readonly [string, string, { readers: boolean; judgement: boolean }]>([
    ['a reader', 'src/formats/make/index.ts', { readers: false, judgement: false }],
    ['a word that readers and rules share', 'src/domain/shell.ts', { readers: false, judgement: false }],
    ['a reader that is new', 'src/formats/new/index.ts', { readers: false, judgement: false }],
    ['the versions of libraries', 'package-lock.json', { readers: false, judgement: false }],
    ['a rule', 'src/rules/base-scratch.ts', { readers: true, judgement: false }],
    ['the table of bases', 'policies/bases.yaml', { readers: true, judgement: false }],
    ['what only shows a report', 'src/present/words.ts', { readers: true, judgement: true }],
  ])('after a change of %s', (_, file, same) => {
    const before = digests();
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '// changed\n');
    const after = digests();
    expect({
      readers: after.readers === before.readers,
      judgement: after.judgement === before.judgement,
    }).toEqual(same);
  });
});

import { describe, expect, it } from '@jest/globals';
import { readDocument } from '../../src/policy/document.ts';
import { loadPolicy } from '../../src/policy/index.ts';
import { GIVEN } from './shipped.ts';

interface Family {
  readonly family: string;
  readonly source: string;
  readonly date: string;
  readonly 'official-names'?: readonly string[];
}

function families(): readonly Family[] {
  const read = readDocument(GIVEN.basesText);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.document.data.families as unknown as readonly Family[];
}

describe('the table of bases', () => {
  it.each(families().map((family) => [family.family, family] as const))(
    '%s says where its facts are from, and when',
    (_, family) => {
      expect(family.source).toMatch(/^https:\/\/[^\s]+$/);
      expect(family.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    },
  );

  it('names each official image once', () => {
    const names = families().flatMap((family) => family['official-names'] ?? []);
    expect(names).toEqual([...new Set(names)]);
  });

  it('is refused with a place where a family is broken', () => {
    const loaded = loadPolicy([], {
      ...GIVEN,
      basesText: GIVEN.basesText.replace('    libc: true', '    libcc: true'),
    });
    expect('problems' in loaded && loaded.problems[0]).toMatchObject({ from: 'shipped:bases' });
    expect('problems' in loaded && loaded.problems[0].message).toContain('did you mean "libc"?');
  });

  it('never allows a digest known to be a debug image, whatever name and tag stand beside it (SEM-3.5)', () => {
    const digest = `sha256:${'d'.repeat(64)}`;
    const basesText = GIVEN.basesText.replace('digests: []', `digests: ["${digest}"]`);
    const loaded = loadPolicy([], { ...GIVEN, basesText });
    if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
    for (const name of [
      'gcr.io/distroless/static',
      'gcr.io/distroless/static:nonroot',
      'gcr.io/distroless/base',
      '${REGISTRY}/static',
    ])
      expect(loaded.policy.assess(`${name}@${digest}`)).toMatchObject({
        standing: 'not-allowed',
        family: 'distroless-debug',
      });
  });
});

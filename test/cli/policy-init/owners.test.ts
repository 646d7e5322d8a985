import { describe, expect, it } from '@jest/globals';
import { ownerNames } from '../../../src/cli/policy-init/owners.ts';
import { type Files, MemoryBlobs, treeOf } from '../../support/mini-repository.ts';

async function ownerIn(files: Files, path: string): Promise<string> {
  const blobs = new MemoryBlobs();
  return (await ownerNames(treeOf(files, blobs), blobs))(path);
}

describe('the owner that an entry names', () => {
  it('is whom CODEOWNERS names', async () => {
    const files = { '.github/CODEOWNERS': '* @acme/all\n/build/ @ada @acme/build\n' };
    expect(await ownerIn(files, 'Dockerfile')).toBe('@acme/all');
    expect(await ownerIn(files, 'build/images/Dockerfile')).toBe('@acme/build, @ada');
  });

  it('is the nearest OWNERS file that has approvers', async () => {
    const files = {
      OWNERS: 'approvers:\n- ada\n',
      'images/OWNERS': 'filters:\n  ".*":\n    approvers:\n    - bo\n',
      'images/server/OWNERS': 'labels:\n- area/images\n',
    };
    expect(await ownerIn(files, 'images/server/Dockerfile')).toBe('approvers of images/OWNERS');
    expect(await ownerIn(files, 'imagesx/Dockerfile')).toBe('approvers of OWNERS');
  });

  it.each<readonly [string, Files]>([
    ['nothing tells', { OWNERS: 'reviewers:\n- ada\n' }],
    ['the file is no text', { OWNERS: new Uint8Array([0, 1, 2]) }],
    [
      'the nearest file is no text, so that it may have said that those above do not count',
      { 'images/OWNERS': new Uint8Array([0, 1, 2]), OWNERS: 'approvers:\n- ada\n' },
    ],
    [
      'the names are too many',
      { CODEOWNERS: `* ${Array.from({ length: 40 }, (_, n) => `@acme/a-team-of-many-${n}`).join(' ')}\n` },
    ],
  ])('is nobody where %s', async (_, files) => {
    expect(await ownerIn(files, 'images/Dockerfile')).toBe('');
  });
});

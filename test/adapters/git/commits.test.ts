import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { type OpenOptions, openRepository, type Repository } from '../../../src/adapters/git/index.ts';
import { blobIdOf } from '../../../src/domain/index.ts';
import type { BlobResult } from '../../../src/engine/ports.ts';
import { runGit, TestFolders } from './repositories.ts';

const folders = new TestFolders();
const opened: Repository[] = [];

afterEach(() => {
  for (const repository of opened.splice(0)) repository.close();
});
afterAll(() => folders.clean());

async function open(options: OpenOptions): Promise<Repository> {
  const repository = await openRepository(options);
  opened.push(repository);
  return repository;
}

function text(result: BlobResult | undefined): string {
  return result?.kind === 'bytes' ? Buffer.from(result.bytes).toString() : JSON.stringify(result);
}

describe('which repository is opened', () => {
  it('is the one around a subfolder, with its work tree', async () => {
    const made = folders.repository();
    made.commit({ 'a/b/Dockerfile': 'FROM scratch\n' });
    const repository = await open({ directory: join(made.folder, 'a/b') });
    expect(repository.gitDir).toBe(join(made.folder, '.git'));
    expect(repository.hasWorkTree).toBe(true);
    const tree = await repository.tree(await repository.resolveCommit('HEAD'));
    expect([...tree.keys()]).toEqual(['a/b/Dockerfile']);
  });

  it('is a bare one by its git directory, without a work tree', async () => {
    const made = folders.repository();
    const head = made.commit({ Dockerfile: 'FROM scratch\n' });
    const bare = join(folders.folder(), 'bare.git');
    runGit(made.folder, ['clone', '-q', '--bare', '.', bare]);
    const repository = await open({ gitDir: bare });
    expect(repository.hasWorkTree).toBe(false);
    expect(await repository.resolveCommit('main')).toBe(head);
  });

  it('is never looked for outside a git directory that was named', async () => {
    const made = folders.repository();
    made.commit({ 'inner/file': 'x' });
    await expect(openRepository({ gitDir: join(made.folder, 'inner') })).rejects.toMatchObject({
      code: 'git-no-repository',
    });
  });

  it('has no work tree where only the git directory was named', async () => {
    const made = folders.repository();
    const head = made.commit({ Dockerfile: 'FROM scratch\n' });
    const repository = await open({ gitDir: join(made.folder, '.git') });
    expect(repository.hasWorkTree).toBe(false);
    expect(await repository.resolveCommit('HEAD')).toBe(head);
  });

  it('is the one of a work tree that was named as git directory, its commits read without the work tree', async () => {
    const made = folders.repository();
    const head = made.commit({ 'inner/file': 'x' });
    const linked = join(folders.folder(), 'linked');
    made.git('worktree', 'add', '-q', '-b', 'side', linked);
    for (const gitDir of [made.folder, linked, join(linked, '.git')]) {
      const repository = await open({ gitDir });
      expect(repository.hasWorkTree).toBe(false);
      expect(await repository.resolveCommit('HEAD')).toBe(head);
    }
  });

  it('can be a linked work tree, with its own HEAD', async () => {
    const made = folders.repository();
    made.commit({ file: 'one' });
    const linked = join(folders.folder(), 'linked');
    made.git('worktree', 'add', '-q', '-b', 'side', linked);
    writeFileSync(join(linked, 'file'), 'two');
    runGit(linked, ['commit', '-q', '-a', '-m', 'side']);
    const repository = await open({ directory: linked });
    expect(await repository.resolveCommit('HEAD')).toBe(made.git('rev-parse', 'side').trim());
  });

  it.each([
    ['a folder that is none', 'missing/folder', 'There is no folder'],
    ['a folder without a repository', '.', 'There is no git repository at'],
  ])('refuses %s in one sentence', async (_, path, beginning) => {
    const folder = join(folders.folder(), path);
    for (const options of [{ directory: folder }, { gitDir: folder }]) {
      const error = await openRepository(options).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'git-no-repository' });
      expect(String(error)).toContain(beginning);
      expect(String(error)).toContain(folder);
    }
  });

  (process.getuid?.() === 0 ? it : it.skip)(
    'refuses one of another user, naming the folder to trust (changing owners takes root)',
    async () => {
      const made = folders.repository();
      mkdirSync(join(made.folder, 'sub'));
      for (const path of ['.', '.git', 'sub']) chownSync(join(made.folder, path), 12_345, 12_345);
      await expect(openRepository({ directory: join(made.folder, 'sub') })).rejects.toMatchObject({
        code: 'git-unsafe-owner',
        message: expect.stringContaining(`safe.directory ${made.folder}\``),
      });
    },
  );

  it('refuses a file', async () => {
    const file = join(folders.folder(), 'file');
    writeFileSync(file, '');
    await expect(openRepository({ directory: file })).rejects.toThrow('is not a folder');
  });
});

describe('revisions', () => {
  it('stand for commits by branch, tag, ancestry and abbreviated id', async () => {
    const made = folders.repository();
    const first = made.commit({ file: 'one' });
    const second = made.commit({ file: 'two' });
    made.git('tag', '-a', '-m', 'v1', 'v1', first);
    const repository = await open({ directory: made.folder });
    const answers = await Promise.all(
      ['main', 'HEAD~1', 'v1', first.slice(0, 10), second].map((revision) =>
        repository.resolveCommit(revision),
      ),
    );
    expect(answers).toEqual([second, first, first, first, second]);
  });

  it.each([
    ['no-such-branch'],
    [''],
    ['--help'],
    ['-n'],
    ['--output=/tmp/plinth-was-here'],
    ['main\nmain'],
    ['main\0'],
    ['HEAD:file'],
    ['main..main'],
    ['f'.repeat(40)],
    ['x'.repeat(100_000)],
  ])('that name no commit are refused and never an option, case %#', async (revision) => {
    const made = folders.repository();
    made.commit({ file: 'one' });
    const repository = await open({ directory: made.folder });
    const error = await repository.resolveCommit(revision).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'git-unknown-revision' });
    expect(String(error)).toContain('fetch it, or check the spelling');
    expect(String(error).length).toBeLessThan(1000);
    expect(await repository.resolveCommit('main')).toHaveLength(40);
  });

  it('in a repository without commits are unknown', async () => {
    const repository = await open({ directory: folders.repository().folder });
    await expect(repository.resolveCommit('HEAD')).rejects.toMatchObject({
      code: 'git-unknown-revision',
      message: expect.stringContaining('has no commit: make one first'),
    });
  });
});

describe('merge bases', () => {
  it('are where the branches parted, and null for unrelated histories', async () => {
    const made = folders.repository();
    const base = made.commit({ file: 'base' });
    made.git('checkout', '-q', '-b', 'side');
    const side = made.commit({ other: 'side' });
    made.git('checkout', '-q', 'main');
    const main = made.commit({ file: 'main' });
    made.git('checkout', '-q', '--orphan', 'stranger');
    const stranger = made.commit({ file: 'stranger' });
    const repository = await open({ directory: made.folder });
    expect(await repository.mergeBase(main, side)).toBe(base);
    expect(await repository.mergeBase(main, stranger)).toBeNull();
  });

  it('that a shallow clone cannot know are an error that says how to fetch', async () => {
    const made = folders.repository();
    made.commit({ file: 'base' });
    made.git('checkout', '-q', '-b', 'side');
    const side = made.commit({ other: 'side' });
    made.git('checkout', '-q', 'main');
    const main = made.commit({ file: 'main' });
    const clone = join(folders.folder(), 'clone');
    runGit(made.folder, ['clone', '-q', '--depth=1', '--no-single-branch', `file://${made.folder}`, clone]);
    const repository = await open({ directory: clone });
    await expect(repository.mergeBase(main, side)).rejects.toMatchObject({
      code: 'git-shallow',
      message: expect.stringContaining('git fetch --unshallow'),
    });
    await expect(repository.resolveCommit('HEAD~1')).rejects.toThrow('shallow clone');
  });
});

describe('the age of a line', () => {
  it('is of the commit that made it what it is; of a line that is not there, nothing', async () => {
    const made = folders.repository();
    const first = made.commit({ file: 'a\nb\n' });
    const second = made.commit({ file: 'a\nc\n' });
    const repository = await open({ directory: made.folder });
    expect(await repository.lineAge(second, 'file', 1)).toMatchObject({ commit: first });
    expect(await repository.lineAge(second, 'file', 2)).toMatchObject({ commit: second });
    expect(await repository.lineAge(first, 'file', 2)).toMatchObject({ commit: first });
    expect(await repository.lineAge(second, 'file', 3)).toBeNull();
    expect(await repository.lineAge(second, '-s', 1)).toBeNull();
  });

  it('is not known where a shallow clone begins', async () => {
    const made = folders.repository();
    made.commit({ file: 'a\nb\n' });
    const middle = made.commit({ file: 'a\nc\n' });
    const last = made.commit({ file: 'd\nc\n' });
    const clone = join(folders.folder(), 'clone');
    runGit(made.folder, ['clone', '-q', '--depth=2', `file://${made.folder}`, clone]);
    const repository = await open({ directory: clone });
    expect(await repository.lineAge(last, 'file', 1)).toMatchObject({ commit: last });
    expect(await repository.lineAge(last, 'file', 2)).toBeNull();
    expect(await repository.lineAge(middle, 'file', 2)).toBeNull();
  });
});

describe('trees and changes', () => {
  it('list every path with mode and id, links and odd names included', async () => {
    const made = folders.repository();
    made.write('run.sh', '#!/bin/sh\n');
    made.git('update-index', '--add', '--chmod=+x', 'run.sh');
    const id = made.git('hash-object', '-w', 'run.sh').trim();
    const names = ['a "quoted"\tname', 'line\nbreak', '--flag', 'ünïcode', 'back\\slash', '__proto__'];
    for (const name of names) made.git('update-index', '--add', '--cacheinfo', `100644,${id},${name}`);
    made.git('update-index', '--add', '--cacheinfo', `120000,${id},link`);
    made.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    made.git('commit', '-q', '-m', 'odd');
    const repository = await open({ directory: made.folder });
    const tree = await repository.tree(await repository.resolveCommit('HEAD'));
    expect([...tree.keys()].sort()).toEqual([...names, 'link', 'run.sh', 'sub'].sort());
    expect(tree.get('run.sh')).toEqual({ mode: '100755', id });
    expect(tree.get('link')?.mode).toBe('120000');
    expect(tree.get('sub')).toEqual({ mode: '160000', id: '1'.repeat(40) });
  });

  it('hold what was added, edited, removed, moved and made executable, one entry a path', async () => {
    const made = folders.repository();
    const base = made.commit({ edit: '1', gone: '2', move: 'the same text', mode: '4', keep: '5' });
    made.git('rm', '-q', 'gone');
    made.git('mv', 'move', 'moved');
    made.git('update-index', '--chmod=+x', 'mode');
    made.write('edit', 'new');
    made.write('added', '6');
    made.git('add', 'edit', 'added');
    made.git('commit', '-q', '-m', 'head');
    const repository = await open({ directory: made.folder });
    const head = await repository.resolveCommit('HEAD');
    const changes = await repository.changes(base, head);
    const shown = changes.map((change) => [
      change.path,
      change.base?.mode ?? null,
      change.head?.mode ?? null,
    ]);
    expect(shown).toEqual([
      ['added', null, '100644'],
      ['edit', '100644', '100644'],
      ['gone', '100644', null],
      ['mode', '100644', '100755'],
      ['move', '100644', null],
      ['moved', null, '100644'],
    ]);
  });
});

describe('blobs', () => {
  it('are read by id, each id answered, repeated ids once', async () => {
    const made = folders.repository();
    made.commit({ one: 'first', two: '', three: 'x\0y' });
    const repository = await open({ directory: made.folder });
    const ids = ['first', '', 'x\0y'].map((content) => blobIdOf(Buffer.from(content)));
    const results = await repository.blobs.read([...ids, ...ids]);
    expect(ids.map((id) => text(results.get(id)))).toEqual(['first', '', 'x\0y']);
    expect(results.size).toBe(3);
  });

  it('larger than the limit give their size and are not read', async () => {
    const made = folders.repository();
    made.commit({ large: 'x'.repeat(101), fits: 'x'.repeat(100) });
    const repository = await open({ directory: made.folder, largestBlobBytes: 100 });
    const [large, fits] = [101, 100].map((size) => blobIdOf(Buffer.from('x'.repeat(size))));
    const results = await repository.blobs.read([large ?? '', fits ?? '']);
    expect(results.get(large ?? '')).toEqual({ kind: 'too-large', size: 101 });
    expect(results.get(fits ?? '')?.kind).toBe('bytes');
  });

  it('that are not there, no blobs or no ids are missing, and the rest is read', async () => {
    const made = folders.repository();
    const commit = made.commit({ one: 'first' });
    const repository = await open({ directory: made.folder });
    const id = blobIdOf(Buffer.from('first'));
    const asked = ['0'.repeat(40), commit, 'HEAD:one', '--help', 'a\nb', id];
    const results = await repository.blobs.read(asked);
    expect(asked.map((one) => results.get(one)?.kind)).toEqual([
      'missing',
      'missing',
      'missing',
      'missing',
      'missing',
      'bytes',
    ]);
  });

  it('with damaged data are missing with a reason, and the rest is read', async () => {
    const made = folders.repository();
    made.commit({ one: 'first', two: 'second' });
    const [one, two] = ['first', 'second'].map((content) => blobIdOf(Buffer.from(content)));
    const file = join(made.folder, '.git/objects', one?.slice(0, 2) ?? '', one?.slice(2) ?? '');
    rmSync(file);
    writeFileSync(file, 'no object');
    const repository = await open({ directory: made.folder });
    const results = await repository.blobs.read([one ?? '', two ?? '']);
    expect(results.get(one ?? '')).toMatchObject({ kind: 'missing', because: expect.any(String) });
    expect(text(results.get(two ?? ''))).toBe('second');
  });

  it('whose content is another object’s are missing: bytes hash to their id (SEM-2.4)', async () => {
    const made = folders.repository();
    made.commit({ one: 'first', two: 'second' });
    const [one, two] = ['first', 'second'].map((content) => blobIdOf(Buffer.from(content)));
    made.git('update-ref', `refs/replace/${one}`, two ?? '');
    const repository = await open({ directory: made.folder });
    expect(text((await repository.blobs.read([one ?? ''])).get(one ?? ''))).toBe('first');
  });

  it('of a partial clone are missing where they were left out, without anything being fetched', async () => {
    const made = folders.repository();
    made.git('config', 'uploadpack.allowFilter', 'true');
    made.commit({ one: 'first', two: 'second' });
    const bare = join(folders.folder(), 'partial.git');
    runGit(made.folder, ['clone', '-q', '--bare', '--filter=blob:none', `file://${made.folder}`, bare]);
    const witness = join(folders.folder(), 'ran');
    runGit(bare, ['config', 'remote.origin.uploadpack', `touch ${witness} #`]);
    const repository = await open({ gitDir: bare });
    const tree = await repository.tree(await repository.resolveCommit('main'));
    const ids = [...tree.values()].map(({ id }) => id);
    const results = await repository.blobs.read(ids);
    expect(ids.map((id) => results.get(id)?.kind)).toEqual(['missing', 'missing']);
    expect(existsSync(witness)).toBe(false);
  });
});

describe('SHA-256 repositories', () => {
  it('are read like others', async () => {
    const made = folders.repository('--object-format=sha256');
    made.commit({ one: 'first' });
    const repository = await open({ directory: made.folder });
    const head = await repository.resolveCommit('HEAD');
    expect(head).toHaveLength(64);
    const id = (await repository.tree(head)).get('one')?.id ?? '';
    expect(text((await repository.blobs.read([id])).get(id))).toBe('first');
  });
});

describe('the environment', () => {
  it('does not lead to another repository', async () => {
    const made = folders.repository();
    const head = made.commit({ file: 'one' });
    const other = folders.repository();
    other.commit({ file: 'other' });
    mkdirSync(join(made.folder, 'sub'));
    const before = process.env.GIT_DIR;
    process.env.GIT_DIR = join(other.folder, '.git');
    try {
      const repository = await open({ directory: join(made.folder, 'sub') });
      expect(await repository.resolveCommit('HEAD')).toBe(head);
    } finally {
      if (before === undefined) delete process.env.GIT_DIR;
      else process.env.GIT_DIR = before;
    }
  });
});

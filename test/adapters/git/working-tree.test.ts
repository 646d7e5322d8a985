import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { openRepository, type Repository } from '../../../src/adapters/git/index.ts';
import { blobIdOf, type Tree } from '../../../src/domain/index.ts';
import { runGit, TestFolders, type TestRepository } from './repositories.ts';

const folders = new TestFolders();
const opened: Repository[] = [];

afterEach(() => {
  for (const repository of opened.splice(0)) repository.close();
});
afterAll(() => folders.clean());

async function open(made: TestRepository, subfolder = '.'): Promise<Repository> {
  const repository = await openRepository({ directory: join(made.folder, subfolder) });
  opened.push(repository);
  return repository;
}

/** A tree as text by path; what cannot be read as its reason. */
async function contents(repository: Repository, tree: Tree): Promise<Record<string, string>> {
  const results = await repository.blobs.read([...tree.values()].map(({ id }) => id));
  const shown = [...tree].map(([path, { id }]) => {
    const result = results.get(id);
    if (result?.kind === 'bytes') return [path, Buffer.from(result.bytes).toString()] as const;
    return [path, result?.kind === 'missing' ? `! ${result.because}` : JSON.stringify(result)] as const;
  });
  return Object.fromEntries(shown.sort());
}

async function working(made: TestRepository): Promise<Record<string, string>> {
  const repository = await open(made);
  return await contents(repository, await repository.workingTree());
}

describe('the working tree', () => {
  it('holds files as they are on disk: kept, edited, new and deleted ones, ignored ones left out', async () => {
    const made = folders.repository();
    made.commit({ kept: '1', edited: '2', gone: '3', 'a/staged': '4', '.gitignore': '*.log\n' });
    made.write('edited', 'two');
    made.write('a/staged', 'four');
    made.git('add', 'a/staged');
    made.write('a/b/new', '5');
    made.write('noise.log', '6');
    unlinkSync(join(made.folder, 'gone'));
    expect(await working(made)).toEqual({
      '.gitignore': '*.log\n',
      'a/b/new': '5',
      'a/staged': 'four',
      edited: 'two',
      kept: '1',
    });
  });

  it('is the whole one from a subfolder too, and in a linked work tree', async () => {
    const made = folders.repository();
    made.commit({ kept: '1', 'a/b/file': '2' });
    const linked = join(folders.folder(), 'linked');
    made.git('worktree', 'add', '-q', linked);
    writeFileSync(join(linked, 'kept'), 'of the linked');
    made.write('new', '3');
    const below = await open(made, 'a/b');
    expect(await contents(below, await below.workingTree())).toEqual({
      kept: '1',
      'a/b/file': '2',
      new: '3',
    });
    const other = await openRepository({ directory: linked });
    opened.push(other);
    expect(await contents(other, await other.workingTree())).toEqual({
      'a/b/file': '2',
      kept: 'of the linked',
    });
  });

  it('gives files the ids and modes that git would give them without filters', async () => {
    const made = folders.repository();
    made.commit({ '.gitattributes': '* text=auto eol=lf\n', tool: 'x', same: 'same' });
    chmodSync(join(made.folder, 'tool'), 0o755);
    made.write('windows', 'a\r\nb\r\n');
    symlinkSync('../outside', join(made.folder, 'link'));
    const tree = await (await open(made)).workingTree();
    expect(Object.fromEntries(tree)).toEqual({
      '.gitattributes': { mode: '100644', id: blobIdOf(Buffer.from('* text=auto eol=lf\n')) },
      link: { mode: '120000', id: blobIdOf(Buffer.from('../outside')) },
      same: { mode: '100644', id: blobIdOf(Buffer.from('same')) },
      tool: { mode: '100755', id: blobIdOf(Buffer.from('x')) },
      windows: { mode: '100644', id: blobIdOf(Buffer.from('a\r\nb\r\n')) },
    });
  });

  it('is unchanged where only times differ', async () => {
    const made = folders.repository();
    const head = made.commit({ a: '1', 'b/c': '2' });
    utimesSync(join(made.folder, 'a'), 1, 1);
    const repository = await open(made);
    const [tree, committed] = [await repository.workingTree(), await repository.tree(head)];
    expect(Object.fromEntries(tree)).toEqual(Object.fromEntries(committed));
  });

  it('keeps the mode of the index where the file system has none', async () => {
    const made = folders.repository();
    made.write('tool', 'x');
    made.git('config', 'core.fileMode', 'false');
    made.git('update-index', '--add', '--chmod=+x', 'tool');
    made.git('commit', '-q', '-m', 'tool');
    made.write('tool', 'edited');
    expect((await (await open(made)).workingTree()).get('tool')?.mode).toBe('100755');
  });

  it('takes odd names as they are', async () => {
    const made = folders.repository();
    made.commit({ first: '1' });
    const names = ['a "quoted"\tname', 'line\nbreak', '--flag', 'ünïcode', 'back\\slash', '__proto__', ' '];
    for (const name of names) made.write(name, name);
    expect(await working(made)).toEqual(
      Object.fromEntries([['first', '1'], ...names.map((name) => [name, name] as const)].sort()),
    );
  });

  it('keeps names apart that are no UTF-8, and reads them', async () => {
    const made = folders.repository();
    made.commit({ first: '1' });
    for (const byte of [0xe9, 0xe8]) {
      writeFileSync(Buffer.from([...Buffer.from(`${made.folder}/x`), byte]), `byte ${byte}`);
    }
    made.write('x\\xE9', 'a plain name');
    expect(await working(made)).toEqual({
      first: '1',
      'x\\xE9': 'byte 233',
      'x\\xE8': 'byte 232',
      'x\\x5CxE9': 'a plain name',
    });
    made.git('add', '-A');
    const repository = await open(made);
    expect([...(await repository.indexTree()).keys()].sort()).toEqual(
      [...(await repository.workingTree()).keys()].sort(),
    );
  });

  it('leaves out repositories inside, and keeps submodules as the commit they name', async () => {
    const made = folders.repository();
    made.commit({ first: '1' });
    made.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    mkdirSync(join(made.folder, 'inner'));
    runGit(join(made.folder, 'inner'), ['init', '-q']);
    made.write('inner/file', 'x');
    const expected = {
      first: { mode: '100644', id: blobIdOf(Buffer.from('1')) },
      sub: { mode: '160000', id: '1'.repeat(40) },
    };
    expect(Object.fromEntries(await (await open(made)).workingTree())).toEqual(expected);
    mkdirSync(join(made.folder, 'sub'));
    expect(Object.fromEntries(await (await open(made)).workingTree())).toEqual(expected);
  });

  it('before the first commit holds what is there', async () => {
    const made = folders.repository();
    made.write('Dockerfile', 'FROM scratch\n');
    expect(await working(made)).toEqual({ Dockerfile: 'FROM scratch\n' });
  });

  it('with conflicts is what is on disk, markers and all', async () => {
    const made = conflicted();
    expect((await working(made)).file).toContain('<<<<<<<');
  });

  it('is none for a git directory alone', async () => {
    const made = folders.repository();
    made.commit({ first: '1' });
    const repository = await openRepository({ gitDir: join(made.folder, '.git') });
    opened.push(repository);
    await expect(repository.workingTree()).rejects.toMatchObject({ code: 'git-no-work-tree' });
  });
});

describe('I08: what is no plain file', () => {
  it('is never followed, waited for or opened', async () => {
    const made = folders.repository();
    made.commit({ 'dir/inside': 'tracked', pipe: 'tracked', socket: 'tracked' });
    const outside = folders.folder();
    writeFileSync(join(outside, 'inside'), 'secret');
    for (const path of ['dir', 'pipe', 'socket']) rmSync(join(made.folder, path), { recursive: true });
    symlinkSync(outside, join(made.folder, 'dir'));
    execFileSync('mkfifo', [join(made.folder, 'pipe'), join(made.folder, 'new-pipe')]);
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(made.folder, 'socket'), done));
    symlinkSync('/etc/passwd', join(made.folder, 'passwd'));
    symlinkSync('loop', join(made.folder, 'loop'));
    symlinkSync('..', join(made.folder, 'up'));
    try {
      expect(await working(made)).toEqual({
        dir: outside,
        loop: 'loop',
        passwd: '/etc/passwd',
        pipe: '! it is a named pipe, not a file',
        socket: '! it is a socket, not a file',
        up: '..',
      });
    } finally {
      server.close();
    }
  });

  it('becomes a folder without its file being missed', async () => {
    const made = folders.repository();
    made.commit({ thing: 'a file' });
    unlinkSync(join(made.folder, 'thing'));
    made.write('thing/inside', 'x');
    expect(await working(made)).toEqual({ 'thing/inside': 'x' });
  });
});

describe('content that cannot be had', () => {
  const isRoot = process.getuid?.() === 0;

  (isRoot ? it.skip : it)(
    'for want of permission says so (skipped as root, who may read everything)',
    async () => {
      const made = folders.repository();
      made.commit({ a: '1', b: '2' });
      made.write('a', 'edited');
      chmodSync(join(made.folder, 'a'), 0);
      expect(await working(made)).toEqual({
        a: '! this user may not read it: check its permissions',
        b: '2',
      });
    },
  );

  it('for its size is too large, hashed up to 100 MB and not looked into beyond', async () => {
    const made = folders.repository();
    made.commit({ a: '1' });
    made.write('large', Buffer.alloc(33 * 1024 * 1024, 'x'));
    made.write('huge', '');
    truncateSync(join(made.folder, 'huge'), 3 * 1024 ** 3);
    const repository = await open(made);
    const tree = await repository.workingTree();
    expect(tree.get('large')?.id).toBe(blobIdOf(Buffer.alloc(33 * 1024 * 1024, 'x')));
    expect(await contents(repository, tree)).toEqual({
      a: '1',
      huge: '{"kind":"too-large","size":3221225472}',
      large: '{"kind":"too-large","size":34603008}',
    });
    expect((await repository.workingTree()).get('huge')).toEqual(tree.get('huge'));
  });

  it('because it changed after the listing is missing: bytes hash to their id (SEM-2.4)', async () => {
    const made = folders.repository();
    made.commit({ a: '1' });
    made.write('a', 'two');
    const repository = await open(made);
    const tree = await repository.workingTree();
    made.write('a', 'new');
    expect(await contents(repository, tree)).toEqual({ a: '! the file changed while it was read' });
    unlinkSync(join(made.folder, 'a'));
    symlinkSync('/etc/passwd', join(made.folder, 'a'));
    expect(await contents(repository, tree)).toEqual({ a: '! the file changed while it was read' });
  });
});

describe('the index', () => {
  it('is what the next commit would hold, whatever is on disk', async () => {
    const made = folders.repository();
    made.commit({ a: '1', b: '2' });
    made.write('a', 'staged');
    made.git('add', 'a');
    made.git('rm', '-q', '--cached', 'b');
    made.write('a', 'on disk');
    made.write('c', 'untracked');
    const repository = await open(made);
    expect(await contents(repository, await repository.indexTree())).toEqual({ a: 'staged' });
  });

  it('says of a path with conflicts that they are there', async () => {
    const made = conflicted();
    const repository = await open(made);
    expect(await contents(repository, await repository.indexTree())).toEqual({
      file: '! the index holds an unresolved conflict of it: resolve it and `git add` it',
      other: '1',
    });
  });

  it('is the one that git hands to a hook, if it is of this repository', async () => {
    const made = folders.repository();
    made.commit({ a: '1' });
    const foreign = folders.repository();
    foreign.commit({ foreign: '1' });
    const read = async (file: string) => {
      process.env.GIT_INDEX_FILE = file;
      try {
        const repository = await open(made);
        return [...(await repository.indexTree()).keys()];
      } finally {
        delete process.env.GIT_INDEX_FILE;
      }
    };
    made.write('b', '2');
    runGit(made.folder, ['add', 'b']);
    renameSync(join(made.folder, '.git/index'), join(made.folder, '.git/next-index.lock'));
    made.git('read-tree', 'HEAD');
    expect(await read(join(made.folder, '.git/next-index.lock'))).toEqual(['a', 'b']);
    expect(await read(join(foreign.folder, '.git/index'))).toEqual(['a']);
  });
});

describe('a judged repository’s configuration', () => {
  it('starts nothing: no filter, hook, monitor, external diff, text conversion', async () => {
    const made = folders.repository();
    const base = made.commit({ '.gitattributes': '* filter=evil diff=evil\n', a: '1', b: '2' });
    made.commit({ b: '3' });
    const witness = join(folders.folder(), 'ran');
    const script = join(folders.folder(), 'run.sh');
    writeFileSync(script, `#!/bin/sh\ntouch ${witness}\ncat\n`, { mode: 0o755 });
    const hooks = join(made.folder, '.git/hooks');
    mkdirSync(hooks, { recursive: true });
    for (const hook of ['post-index-change', 'fsmonitor-watchman', 'reference-transaction'])
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${witness}\n`, { mode: 0o755 });
    for (const key of [
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'core.fsmonitor',
      'diff.external',
      'diff.evil.command',
      'diff.evil.textconv',
      'core.pager',
      'pager.diff-tree',
      'core.sshCommand',
      'core.askPass',
      'alias.ls-files',
    ]) {
      made.git('config', key, key.startsWith('alias') ? `!${script}` : script);
    }
    made.git('config', 'filter.evil.required', 'true');
    // Same size, same moment as the index: git can tell only by content, through the filter.
    writeFileSync(join(made.folder, 'a'), 'x');
    const time = statSync(join(made.folder, '.git/index')).mtime;
    utimesSync(join(made.folder, 'a'), time, time);
    const repository = await open(made);
    const head = await repository.resolveCommit('HEAD');
    await repository.changes(base, head);
    await repository.mergeBase(base, head);
    await repository.tree(head);
    await repository.indexTree();
    const tree = await repository.workingTree();
    expect((await contents(repository, tree)).a).toBe('x');
    expect(existsSync(witness)).toBe(false);
  });

  it('that names a filter which cannot be switched off is refused', async () => {
    const made = folders.repository();
    made.commit({ a: '1' });
    writeFileSync(join(made.folder, '.git/config'), '[filter "a=b"]\n\tclean = touch ran\n', { flag: 'a' });
    const repository = await open(made);
    await expect(repository.workingTree()).rejects.toMatchObject({ code: 'git-odd-filter' });
  });

  it('is not written to, and neither is the index', async () => {
    const made = folders.repository();
    made.commit({ a: '1' });
    utimesSync(join(made.folder, 'a'), 1, 1);
    const index = join(made.folder, '.git/index');
    const before = statSync(index).mtimeMs;
    await working(made);
    expect(statSync(index).mtimeMs).toBe(before);
  });
});

function conflicted(): TestRepository {
  const made = folders.repository();
  made.commit({ file: 'base\n', other: '1' });
  made.git('checkout', '-q', '-b', 'side');
  made.commit({ file: 'side\n' });
  made.git('checkout', '-q', 'main');
  made.commit({ file: 'main\n' });
  expect(() => made.git('merge', 'side')).toThrow();
  return made;
}

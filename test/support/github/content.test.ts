import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Octokit } from '@octokit/rest';
import { type GeneratedRepository, generateRepository } from './generated-repository.ts';
import { type GitHub, startGitHub } from './index.ts';
import { installationClient } from './test-client.ts';

const name = { owner: 'acme', repo: 'images' };

let content: GeneratedRepository;
let github: GitHub;
let client: Octokit;

beforeAll(async () => {
  content = await generateRepository([
    {
      name: 'first',
      branch: 'main',
      files: {
        Dockerfile: 'FROM scratch\n',
        'a/b/deep.yaml': 'kind: Pod\n',
        'a/link': { mode: '120000', content: 'b/deep.yaml' },
        'vendor/module': { mode: '160000', content: '1'.repeat(40) },
        'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
        'ignored.txt': 'not in archives\n',
        '.gitattributes': 'ignored.txt export-ignore\n',
      },
    },
    { name: 'second', branch: 'release/1.0', files: { 'name with ü.txt': 'text\n' } },
  ]);
  github = await startGitHub({ limits: { treeEntries: 8 } });
  for (const repository of ['images', 'secret'])
    await github.people.createRepository({
      owner: 'acme',
      name: repository,
      gitDir: content.gitDir,
      defaultBranch: 'main',
      private: repository === 'secret',
    });
  client = await installationClient(github);
});

afterAll(async () => {
  expect(github.ledger.violations).toEqual([]);
  await github.close();
  await content.remove();
});

describe('trees', () => {
  it('lists one level with modes and kinds of entries', async () => {
    const { data } = await client.rest.git.getTree({ ...name, tree_sha: 'main' });
    expect(data.tree.map((entry) => [entry.path, entry.mode, entry.type])).toEqual([
      ['.gitattributes', '100644', 'blob'],
      ['Dockerfile', '100644', 'blob'],
      ['a', '040000', 'tree'],
      ['ignored.txt', '100644', 'blob'],
      ['run.sh', '100755', 'blob'],
      ['vendor', '040000', 'tree'],
    ]);
    expect(data.truncated).toBe(false);
  });

  it('cuts a recursive list at the limit and says so; the subtrees lead on', async () => {
    const { data } = await client.rest.git.getTree({
      ...name,
      tree_sha: content.id('first'),
      recursive: '1',
    });
    expect([data.truncated, data.tree.length]).toEqual([true, 8]);
    const subtree = data.tree.find((entry) => entry.path === 'a')?.sha ?? '';
    const { data: below } = await client.rest.git.getTree({ ...name, tree_sha: subtree, recursive: '1' });
    expect(below.tree.map((entry) => [entry.path, entry.mode])).toEqual([
      ['b', '040000'],
      ['b/deep.yaml', '100644'],
      ['link', '120000'],
    ]);
  });

  it('has nothing under an unknown id', async () => {
    await expect(client.rest.git.getTree({ ...name, tree_sha: 'f'.repeat(40) })).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe('blobs and contents', () => {
  it('gives a blob as base64 or raw', async () => {
    const { data: tree } = await client.rest.git.getTree({ ...name, tree_sha: 'main' });
    const sha = tree.tree.find((entry) => entry.path === 'Dockerfile')?.sha ?? '';
    const { data } = await client.rest.git.getBlob({ ...name, file_sha: sha });
    expect(Buffer.from(data.content, 'base64').toString()).toBe('FROM scratch\n');
    const raw = await client.rest.git.getBlob({ ...name, file_sha: sha, mediaType: { format: 'raw' } });
    expect(Buffer.from(raw.data as unknown as ArrayBuffer).toString()).toBe('FROM scratch\n');
  });

  it.each([
    ['Dockerfile', undefined, 'FROM scratch\n'],
    ['name with ü.txt', 'release/1.0', 'text\n'],
    ['a/b/deep.yaml', 'refs/heads/main', 'kind: Pod\n'],
  ])('gives the raw content of %s at %s', async (path, ref, text) => {
    const { data } = await client.rest.repos.getContent({
      ...name,
      path,
      ...(ref === undefined ? {} : { ref }),
      mediaType: { format: 'raw' },
    });
    const shown: unknown = data;
    expect(shown instanceof ArrayBuffer ? Buffer.from(shown).toString() : shown).toBe(text);
  });

  it('tells files, folders, links and submodules apart', async () => {
    const typeOf = async (path: string): Promise<unknown> => {
      const { data } = await client.rest.repos.getContent({ ...name, path });
      return Array.isArray(data) ? data.map((each) => each.type) : data.type;
    };
    expect(await typeOf('a')).toEqual(['dir', 'symlink']);
    expect(await typeOf('vendor/module')).toBe('submodule');
    expect(await typeOf('run.sh')).toBe('file');
    await expect(typeOf('nowhere')).rejects.toMatchObject({ status: 404 });
  });
});

describe('the archive', () => {
  it.each(['images', 'secret'])('of %s comes from another host, which sees no token', async (repo) => {
    const before = github.ledger.position;
    const { data } = await client.rest.repos.downloadTarballArchive({ ...name, repo, ref: 'main' });
    const tar = gunzipSync(Buffer.from(data as ArrayBuffer)).toString('latin1');
    expect(tar).toContain('a/b/deep.yaml');
    expect(tar).not.toContain('not in archives');
    expect(github.ledger.entries.slice(before).map((entry) => [entry.host, entry.status])).toEqual([
      ['api', 302],
      ['downloads', 200],
    ]);
  });
});

describe('names of commits', () => {
  it('finds branches whose names hold a slash', async () => {
    const branch = await client.rest.repos.getBranch({ ...name, branch: 'release/1.0' });
    expect(branch.data.commit.sha).toBe(content.id('second'));
    const ref = await client.rest.git.getRef({ ...name, ref: 'heads/release/1.0' });
    expect(ref.data.object.sha).toBe(content.id('second'));
    const commit = await client.rest.repos.getCommit({ ...name, ref: 'release/1.0' });
    expect(commit.data.files?.map((file) => file.filename)).toEqual(['name with ü.txt']);
  });

  it('knows no branch that the world was not told about', async () => {
    await expect(client.rest.repos.getBranch({ ...name, branch: 'generated' })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('lists the commits that changed a path', async () => {
    const { data } = await client.rest.repos.listCommits({ ...name, sha: 'release/1.0', path: 'Dockerfile' });
    expect(data.map((commit) => commit.sha)).toEqual([content.id('first')]);
  });
});

describe('permissions of people', () => {
  it.each([
    ['acme', 'admin', 'admin'],
    ['keeper', 'write', 'maintain'],
    ['sorter', 'read', 'triage'],
    ['anybody', 'read', 'read'],
  ])('%s may %s, by the role %s', async (username, permission, role) => {
    const repository = github.world.repository('acme', 'images');
    github.people.setRole(repository, 'keeper', 'maintain');
    github.people.setRole(repository, 'sorter', 'triage');
    github.world.account('anybody');
    const { data } = await client.rest.repos.getCollaboratorPermissionLevel({ ...name, username });
    expect([data.permission, data.role_name]).toEqual([permission, role]);
  });
});

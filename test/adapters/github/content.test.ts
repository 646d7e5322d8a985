import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createGitHub, type RepositoryClient } from '../../../src/adapters/github/index.ts';
import { AppError, blobIdOf } from '../../../src/domain/index.ts';
import {
  type FileContent,
  type GeneratedRepository,
  generateRepository,
} from '../../support/github/generated-repository.ts';
import { type JsonValue, type GitHub as StandIn, startGitHub } from '../../support/github/index.ts';
import { STALL_MS, TurnedClock } from './turned-clock.ts';

const MANY = 230;
const LARGEST = 600_000;
const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');

/** Contents that text over JSON does not carry, or not whole. */
const HARD: Readonly<Record<string, Buffer>> = {
  'invalid utf-8': Buffer.from([0x66, 0xff, 0xfe, 0x0a]),
  'a lone surrogate in three bytes': Buffer.from([0xed, 0xa0, 0x80]),
  'a byte order mark': bytesOf('\ufeffFROM scratch\n'),
  nul: bytesOf('FROM a\0b\n'),
  'utf-16': Buffer.from('FROM scratch\n', 'utf16le'),
  empty: Buffer.alloc(0),
  'carriage returns': bytesOf('a\r\nb\rc'),
  'the replacement character itself': bytesOf('a\ufffdb'),
  '512,000 bytes': Buffer.alloc(512_000, 'x'),
  '512,001 bytes': Buffer.alloc(512_001, 'y'),
  'the limit': Buffer.alloc(LARGEST, 'z'),
};
const TOO_LARGE = Buffer.alloc(LARGEST + 1, 'w');

let content: GeneratedRepository;
let standIn: StandIn;
let client: RepositoryClient;
let clock: TurnedClock;
let renew: () => RepositoryClient;

beforeAll(async () => {
  const many = Array.from({ length: MANY }, (_, at): [string, FileContent] => [
    `many/${at % 10}/${at}.txt`,
    `number ${at}\n`,
  ]);
  const hard = Object.entries(HARD).map(([name, bytes]): [string, FileContent] => [`hard/${name}`, bytes]);
  content = await generateRepository([
    {
      name: 'head',
      branch: 'main',
      files: {
        ...Object.fromEntries([...many, ...hard]),
        'too-large': TOO_LARGE,
        'large/twin': Buffer.alloc(512_001, 'y'),
        '.gitattributes': 'ignored.txt export-ignore\nsubstituted.txt export-subst\n',
        'ignored.txt': 'in no archive\n',
        'substituted.txt': 'commit $Format:%H$\n',
        'archived.txt': 'in every archive\n',
        link: { mode: '120000', content: 'many/0' },
        'odd\\x41\\name': 'odd\n',
      },
    },
  ]);
  standIn = await startGitHub();
  const repository = await standIn.people.createRepository({
    owner: 'acme',
    name: 'images',
    gitDir: content.gitDir,
    defaultBranch: 'main',
  });
  const [installation = 0] = [...standIn.world.installations.keys()];
  const ref = { installation, id: repository.id, owner: 'acme', name: 'images' };
  renew = () => {
    const { appId, privateKey, url } = standIn;
    const largestFileBytes = LARGEST;
    const github = createGitHub({
      appId,
      privateKey,
      apiUrl: url,
      clock,
      stallMs: STALL_MS,
      largestFileBytes,
    });
    return github.repository(ref, 'judge');
  };
});

beforeEach(() => {
  clock = new TurnedClock();
  client = renew();
});

afterEach(() => {
  standIn.faults.clear();
  expect(standIn.ledger.violations).toEqual([]);
  expect(clock.watching).toBe(0);
});

afterAll(async () => {
  await standIn.close();
  await content.remove();
});

/** The operations that an act asks for, tokens apart. */
async function ledgerOf(act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = standIn.ledger.position;
  await act();
  return standIn.ledger.entries
    .slice(before)
    .filter((entry) => !entry.route.endsWith('/access_tokens'))
    .map((entry) => `${entry.method} ${entry.route}`);
}

const requests = (): { commit: string; path: string }[] =>
  Array.from({ length: MANY }, (_, at) => ({
    commit: content.id('head'),
    path: `many/${at % 10}/${at}.txt`,
  }));

/** Breaks aliases of a GraphQL answer as GitHub does: null, and an error that names the path. */
function breaking(alias: RegExp, type?: string): (body: JsonValue) => JsonValue {
  return (body) => {
    const { data } = body as { data: { repository: Record<string, Record<string, unknown>> } };
    const errors: { path: string[]; message: string }[] = [];
    for (const [name, value] of Object.entries(data.repository)) {
      if (typeof value !== 'object' || value === null) continue;
      if (alias.test(name)) {
        data.repository[name] = null as never;
        errors.push({
          path: ['repository', name],
          message: 'timeout',
          ...(type === undefined ? {} : { type }),
        });
      }
      for (const inner of Object.keys(value)) {
        if (!alias.test(inner)) continue;
        value[inner] = null;
        errors.push({
          path: ['repository', name, inner],
          message: 'timeout',
          ...(type === undefined ? {} : { type }),
        });
      }
    }
    return { data, errors } as unknown as JsonValue;
  };
}

describe('files', () => {
  it('come two hundred a query, and none is read twice', async () => {
    const ledger = await ledgerOf(async () => {
      const files = await client.files([...requests(), ...requests()]);
      expect(files.size).toBe(MANY);
      const ids = [...files.values()].flatMap((entry) => (entry === null ? [] : [entry.id]));
      const blobs = await client.blobs.read(ids);
      expect([...blobs.values()].every((result) => result.kind === 'bytes')).toBe(true);
    });
    expect(ledger).toEqual(['POST /graphql', 'POST /graphql']);
  });

  it.each([502, 504])('F09: are asked again in smaller queries after %d', async (status) => {
    standIn.fault({ match: { route: '/graphql' }, status });
    const files = await client.files(requests());
    expect([...files.values()].every((entry) => entry?.mode === '100644')).toBe(true);
  });

  it('F09: are never taken for absent because of an error; only what is missing is asked again', async () => {
    standIn.fault({ match: { route: '/graphql' }, rewrite: breaking(/^f(?:3|77)$/) });
    const ledger = await ledgerOf(async () => {
      const files = await client.files(requests().slice(0, 100));
      expect([...files.values()].filter((entry) => entry === null)).toEqual([]);
    });
    expect(ledger).toHaveLength(2);
    const { body } = standIn.ledger.entries.at(-1) ?? {};
    const variables = (body as { variables: Record<string, unknown> }).variables;
    expect(Object.keys(variables).filter((name) => name.startsWith('p'))).toEqual(['p0', 'p1']);
    expect([variables.p0, variables.p1]).toEqual(['many/3/3.txt', 'many/7/77.txt']);
  });

  it('of a commit that an error hides are asked again', async () => {
    standIn.fault({ match: { route: '/graphql' }, rewrite: breaking(/^c0$/) });
    const files = await client.files(requests().slice(0, 3));
    expect([...files.values()].every((entry) => entry !== null)).toBe(true);
  });

  it('that GitHub forbids are an error at once', async () => {
    standIn.fault({ match: { route: '/graphql' }, rewrite: breaking(/^f1$/, 'FORBIDDEN') });
    await expect(client.files(requests().slice(0, 3))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('of a commit that GitHub does not know (yet) are an error, not absent', async () => {
    const asked = [{ commit: '1'.repeat(40), path: 'Dockerfile' }];
    await expect(client.files(asked)).rejects.toMatchObject({ code: 'inconsistent', retryable: true });
  });

  it('are asked for by variables, whatever their names', async () => {
    const names = ['a"b', '$p0', '}) { x }', 'ä\u2028\n\\', '__proto__', ''];
    const files = await client.files(names.map((path) => ({ commit: content.id('head'), path })));
    expect([...files.values()]).toEqual(names.map(() => null));
  });
});

describe('contents', () => {
  it.each(Object.keys(HARD))('D06, D11: with %s come byte for byte', async (name) => {
    const bytes = HARD[name] ?? Buffer.alloc(0);
    const id = blobIdOf(bytes);
    const byBlob = (await client.blobs.read([id])).get(id);
    expect(byBlob?.kind).toBe('bytes');
    if (byBlob?.kind === 'bytes') expect(bytes.equals(byBlob.bytes)).toBe(true);
    const other = renew();
    await other.files([{ commit: content.id('head'), path: `hard/${name}` }]);
    const byFile = (await other.blobs.read([id])).get(id);
    if (byFile?.kind === 'bytes') expect(bytes.equals(byFile.bytes)).toBe(true);
    expect(byFile?.kind).toBe('bytes');
  });

  it('are read raw only where their text is not theirs', async () => {
    const raw = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}';
    const plain = ['a byte order mark', 'empty', 'carriage returns', '512,000 bytes'];
    const read = (names: readonly string[]) =>
      ledgerOf(() => renew().blobs.read(names.map((name) => blobIdOf(HARD[name] ?? Buffer.alloc(0)))));
    expect(await read(plain)).toEqual(['POST /graphql']);
    expect(await read(['invalid utf-8', 'nul', '512,001 bytes'])).toEqual(['POST /graphql', raw, raw, raw]);
  });

  it('beyond the limit are not read, and their size is said', async () => {
    const id = blobIdOf(TOO_LARGE);
    const ledger = await ledgerOf(async () => {
      expect((await client.blobs.read([id])).get(id)).toEqual({ kind: 'too-large', size: LARGEST + 1 });
    });
    expect(ledger).toEqual(['POST /graphql']);
  });

  it('that are not there, or no files, are said to be missing', async () => {
    const ids = ['0'.repeat(40), content.id('head'), 'HEAD', '', '__proto__', 'a'.repeat(64)];
    const blobs = await client.blobs.read(ids);
    expect(ids.map((id) => blobs.get(id)?.kind)).toEqual(ids.map(() => 'missing'));
  });

  it('that do not hash to their id are not taken', async () => {
    const id = blobIdOf(HARD.nul ?? Buffer.alloc(0));
    standIn.fault({
      match: { route: '/repos/{owner}/{repo}/git/blobs/{file_sha}' },
      body: { not: 'it' },
      status: 200,
    });
    expect((await client.blobs.read([id])).get(id)?.kind).toBe('missing');
  });
});

describe('archives', () => {
  it('D11: give only what they hold unchanged; the rest is read as ever', async () => {
    const texts = ['in every archive\n', 'in no archive\n', 'commit $Format:%H$\n', 'many/0'];
    const ids = texts.map((text) => blobIdOf(bytesOf(text)));
    await client.archive(content.id('head'), new Set(ids));
    const ledger = await ledgerOf(async () => {
      const blobs = await client.blobs.read(ids);
      expect(ids.map((id) => blobs.get(id)?.kind)).toEqual(['bytes', 'bytes', 'bytes', 'bytes']);
    });
    expect(ledger).toEqual(['POST /graphql']);
    const { body } = standIn.ledger.entries.at(-1) ?? {};
    const asked = Object.values((body as { variables: Record<string, unknown> }).variables);
    expect(asked).toEqual(expect.arrayContaining([ids[1], ids[2]]));
    expect(asked).not.toContain(ids[0]);
    expect(asked).not.toContain(ids[3]);
  });

  const wanted = new Set([blobIdOf(bytesOf('in every archive\n')), '0'.repeat(40)]);

  it.each([
    ['an error', { status: 503 }],
    ['a cut connection', { reset: 'before' as const }],
    ['a cut in the middle', { reset: 'mid-body' as const }],
  ])('are fetched again after %s', async (_name, fault) => {
    standIn.fault({ match: { route: '/{owner}/{repo}/legacy.tar.gz/{sha}' }, ...fault });
    await client.archive(content.id('head'), wanted);
    const [id = ''] = wanted;
    const ledger = await ledgerOf(() => client.blobs.read([id]));
    expect(ledger).toEqual([]);
  });

  it('that stay broken leave their contents to be read one by one', async () => {
    standIn.fault({ match: { route: '/{owner}/{repo}/legacy.tar.gz/{sha}' }, reset: 'before', times: 9 });
    const [id = ''] = wanted;
    const ledger = await ledgerOf(async () => {
      await client.archive(content.id('head'), wanted);
      expect((await client.blobs.read([id])).get(id)?.kind).toBe('bytes');
    });
    expect(ledger.filter((entry) => entry.includes('legacy.tar.gz'))).toHaveLength(3);
    expect(ledger.at(-1)).toBe('POST /graphql');
  });

  it('are not fetched for nothing', async () => {
    await expect(ledgerOf(() => client.archive(content.id('head'), new Set()))).resolves.toEqual([]);
  });
});

describe('trees', () => {
  /** GitHub's own limit is 100,000 entries. */
  const withLimit = async <T>(treeEntries: number, act: () => Promise<T>): Promise<T> => {
    const limits = standIn.world.limits as { treeEntries: number };
    const before = limits.treeEntries;
    limits.treeEntries = treeEntries;
    try {
      return await act();
    } finally {
      limits.treeEntries = before;
    }
  };

  it('D04: that GitHub cuts are walked, with the same result', async () => {
    const whole = await client.tree(content.id('head'));
    const cut = await withLimit(MANY + 10, () => renew().tree(content.id('head')));
    expect(whole.size).toBeGreaterThan(MANY + 10);
    expect(new Map([...cut].sort())).toEqual(new Map([...whole].sort()));
  });

  it('name paths as the command line does, and files are found by those names', async () => {
    const commit = content.id('head');
    const tree = await client.tree(commit);
    const path = String.raw`odd\x5Cx41\x5Cname`;
    const entry = tree.get(path);
    expect(entry?.id).toBe(blobIdOf(bytesOf('odd\n')));
    await expect(client.files([{ commit, path }])).resolves.toEqual(new Map([[`${commit}:${path}`, entry]]));
  });

  it('of which a single folder is cut are an error, never less than there is', async () => {
    const reading = withLimit(15, () => client.tree(content.id('head')));
    await expect(reading).rejects.toMatchObject({ code: 'too-large' });
  });
});

describe('every read', () => {
  const reads: Readonly<Record<string, () => Promise<unknown>>> = {
    pull: () => client.pull(1, ['x']),
    tree: () => client.tree(content.id('head')),
    files: () => client.files(requests().slice(0, 1)),
    blobs: () => client.blobs.read([blobIdOf(bytesOf('number 1\n'))]),
    raw: () => client.blobs.read([blobIdOf(HARD.nul ?? Buffer.alloc(0))]),
    compare: () => client.compare(content.id('head'), content.id('head')),
    'check runs': () => client.findCheckRun('Plinth', content.id('head')),
    archive: () => client.archive(content.id('head'), new Set([blobIdOf(bytesOf('in every archive\n'))])),
    pulls: () => client.openPulls({}),
  };
  const troubles = {
    '500': { status: 500 },
    '502': { status: 502 },
    '503': { status: 503 },
    'a cut connection': { reset: 'before' },
    'a cut in the middle': { reset: 'mid-body' },
  } as const;

  it.each(
    Object.keys(reads).flatMap((read) => Object.keys(troubles).map((trouble) => [read, trouble] as const)),
  )('of %s gets over %s on each of its requests', async (read, trouble) => {
    const act = reads[read] ?? (() => Promise.resolve());
    const total = (await ledgerOf(act)).length + 1;
    for (let after = 0; after < total; after++) {
      client = renew();
      const fault = troubles[trouble as keyof typeof troubles];
      standIn.fault({ ...fault, after });
      await act();
    }
  });

  it.each(Object.keys(reads))(
    'of %s gives up after five attempts, by an error that may pass',
    async (read) => {
      const act = reads[read] ?? (() => Promise.resolve());
      standIn.fault({ match: { route: /^(?!.*access_tokens)/ }, status: 502, times: 100 });
      const error = await act().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'github-failed', retryable: true });
    },
  );
});

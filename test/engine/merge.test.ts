import { describe, expect, it } from '@jest/globals';
import { blobIdOf, type ChangedPath, type FileMode, type Tree } from '../../src/domain/index.ts';
import { type Merge, mergeChange } from '../../src/engine/merge.ts';
import type { BlobResult, BlobSource } from '../../src/engine/ports.ts';

/** A tree as text by path; an array gives the mode too. */
type Files = Readonly<Record<string, string | readonly [FileMode, string]>>;

class World implements BlobSource {
  readonly blobs = new Map<string, BlobResult>();
  readonly asked: string[] = [];

  tree(files: Files): Tree {
    return new Map(
      Object.entries(files).map(([path, file]) => {
        const [mode, text] = typeof file === 'string' ? (['100644', file] as const) : file;
        const bytes = Buffer.from(text);
        const id = blobIdOf(bytes);
        this.blobs.set(id, { kind: 'bytes', bytes });
        return [path, { mode, id }];
      }),
    );
  }

  read(ids: readonly string[]): Promise<ReadonlyMap<string, BlobResult>> {
    this.asked.push(...ids);
    return Promise.resolve(
      new Map(
        ids.map((id) => [id, this.blobs.get(id) ?? { kind: 'missing', because: 'a test left it out' }]),
      ),
    );
  }
}

function changesOf(base: Tree, head: Tree): ChangedPath[] {
  const paths = [...new Set([...base.keys(), ...head.keys()])].sort();
  return paths
    .map((path) => ({ path, base: base.get(path) ?? null, head: head.get(path) ?? null }))
    .filter(({ base: before, head: after }) => before?.id !== after?.id || before?.mode !== after?.mode);
}

async function merge(given: {
  base: Files;
  tip: Files;
  head: Files;
}): Promise<{ merge: Merge; world: World }> {
  const world = new World();
  const [base, tip, head] = [world.tree(given.base), world.tree(given.tip), world.tree(given.head)];
  return { merge: await mergeChange(tip, changesOf(base, head), world), world };
}

/** The merged tree as text by path. */
async function contents({ tree, blobs }: Merge): Promise<Record<string, string>> {
  const results = await blobs.read([...tree.values()].map(({ id }) => id));
  const shown = [...tree].map(([path, { id }]) => {
    const result = results.get(id);
    return [path, result?.kind === 'bytes' ? Buffer.from(result.bytes).toString() : 'none'] as const;
  });
  return Object.fromEntries(shown.sort());
}

function lines(...all: (string | number)[]): string {
  return all.map((line) => `${line}\n`).join('');
}

const UNMERGED = { merged: [], conflicting: [] };

describe('SEM-1.1: the result is the tip with what the change touches taken from head', () => {
  const base = { Dockerfile: 'FROM a\n', kept: '1', gone: '2', mode: 'x' };

  it('keeps what only the tip has changed since, and reads nothing for it', async () => {
    const { merge: merged, world } = await merge({
      base,
      tip: { ...base, kept: 'newer', fresh: 'of the tip' },
      head: { Dockerfile: 'FROM b\n', kept: '1', added: '3', mode: ['100755', 'x'] },
    });
    expect(world.asked).toEqual([]);
    expect(await contents(merged)).toEqual({
      Dockerfile: 'FROM b\n',
      added: '3',
      fresh: 'of the tip',
      kept: 'newer',
      mode: 'x',
    });
    expect(merged.tree.get('mode')?.mode).toBe('100755');
    expect(merged).toMatchObject(UNMERGED);
    expect(merged.toHead('Dockerfile', 7)).toBe(7);
  });

  it('is what the change holds where there is no tip', async () => {
    const world = new World();
    const head = world.tree({ a: '1', 'b/c': '2' });
    const merged = await mergeChange(null, changesOf(new Map(), head), world);
    expect(merged.tree).toEqual(head);
    expect(merged).toMatchObject(UNMERGED);
  });

  it('is head where there is no common ancestor and the change goes from the tip to head', async () => {
    const world = new World();
    const tip = world.tree({ a: '1', b: '2' });
    const head = world.tree({ b: 'two', c: '3' });
    const merged = await mergeChange(tip, changesOf(tip, head), world);
    expect(Object.fromEntries(merged.tree)).toEqual(Object.fromEntries(head));
    expect(merged).toMatchObject(UNMERGED);
  });

  it('sees no conflict where both sides did the same', async () => {
    const { merge: merged } = await merge({
      base: { edit: '1', gone: '2' },
      tip: { edit: 'one', added: '3' },
      head: { edit: 'one', added: '3' },
    });
    expect(await contents(merged)).toEqual({ added: '3', edit: 'one' });
    expect(merged).toMatchObject(UNMERGED);
  });
});

describe('SEM-1.1: a path that both sides changed is merged three ways', () => {
  const base = lines(1, 2, 3, 4, 5, 6, 7);

  it('and its text gets the id that git would give it', async () => {
    const { merge: merged } = await merge({
      base: { file: base },
      tip: { file: lines('one', 2, 3, 4, 5, 6, 7) },
      head: { file: lines(1, 2, 3, 4, 5, 6, 'seven') },
    });
    const text = lines('one', 2, 3, 4, 5, 6, 'seven');
    expect(await contents(merged)).toEqual({ file: text });
    expect(merged).toMatchObject({ merged: ['file'], conflicting: [] });
    expect(merged.tree.get('file')?.id).toBe(blobIdOf(Buffer.from(text)));
    expect([...merged.added.keys()]).toEqual([merged.tree.get('file')?.id]);
  });

  it.each([
    ['the same line', lines('tip', 2, 3, 4, 5, 6, 7), lines('head', 2, 3, 4, 5, 6, 7)],
    ['lines side by side', lines('tip', 2, 3, 4, 5, 6, 7), lines(1, 'head', 3, 4, 5, 6, 7)],
    ['two insertions at one place', lines(1, 'tip', 2, 3, 4, 5, 6, 7), lines(1, 'head', 2, 3, 4, 5, 6, 7)],
    ['an edit in what the other deleted', lines(1, 2, 'tip', 4, 5, 6, 7), lines(1, 6, 7)],
  ])('and conflicts on %s: head stands and the path is listed', async (_, tip, head) => {
    const { merge: merged } = await merge({ base: { file: base }, tip: { file: tip }, head: { file: head } });
    expect(await contents(merged)).toEqual({ file: head });
    expect(merged).toMatchObject({ merged: [], conflicting: ['file'] });
    expect(merged.toHead('file', 3)).toBe(3);
  });

  it('where equal edits of both sides are one edit', async () => {
    const { merge: merged } = await merge({
      base: { file: base },
      tip: { file: lines('one', 2, 3, 4, 'tip', 6, 7) },
      head: { file: lines('one', 2, 3, 4, 5, 6, 'head') },
    });
    expect(await contents(merged)).toEqual({ file: lines('one', 2, 3, 4, 'tip', 6, 'head') });
  });

  it.each<[string, Files, Files, Files]>([
    ['deleted by head, edited at the tip', { f: 'b' }, { f: 'tip' }, {}],
    ['edited by head, deleted at the tip', { f: 'b' }, {}, { f: 'head' }],
    ['added by both with different text', {}, { f: 'tip' }, { f: 'head' }],
    ['binary', { f: 'a\0\n1\n2\n3' }, { f: 'b\0\n1\n2\n3' }, { f: 'a\0\n1\n2\n4' }],
    ['a link on one side', { f: 'b' }, { f: 'tip' }, { f: ['120000', 'target'] }],
    ['a link that both moved', { f: ['120000', 'a'] }, { f: ['120000', 'b'] }, { f: ['120000', 'c'] }],
    ['a submodule that both moved', { f: ['160000', 'a'] }, { f: ['160000', 'b'] }, { f: ['160000', 'c'] }],
    ['of three kinds', { f: '1' }, { f: ['100755', '1'] }, { f: ['120000', '1'] }],
  ])('and conflicts where it is %s', async (_, before, tip, head) => {
    const { merge: merged, world } = await merge({ base: before, tip, head });
    expect(merged).toMatchObject({ merged: [], conflicting: ['f'] });
    expect(Object.fromEntries(merged.tree)).toEqual(Object.fromEntries(world.tree(head)));
  });

  it('with modes and content on their own', async () => {
    const { merge: merged } = await merge({
      base: { a: base, b: base, c: 'a\0b' },
      tip: { a: ['100755', base], b: lines('tip', 2, 3, 4, 5, 6, 7), c: 'a\0tip' },
      head: { a: lines('head', 2, 3, 4, 5, 6, 7), b: ['100755', base], c: ['100755', 'a\0b'] },
    });
    expect(await contents(merged)).toEqual({
      a: lines('head', 2, 3, 4, 5, 6, 7),
      b: lines('tip', 2, 3, 4, 5, 6, 7),
      c: 'a\0tip',
    });
    expect([...merged.tree.values()].map(({ mode }) => mode)).toEqual(['100755', '100755', '100755']);
    expect(merged).toMatchObject({ merged: ['a', 'b', 'c'], conflicting: [] });
  });

  it('and conflicts where a text is too large or missing', async () => {
    const world = new World();
    const [before, tip, head] = ['1\n2\n3\n', '0\n2\n3\n', '1\n2\n4\n'].map((file) => world.tree({ file }));
    if (before === undefined || tip === undefined || head === undefined) throw new Error('three trees');
    world.blobs.set(tip.get('file')?.id ?? '', { kind: 'too-large', size: 9_000_000 });
    const merged = await mergeChange(tip, changesOf(before, head), world);
    expect(merged).toMatchObject({ merged: [], conflicting: ['file'] });
    expect(merged.tree.get('file')).toEqual(head.get('file'));
  });

  it.each([
    ['bytes that are no UTF-8', 'latin1', '\n'],
    ['CRLF', 'utf8', '\r\n'],
    ['lone carriage returns', 'utf8', '\r'],
  ] as const)('losing nothing of %s', async (_, encoding, end) => {
    const world = new World();
    const [before, tip, head] = ['é,2,3,4,5', 'é,1,3,4,5', 'é,2,3,4,ö'].map((text) => {
      const bytes = Buffer.from(text.replaceAll(',', end), encoding);
      const id = blobIdOf(bytes);
      world.blobs.set(id, { kind: 'bytes', bytes });
      return { mode: '100644', id } as const;
    });
    if (before === undefined || tip === undefined || head === undefined) throw new Error('three files');
    const merged = await mergeChange(new Map([['f', tip]]), [{ path: 'f', base: before, head }], world);
    const expected = Buffer.from('é,1,3,4,ö'.replaceAll(',', end), encoding);
    expect([...merged.added.values()].map((bytes) => Buffer.from(bytes))).toEqual([expected]);
    expect(merged.toHead('f', 5)).toBe(5);
  });
});

describe('SEM-1.1: files where the other side has folders', () => {
  it('give way to head, and the path is listed', async () => {
    const { merge: merged } = await merge({
      base: { keep: '1' },
      tip: { keep: '1', build: 'a file', 'deploy/a': '2', 'deploy/b/c': '3', 'deployment/d': '4' },
      head: { keep: '1', 'build/Dockerfile': 'FROM a\n', deploy: 'a file' },
    });
    expect(Object.keys(await contents(merged))).toEqual([
      'build/Dockerfile',
      'deploy',
      'deployment/d',
      'keep',
    ]);
    expect(merged).toMatchObject({ merged: [], conflicting: ['build/Dockerfile', 'deploy'] });
  });

  it('are no conflict where the change itself replaces one by the other', async () => {
    const base = { build: 'a file', 'deploy/a': '2', 'deploy/b': '3' };
    const { merge: merged } = await merge({ base, tip: base, head: { 'build/x': '1', deploy: 'a file' } });
    expect(Object.keys(await contents(merged))).toEqual(['build/x', 'deploy']);
    expect(merged).toMatchObject(UNMERGED);
  });
});

describe('SEM-1.1: places are shown in head', () => {
  const base = lines(1, 2, 3, 4, 5, 6, 7, 8, 9);

  async function shown(tip: string, head: string): Promise<(readonly [string, number])[]> {
    const { merge: merged } = await merge({ base: { f: base }, tip: { f: tip }, head: { f: head } });
    expect(merged.conflicting).toEqual([]);
    const text = (await contents(merged)).f ?? '';
    const all = text.trimEnd().split('\n');
    return all.map((line, index) => [line, merged.toHead('f', index + 1)] as const);
  }

  it('for a merged line, on the same line of head', async () => {
    const tip = lines('tip', 'tip', 1, 2, 3, 4, 5, 6, 7, 8, 9);
    const head = lines(1, 2, 3, 4, 'head', 5, 6, 7, 9);
    const headLines = head.trimEnd().split('\n');
    for (const [line, at] of await shown(tip, head)) if (line !== 'tip') expect(headLines[at - 1]).toBe(line);
  });

  it('for a line that only the tip has, on the change’s nearest line of the file', async () => {
    const tip = lines(1, 'tip a', 2, 3, 4, 5, 'tip b', 6, 7, 8, 9);
    const head = lines(1, 2, 3, 'head 1', 4, 5, 6, 7, 'head 2', 9);
    const places = new Map(await shown(tip, head));
    expect(places.get('tip a')).toBe(4);
    expect(places.get('tip b')).toBe(4);
    expect(places.get('head 2')).toBe(9);
  });

  it('for a change that only deletes, on the nearest kept line', async () => {
    const tip = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 'tip');
    const places = new Map(await shown(tip, lines(1, 2, 3, 5, 6, 7, 8, 9)));
    expect(places.get('tip')).toBe(3);
    expect(places.get('5')).toBe(4);
  });

  it('for lines beyond the end, on the last line', async () => {
    const { merge: merged } = await merge({
      base: { f: base },
      tip: { f: lines(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) },
      head: { f: lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) },
    });
    expect(merged.toHead('f', 99)).toBe(10);
  });
});

describe('the cost of merging is bounded', () => {
  it('so thousands of equal lines conflict instead of being compared for minutes, and other files still merge', async () => {
    const blank = (count: number) => Array.from({ length: count }, () => '');
    const { merge: merged } = await merge({
      base: { f: lines('a', ...blank(20_000), 'b'), next: lines(1, 2, 3) },
      tip: { f: lines('tip', ...blank(20_100), 'b'), next: lines('tip', 2, 3) },
      head: { f: lines('a', ...blank(19_900), 'head'), next: lines(1, 2, 'head') },
    });
    expect(merged).toMatchObject({ merged: ['next'], conflicting: ['f'] });
  });

  it('and long files with few edits merge', async () => {
    const numbered = (edit: Record<number, string>) =>
      lines(
        ...Array.from({ length: 50_000 }, (_, index) => edit[index] ?? (index % 2 ? '' : `line ${index}`)),
      );
    const { merge: merged } = await merge({
      base: { f: numbered({}) },
      tip: { f: numbered({ 10: 'tip', 40000: 'tip' }) },
      head: { f: numbered({ 20000: 'head', 49998: 'head' }) },
    });
    expect(merged).toMatchObject({ merged: ['f'], conflicting: [] });
    expect((await contents(merged)).f).toBe(
      numbered({ 10: 'tip', 40000: 'tip', 20000: 'head', 49998: 'head' }),
    );
  });
});

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Inventory } from '../../src/domain/index.ts';
import { listImages } from '../../src/engine/inventory.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import { inventoryGraph, renderInventory } from '../../src/present/inventory/index.ts';
import { CHOSEN, type Files, MemoryBlobs, SHIPPED, treeOf } from '../support/mini-repository.ts';

const SCHEMA = new URL('../../docs/images.schema.json', import.meta.url);

const TREE: Files = {
  'base/Dockerfile': 'FROM gcr.io/distroless/base\n',
  'web/Dockerfile': 'ARG BASE\nFROM ${BASE}\nCOPY web /web\n',
  'job/Dockerfile': 'ARG IMAGE\nFROM ${IMAGE}\n',
  Makefile:
    'all:\n\tdocker build -t registry.example/base base\n\tdocker build -t registry.example/web:v1 --build-arg BASE=registry.example/base web\n\tdocker push registry.example/web:v1\n',
  'broken/Dockerfile': 'COPY a /a\n',
};

async function inventoryOf(files: Files): Promise<Inventory> {
  const blobs = new MemoryBlobs();
  const compiled = compilePolicy(CHOSEN, SHIPPED);
  if ('problems' in compiled) throw new Error('the policy has problems');
  return await listImages({ tree: treeOf(files, blobs), commit: null }, compiled.policy, {
    blobs,
    cache: null,
    clock: () => 0,
  });
}

describe('the images of a tree', () => {
  let inventory: Inventory;
  beforeAll(async () => {
    inventory = await inventoryOf(TREE);
  });
  const image = (id: string) => inventory.images.find((one) => one.id === id);

  it('are listed with the base that build rules give them, and where that is decided', () => {
    expect(image('web/Dockerfile')).toMatchObject({
      name: 'registry.example/web',
      tags: ['registry.example/web:v1'],
      workflow: 'make',
      standing: 'needs-exception',
      bases: [
        { reference: 'gcr.io/distroless/base', family: 'distroless-base', through: ['base/Dockerfile'] },
      ],
    });
    expect(image('web/Dockerfile')?.bases[0]?.chain.at(-1)).toMatchObject({ path: 'Makefile', line: 3 });
  });

  it('say why a base is unresolved', () => {
    const [base] = image('job/Dockerfile')?.bases ?? [];
    expect(base).toMatchObject({ standing: 'unresolved', reference: '${IMAGE}' });
    expect(base?.unresolved).toContain('IMAGE has no default');
  });

  it('leave no file out in silence', () => {
    expect(inventory.unread.map(({ path }) => path)).toEqual(['broken/Dockerfile']);
    for (const format of ['table', 'markdown', 'json'] as const)
      expect(renderInventory(inventory, format)).toContain('broken/Dockerfile');
  });

  it('are valid by the published schema', () => {
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(
      JSON.parse(readFileSync(SCHEMA, 'utf8')),
    );
    validate(JSON.parse(renderInventory(inventory, 'json')));
    expect(validate.errors).toBeNull();
  });

  it('are a table with sums', () => {
    const lines = renderInventory(inventory, 'table').split('\n');
    expect(lines[0]).toMatch(/^IMAGE +DEFINITION +BASE +STANDING +BUILT BY +DECIDED AT$/);
    expect(lines).toContain(
      '3 images on 2 bases: 0 allowed · 2 need an exception · 0 not allowed · 1 unresolved',
    );
  });

  it.each([80, 100])('are readable in a terminal of %i columns: no line is longer', async (width) => {
    const long = {
      'images/a-service-of-the-platform/Dockerfile': `FROM registry.example/platform/languages/base@sha256:${'0'.repeat(64)}\n`,
      Makefile:
        'all:\n\tdocker build -t registry.example/platform/images/a-service-of-the-platform images/a-service-of-the-platform\n',
      'broken/Dockerfile': 'COPY a /a\n',
    };
    const lines = renderInventory(await inventoryOf(long), 'table', width).split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(lines.slice(0, 3)).toEqual([
      'registry.example/platform/images/a-service-of-the-platform',
      '  images/a-service-of-the-platform/Dockerfile, built by make',
      expect.stringMatching(/^ {2}not allowed {6}registry\.example\/platform\/languages\/base@sha256:0{12}…/),
    ]);
    expect(lines.slice(2, 4).join(' ')).toMatch(/ {2}line 1\b/);
  });

  it('stay a table where the terminal has room for it', () => {
    expect(renderInventory(inventory, 'table', 200)).toBe(renderInventory(inventory, 'table'));
  });

  it('tell in a narrow terminal where else a base is decided, and why one is not', () => {
    const lines = renderInventory(inventory, 'table', 60).split('\n');
    const web = lines.indexOf('registry.example/web');
    expect(lines.slice(web, web + 3)).toEqual([
      'registry.example/web',
      '  web/Dockerfile, built by make',
      '  needs exception  gcr.io/distroless/base  Makefile:3',
    ]);
    const job = lines.findIndex((line) => line.startsWith('job/Dockerfile, built by'));
    expect(lines.slice(job + 1, job + 3).join('\n')).toMatch(
      /unresolved {7}\$\{IMAGE\}.*\n {19}.*IMAGE has no/,
    );
  });

  it('have sums of their own for each scope', async () => {
    const both = {
      ...TREE,
      'vendor/x/Dockerfile': 'FROM alpine:3\n',
      'vendor/y/Dockerfile': 'FROM alpine:3\n',
    };
    const lines = renderInventory(await inventoryOf(both), 'table').split('\n');
    expect(lines).toContain(
      '5 images on 3 bases: 0 allowed · 2 need an exception · 2 not allowed · 1 unresolved',
    );
    expect(lines).toContain('vendored: 2 (0 allowed · 0 need an exception · 2 not allowed · 0 unresolved)');
  });

  it('keep definition and scope in Markdown', () => {
    expect(renderInventory(inventory, 'markdown')).toContain(
      '| `registry.example/web` | `web/Dockerfile` | release |',
    );
  });

  it('are a graph from bases to images, by way of images of the tree', () => {
    const graph = inventoryGraph(inventory);
    const nameOf = (label: string) => new RegExp(`(n\\d+)\\S*"${label}"`).exec(graph)?.[1];
    const [root, between, outer] = [
      'gcr.io/distroless/base',
      'registry.example/base',
      'registry.example/web',
    ].map(nameOf);
    expect(graph).toContain(`  ${root} --> ${between}\n`);
    expect(graph).toContain(`  ${between} --> ${outer}\n`);
    expect(graph).not.toContain(`  ${root} --> ${outer}\n`);
  });
});

describe('names that want to be more than text', () => {
  const hostile: Files = {
    '=cmd|x/Dockerfile': 'FROM alpine\n',
    'a"]:::allowed\n%%/Dockerfile': 'FROM alpine\n',
  };

  it('are no formula in a spreadsheet', async () => {
    const csv = renderInventory(await inventoryOf(hostile), 'csv');
    expect(csv).toContain(",'=cmd|x/Dockerfile,");
  });

  it('neither end a cell of a table nor a node of a graph', async () => {
    const inventory = await inventoryOf(hostile);
    const rows = renderInventory(inventory, 'markdown')
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(9);
    for (const line of inventoryGraph(inventory)
      .split('\n')
      .filter((one) => one.includes('"')))
      expect(line).toMatch(/^ {2}n\d+(\(\[|\[)"[^"\]]*"(\]\)|\](:::\w+)?)$/);
  });
});

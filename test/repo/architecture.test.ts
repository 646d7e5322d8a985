import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Folder → what it may import of ours; the reason and the way out are printed for a refused edge. */
const TABLE: Record<string, { readonly may: readonly string[]; readonly why: string }> = {
  domain: { may: ['domain'], why: 'the nouns stand alone; move what needs more into the folder that has it' },
  formats: {
    may: ['domain', 'formats'],
    why: 'a format says what one blob says; what files mean together belongs to resolve',
  },
  resolve: {
    may: ['domain', 'formats', 'resolve'],
    why: 'resolve builds the model from facts; judging it belongs to rules',
  },
  policy: {
    may: ['domain', 'formats', 'policy'],
    why: 'a policy is compiled into questions; who asks them is not its business',
  },
  rules: {
    may: ['domain', 'rules'],
    why: 'a rule looks at the model only; what it misses there belongs to resolve or domain',
  },
  decide: { may: ['domain', 'decide'], why: 'decisions are functions of problems; hand them what they need' },
  present: {
    may: ['domain', 'present'],
    why: 'words are functions of the report; hand them rule metadata as an argument',
  },
  engine: {
    may: ['domain', 'formats', 'resolve', 'policy', 'rules', 'decide', 'present', 'engine'],
    why: 'the engine knows no adapter: ask through a port',
  },
  adapters: {
    may: ['domain', 'engine', 'adapters'],
    why: 'adapters fulfil ports of the engine; logic belongs behind the port',
  },
  cli: {
    may: [
      'domain',
      'formats',
      'resolve',
      'policy',
      'rules',
      'decide',
      'present',
      'engine',
      'adapters',
      'cli',
    ],
    why: 'command line and App never import each other',
  },
  demo: {
    // `..` is test/support: the stand-in for GitHub.
    may: ['app', 'adapters', 'engine', 'domain', 'demo', '..'],
    why: 'the demo shows the App as it is; what it needs of it belongs to the App, but for the engine, which it runs in its own process',
  },
  app: {
    may: [
      'domain',
      'formats',
      'resolve',
      'policy',
      'rules',
      'decide',
      'present',
      'engine',
      'adapters',
      'app',
    ],
    why: 'command line and App never import each other',
  },
};
/** Folders whose answers follow from what they are given. */
const PURE = ['domain', 'formats', 'resolve', 'policy', 'rules', 'decide', 'present', 'engine'];
/** The embedded languages, which every format may read. */
const EMBEDDED = new Set(['yaml', 'shell', 'kubernetes']);
/** Adapters may use the ports of the engine, not its stages. */
const PORTS = /^engine\/(ports|child-protocol)\.ts$/;

interface Edge {
  readonly from: string;
  readonly to: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function edges(): Edge[] {
  const source = join(ROOT, 'src');
  return filesBelow(source).flatMap((file) => {
    const from = relative(source, file).split('\\').join('/');
    return importsOf(file)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({ from, to: posix.join(posix.dirname(from), specifier) }));
  });
}

function refusal({ from, to }: Edge): string | null {
  const [folder = '', inner = ''] = from.split('/');
  const [target = '', targetInner = ''] = to.split('/');
  const row = TABLE[folder];
  // Entry files stand above the folders.
  if (row === undefined) return inner === '' ? null : `${from}: the table has no row for ${folder}`;
  if (!row.may.includes(target)) return `${from} imports ${to}: ${row.why}`;
  if (
    folder === 'formats' &&
    target === 'formats' &&
    inner !== targetInner &&
    inner.includes('.') === false
  ) {
    const shared = EMBEDDED.has(targetInner) || targetInner === 'format.ts';
    if (!shared)
      return `${from} imports ${to}: formats share only the embedded languages (${[...EMBEDDED].join(', ')})`;
  }
  if (folder === 'adapters' && target === 'engine' && !PORTS.test(to))
    return `${from} imports ${to}: ${row.why}`;
  return null;
}

describe('the import table of CONVENTIONS', () => {
  it('holds for every import of the sources', () => {
    expect(
      edges()
        .map(refusal)
        .filter((line) => line !== null),
    ).toEqual([]);
  });

  it('refuses an edge that it should refuse', () => {
    expect(refusal({ from: 'rules/x.ts', to: 'resolve/index.ts' })).toContain(
      'a rule looks at the model only',
    );
    expect(refusal({ from: 'adapters/git/x.ts', to: 'engine/analyse.ts' })).toContain('behind the port');
    expect(refusal({ from: 'helpers/x.ts', to: 'domain/index.ts' })).toContain('no row for helpers');
    expect(refusal({ from: 'formats/go/x.ts', to: 'formats/dockerfile/index.ts' })).toContain(
      'embedded languages',
    );
  });

  it('lets only adapters and entry files touch the world', () => {
    const world =
      /^(node:)?(fs|fs\/promises|net|http|https|child_process|worker_threads|os|dns|tls|dgram|sqlite)$/;
    const offenders = PURE.flatMap((folder) =>
      filesBelow(join(ROOT, 'src', folder)).flatMap((file) =>
        importsOf(file)
          .filter((name) => world.test(name))
          .map((name) => `${relative(ROOT, file)} imports ${name}`),
      ),
    );
    expect(offenders).toEqual([]);
  });

  it('lets only adapters and entry files ask for time, chance or the environment', () => {
    const asks =
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bprocess\.(?!exitCode\b)/;
    const entryFiles = join('src', 'engine', 'child');
    const offenders = PURE.flatMap((folder) =>
      filesBelow(join(ROOT, 'src', folder))
        .filter((file) => asks.test(readFileSync(file, 'utf8').replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')))
        .map((file) => relative(ROOT, file)),
    );
    expect(offenders.filter((file) => !file.startsWith(entryFiles))).toEqual([]);
  });
});

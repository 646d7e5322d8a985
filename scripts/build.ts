// Bundles one file per entry into dist/, with the data files that they read beside them.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = new URL('../', import.meta.url);
const DIST = fileURLToPath(new URL('dist/', ROOT));
const require = createRequire(import.meta.url);

const ENTRIES = {
  cli: 'src/cli/main.ts',
  analyser: 'src/engine/child/main.ts',
  app: 'src/app/main.ts',
};

/** Grammars that the Go format loads at run time. */
const GRAMMARS = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-go/tree-sitter-go.wasm'];

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const result = await build({
  absWorkingDir: fileURLToPath(ROOT),
  entryPoints: ENTRIES,
  outdir: DIST,
  bundle: true,
  platform: 'node',
  target: 'node22.20',
  format: 'esm',
  sourcemap: 'linked',
  legalComments: 'linked',
  metafile: true,
  // Bundled CommonJS packages ask for `require`, `__dirname` and `__filename`, which modules do not have.
  banner: {
    js: "import { createRequire as plinthRequire } from 'node:module'; const require = plinthRequire(import.meta.url);",
  },
  external: ['pg-native'],
});
for (const grammar of GRAMMARS)
  cpSync(require.resolve(grammar), `${DIST}${grammar.slice(grammar.lastIndexOf('/') + 1)}`);
cpSync(fileURLToPath(new URL('policies/', ROOT)), `${DIST}policies`, { recursive: true });
writeFileSync(`${DIST}package.json`, '{ "type": "module" }\n');
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`dist/: ${Object.keys(ENTRIES).join(', ')} (${(bytes / 1e6).toFixed(1)} MB)\n`);

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { ROOT } from './entries.ts';

/** Bundled CommonJS packages ask for `require`, `__dirname` and `__filename`, which modules do not have. */
const BANNER = [
  "import { createRequire as plinthRequire } from 'node:module';",
  "import { fileURLToPath as plinthPath } from 'node:url';",
  'const require = plinthRequire(import.meta.url);',
  'const __filename = plinthPath(import.meta.url);',
  "const __dirname = plinthPath(new URL('.', import.meta.url));",
].join('\n');

/**
 * Bundles the entries into a folder, which is emptied first. Names are kept as they are, so that a stack trace can be read; white space goes,
 * since every byte is read at each start.
 */
export async function bundle(
  entries: Readonly<Record<string, string>>,
  folder: string,
): Promise<readonly { readonly name: string; readonly bytes: number }[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(ROOT),
    entryPoints: entries,
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node22.20',
    format: 'esm',
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    legalComments: 'linked',
    metafile: true,
    banner: { js: BANNER },
    external: ['pg-native'],
    plugins: [lateZod],
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return Object.entries(metafile.outputs)
    .filter(([path]) => path.endsWith('.js'))
    .map(([path, { bytes }]) => ({ name: basename(path), bytes }));
}

/**
 * Schemas are made when a text is first checked against one, which a start without a policy of its own never does. An import in the
 * sources is evaluated at the start all the same (a third of it); behind `require` the bundle evaluates the package at its first use.
 */
const lateZod: Plugin = {
  name: 'late-zod',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^zod$/ }, ({ importer, kind }) =>
      kind === 'import-statement' && importer.includes('/src/policy/')
        ? { path: 'zod', namespace: 'late' }
        : undefined,
    );
    onLoad({ filter: /^zod$/, namespace: 'late' }, () => ({
      contents: `let loaded;
export const z = new Proxy({}, { get: (_, key) => (loaded ??= require('zod').z)[key] });`,
      resolveDir: fileURLToPath(ROOT),
    }));
  },
};

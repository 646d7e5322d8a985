import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { digestSources } from '../../src/adapters/program/index.ts';
import { ROOT } from './entries.ts';
import { latePackages, oneLanguage, plainBuiltins } from './late.ts';

/** Bundled CommonJS packages ask for `require`, `__dirname` and `__filename`, which modules do not have. */
const BANNER = [
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  'const { filename: __filename, dirname: __dirname } = import.meta;',
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
    // What a cache holds is good for the code that made it (src/engine/version.ts).
    define: { PLINTH_DIGESTS: JSON.stringify(digestSources(ROOT)) },
    external: ['pg-native'],
    plugins: [latePackages, plainBuiltins, oneLanguage],
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return Object.entries(metafile.outputs)
    .filter(([path]) => path.endsWith('.js'))
    .map(([path, { bytes }]) => ({ name: basename(path), bytes }));
}

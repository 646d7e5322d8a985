import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { digestSources } from '../../src/adapters/program/index.ts';
import { ROOT } from './entries.ts';
import { latePackages, oneLanguage, onlyAscii, plainBuiltins } from './late.ts';
import { AS_SCRIPT, MODULE_URL, sign } from './script.ts';

/** Bundled CommonJS packages ask for `require`, `__dirname` and `__filename`, which modules do not have. */
const BANNER = [
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  'const { filename: __filename, dirname: __dirname } = import.meta;',
].join('\n');

/**
 * Bundles the entries into a folder, which is emptied first. Names are kept as they are, so that a stack trace can be read (but for the script, script.ts);
 * white space goes, since every byte is read at each start.
 */
export async function bundle(
  entries: Readonly<Record<string, string>>,
  folder: string,
): Promise<readonly { readonly name: string; readonly bytes: number }[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({ ...optionsFor(entries, folder), banner: { js: BANNER } });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return outputsOf(metafile);
}

/** Bundles one entry, which exports `main`, as a script into a folder that has the other files. */
export async function bundleScript(
  name: string,
  source: string,
  folder: string,
): Promise<readonly { readonly name: string; readonly bytes: number }[]> {
  const options = optionsFor({ [name]: source }, folder);
  const define = { ...options.define, 'import.meta.url': MODULE_URL };
  const { metafile } = await build({ ...options, ...AS_SCRIPT, define, metafile: true });
  sign(join(folder, `${name}.js`));
  return outputsOf(metafile);
}

function optionsFor(
  entries: Readonly<Record<string, string>>,
  folder: string,
): BuildOptions & { readonly metafile: true } {
  return {
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
    // What a cache holds is good for the code that made it (src/engine/version.ts).
    define: { PLINTH_DIGESTS: JSON.stringify(digestSources(ROOT)) },
    external: ['pg-native'],
    plugins: [latePackages, plainBuiltins, oneLanguage, onlyAscii],
    logLevel: 'warning',
  };
}

function outputsOf({ outputs }: Metafile): readonly { readonly name: string; readonly bytes: number }[] {
  return Object.entries(outputs)
    .filter(([path]) => path.endsWith('.js'))
    .map(([path, { bytes }]) => ({ name: basename(path), bytes }));
}

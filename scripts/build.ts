// Bundles one file per entry, with the data files that they read beside them: `npm run build`, or `node scripts/build.ts FOLDER`.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, bundleScript } from './build/bundle.ts';
import { copyGrammars, packPolicies } from './build/data.ts';
import { ENTRIES, ROOT } from './build/entries.ts';

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('dist/', ROOT)));
const entries = Object.entries(ENTRIES).filter(([name, source]) => {
  const exists = existsSync(new URL(source, ROOT));
  if (!exists) process.stdout.write(`${name}: left out, ${source} does not exist\n`);
  return exists;
});
const files = [
  ...(await bundle(Object.fromEntries(entries), folder)),
  ...(await bundleScript('cli-script', 'src/cli/run.ts', folder)),
];
packPolicies(folder);
copyGrammars(folder);
for (const { name, bytes } of files) process.stdout.write(`${name}  ${(bytes / 1e6).toFixed(2)} MB\n`);

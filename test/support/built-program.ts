// Plinth as `npm run build` makes it. A process of it starts in a fifth of a second; one from sources takes a second, most of it for taking
// the types off.
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KEPT = join(ROOT, 'node_modules/.cache/plinth-built');
/** All that a build follows from. */
const SOURCES = ['bin', 'src', 'policies', 'scripts/build', 'scripts/build.ts', 'package-lock.json'];
const DAY_MS = 86_400_000;

/**
 * An installation, with `bin/` and `dist/`, of the sources as they are now. It is built once for all test files, and kept for the next
 * run. Call it where no test is being timed.
 */
export function builtProgram(): string {
  const folder = join(KEPT, digestOfSources());
  if (existsSync(folder)) return folder;
  mkdirSync(KEPT, { recursive: true });
  const draft = mkdtempSync(join(KEPT, 'draft-'));
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.ts'), join(draft, 'dist')], { stdio: 'pipe' });
  cpSync(join(ROOT, 'bin'), join(draft, 'bin'), { recursive: true });
  writeFileSync(join(draft, 'package.json'), '{ "type": "module" }\n');
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  forgetOld();
  return folder;
}

/** Bundles a program that a test starts many times; `file` becomes a module. */
export function bundleProgram(source: string, file: string): void {
  const options = {
    entryPoints: [source],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    // Bundled CommonJS packages ask for it.
    banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
    external: ['pg-native'],
  };
  // Not in this process: Jest gives esbuild a `Uint8Array` of another realm.
  const program = `import { build } from 'esbuild'; await build(${JSON.stringify(options)});`;
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT, stdio: 'pipe' });
}

function forgetOld(): void {
  for (const name of readdirSync(KEPT)) {
    const madeMs = statSync(join(KEPT, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - madeMs > DAY_MS) rmSync(join(KEPT, name), { recursive: true, force: true });
  }
}

function digestOfSources(): string {
  const files = SOURCES.flatMap((part) => (statSync(join(ROOT, part)).isFile() ? [part] : filesBelow(part)));
  const named = files.sort().map((file) => `${file} ${hash('sha256', readFileSync(join(ROOT, file)))}`);
  return hash('sha256', named.join('\n')).slice(0, 16);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
}

#!/usr/bin/env node
// Runs the built command line where there is one, else the sources by type stripping.

// Not by import: the module facade of `node:fs` reads each of its exports, and that alone takes a tenth of a start.
const { existsSync } = process.getBuiltinModule('node:fs');
const { enableCompileCache } = process.getBuiltinModule('node:module');
const { homedir } = process.getBuiltinModule('node:os');
const { dirname, isAbsolute, join } = process.getBuiltinModule('node:path');

/**
 * Where V8 keeps what it made of the program, which saves a start a third of its time; undefined where nothing is to be kept. Never a folder
 * that a repository may bring along: what lies there is run.
 */
function compiledFolder({ CI, XDG_CACHE_HOME: given = '' }) {
  const home = homedir();
  if (CI === 'true' || (home === '' && !isAbsolute(given))) return undefined;
  // What was compiled is kept once: after a first run that did little, little would be kept for all that follow.
  const command = process.argv[2] === 'check' ? 'check' : 'other';
  const folder = join(isAbsolute(given) ? given : join(home, '.cache'), 'plinth', 'compiled', command);
  for (let at = folder; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, '.git'))) return undefined;
  return folder;
}

/** Runs this very command under the Node that `npm ci` brought; the exit code, or 2 with a sentence where there is none. */
function runUnderOwnNode() {
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(node)) {
    process.stderr.write(
      `plinth: it needs Node 22.20 or newer, and this is ${process.version}; run npm ci in Plinth's folder, which brings one\n`,
    );
    return 2;
  }
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const run = spawnSync(node, process.argv.slice(1), { stdio: 'inherit' });
  return run.status ?? 2;
}

async function runHere() {
  const folder = compiledFolder(process.env);
  if (folder !== undefined) enableCompileCache?.(folder);
  const built = new URL('../dist/cli.js', import.meta.url);
  const { main } = await import(
    existsSync(built) ? built.href : new URL('../src/cli/main.ts', import.meta.url).href
  );
  return await main(process.argv);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isOld = major < 22 || (major === 22 && minor < 20);
process.exitCode = isOld ? runUnderOwnNode() : await runHere();

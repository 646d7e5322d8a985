#!/usr/bin/env node
// Runs the built command line where there is one, else the sources by type stripping.

// Not by import: the module facade of `node:fs` reads each of its exports, and that alone takes a tenth of a start.
const fs = process.getBuiltinModule('node:fs');
const { createRequire, enableCompileCache } = process.getBuiltinModule('node:module');
const { homedir } = process.getBuiltinModule('node:os');
const { dirname, isAbsolute, join } = process.getBuiltinModule('node:path');
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');

/**
 * Where is kept what V8 made of the program, which saves a start half of its work; undefined where nothing is to be kept. Never a folder that
 * a repository may bring along: what lies there is run.
 */
function compiledFolder({ CI, XDG_CACHE_HOME: given = '' }) {
  const home = homedir();
  if (CI === 'true' || (home === '' && !isAbsolute(given))) return undefined;
  const folder = join(isAbsolute(given) ? given : join(home, '.cache'), 'plinth', 'compiled');
  for (let at = folder; at !== dirname(at); at = dirname(at))
    if (fs.existsSync(join(at, '.git'))) return undefined;
  return folder;
}

/** What was compiled is kept once for each: after a first run that did other things, little would be kept for all that follow. */
function kindOfRun([, , command = 'none', ...options]) {
  if (command !== 'check') return 'other';
  return options.some((option) => /^--(git-dir|head|base)/.test(option)) ? 'commits' : 'tree';
}

/** A built program that is evaluated as a script, with the code that an earlier run of it compiled. */
class KeptProgram {
  #file;
  #source;
  #kept;

  constructor(file, folder) {
    this.#file = file;
    this.#source = fs.readFileSync(file, 'latin1');
    // V8 itself tells two programs apart by their length only, so this name says it all: the digest that the build wrote, the engine, the kind.
    const digest = /^\/\*([0-9a-f]{16})\*\//.exec(this.#source.slice(0, 24))?.[1];
    if (folder === undefined || digest === undefined) return;
    const engine = `${process.versions.v8}-${process.arch}`;
    this.#kept = join(folder, `${digest}-${engine}-${kindOfRun(process.argv)}`);
  }

  async main(argv) {
    const { Script } = process.getBuiltinModule('node:vm');
    const cachedData = this.#read();
    const script = new Script(this.#source, {
      filename: this.#file,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    const url = pathToFileURL(this.#file).href;
    const module = { exports: {} };
    script.runInThisContext()(
      createRequire(url),
      module,
      module.exports,
      this.#file,
      dirname(this.#file),
      url,
    );
    const code = await module.exports.main(argv);
    // Only now: what a run did not need is not compiled, and not kept.
    if (cachedData === undefined || script.cachedDataRejected) this.#keep(script);
    return code;
  }

  /** Undefined where nothing is kept, or where it is not whole, or could be another user's. */
  #read() {
    if (this.#kept === undefined) return undefined;
    try {
      const file = fs.openSync(this.#kept);
      try {
        const { uid, mode } = fs.fstatSync(file);
        if ((process.getuid?.() ?? uid) !== uid || (mode & 0o022) !== 0) return undefined;
        const content = fs.readFileSync(file);
        const data = content.subarray(CHECKSUM_BYTES);
        return checksum(data).equals(content.subarray(0, CHECKSUM_BYTES)) ? data : undefined;
      } finally {
        fs.closeSync(file);
      }
    } catch {
      return undefined;
    }
  }

  /** A disk that takes nothing costs time in the next run, nothing else. */
  #keep(script) {
    if (this.#kept === undefined) return;
    try {
      const folder = dirname(this.#kept);
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      const data = script.createCachedData();
      const draft = `${this.#kept}.${process.pid}`;
      fs.writeFileSync(draft, Buffer.concat([checksum(data), data]), { mode: 0o600 });
      fs.renameSync(draft, this.#kept);
      forgetOldest(folder);
    } catch {
      // As said.
    }
  }
}

const CHECKSUM_BYTES = 20;
/** Three kinds of runs of a few versions. */
const MOST_KEPT = 12;

function checksum(data) {
  return process.getBuiltinModule('node:crypto').hash('sha1', data, 'buffer');
}

function forgetOldest(folder) {
  const files = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const aged = files.map(({ name }) => {
    const file = join(folder, name);
    return { file, keptMs: fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
  });
  for (const { file } of aged.sort((a, b) => b.keptMs - a.keptMs).slice(MOST_KEPT))
    fs.rmSync(file, { force: true });
}

/** Runs this very command under the Node that `npm ci` brought; the exit code, or 2 with a sentence where there is none. */
function runUnderOwnNode() {
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!fs.existsSync(node)) {
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
  const built = fileURLToPath(new URL('../dist/cli-script.js', import.meta.url));
  if (fs.existsSync(built)) return await new KeptProgram(built, folder).main(process.argv);
  if (folder !== undefined) enableCompileCache?.(join(folder, 'sources'));
  const { main } = await import(new URL('../src/cli/run.ts', import.meta.url).href);
  return await main(process.argv);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isOld = major < 22 || (major === 22 && minor < 20);
process.exitCode = isOld ? runUnderOwnNode() : await runHere();

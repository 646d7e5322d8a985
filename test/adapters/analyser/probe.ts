// Runs in the analyser child's place, under the same restrictions, and tries to get out by everything that Node offers.
import { createRequire } from 'node:module';

export interface ProbeTargets {
  readonly secret: string;
  readonly folder: string;
  readonly parent: number;
  /** Attempts to leave out. */
  readonly without: readonly string[];
}

export interface ProbeAnswer {
  readonly environment: readonly string[];
  /** Attempt → whether it came to something. */
  readonly escaped: Readonly<Record<string, boolean>>;
}

type Attempt = (targets: ProbeTargets) => unknown;

const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  'read /etc/passwd': async () => (await import('node:fs')).readFileSync('/etc/passwd'),
  'read the parent’s environment': async ({ parent }) =>
    (await import('node:fs')).readFileSync(`/proc/${parent}/environ`),
  'read its own environment as a file': async () =>
    (await import('node:fs')).readFileSync('/proc/self/environ'),
  'read the data folder': async ({ secret }) => (await import('node:fs')).readFileSync(secret),
  'read by a promise': async ({ secret }) => (await import('node:fs/promises')).readFile(secret),
  'read by a descriptor': async ({ secret }) => (await import('node:fs')).openSync(secret, 'r'),
  'read by a stream': async ({ secret }) => {
    const { createReadStream } = await import('node:fs');
    for await (const chunk of createReadStream(secret)) return chunk;
  },
  'read as a blob': async ({ secret }) => (await (await import('node:fs')).openAsBlob(secret)).text(),
  'read by a path with detours': async ({ secret }) =>
    (await import('node:fs')).readFileSync(
      new URL(`../../../src/../../../../../../../..${secret}`, import.meta.url),
    ),
  'read by a path of bytes': async ({ secret }) =>
    (await import('node:fs')).readFileSync(Buffer.from(secret)),
  'list a folder': async ({ folder }) => (await import('node:fs')).readdirSync(folder),
  'open a folder': async ({ folder }) => (await import('node:fs')).opendirSync(folder),
  'look at a file': async ({ secret }) => (await import('node:fs')).statSync(secret),
  'watch a folder': async ({ folder }) => (await import('node:fs')).watch(folder).close(),
  'import a file as a module': async ({ folder }) => import(`${folder}/module.mjs`),
  'require a file as JSON': async ({ secret }) => createRequire(import.meta.url)(secret),
  'load an environment file': ({ secret }) => process.loadEnvFile(secret),
  'write a file': async ({ folder }) => (await import('node:fs')).writeFileSync(`${folder}/written`, 'x'),
  'write beside its program': async () =>
    (await import('node:fs')).writeFileSync(new URL('../../../src/written', import.meta.url), 'x'),
  'make a folder': async ({ folder }) => (await import('node:fs')).mkdirSync(`${folder}/made`),
  'make a link': async ({ secret, folder }) =>
    (await import('node:fs')).symlinkSync(secret, `${folder}/link`),
  'make a hard link': async ({ secret, folder }) =>
    (await import('node:fs')).linkSync(secret, `${folder}/hard`),
  'rename a file': async ({ secret }) => (await import('node:fs')).renameSync(secret, secret),
  'change a mode': async ({ secret }) => (await import('node:fs')).chmodSync(secret, 0o777),
  'make a temporary folder': async ({ folder }) => (await import('node:fs')).mkdtempSync(`${folder}/t`),
  'write a heap snapshot': async ({ folder }) =>
    (await import('node:v8')).writeHeapSnapshot(`${folder}/heap`),
  'write a report': ({ folder }) => process.report.writeReport(`${folder}/report.json`),
  'run a program': async () => (await import('node:child_process')).execFileSync('/bin/true'),
  'spawn a program': async () =>
    (await import('node:child_process')).spawnSync('/bin/sh', ['-c', 'true']).pid || refuse(),
  'fork itself': async () => (await import('node:child_process')).fork(process.argv[1] ?? '').pid,
  'start a cluster worker': async () => (await import('node:cluster')).default.fork().process.pid,
  'start a worker': async () =>
    new (await import('node:worker_threads')).Worker('1', { eval: true }).threadId,
  'open the inspector': async () => (await import('node:inspector')).open(0),
  'connect an inspector session': async () => new (await import('node:inspector')).Session().connect(),
  'load SQLite': async () => import('node:sqlite'),
  'load SQLite by name': () => process.getBuiltinModule('node:sqlite') ?? refuse(),
  'load an addon': ({ folder }) => process.dlopen({ exports: {} }, `${folder}/addon.node`),
  'start WASI': async ({ folder }) =>
    new (await import('node:wasi')).WASI({ version: 'preview1', preopens: { '/': folder } }),
  'bind internals': () => (process as unknown as { binding(name: string): unknown }).binding('spawn_sync'),
  'change the folder and read': async ({ folder }) => {
    process.chdir(folder);
    return (await import('node:fs')).readFileSync('secret.json');
  },
  'remove a file': async ({ secret }) => (await import('node:fs')).rmSync(secret),
};

function refuse(): never {
  throw new Error('refused');
}

async function probe(targets: ProbeTargets): Promise<ProbeAnswer> {
  const escaped: Record<string, boolean> = {};
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    if (targets.without.includes(name)) continue;
    try {
      await attempt(targets);
      escaped[name] = true;
    } catch {
      escaped[name] = false;
    }
  }
  return { environment: Object.keys(process.env), escaped };
}

process.on('message', (targets: ProbeTargets) => {
  probe(targets).then((answer) => process.send?.(answer));
});
process.send?.('ready');

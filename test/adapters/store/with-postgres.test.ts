import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

// The script on a machine of our making: PATH holds what it needs of the real one, and programs that only say what they were told.

const SCRIPT = fileURLToPath(new URL('../../../scripts/with-postgres.sh', import.meta.url));
const REAL = [
  'bash',
  'sh',
  'cat',
  'chmod',
  'dirname',
  'env',
  'ls',
  'mkdir',
  'mktemp',
  'readlink',
  'rm',
  'seq',
  'sleep',
  'sort',
  'timeout',
  'true',
];
/** An installation: programs that behave, apart from being no database. */
const INSTALL = `mkdir -p "$PLINTH_POSTGRES_ROOT/15/bin"
for name in initdb pg_isready; do printf '#!/bin/sh\\nexit 0\\n' >"$PLINTH_POSTGRES_ROOT/15/bin/$name"; done
printf '#!/bin/sh\\nexec sleep 30\\n' >"$PLINTH_POSTGRES_ROOT/15/bin/postgres"
chmod +x "$PLINTH_POSTGRES_ROOT"/15/bin/*`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plinth-with-postgres-'));
  mkdirSync(join(folder, 'bin'));
  for (const name of REAL) {
    const found = ['/bin', '/usr/bin'].map((place) => join(place, name)).find(exists);
    if (found !== undefined) symlinkSync(found, join(folder, 'bin', name));
  }
  symlinkSync(process.execPath, join(folder, 'bin', 'node'));
  program('id', 'echo 1000');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function exists(path: string): boolean {
  return spawnSync('test', ['-x', path]).status === 0;
}

function program(name: string, text: string): void {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

/** Runs a command that says whether it was given a server, and ends with 7. */
function run() {
  const { status, stdout, stderr } = spawnSync(
    join(folder, 'bin', 'bash'),
    [SCRIPT, 'sh', '-c', 'echo "server: ${PLINTH_TEST_DATABASE_URL:-none}"; exit 7'],
    {
      env: { PATH: join(folder, 'bin'), PLINTH_POSTGRES_ROOT: join(folder, 'postgresql'), TMPDIR: folder },
      encoding: 'utf8',
      timeout: 30_000,
    },
  );
  return { status, stdout, stderr };
}

describe('a server for a command', () => {
  it.each([
    ['there is no apt-get', {}, 'no apt-get to install it'],
    ['nobody may install', { 'apt-get': 'exit 1' }, 'only root or sudo without a password'],
    [
      'sudo asks for a password',
      { 'apt-get': 'exit 1', sudo: 'exit 1' },
      'only root or sudo without a password',
    ],
    ['there is no network', { 'apt-get': 'exit 100', sudo: 'shift; exec "$@"' }, 'apt-get could not install'],
    [
      'what was installed lies elsewhere',
      { 'apt-get': 'exit 0', sudo: 'shift; exec "$@"' },
      'its programs are not in',
    ],
  ] as const)(
    'is not had where %s: that is said, and the command runs all the same',
    (_lesson, programs, why) => {
      for (const [name, text] of Object.entries(programs)) program(name, text);
      const { status, stdout, stderr } = run();
      expect(stderr).toContain(why);
      expect(stderr).toContain('the command runs without PostgreSQL');
      expect(stdout).toBe('server: none\n');
      expect(status).toBe(7);
    },
  );

  it('is installed through sudo, never with a question, and old lists will do', () => {
    const told = join(folder, 'told');
    program('sudo', 'shift; exec "$@"');
    program(
      'apt-get',
      `echo "$DEBIAN_FRONTEND $*" >>${told}\ncase "$*" in *update*) exit 100;; esac\n${INSTALL}`,
    );
    const { status, stdout, stderr } = run();
    expect(stderr).toContain('could not renew its lists');
    expect(stdout).toMatch(/^server: postgres:\/\/plinth@127\.0\.0\.1:\d+\/postgres\n$/);
    expect(status).toBe(7);
    const calls = readFileSync(told, 'utf8').trim().split('\n');
    expect(calls.map((call) => call.replace(/-\S+ |Acquire\S+ |DPkg\S+ /g, ''))).toEqual([
      'noninteractive update',
      'noninteractive install postgresql',
    ]);
    for (const call of calls) expect(call).toMatch(/^noninteractive -qq -y /);
  });

  it('leaves nothing behind', () => {
    program('sudo', 'shift; exec "$@"');
    program('apt-get', INSTALL);
    run();
    const left = spawnSync('ls', [folder], { encoding: 'utf8' }).stdout.split('\n');
    expect(left.filter((name) => name.startsWith('tmp.'))).toEqual([]);
  });

  it('needs a command', () => {
    const { status, stderr } = spawnSync('bash', [SCRIPT], { encoding: 'utf8', cwd: dirname(SCRIPT) });
    expect([status, stderr]).toEqual([2, expect.stringContaining('name the command to run')]);
  });
});

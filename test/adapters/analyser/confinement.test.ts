import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { build } from 'esbuild';
import { childLaunch } from '../../../src/adapters/analyser/index.ts';
import type { ProbeAnswer } from './probe.ts';

// RELIABILITY S04: what an analyser child that runs hostile code could do. Tried from inside, by everything that Node offers.

jest.setTimeout(60_000);

const PROBE = fileURLToPath(new URL('./probe.ts', import.meta.url));
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-probe-'));
  folders.push(folder);
  writeFileSync(join(folder, 'secret.json'), '{"canary": 1}');
  writeFileSync(join(folder, 'module.mjs'), 'export default 1;');
  return folder;
}

function runProbe(folder: string, execArgv: string[], without: readonly string[]): Promise<ProbeAnswer> {
  const { program, env } = childLaunch({ memoryMb: 256, program: PROBE });
  const child = fork(program, [], {
    env,
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the probe ended with ${code}`)));
    child.on('message', (message: 'ready' | ProbeAnswer) => {
      if (message === 'ready') {
        child.send({ secret: join(folder, 'secret.json'), folder, parent: process.pid, without });
        return;
      }
      child.removeAllListeners();
      child.kill('SIGKILL');
      resolve(message);
    });
  });
}

function cameThrough({ escaped }: ProbeAnswer): readonly string[] {
  return Object.keys(escaped).filter((name) => escaped[name] === true);
}

describe('the analyser child', () => {
  it('reads, writes and starts nothing, and has no environment', async () => {
    const folder = dataFolder();
    const { execArgv } = childLaunch({ memoryMb: 256, program: PROBE });
    const answer = await runProbe(folder, execArgv, []);
    expect(cameThrough(answer)).toEqual([]);
    expect(Object.keys(answer.escaped).length).toBeGreaterThan(35);
    expect(answer.environment).toEqual([]);
    expect(existsSync(join(folder, 'secret.json'))).toBe(true);
  });

  it('would do all of that without its restrictions, so that the attempts are real', async () => {
    const never = ['load an addon', 'write beside its program'];
    const answer = await runProbe(dataFolder(), ['--no-warnings'], never);
    expect(Object.keys(answer.escaped).filter((name) => answer.escaped[name] === false)).toEqual([]);
  });

  it('may read its own program only', () => {
    const { execArgv, env } = childLaunch({ memoryMb: 256 });
    expect(env).toEqual({});
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const readable = execArgv.filter((one) => one.startsWith('--allow'));
    expect(readable.sort()).toEqual([
      `--allow-fs-read=${root}node_modules/`,
      `--allow-fs-read=${root}package.json`,
      `--allow-fs-read=${root}src/`,
    ]);
  });
});

describe('the import graph of the child', () => {
  const NETWORK =
    /^(node:)?(net|tls|http|https|http2|dgram|dns|dns\/promises|inspector|child_process|cluster|worker_threads|sqlite|undici)$/;
  /** Takes `fetch` in a browser, files under Node. */
  const KNOWN = 'node_modules/web-tree-sitter/web-tree-sitter.js';

  it('holds no module of the network, of processes or of databases', async () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const { metafile } = await build({
      entryPoints: ['src/engine/child/main.ts'],
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'silent',
      outdir: 'unwritten',
    });
    const inputs = Object.entries(metafile.inputs);
    expect(inputs.length).toBeGreaterThan(100);
    const outside = inputs.flatMap(([from, { imports }]) =>
      imports.filter((one) => one.external).map((one) => `${one.path} by ${from}`),
    );
    expect(outside.filter((one) => NETWORK.test(one.split(' ')[0] ?? ''))).toEqual([]);
    const callers = inputs
      .map(([path]) => path)
      .filter((path) =>
        /\b(fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(/.test(readFileSync(join(root, path), 'utf8')),
      );
    expect(callers).toEqual([KNOWN]);
  });
});

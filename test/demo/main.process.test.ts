import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { TestFolders } from '../adapters/git/repositories.ts';

jest.setTimeout(60_000);

const DEMO = fileURLToPath(new URL('../../src/demo/main.ts', import.meta.url));
const folders = new TestFolders();
afterAll(() => folders.clean());

function demo(
  args: readonly string[],
): Promise<{ readonly code: number | string | null; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [DEMO, ...args], (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });
}

describe('the demo as a process', () => {
  it.each<readonly [string, (folder: string) => readonly string[], RegExp]>([
    ['an unknown option', () => ['--jsno'], /--jsno/],
    ['half of a repository', (folder) => ['--git-dir', folder], /missing: --base, --head/],
    ['a folder that is not there', () => ['--git-dir', 'no/such', '--base', 'a', '--head', 'b'], /no\/such/],
    [
      'a revision that is none',
      (folder) => ['--git-dir', folder, '--base', 'HEAD', '--head', 'nope'],
      /"nope"/,
    ],
  ])('%s is a sentence and exit code 2', async (_, args, said) => {
    const made = folders.repository();
    made.commit({ Dockerfile: 'FROM scratch\n' });
    const { code, err } = await demo(args(made.folder));
    expect(code).toBe(2);
    expect(err).toMatch(said);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('plays the example: a check that holds up, then an exception that turns another green', async () => {
    const { code, out } = await demo(['--json']);
    expect(code).toBe(0);
    const { conclusion, exception } = JSON.parse(out);
    expect([conclusion, exception.before.conclusion, exception.after.conclusion]).toEqual([
      'failure',
      'action_required',
      'success',
    ]);
    expect(exception.comments.map((comment: { by: string }) => comment.by)).toEqual([
      'contributor',
      'plinth[bot]',
      'owner',
      'plinth[bot]',
    ]);
    expect(exception.used).toEqual([expect.stringMatching(/expires `\d{4}-\d\d-\d\d`/)]);
    expect(exception.comments.at(-1).text).toMatch(/is granted until `\d{4}-\d\d-\d\d`/);
  });

  it('ends quietly where its reader goes away', async () => {
    const child = spawn(process.execPath, [DEMO], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.once('data', () => child.stdout.destroy());
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

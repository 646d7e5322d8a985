// Generated programs against the real program that would run them. All are run in one process, which is what makes hundreds of them cheap.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe } from '@jest/globals';
import fc from './fast-check.ts';

/** A program as files; the real one runs in their folder. */
export type ProgramFiles = Readonly<Record<string, string>>;

interface Differential<P> {
  readonly programs: fc.Arbitrary<P>;
  readonly runs: number;
  /** What the real program says of each; null where it refuses one. */
  readonly real: (programs: readonly P[]) => readonly (string | null)[];
  /** Throws where ours does not agree. */
  readonly agree: (program: P, real: string) => void;
}

const SEED = 20_260_101;

/** Runs the property; says how many programs were compared. What fails is made small one by one. */
export function compareWithReal<P>({ programs, runs, real, agree }: Differential<P>): number {
  const chosen = process.env.PLINTH_TEST_SEED;
  const seed =
    chosen === undefined ? SEED : chosen === 'random' ? Math.trunc(Math.random() * 2 ** 31) : Number(chosen);
  const all = fc.sample(programs, { numRuns: runs, seed });
  const said = real(all);
  let compared = 0;
  all.forEach((program, index) => {
    const one = said[index] ?? null;
    if (one === null) return;
    compared++;
    try {
      agree(program, one);
    } catch {
      fc.assert(
        fc.property(programs, (smaller) => {
          const [its = null] = real([smaller]);
          if (its !== null) agree(smaller, its);
        }),
        { numRuns: runs, seed },
      );
      throw new Error(`no agreement on ${JSON.stringify(program)}, seed ${seed}`);
    }
  });
  return compared;
}

/** Writes each program into a folder of its own and runs one script over all; gives what it printed for each. */
export function runInFolders(
  programs: readonly ProgramFiles[],
  script: (folders: readonly string[]) => string,
  mark: string,
): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'plinth-differential-'));
  try {
    const folders = programs.map((files, index) => {
      const folder = join(root, String(index));
      for (const [path, text] of Object.entries({ ...files })) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      return folder;
    });
    const run = spawnSync('bash', ['-s'], {
      input: script(folders),
      encoding: 'utf8',
      cwd: root,
      maxBuffer: 1 << 28,
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
    });
    return run.stdout.split(mark).slice(1);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function prints(program: string, wanted: RegExp): boolean {
  try {
    return wanted.test(execFileSync(program, ['--version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}

/** Tests that compare with GNU make and bash. Where they are not installed there is nothing to compare with, and that is said. */
export function describeWithReal(program: 'make' | 'bash', name: string, tests: () => void): void {
  const isThere =
    prints('bash', /GNU bash, version [5-9]/) && (program === 'bash' || prints('make', /^GNU Make [4-9]/));
  if (isThere) describe(name, tests);
  else
    describe.skip(
      `${name} (skipped: GNU ${program === 'bash' ? 'bash 5' : 'make 4'} is not installed)`,
      tests,
    );
}

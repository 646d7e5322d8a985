// Small repositories in folders of their own, made with git itself.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const IDENTITY = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgSign=false'];

/** A folder with a repository; `git` runs in it, `write` makes files. */
export class TestRepository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  git(...command: string[]): string {
    return runGit(this.folder, command);
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  /** Writes files, commits everything and gives the commit's id. */
  commit(files: Record<string, string>, message = 'change'): string {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD').trim();
  }
}

/** Temporary folders of one test file, removed by `clean`. */
export class TestFolders {
  readonly #made: string[] = [];

  folder(): string {
    const made = realpathSync(mkdtempSync(join(tmpdir(), 'plinth-git-')));
    this.#made.push(made);
    return made;
  }

  repository(...options: string[]): TestRepository {
    const folder = this.folder();
    runGit(folder, ['init', '-q', '-b', 'main', ...options]);
    return new TestRepository(folder);
  }

  clean(): void {
    for (const folder of this.#made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

export function runGit(folder: string, command: readonly string[]): string {
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return execFileSync('git', [...IDENTITY, ...command], {
    cwd: folder,
    env: { ...Object.fromEntries(environment), GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

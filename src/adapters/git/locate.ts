import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { AppError } from '../../domain/index.ts';
import { askGit, type GitPlace, lastLine } from './command.ts';

/** A repository as git finds it, and what git needs to be told to find it again. */
export interface Located {
  readonly place: GitPlace;
  readonly gitDir: string;
  /** The top folder of the work tree; null where commits are read without one. */
  readonly workTree: string | null;
  readonly isShallow: boolean;
}

/**
 * Finds the repository of a folder, as git would from there, or the one of a git directory (or of the work tree that holds it). `early` is told
 * where git was sent to look, while it looks: what is asked there is of the same repository, if there is one.
 */
export async function locate(
  given: { directory?: string; gitDir?: string },
  early: (place: GitPlace) => void = () => {},
): Promise<Located> {
  const directory = resolve(given.directory ?? '.');
  requireFolder(directory);
  if (given.gitDir === undefined) return await describe({ cwd: directory, options: [] }, directory, early);
  const asked = resolve(given.gitDir);
  requireFolder(asked);
  const gitDir = gitDirectoryOf(asked);
  const workTree = given.directory === undefined ? [] : [`--work-tree=${directory}`];
  const cwd = given.directory === undefined ? folderFor(asked) : directory;
  const found = await describe({ cwd, options: [`--git-dir=${gitDir}`, ...workTree] }, asked, early);
  if (given.directory !== undefined) return found;
  return { ...found, workTree: null, place: { cwd: found.gitDir, options: [`--git-dir=${found.gitDir}`] } };
}

/** People name the folder they know: that of a work tree stands for the git directory (or the file that names it) inside. */
function gitDirectoryOf(folder: string): string {
  const inside = join(folder, '.git');
  const isRepositoryItself = statSync(join(folder, 'HEAD'), { throwIfNoEntry: false })?.isFile() === true;
  return !isRepositoryItself && statSync(inside, { throwIfNoEntry: false }) !== undefined ? inside : folder;
}

/** A `.git` file is no folder that git could be started in. */
function folderFor(place: string): string {
  return statSync(place).isDirectory() ? place : dirname(place);
}

async function describe(place: GitPlace, asked: string, early: (place: GitPlace) => void): Promise<Located> {
  const questions = [
    '--is-shallow-repository',
    '--is-inside-work-tree',
    '--absolute-git-dir',
    '--show-toplevel',
  ];
  // The last question fails where there is no work tree; the others are answered before it.
  const answering = askGit(place, ['rev-parse', ...questions]);
  early(place);
  const answer = await answering;
  const [isShallow, isInside, gitDir, top, ...rest] = answer.output.toString('utf8').split('\n');
  if (gitDir === undefined || gitDir === '') throw notFound(asked, answer.complaint);
  const workTree = isInside === 'true' && top !== undefined && top !== '' ? top : null;
  if (rest.length > 1 || (top === '' && answer.code === 0)) throw oddPath(asked);
  return {
    gitDir,
    workTree,
    isShallow: isShallow === 'true',
    place: {
      cwd: workTree ?? gitDir,
      options: [`--git-dir=${gitDir}`, ...(workTree === null ? [] : [`--work-tree=${workTree}`])],
      variables: indexOfHook(gitDir),
    },
  };
}

/** While git runs a hook for `git commit FILE`, the index that counts is another file of the git directory. */
function indexOfHook(gitDir: string): Record<string, string> {
  const given = process.env.GIT_INDEX_FILE;
  if (given === undefined || given === '') return {};
  const file = resolve(given);
  return isInside(gitDir, dirname(file)) ? { GIT_INDEX_FILE: file } : {};
}

function isInside(folder: string, candidate: string): boolean {
  try {
    const way = relative(realpathSync(folder), realpathSync(candidate));
    return way === '' || (!isAbsolute(way) && way.split('/')[0] !== '..');
  } catch {
    return false;
  }
}

function requireFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  // A `.git` file, as in a linked work tree, stands for a git directory.
  if (found?.isFile() === true && folder.endsWith('.git')) return;
  throw new AppError(
    'git-no-repository',
    found === undefined
      ? `There is no folder ${folder}: check the spelling.`
      : `${folder} is not a folder, so it is no git repository: give the repository's folder.`,
  );
}

function notFound(asked: string, complaint: string): AppError {
  // git marks this refusal by no exit code of its own; the command that it proposes is the stable part of what it says,
  // and names the repository's top folder, quoted for a shell.
  const proposed = /safe\.directory ([^\n]+)/.exec(complaint);
  if (proposed !== null) {
    return new AppError(
      'git-unsafe-owner',
      `The repository at ${asked} belongs to another user, so git does not read it: if you trust it, run ` +
        `\`git config --global --add safe.directory ${proposed[1]}\`.`,
    );
  }
  const isPlain = complaint === '' || complaint.includes('not a git repository');
  const why = isPlain ? '' : ` (git: ${lastLine(complaint)})`;
  return new AppError(
    'git-no-repository',
    `There is no git repository at ${asked}${why}: run Plinth inside one, or name one with --git-dir.`,
  );
}

function oddPath(asked: string): AppError {
  return new AppError(
    'git-no-repository',
    `The repository at ${JSON.stringify(asked)} has a line break in its path, which Plinth does not read: move it.`,
  );
}

import { decodePath, encodePath } from '../git/paths.ts';

/** A path as Plinth writes it: where it holds what reads as an escaped byte, as the git adapter escapes it, so that both report alike. */
export function fromGitHub(path: string): string {
  return path.includes('\\x') ? decodePath(Buffer.from(path, 'utf8')) : path;
}

/** A path of Plinth's as GitHub has it. */
export function toGitHub(path: string): string {
  return path.includes('\\x') ? encodePath(path).toString('utf8') : path;
}

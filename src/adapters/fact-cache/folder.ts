import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Where a user's caches belong; undefined where no home is known, or where it lies in a repository: what lies there is the change's. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = environment.XDG_CACHE_HOME;
  const home = homedir();
  if (given !== undefined && isAbsolute(given)) return outsideRepositories(join(given, 'plinth'));
  return home === '' ? undefined : outsideRepositories(join(home, '.cache', 'plinth'));
}

function outsideRepositories(folder: string): string | undefined {
  for (let at = folder; at !== dirname(at); at = dirname(at))
    if (existsSync(join(at, '.git'))) return undefined;
  return folder;
}

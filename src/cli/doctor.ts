import { statSync } from 'node:fs';
import { setStoreAside } from '../adapters/store/folder.ts';
import { AppError } from '../domain/index.ts';
import { print } from './terminal.ts';

/** Where the App keeps its embedded database, unless told otherwise. */
const DATA_FOLDER = 'plinth-data';

/** Moves the App's damaged store aside; the App rebuilds what it held from GitHub when it starts (RELIABILITY F15). */
export async function rebuildStore({ dataDir }: { dataDir?: string }): Promise<void> {
  const folder = dataDir ?? process.env.PLINTH_DATA_DIR ?? DATA_FOLDER;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new AppError(
      'no-such-folder',
      `There is no data folder ${folder}: name it with --data-dir or PLINTH_DATA_DIR.`,
    );
  const suffix = `damaged-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
  setStoreAside(folder, suffix);
  await print(
    `The store in ${folder} was moved aside (*.${suffix}). Start Plinth again: it rebuilds its state from GitHub.\n`,
  );
}

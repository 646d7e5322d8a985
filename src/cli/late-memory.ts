import type { TextMemory } from '../engine/ports.ts';
import { BUILT_FROM } from '../engine/version.ts';

/** A memory of judged trees in the user's cache folder, whose adapter is loaded when it is first asked: for a small tree it never is. */
export class LateMemory implements TextMemory {
  #opened: Promise<TextMemory | null> | undefined;

  async get(key: string): Promise<string | undefined> {
    return await (await this.#open())?.get(key);
  }

  async put(key: string, text: string): Promise<void> {
    await (await this.#open())?.put(key, text);
  }

  #open(): Promise<TextMemory | null> {
    this.#opened ??= openInUsersFolder();
    return this.#opened;
  }
}

async function openInUsersFolder(): Promise<TextMemory | null> {
  const [{ cacheFolder }, { openTreeMemory }] = await Promise.all([
    import('../adapters/fact-cache/folder.ts'),
    import('../adapters/tree-memory/index.ts'),
  ]);
  const folder = cacheFolder(process.env);
  return folder === undefined
    ? null
    : openTreeMemory(folder, await judgingProgram(), Math.floor(Date.now() / 1000));
}

async function judgingProgram(): Promise<string> {
  if (BUILT_FROM !== undefined) return BUILT_FROM.judgement;
  const { digestSources, SOURCES } = await import('../adapters/program/index.ts');
  return digestSources(SOURCES).judgement;
}

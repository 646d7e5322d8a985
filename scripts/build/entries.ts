/** The folder of the sources. */
export const ROOT = new URL('../../', import.meta.url);

/** Built file (without its ending) → source of the entry. */
export const ENTRIES: Readonly<Record<string, string>> = {
  cli: 'src/cli/main.ts',
  analyser: 'src/engine/child/main.ts',
  reader: 'src/engine/child/reader.ts',
  app: 'src/app/main.ts',
  checkpoints: 'src/adapters/store/checkpoint-worker.ts',
};

import type { Log } from '../../../src/app/ports.ts';

const ignore = (): void => {};

export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';
import type { Log } from './ports.ts';

/** Wherever such a key stands in a line, its value does not. */
const SECRET_KEYS = [
  'authorization',
  'token',
  'privateKey',
  'secret',
  'webhookSecrets',
  'password',
  'cookie',
];

/** Tokens of GitHub in all their forms, JWTs, PEM blocks, and what stands before an `@` in an address. */
const SECRET_TEXT =
  /\b(?:gh[a-z]|github_pat)_[A-Za-z0-9_.-]+|\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|-----BEGIN [A-Z ]+-----[^-]*(?:-----END [A-Z ]+-----)?|(?<=:\/\/)[^/@\s]{1,1000}(?=@)/g;

/** JSON lines. The App logs ids, codes and durations; no payload, no content, and no error object as it came. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
    hooks: {
      streamWrite: (line: string) => line.replace(SECRET_TEXT, '[secret]'),
    },
  };
  const logger: Logger = destination === undefined ? pino(options) : pino(options, destination);
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}

import { AppError } from '../../domain/index.ts';

/** The folder's database cannot be trusted. The sentence names the place and the way out. */
export function damaged(place: string, cause?: unknown): AppError {
  return new AppError(
    'store-damaged',
    `The store in ${place} is damaged and was not opened; put back a copy of it, or move it aside with ` +
      '`plinth doctor --rebuild`, after which Plinth rebuilds its state from GitHub.',
    { cause },
  );
}

/** True for a store whose file is damaged: opening it again does not help. */
export function isDamage(error: unknown): boolean {
  return error instanceof AppError && error.code === 'store-damaged';
}

/** The world around the store fails (disk full, read-only, no connection); the same call may succeed later. */
export function unavailable(place: string, what: string, cause?: unknown): AppError {
  return new AppError('store-unavailable', `The store in ${place} ${what}.`, { retryable: true, cause });
}

/** Text from outside is bounded before it is stored; longer text is the caller's to refuse. */
export function requireShort(what: string, text: string, limit: number): string {
  if (text.length > limit)
    throw new AppError(
      'store-too-long',
      `The ${what} has ${text.length} characters; at most ${limit} are kept.`,
    );
  return text;
}

/** PostgreSQL refuses NUL in text; both databases get the replacement character, so that both answer the same. */
export function storable(parameter: unknown): unknown {
  return typeof parameter === 'string' && parameter.includes('\0')
    ? parameter.replaceAll('\0', '\uFFFD')
    : parameter;
}

/** A failing world, translated by the adapter that met it. Bad input is data, never an AppError. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly retryable: boolean;
  /** When a retry makes sense, in milliseconds from now, where the other side said so. */
  readonly retryAfterMs?: number;

  constructor(
    code: string,
    message: string,
    given: { retryable?: boolean; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, given.cause === undefined ? undefined : { cause: given.cause });
    this.code = code;
    this.retryable = given.retryable ?? false;
    if (given.retryAfterMs !== undefined) this.retryAfterMs = given.retryAfterMs;
  }
}

// One exchange with a server: no retries, no credentials of its own, nothing about GitHub.
import type { Clock } from './clock.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** An answer whose body is still on its way; its `chunks` have to be read, or it has to be closed. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends it without reading the body. */
  close(): Promise<void>;
}

export interface HttpPort {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** A server that sends nothing for so long has stalled. */
  readonly stallMs: number;
}

/** A port that counts what goes through it. */
export function counting(port: HttpPort): { readonly port: HttpPort; sent(): number } {
  let sent = 0;
  return {
    port: {
      ...port,
      fetch: (input, init) => {
        sent++;
        return port.fetch(input, init);
      },
    },
    sent: () => sent,
  };
}

/** The exchange did not come to its end. `sent: false`: the server certainly never saw the request. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';
  readonly sent: boolean;
  /** False where the next attempt would end the same way. */
  readonly passing: boolean;

  constructor(message: string, given: { sent: boolean; passing: boolean }) {
    super(message);
    this.sent = given.sent;
    this.passing = given.passing;
  }
}

/** Codes of failures before a connection stood. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What the server would do again: headers larger than any honest answer's. */
const NOT_PASSING: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW']);

/** Sends a request and reads its whole answer. Redirects come back as they are. */
export async function exchange(
  port: HttpPort,
  request: HttpRequest,
  largestBytes: number,
): Promise<HttpAnswer | 'too-large'> {
  const { status, headers, chunks } = await open(port, request);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > largestBytes) return 'too-large';
    parts.push(chunk);
  }
  return { status, headers, bytes: Buffer.concat(parts) };
}

/** Sends a request; the body is read by the caller, and ends with a NetworkFailure where it stalls or breaks off. */
export async function open(port: HttpPort, request: HttpRequest): Promise<OpenAnswer> {
  const watch = new Watch(port);
  try {
    const { method, url, headers, body } = request;
    const response = await port.fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: watch.signal,
      ...(body === undefined ? {} : { body }),
    });
    return {
      status: response.status,
      headers: response.headers,
      chunks: read(response.body, watch),
      close: async () => {
        watch.end();
        await response.body?.cancel().catch(() => undefined);
      },
    };
  } catch (error) {
    watch.end();
    throw failureOf(error, watch);
  }
}

async function* read(
  body: ReadableStream<Uint8Array> | null,
  watch: Watch,
): AsyncGenerator<Uint8Array, void> {
  try {
    if (body === null) return;
    watch.again();
    for await (const chunk of body) {
      watch.again();
      yield chunk;
    }
  } catch (error) {
    throw failureOf(error, watch);
  } finally {
    watch.end();
  }
}

/** Ends an exchange in which nothing happens any more. */
class Watch {
  stalled = false;
  readonly #port: HttpPort;
  readonly #controller = new AbortController();
  #cancel: () => void = () => undefined;

  constructor(port: HttpPort) {
    this.#port = port;
    this.again();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get afterMs(): number {
    return this.#port.stallMs;
  }

  again(): void {
    this.#cancel();
    this.#cancel = this.#port.clock.after(this.#port.stallMs, () => {
      this.stalled = true;
      this.#controller.abort();
    });
  }

  end(): void {
    this.#cancel();
  }
}

function failureOf(error: unknown, watch: Watch): NetworkFailure {
  if (error instanceof NetworkFailure) return error;
  if (watch.stalled)
    return new NetworkFailure(`nothing came for ${watch.afterMs / 1000} s`, { sent: true, passing: true });
  const code = codeOf(error);
  return new NetworkFailure(code, { sent: !NOT_SENT.has(code), passing: !NOT_PASSING.has(code) });
}

/** The code that says what happened; fetch hides it one or two levels down. */
function codeOf(error: unknown): string {
  let name = 'unknown failure';
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 4; depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if ('name' in at && typeof at.name === 'string') name = at.name;
    at = 'cause' in at ? at.cause : undefined;
  }
  return name;
}

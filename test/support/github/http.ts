// What a request is once it was read, what an answer is, and the refusals that GitHub has words for.

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, bytes, or nothing. */
  readonly body?: JsonValue | Uint8Array;
}

/** A refusal on its way to the client; thrown by handlers, written out by the server. */
export class HttpProblem extends Error {
  readonly answer: Answer;

  constructor(
    status: number,
    message: string,
    more: JsonObject = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    const documentation_url = 'https://docs.github.com/rest';
    this.answer = {
      status,
      headers,
      body: { message, ...more, documentation_url, status: String(status) },
    };
  }
}

export function notFound(message = 'Not Found'): HttpProblem {
  return new HttpProblem(404, message);
}

/** GitHub's answer to a body it read and does not accept. */
export function unprocessable(message: string, errors: readonly JsonValue[] = []): HttpProblem {
  return new HttpProblem(422, message, errors.length === 0 ? {} : { errors });
}

/** GitHub's answer to a token that lacks a permission. */
export function notAccessible(): HttpProblem {
  return new HttpProblem(403, 'Resource not accessible by integration');
}

export function ok(body: JsonValue): Answer {
  return { status: 200, body };
}

export function created(body: JsonValue): Answer {
  return { status: 201, body };
}

export interface Page {
  readonly page: number;
  readonly perPage: number;
}

/** `page` and `per_page` as GitHub reads them: from 1, 30 by default, 100 at most. */
export function pageOf(query: URLSearchParams): Page {
  const number = (name: string, otherwise: number): number => {
    const value = Number.parseInt(query.get(name) ?? '', 10);
    return Number.isFinite(value) && value > 0 ? value : otherwise;
  };
  return { page: number('page', 1), perPage: Math.min(number('per_page', 30), 100) };
}

/** One page of a list and the `link` header that leads to the others. `address` is the request's own URL. */
export function paginate<T>(
  items: readonly T[],
  address: URL,
  { page, perPage }: Page = pageOf(address.searchParams),
): { readonly items: readonly T[]; readonly headers: Readonly<Record<string, string>> } {
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (target: number, rel: string): string => {
    const url = new URL(address);
    url.searchParams.set('page', String(target));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ];
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

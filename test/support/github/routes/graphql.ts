// The GraphQL endpoint.

import type { Inputs } from '../graphql/execute.ts';
import { execute, operationName } from '../graphql/execute.ts';
import { schemaFor } from '../graphql/schema.ts';
import { type Answer, HttpProblem, type JsonValue } from '../http.ts';
import type { Call, Route } from '../route.ts';

interface GraphqlBody {
  readonly query?: unknown;
  readonly variables?: Inputs | null;
  readonly operationName?: string | null;
}

/** The name of the operation in a GraphQL request's body; null where there is none. */
export function nameOf(body: unknown): string | null {
  const { query, operationName: given } = (body ?? {}) as GraphqlBody;
  return given ?? (typeof query === 'string' ? operationName(query) : null);
}

async function answer(call: Call): Promise<Answer> {
  const { query, variables, operationName: name } = (call.body ?? {}) as GraphqlBody;
  if (typeof query !== 'string')
    throw new HttpProblem(400, 'A query attribute must be specified and must be a string.');
  const result = await execute(schemaFor(call), query, variables ?? {}, name ?? null);
  const { data, errors, invalid } = result;
  for (const problem of invalid) call.object(problem);
  const body = { ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors }) };
  // Built of JSON values throughout; the interfaces only lack an index signature.
  return { status: 200, body: body as unknown as JsonValue };
}

export const GRAPHQL_ROUTES: readonly Route[] = [
  { as: 'installation', method: 'POST', template: '/graphql', handle: answer },
];

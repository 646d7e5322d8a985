// Lists as GitHub pages them through GraphQL.
import { Entity, FieldError, type Inputs } from './execute.ts';

/** A page of a list: `nodes`, `edges`, `totalCount`, `pageInfo`. `name` is the field, for GitHub's own refusals. */
export function connection(name: string, type: string, all: readonly Entity[], inputs: Inputs): Entity {
  const [first, last] = [inputs.first, inputs.last].map((each) => (typeof each === 'number' ? each : null));
  const size = first ?? last ?? null;
  if (size === null)
    throw new FieldError(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  if (size > 100)
    throw new FieldError(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`first\` limit of 100 records.`,
    );
  const from = first !== null && first !== undefined;
  const start = from
    ? positionOf(inputs.after, 0)
    : Math.max(0, positionOf(inputs.before, all.length + 1) - 1 - size);
  const end = from ? start + size : positionOf(inputs.before, all.length + 1) - 1;
  const nodes = all.slice(start, end);
  return new Entity(`${type}Connection`, {
    totalCount: () => all.length,
    nodes: () => nodes,
    edges: () =>
      nodes.map(
        (node, at) => new Entity(`${type}Edge`, { node: () => node, cursor: () => cursorOf(start + at + 1) }),
      ),
    pageInfo: () =>
      new Entity('PageInfo', {
        hasNextPage: () => end < all.length,
        hasPreviousPage: () => start > 0,
        startCursor: () => (nodes.length === 0 ? null : cursorOf(start + 1)),
        endCursor: () => (nodes.length === 0 ? null : cursorOf(start + nodes.length)),
      }),
  });
}

function cursorOf(position: number): string {
  return Buffer.from(`cursor:v2:${position}`).toString('base64');
}

function positionOf(cursor: Inputs[string] | undefined, otherwise: number): number {
  if (typeof cursor !== 'string') return otherwise;
  const position = Number(Buffer.from(cursor, 'base64').toString('utf8').split(':').at(-1));
  return Number.isSafeInteger(position) ? position : otherwise;
}

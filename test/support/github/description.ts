// GitHub's own description of its operations, and what a request has wrong by it.
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: object;
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly bodyRequired?: boolean;
  readonly body?: object;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

export interface Problem {
  /** `refused`: GitHub answers 422; `ignored`: GitHub reads over it, but nobody meant it. */
  readonly kind: 'refused' | 'ignored';
  readonly text: string;
}

let shared: Description | null = null;

/** The description, read once: it takes longer to prepare than a stand-in to start. */
export function sharedDescription(): Description {
  return (shared ??= new Description());
}

/** Checks requests against the extract in `openapi.json` (made by scripts/extract-openapi.ts). */
export class Description {
  readonly #operations: Readonly<Record<string, Operation>>;
  readonly #bodies = new Map<string, ValidateFunction>();
  readonly #queries = new Map<string, ValidateFunction>();
  readonly #ajv = withFormats(new Ajv({ strict: false, allErrors: true }));
  /** Queries are text, so numbers and booleans are read out of it. */
  readonly #coercing = withFormats(new Ajv({ strict: false, allErrors: true, coerceTypes: true }));

  constructor() {
    const text = readFileSync(new URL('./openapi.json', import.meta.url), 'utf8');
    this.#operations = (JSON.parse(text) as { operations: Record<string, Operation> }).operations;
  }

  /** Whether GitHub has this operation, as far as the extract reaches. */
  has(key: string): boolean {
    return Object.hasOwn(this.#operations, key);
  }

  bodyProblems(key: string, body: unknown): readonly Problem[] {
    const operation = this.#operations[key];
    if (operation === undefined) return [];
    const sent = body !== undefined;
    if (operation.body === undefined)
      return sent ? [{ kind: 'ignored', text: `${operation.operationId} takes no body` }] : [];
    if (!sent) return operation.bodyRequired ? [{ kind: 'refused', text: 'a body is required' }] : [];
    const validate = cached(this.#bodies, key, () => this.#ajv.compile(operation.body ?? {}));
    const refused = validate(body) ? [] : (validate.errors ?? []).map(refusal);
    return [...refused, ...unknownProperties([operation.body], body, 'body')];
  }

  queryProblems(key: string, query: URLSearchParams): readonly Problem[] {
    const operation = this.#operations[key];
    if (operation === undefined) return [];
    const known = operation.parameters.filter((each) => each.in === 'query');
    const unknown = [...query.keys()].filter((name) => !known.some((each) => each.name === name));
    const validate = cached(this.#queries, key, () =>
      this.#coercing.compile({
        type: 'object',
        properties: Object.fromEntries(known.map((each) => [each.name, each.schema])),
        required: known.filter((each) => each.required).map((each) => each.name),
      }),
    );
    const refused = validate(Object.fromEntries(query)) ? [] : (validate.errors ?? []).map(refusal);
    return [
      ...refused,
      ...unknown.map((name): Problem => ({ kind: 'ignored', text: `unknown query parameter ${name}` })),
    ];
  }
}

function withFormats(ajv: Ajv): Ajv {
  // The package is CommonJS whose types describe the default export one level too high.
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  return ajv;
}

function cached<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

function refusal(error: ErrorObject): Problem {
  return { kind: 'refused', text: `${error.instancePath || 'body'} ${error.message ?? 'is wrong'}` };
}

/** Names that no schema in force for a value describes. */
function unknownProperties(schemas: readonly Schema[], value: unknown, at: string): readonly Problem[] {
  const all = schemas.flatMap(spread);
  if (Array.isArray(value)) {
    const items = all.flatMap((each) => each.items ?? []);
    return value.flatMap((each, index) => unknownProperties(items, each, `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [];
  const described = all.filter((each) => each.properties !== undefined);
  const open = described.length === 0 || schemas.some((each) => each.additionalProperties !== undefined);
  return Object.entries(value).flatMap(([name, inner]): readonly Problem[] => {
    const inside = described.flatMap((each) => each.properties?.[name] ?? []);
    if (inside.length > 0) return unknownProperties(inside, inner, `${at}.${name}`);
    return open ? [] : [{ kind: 'ignored', text: `unknown property ${at}.${name}` }];
  });
}

function spread(schema: Schema): readonly Schema[] {
  const alternatives = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...alternatives.flatMap(spread)];
}

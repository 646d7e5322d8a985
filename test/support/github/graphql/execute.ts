// Answers GraphQL documents over objects whose fields are functions.
import type { JsonValue } from '../http.ts';
import {
  type Arguments,
  type Directive,
  type Document,
  GraphqlSyntaxError,
  type Operation,
  parseDocument,
  type Selection,
  type Value,
} from './parse.ts';
import { isA, problemsOf } from './validate.ts';

export type Input = null | boolean | number | string | readonly Input[] | { readonly [name: string]: Input };
export type Inputs = Readonly<Record<string, Input>>;
export type Result = null | boolean | number | string | Entity | readonly Result[];
export type Field = (inputs: Inputs) => Result | Promise<Result>;

/** An object of a GraphQL type. */
export class Entity {
  readonly type: string;
  readonly fields: Readonly<Record<string, Field>>;

  constructor(type: string, fields: Readonly<Record<string, Field>>) {
    this.type = type;
    this.fields = fields;
  }
}

/** A field that could not be answered: it is null, and the errors say why. */
export class FieldError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export interface GraphqlError {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly message: string;
}

export interface GraphqlAnswer {
  readonly data?: JsonValue;
  readonly errors?: readonly GraphqlError[];
  /** Mistakes of the document itself; GitHub answers 200 with errors alone. */
  readonly invalid: readonly string[];
}

/** Where queries and mutations start. */
export interface Schema {
  readonly query: Entity;
  readonly mutation: Entity;
}

interface Run {
  readonly schema: Schema;
  readonly document: Document;
  readonly variables: Inputs;
  readonly errors: GraphqlError[];
  readonly invalid: string[];
}

type Path = readonly (string | number)[];

/** The name of the operation that a request would run; null where it has none or cannot be read. */
export function operationName(source: string): string | null {
  try {
    return parseDocument(source).operations[0]?.name ?? null;
  } catch {
    return null;
  }
}

/** Runs the only operation of a document, or the named one. */
export async function execute(
  schema: Schema,
  source: string,
  variables: Inputs,
  name: string | null,
): Promise<GraphqlAnswer> {
  const refuse = (message: string): GraphqlAnswer => ({ errors: [{ message }], invalid: [message] });
  let document: Document;
  try {
    document = parseDocument(source);
  } catch (error) {
    if (error instanceof GraphqlSyntaxError) return refuse(error.message);
    throw error;
  }
  const operation = document.operations.find((each) => name === null || each.name === name);
  if (operation === undefined) return refuse('An operation name is required');
  const invalid = [...problemsOf(document, operation, variables)];
  if (invalid.length > 0) return { errors: invalid.map((message) => ({ message })), invalid };
  const run = { schema, document, variables: withDefaults(operation, variables), errors: [], invalid: [] };
  const root = operation.kind === 'query' ? schema.query : schema.mutation;
  const data = await objectOf(run, root, operation.selections, []);
  return answerOf(run, data);
}

function answerOf(run: Run, data: JsonValue): GraphqlAnswer {
  const { errors, invalid } = run;
  if (invalid.length > 0) return { errors: invalid.map((message) => ({ message })), invalid };
  return errors.length === 0 ? { data, invalid } : { data, errors, invalid };
}

function withDefaults(operation: Operation, given: Inputs): Inputs {
  const defaults = operation.variables
    .filter((each) => each.otherwise !== null && given[each.name] === undefined)
    .map((each) => [each.name, each.otherwise === null ? null : inputOf(each.otherwise, {})] as const);
  return { ...given, ...Object.fromEntries(defaults) };
}

async function objectOf(
  run: Run,
  entity: Entity,
  selections: readonly Selection[],
  path: Path,
): Promise<JsonValue> {
  const wanted = collect(run, entity, selections);
  const values = await Promise.all(
    [...wanted].map(
      async ([key, fields]) => [key, await fieldOf(run, entity, fields, [...path, key])] as const,
    ),
  );
  return Object.fromEntries(values);
}

type FieldSelection = Extract<Selection, { kind: 'field' }>;

/** The fields that an entity is asked for, fragments opened; equal keys are merged. */
function collect(
  run: Run,
  entity: Entity,
  selections: readonly Selection[],
  into = new Map<string, FieldSelection[]>(),
): ReadonlyMap<string, FieldSelection[]> {
  for (const selection of selections) {
    if (!included(run, selection.directives)) continue;
    if (selection.kind === 'field') {
      into.set(selection.key, [...(into.get(selection.key) ?? []), selection]);
      continue;
    }
    const fragment = selection.kind === 'inline' ? selection : run.document.fragments.get(selection.name);
    if (fragment !== undefined && (fragment.on === null || isA(entity.type, fragment.on)))
      collect(run, entity, fragment.selections, into);
  }
  return into;
}

function included(run: Run, directives: readonly Directive[]): boolean {
  return directives.every((directive) => {
    const condition = inputsOf(run, directive.arguments).if;
    return directive.name === 'skip' ? condition !== true : condition !== false;
  });
}

async function fieldOf(
  run: Run,
  entity: Entity,
  selected: readonly FieldSelection[],
  path: Path,
): Promise<JsonValue> {
  const [first] = selected;
  if (first === undefined) return null;
  if (first.name === '__typename') return entity.type;
  const field = Object.hasOwn(entity.fields, first.name) ? entity.fields[first.name] : undefined;
  if (field === undefined) {
    run.invalid.push(`the stand-in does not answer ${entity.type}.${first.name}`);
    return null;
  }
  try {
    const result = await field(inputsOf(run, first.arguments));
    return await complete(
      run,
      result,
      selected.flatMap((each) => each.selections),
      path,
    );
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    run.errors.push({ type: error.type, path, message: error.message });
    return null;
  }
}

async function complete(
  run: Run,
  result: Result,
  selections: readonly Selection[],
  path: Path,
): Promise<JsonValue> {
  if (result instanceof Entity) return objectOf(run, result, selections, path);
  if (typeof result === 'object' && result !== null)
    return Promise.all(result.map((each, at) => complete(run, each, selections, [...path, at])));
  return result;
}

function inputsOf(run: Run, given: Arguments): Inputs {
  return Object.fromEntries([...given].map(([name, value]) => [name, inputOf(value, run.variables)]));
}

function inputOf(value: Value, variables: Inputs): Input {
  if (value.kind === 'constant') return value.value;
  if (value.kind === 'enum') return value.name;
  if (value.kind === 'variable') return variables[value.name] ?? null;
  if (value.kind === 'list') return value.items.map((each) => inputOf(each, variables));
  return Object.fromEntries([...value.fields].map(([name, each]) => [name, inputOf(each, variables)]));
}

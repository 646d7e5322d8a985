// What GitHub would refuse in a GraphQL document, by the extract of its schema in `schema.json`
// (made by scripts/extract-graphql.ts).
import { readFileSync } from 'node:fs';
import type { Inputs } from './execute.ts';
import type { Arguments, Document, Operation, Selection, Value, Variable } from './parse.ts';

interface FieldType {
  /** Missing: GitHub has the field, and the stand-in does not answer it. */
  readonly type?: string;
  readonly args?: Readonly<Record<string, string>>;
}

interface SchemaType {
  readonly kind: 'OBJECT' | 'INTERFACE' | 'UNION' | 'ENUM' | 'SCALAR' | 'INPUT_OBJECT';
  readonly fields?: Readonly<Record<string, FieldType>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly values?: readonly string[];
  readonly possible?: readonly string[];
}

interface Context {
  readonly document: Document;
  readonly variables: ReadonlyMap<string, Variable>;
  readonly used: Set<string>;
  readonly problems: string[];
}

const TYPES = new Map(
  Object.entries(
    (
      JSON.parse(readFileSync(new URL('./schema.json', import.meta.url), 'utf8')) as {
        types: Record<string, SchemaType>;
      }
    ).types,
  ),
);

/** Whether a type is another or one of its possible types. */
export function isA(type: string, wanted: string): boolean {
  return type === wanted || (TYPES.get(wanted)?.possible ?? []).includes(type);
}

/** Every problem of an operation and of the variables it was sent with; empty where GitHub would run it. */
export function problemsOf(document: Document, operation: Operation, given: Inputs): readonly string[] {
  const variables = new Map(operation.variables.map((each) => [each.name, each]));
  const context: Context = { document, variables, used: new Set(), problems: [] };
  checkSelections(context, operation.kind === 'query' ? 'Query' : 'Mutation', operation.selections, []);
  for (const { name, type, required } of operation.variables) {
    if (!context.used.has(name))
      context.problems.push(`Variable $${name} is declared by ${operation.name ?? 'anonymous'} but not used`);
    const value = given[name] ?? null;
    if (value === null ? required : !fits(value, type))
      context.problems.push(`Variable $${name} of type ${type} was provided invalid value`);
  }
  return [...new Set(context.problems)];
}

function checkSelections(
  context: Context,
  type: string,
  selections: readonly Selection[],
  within: readonly string[],
): void {
  const keys = new Map<string, string>();
  for (const selection of selections) {
    for (const directive of selection.directives)
      checkArguments(context, `@${directive.name}`, { if: 'Boolean!' }, directive.arguments);
    if (selection.kind !== 'field') {
      checkFragment(context, type, selection, within);
      continue;
    }
    const meaning = `${selection.name} ${JSON.stringify([...selection.arguments])}`;
    if ((keys.get(selection.key) ?? meaning) !== meaning)
      context.problems.push(`Field '${selection.key}' has a field conflict`);
    keys.set(selection.key, meaning);
    checkField(context, type, selection, within);
  }
}

function checkField(
  context: Context,
  type: string,
  selection: Extract<Selection, { kind: 'field' }>,
  within: readonly string[],
): void {
  const { name, selections } = selection;
  if (name === '__typename') return;
  const fields = TYPES.get(type)?.fields ?? {};
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) {
    context.problems.push(`Field '${name}' doesn't exist on type '${type}'`);
    return;
  }
  if (field.type === undefined) {
    context.problems.push(`the stand-in does not answer ${type}.${name}`);
    return;
  }
  checkArguments(context, `Field '${name}'`, field.args ?? {}, selection.arguments);
  const returned = field.type.replace(/[[\]!]/g, '');
  const composite = TYPES.get(returned)?.fields !== undefined || TYPES.get(returned)?.kind === 'UNION';
  if (composite && selections.length === 0)
    context.problems.push(`Field must have selections (field '${name}' returns ${returned})`);
  else if (composite) checkSelections(context, returned, selections, within);
  else if (selections.length > 0)
    context.problems.push(`Selections can't be made on scalars (field '${name}' returns ${returned})`);
}

function checkFragment(
  context: Context,
  type: string,
  selection: Exclude<Selection, { kind: 'field' }>,
  within: readonly string[],
): void {
  const named = selection.kind === 'spread' ? selection.name : null;
  const fragment = selection.kind === 'spread' ? context.document.fragments.get(selection.name) : selection;
  if (fragment === undefined) {
    context.problems.push(`Fragment ${named} was used, but not defined`);
    return;
  }
  if (named !== null && within.includes(named)) {
    context.problems.push(`Fragment ${named} contains an infinite loop`);
    return;
  }
  const on = fragment.on ?? type;
  if (!TYPES.has(on))
    context.problems.push(
      `No such type ${on}, so it can't be a fragment condition (or the stand-in lacks it)`,
    );
  else if (!overlap(type, on)) context.problems.push(`Fragment on ${on} can't be spread inside ${type}`);
  else checkSelections(context, on, fragment.selections, named === null ? within : [...within, named]);
}

function overlap(one: string, other: string): boolean {
  const possible = (type: string): readonly string[] => TYPES.get(type)?.possible ?? [type];
  return possible(one).some((each) => possible(other).includes(each));
}

function checkArguments(
  context: Context,
  where: string,
  described: Readonly<Record<string, string>>,
  given: Arguments,
): void {
  for (const [name, value] of given) {
    const type = Object.hasOwn(described, name) ? described[name] : undefined;
    if (type === undefined) context.problems.push(`${where} doesn't accept argument '${name}'`);
    else checkValue(context, `${where}, argument '${name}'`, type, value);
  }
  for (const [name, type] of Object.entries(described)) {
    if (type.endsWith('!') && !given.has(name))
      context.problems.push(`${where} is missing required arguments: ${name}`);
  }
}

function checkValue(context: Context, where: string, type: string, value: Value): void {
  const bare = type.replace(/!$/, '');
  if (value.kind === 'variable') checkVariable(context, where, type, value.name);
  else if (value.kind === 'list' && bare.startsWith('['))
    for (const item of value.items) checkValue(context, where, bare.slice(1, -1), item);
  else if (value.kind === 'object') {
    const described = TYPES.get(bare)?.inputs;
    if (described === undefined)
      context.problems.push(`${where} has an invalid value. Expected type '${type}'.`);
    else checkArguments(context, where, described, value.fields);
  } else if (!literalFits(value, bare, type.endsWith('!')))
    context.problems.push(`${where} has an invalid value. Expected type '${type}'.`);
}

function checkVariable(context: Context, where: string, type: string, name: string): void {
  context.used.add(name);
  const variable = context.variables.get(name);
  if (variable === undefined) {
    context.problems.push(`Variable $${name} is used but not declared`);
    return;
  }
  const strict = variable.otherwise === null ? variable.type : `${variable.type.replace(/!$/, '')}!`;
  const matches = strict === type || strict === `${type}!`;
  if (!matches)
    context.problems.push(`Type mismatch on variable $${name} and ${where} (${variable.type} / ${type})`);
}

function literalFits(value: Value, bare: string, required: boolean): boolean {
  // One value stands for a list of one.
  const type = bare.replace(/[[\]!]/g, '');
  if (value.kind === 'enum') return TYPES.get(type)?.values?.includes(value.name) ?? false;
  if (value.kind !== 'constant') return false;
  if (value.value === null) return !required;
  return TYPES.get(type)?.kind !== 'ENUM' && fits(value.value, type);
}

/** Whether a value, as JSON, is of a type, as a variable is declared. */
function fits(value: Inputs[string], declared: string): boolean {
  const type = declared.replace(/!$/, '');
  if (value === null) return !declared.endsWith('!');
  if (type.startsWith('['))
    return Array.isArray(value)
      ? value.every((each) => fits(each, type.slice(1, -1)))
      : fits(value, type.slice(1, -1));
  if (type === 'Int') return Number.isInteger(value);
  if (type === 'Float') return typeof value === 'number';
  if (type === 'Boolean') return typeof value === 'boolean';
  const { kind, values, inputs } = TYPES.get(type) ?? {};
  if (kind === 'ENUM') return typeof value === 'string' && (values ?? []).includes(value);
  if (inputs !== undefined) return typeof value === 'object';
  // The other scalars are texts; an ID may be a number.
  if (type === 'GitObjectID') return typeof value === 'string' && /^[0-9a-f]{40}$/.test(value);
  return typeof value === 'string' || (type === 'ID' && Number.isInteger(value));
}

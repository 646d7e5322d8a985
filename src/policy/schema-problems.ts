import { z } from 'zod';
import type { KeyPath, PlainDocument, TextProblem } from './document.ts';
import { suggestion } from './suggestion.ts';

/** More than these say no more. */
const MOST_PROBLEMS = 20;
const LONGEST_SHOWN = 60;

/** Turns what a schema refuses into problems with a place, each naming the nearest valid key or value. */
export function problemsOf(
  error: z.ZodError,
  schema: z.ZodType,
  document: PlainDocument,
): readonly TextProblem[] {
  const problems: TextProblem[] = [];
  for (const issue of error.issues) {
    if (problems.length >= MOST_PROBLEMS) break;
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code !== 'unrecognized_keys') {
      problems.push({ ...document.valuePlaceOf(path), message: `${nameOf(path)}${messageOf(issue)}` });
      continue;
    }
    const valid = keysAt(schema, path);
    for (const key of issue.keys.slice(0, MOST_PROBLEMS - problems.length)) {
      const where = path.length === 0 ? '' : ` in ${dotted(path)}`;
      const message = `unknown key "${shown(key)}"${where}${suggestion(key, valid)}`;
      problems.push({ ...document.placeOf([...path, key]), message });
    }
  }
  return problems;
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? ' is missing'
        : ` has to be ${TYPES.get(issue.expected) ?? issue.expected}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const given = typeof issue.input === 'string' ? issue.input : '';
      return `: ${given === '' ? 'this' : `"${shown(given)}"`} is not one of its values${suggestion(given, values)}`;
    }
    case 'too_big':
      return ` holds more than ${issue.maximum} items`;
    default:
      return ` ${issue.message}`;
  }
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['array', 'a list'],
  ['object', 'a map of keys'],
  ['record', 'a map of keys'],
  ['string', 'text'],
  ['boolean', 'true or false'],
]);

/** The valid keys of the map at a path, where the schema names them. */
function keysAt(schema: z.ZodType, path: KeyPath): readonly string[] {
  let at: z.core.$ZodType | undefined = schema;
  for (const step of path) at = stepInto(unwrap(at), step);
  const object = unwrap(at);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** Every key of a schema of maps, as `bases` and `bases.allow`; what a map of any keys holds is not named. */
export function dottedKeys(schema: z.core.$ZodType, above = ''): readonly string[] {
  const object = unwrap(schema);
  if (!(object instanceof z.ZodObject)) return [];
  return Object.entries(object.shape).flatMap(([key, inner]) => [
    above + key,
    ...dottedKeys(inner, `${above}${key}.`),
  ]);
}

function stepInto(schema: z.core.$ZodType | undefined, step: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodObject && Object.hasOwn(schema.shape, step)) return schema.shape[step];
  return undefined;
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodNullable;
  return isWrapped ? unwrap(schema.unwrap()) : schema;
}

function nameOf(path: KeyPath): string {
  return path.length === 0 ? 'the text' : dotted(path);
}

/** `bases.allow[2]`. */
export function dotted(path: KeyPath): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step + 1}]` : `${index > 0 ? '.' : ''}${shown(step)}`,
    )
    .join('');
}

/** A piece of a hostile text, short enough for a message. */
export function shown(text: string): string {
  const short = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return JSON.stringify(short).slice(1, -1);
}

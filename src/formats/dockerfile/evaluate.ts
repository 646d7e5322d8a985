import type { Alternative, DockerfileFact, Location, Value } from '../../domain/index.ts';
import { BOUNDS, bounded, closedText, concat, literal, locate, open } from '../../domain/index.ts';
import { decidingPiece, unmarked } from '../../domain/reference-pieces.ts';
import { type Part, partsOfWord } from './expansion.ts';
import { removePrefix, removeSuffix, replacePattern } from './pattern.ts';

/** What a variable is; undefined where nothing declares it. */
export type Lookup = (name: string) => Value | undefined;

const LONGEST = 4096;

/** BuildKit always gives these a value; no default of a file stands in for them. */
const PLATFORM_ARGUMENTS: ReadonlySet<string> = new Set([
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETARCH',
  'TARGETVARIANT',
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDARCH',
  'BUILDVARIANT',
]);

/**
 * Docker's expansion of a word as it stands in the file: quotes and escapes go, variables are looked up. What nothing
 * gives a value stays open under its name, unless a default in the word decides. Every chain holds `at`, and ends with
 * the place that decides the repository's name, where the word is an image reference: `at` itself for
 * `debian:${TAG}`, the place of BASE for `${BASE}:${TAG}`. Bounds as SEMANTICS 3.2.
 */
export function expand(word: string, lookup: Lookup, at: Location): Value {
  if (word.length > LONGEST) return beyondBounds(`a word of more than ${LONGEST} characters`, at);
  const pieces = partsOfWord(word).map((part) => partValue(part, lookup));
  return withinBounds(chained(pieces, at), at);
}

/**
 * The variables that FROM lines see: the ARGs above the first FROM under the given build arguments, and the platform.
 * An ARG without either is open; its default may use the ARGs above it. Chains lead to the place that decides.
 */
export function globalScope(
  fact: DockerfileFact,
  buildArguments: ReadonlyMap<string, Value>,
  path: string,
): Lookup {
  const known = new Map<string, Value>();
  const lookup: Lookup = (name) =>
    known.get(name) ?? (PLATFORM_ARGUMENTS.has(name) ? (buildArguments.get(name) ?? open(name)) : undefined);
  for (const declaration of fact.globalArguments) {
    const { name } = declaration;
    const given = buildArguments.get(name);
    const at = locate(path, declaration.default?.span ?? declaration.span);
    if (given !== undefined && !isFromCaller(given)) known.set(name, given);
    else if (given !== undefined) known.set(name, withStandard(given, declaration.default?.text, lookup, at));
    else if (declaration.default !== undefined) known.set(name, expand(declaration.default.text, lookup, at));
    else if (lookup(name) === undefined) known.set(name, open(name, [at]));
  }
  return lookup;
}

function isFromCaller({ alternatives }: Value): boolean {
  return alternatives.some(({ parts }) =>
    parts.some((part) => typeof part !== 'string' && part.fromCaller === true),
  );
}

/** Where the caller's environment has no such variable, the default counts. */
function withStandard(given: Value, written: string | undefined, lookup: Lookup, at: Location): Value {
  if (written === undefined) return given;
  const standard = expand(written, lookup, at);
  return bounded([...given.alternatives, ...standard.alternatives], given.beyond ?? standard.beyond);
}

function beyondBounds(reason: string, at: Location): Value {
  return { alternatives: [{ when: [], parts: [{ open: '?' }], chain: [at] }], beyond: reason };
}

/** Variables that double each other would grow without end (`A=$B$B`, `B=$C$C` …). */
function withinBounds(value: Value, at: Location): Value {
  for (const { parts, chain } of value.alternatives) {
    let length = 0;
    for (const part of parts) length += typeof part === 'string' ? part.length : part.open.length;
    if (length > LONGEST) return beyondBounds(`a value of more than ${LONGEST} characters`, at);
    if (chain.length > BOUNDS.chainLinks)
      return beyondBounds(`a chain of more than ${BOUNDS.chainLinks} links`, at);
  }
  return value;
}

// ---- parts ---------------------------------------------------------------------------------------------

type Use = Extract<Part, { kind: 'variable' }>;

function partValue(part: Part, lookup: Lookup): Value {
  if (part.kind === 'text') return literal(part.text);
  if (part.kind === 'broken') return open(part.text.slice(0, 256));
  const declared = lookup(part.name);
  const value = declared ?? open(part.name);
  switch (part.operator) {
    case '-':
      return withDefault(part, value, lookup);
    case '+':
      return whereSet(part, declared, lookup);
    case '':
    case '?':
      return value;
    default:
      return withPattern(part, value, lookup);
  }
}

function wordValue(parts: readonly Part[], lookup: Lookup): Value {
  return concat(parts.map((part) => partValue(part, lookup)));
}

/** True where, as far as the file goes, the variable has no value (or, with a colon, an empty one). */
function isUnset(use: Use, { parts }: Alternative): boolean {
  const [first] = parts;
  if (first === undefined) return use.emptyIsUnset;
  if (parts.some((part) => typeof part !== 'string' && part.fromCaller === true)) return false;
  if (!use.emptyIsUnset)
    return (
      parts.length === 1 && typeof first !== 'string' && first.open === use.name && !isPlatform(first.open)
    );
  return parts.every((part) => (typeof part === 'string' ? part === '' : !isPlatform(part.open)));
}

function isPlatform(name: string): boolean {
  return PLATFORM_ARGUMENTS.has(name);
}

/** `${x-d}`, `${x:-d}`. */
function withDefault(use: Use, value: Value, lookup: Lookup): Value {
  const instead = wordValue(use.word, lookup);
  const alternatives = value.alternatives.flatMap((one) =>
    isUnset(use, one) ? under(one, instead).alternatives : [one],
  );
  return bounded(alternatives, value.beyond ?? instead.beyond);
}

/** The value under the conditions of the alternative that it takes the place of. */
function under(alternative: Alternative, value: Value): Value {
  if (alternative.when.length === 0) return value;
  return concat([{ alternatives: [{ when: alternative.when, parts: [], chain: [] }] }, value]);
}

/** `${x+d}`, `${x:+d}`: both where a build argument may set the variable. */
function whereSet(use: Use, declared: Value | undefined, lookup: Lookup): Value {
  if (declared === undefined) return literal('');
  const then = wordValue(use.word, lookup);
  const alternatives = declared.alternatives.flatMap((one): readonly Alternative[] => {
    if (!isUnset(use, one)) return under(one, then).alternatives;
    const empty = { when: one.when, parts: [], chain: one.chain };
    if (one.parts.length === 0) return [empty];
    const set = { subject: use.name, equals: 'set' };
    const unset = { subject: use.name, equals: 'unset' };
    return [
      { ...empty, when: [...one.when, unset] },
      ...under({ ...one, when: [...one.when, set] }, then).alternatives,
    ];
  });
  return bounded(alternatives, declared.beyond ?? then.beyond);
}

/** `${x#p}`, `${x%p}`, `${x/p/r}`; an alternative with open parts stays as it is under its own name, unresolved. */
function withPattern(use: Use, value: Value, lookup: Lookup): Value {
  const pattern = onlyText(wordValue(use.word, lookup));
  const replacement = onlyText(wordValue(use.replacement, lookup));
  const alternatives = value.alternatives.map((one): Alternative => {
    const text = closedText(one);
    const changed =
      text === undefined || pattern === undefined || replacement === undefined
        ? null
        : applied(use.operator, text, pattern, replacement);
    if (changed === null) return { ...one, parts: [{ open: use.name }] };
    return { ...one, parts: changed === '' ? [] : [changed] };
  });
  return bounded(alternatives, value.beyond);
}

function onlyText(value: Value): string | undefined {
  const [first, ...others] = value.alternatives;
  return others.length > 0 ? undefined : closedText(first);
}

function applied(operator: string, text: string, pattern: string, replacement: string): string | null {
  const doubled = operator.length === 2;
  if (operator.startsWith('#')) return removePrefix(text, pattern, doubled);
  if (operator.startsWith('%')) return removeSuffix(text, pattern, doubled);
  return replacePattern(text, pattern, replacement, doubled);
}

// ---- chains --------------------------------------------------------------------------------------------

/** Joins the pieces of a word; the links of the piece that names the repository come last. */
function chained(pieces: readonly Value[], at: Location): Value {
  const joined = concat(pieces);
  const deciding = pieces[decidingPiece(pieces.map((piece) => textWithOpen(piece.alternatives[0])))];
  const decides = new Set(deciding?.alternatives.flatMap((one) => one.chain.map(key)));
  const alternatives = joined.alternatives.map((one) => {
    const last = one.chain.filter((link) => decides.has(key(link)));
    const others = one.chain.filter((link) => !decides.has(key(link)));
    return { ...one, chain: last.length === 0 ? [...others, at] : [at, ...others, ...last] };
  });
  return bounded(alternatives, joined.beyond);
}

function key(location: Location): string {
  return `${location.path}\0${location.start.line}\0${location.start.column}`;
}

function textWithOpen(alternative: Alternative): string {
  return alternative.parts.map((part) => (typeof part === 'string' ? part : unmarked(part.open))).join('');
}

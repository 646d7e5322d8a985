import { compileGlob, isGlobFault } from '../domain/glob.ts';
import type { PolicyProblem, Tier } from '../domain/index.ts';
import { EXCEPTIONS_PATH } from '../domain/index.ts';
import { compileBaseList } from './base-list.ts';
import type { BaseTable } from './base-table.ts';
import {
  type KeyPath,
  type PlainDocument,
  type PlainMap,
  readDocument,
  type TextProblem,
} from './document.ts';
import { type PolicyConfig, policySchema } from './schema.ts';
import { dotted, dottedKeys, problemsOf, shown } from './schema-problems.ts';
import { isPacked, readShipped } from './shipped-text.ts';
import { inWords, suggestion } from './suggestion.ts';

/** One tier's text, read and checked by itself. */
export interface PolicyLayer {
  readonly tier: Tier;
  readonly from: string;
  readonly config: PolicyConfig;
  /** The same as read, for merging. */
  readonly data: PlainMap;
  /** The place of a key in the text. */
  readonly placeOf: PlainDocument['placeOf'];
}

/** What a text is checked against. */
export interface LayerContext {
  readonly table: BaseTable;
  readonly ruleIds: readonly string[];
  readonly shippedNames: readonly string[];
}

const MOST_PROBLEMS = 20;

/** Reads one text; every problem has its place in it. */
export function readLayer(
  text: { readonly tier: Tier; readonly from: string; readonly text: string },
  context: LayerContext,
): { readonly layer: PolicyLayer } | { readonly problems: readonly PolicyProblem[] } {
  const placed = (problems: readonly TextProblem[]) => ({
    problems: problems
      .toSorted((a, b) => a.line - b.line || a.column - b.column)
      .slice(0, MOST_PROBLEMS)
      .map(({ line, column, message }) => ({ from: text.from, line, column, message })),
  });
  const read = text.tier === 'shipped' ? readShipped(text.text) : readDocument(text.text);
  if ('problems' in read) return placed(read.problems);
  const { data, placeOf } = read.document;
  if (text.tier === 'shipped' && isPacked(text.text))
    return { layer: { tier: text.tier, from: text.from, config: data as PolicyConfig, data, placeOf } };
  const schema = policySchema();
  const parsed = schema.safeParse(data, { reportInput: true });
  if (!parsed.success) return placed(problemsOf(parsed.error, schema, read.document));
  // Taken lazily: each problem costs a search for what was meant.
  const problems = meaningProblems(parsed.data, read.document, context).take(MOST_PROBLEMS).toArray();
  if (problems.length > 0) return placed(problems);
  return { layer: { tier: text.tier, from: text.from, config: parsed.data, data, placeOf } };
}

/** What a schema cannot say: names that have to exist, globs that have to compile, paths that have to stay inside. */
function* meaningProblems(
  config: PolicyConfig,
  document: PlainDocument,
  context: LayerContext,
): Generator<TextProblem> {
  const at = (path: KeyPath, message: string): TextProblem => ({ ...document.valuePlaceOf(path), message });
  if (config.extends !== undefined) {
    const because = extendsFault(config.extends, context.shippedNames);
    if (because !== undefined) yield at(['extends'], because);
  }
  if (config.lock !== undefined) {
    const keys = lockableKeys(context.ruleIds);
    for (const [index, key] of config.lock.entries()) {
      if (keys.includes(key)) continue;
      const near = suggestion(key, keys);
      yield at(['lock', index], `there is no key "${shown(key)}" to lock${near}`);
    }
  }
  for (const rule of Object.keys(config.rules ?? {})) {
    if (context.ruleIds.includes(rule)) continue;
    const message = `there is no rule "${shown(rule)}"${suggestion(rule, context.ruleIds)}`;
    yield { ...document.placeOf(['rules', rule]), message };
  }
  for (const list of ['allow', 'exception'] as const) {
    for (const { index, because } of compileBaseList(config.bases?.[list] ?? [], context.table).faults) {
      const item = config.bases?.[list]?.[index] ?? '';
      yield at(['bases', list, index], `"${shown(item)}" ${because}`);
    }
  }
  for (const [path, pattern] of globsOf(config)) {
    const glob = compileGlob(pattern);
    if (isGlobFault(glob)) yield at(path, `${dotted(path)} "${shown(pattern)}": ${glob.because}`);
  }
  yield* placeProblems(config, document);
}

/** What a text can lock: every key but `lock` itself, a map as a whole or key by key. */
function lockableKeys(ruleIds: readonly string[]): readonly string[] {
  const keys = dottedKeys(policySchema()).filter((key) => key !== 'lock');
  return [...keys, ...ruleIds.map((rule) => `rules.${rule}`)];
}

function extendsFault(name: string, shipped: readonly string[]): string | undefined {
  if (shipped.includes(name)) return undefined;
  const names = inWords(shipped);
  if (/[/:.]/.test(name))
    return `extends names a policy that ships with Plinth (${names}); addresses and files are never followed, so "${shown(name)}" is refused`;
  return `no policy "${shown(name)}" ships with Plinth${suggestion(name, shipped)}`;
}

function* globsOf(config: PolicyConfig): Generator<readonly [KeyPath, string]> {
  for (const key of ['ignored', 'test', 'example', 'vendored'] as const) {
    for (const [index, glob] of (config.paths?.[key] ?? []).entries()) yield [['paths', key, index], glob];
  }
  for (const key of ['images', 'branches'] as const) {
    for (const [index, glob] of (config[key] ?? []).entries()) yield [[key, index], glob];
  }
  for (const [index, { in: where }] of (config.declare ?? []).entries()) {
    if (where !== undefined) yield [['declare', index, 'in'], where];
  }
}

function* placeProblems(config: PolicyConfig, document: PlainDocument): Generator<TextProblem> {
  if (config.exceptions !== undefined && !isPathInside(config.exceptions))
    yield {
      ...document.valuePlaceOf(['exceptions']),
      message: `exceptions has to be the path of a file in the repository, such as ${EXCEPTIONS_PATH}`,
    };
  for (const [prefix, original] of Object.entries(config.bases?.mirrors ?? {})) {
    if (isRegistryPrefix(prefix) && isRegistryPrefix(original)) continue;
    const message = `bases.mirrors maps a registry prefix to another (registry.example.com/hub: docker.io), without tag and trailing slash`;
    yield { ...document.placeOf(['bases', 'mirrors', prefix]), message };
  }
  for (const [index, team] of (config.commands?.grant?.teams ?? []).entries()) {
    if (/^[a-z0-9_][a-z0-9_-]{0,99}$/i.test(team)) continue;
    const message = `commands.grant.teams[${index + 1}] "${shown(team)}" is no team: write its slug, as \`release-managers\`, without the organisation`;
    yield { ...document.valuePlaceOf(['commands', 'grant', 'teams', index]), message };
  }
  for (const [index, entry] of (config.declare ?? []).entries()) {
    if ((entry.variable === undefined) !== (entry.image === undefined)) continue;
    const message = 'declare names either a variable or an image, and says its value';
    yield { ...document.valuePlaceOf(['declare', index]), message };
  }
}

function isPathInside(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..');
}

function isRegistryPrefix(prefix: string): boolean {
  return prefix
    .split('/')
    .every((part, index) => (index === 0 ? /^[A-Za-z0-9.-]+(:[0-9]{1,5})?$/ : /^[a-z0-9._-]+$/).test(part));
}

import { type PolicyProblem, type PolicyText, UNDECIDED_RULES } from '../domain/index.ts';
import { spelledOut } from './base-list.ts';
import { type KeyPath, type PlainDocument, readDocument, type TextProblem } from './document.ts';
import { effectiveSettings } from './effective.ts';
import { readLayer } from './layer.ts';
import { DEFAULT_POLICY, type PolicyGiven, tableOf } from './layers.ts';
import { loadPolicy } from './load.ts';
import type { PolicyConfig } from './schema.ts';
import { dotted, shown } from './schema-problems.ts';
import { inWords } from './suggestion.ts';
import { isWeak } from './tiers.ts';

const MOST_NOTICES = 20;

/**
 * Settings of one text that can be used and do not do what they seem to: by line, each with its place. Empty for a text with problems, which
 * `loadPolicy` names. `stronger`: the texts that it stands on.
 */
export function policyNotices(
  text: PolicyText,
  given: PolicyGiven,
  stronger: readonly PolicyText[] = [],
): readonly PolicyProblem[] {
  const bases = tableOf(given.basesText);
  const read = readDocument(text.text);
  if ('problems' in bases || 'problems' in read) return [];
  const context = { table: bases.table, ruleIds: given.ruleIds, shippedNames: Object.keys(given.shipped) };
  const layer = readLayer(text, context);
  if ('problems' in layer) return [];
  const { config } = layer.layer;
  const notices = [
    ...(stronger.length === 0 ? withoutExtends(config, read.document, given) : []),
    ...lockOfWeakTier(text, config, read.document),
    ...undecidedRules(config, read.document),
    ...oddImages(config, read.document),
    ...oddPaths(config, read.document),
    ...mirrorsOfWeakTier(text, config, read.document),
    ...onBothLists(text, stronger, given, read.document),
  ];
  return notices
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, MOST_NOTICES)
    .map(({ line, column, message }) => ({ from: text.from, line, column, message }));
}

function* withoutExtends(
  config: PolicyConfig,
  document: PlainDocument,
  given: PolicyGiven,
): Generator<TextProblem> {
  if (config.extends !== undefined) return;
  const names = inWords(Object.keys(given.shipped).sort());
  yield {
    ...document.placeOf([]),
    message: `without extends the policy stands on ${DEFAULT_POLICY}: write \`extends: ${DEFAULT_POLICY}\` to say so (it can be ${names})`,
  };
}

function* lockOfWeakTier(
  text: PolicyText,
  config: PolicyConfig,
  document: PlainDocument,
): Generator<TextProblem> {
  if (config.lock === undefined || !isWeak(text)) return;
  const message =
    'lock has no effect in a repository’s own policy: no tier is weaker; it counts in the organisation’s and in the operator’s';
  yield { ...document.placeOf(['lock']), message };
}

function* undecidedRules(config: PolicyConfig, document: PlainDocument): Generator<TextProblem> {
  for (const [rule, level] of Object.entries(config.rules ?? {})) {
    if (!UNDECIDED_RULES.has(rule) || level === 'inconclusive') continue;
    const message = `rules.${rule} has no effect: what could not be decided is never made green by a policy`;
    yield { ...document.placeOf(['rules', rule]), message };
  }
}

// ---- globs that match nothing --------------------------------------------------------------------------

function* oddImages(config: PolicyConfig, document: PlainDocument): Generator<TextProblem> {
  const globs = config.images ?? [];
  for (const [index, glob] of globs.entries()) {
    const because = imageFault(glob.startsWith('!') ? glob.slice(1) : glob);
    if (because !== undefined) yield oddGlob(document, ['images', index], glob, because);
  }
  if (globs.length > 0 && globs.every((glob) => glob.startsWith('!')))
    yield {
      ...document.placeOf(['images']),
      message:
        'images only takes names out, so no image is ours: write what is ours in front, as `registry.example.com/**`',
    };
}

function oddGlob(document: PlainDocument, path: KeyPath, glob: string, because: string): TextProblem {
  return {
    ...document.valuePlaceOf(path),
    message: `${dotted(path)} "${shown(glob)}" matches nothing: ${because}`,
  };
}

/** Names are compared as `registry/path`, the registry in lower case, without tag and digest. */
function imageFault(glob: string): string | undefined {
  if (/\s|:\/\//.test(glob))
    return 'an image name is no address: write registry and path, as `registry.example.com/**`';
  if (/[:@][^/]*$/.test(glob) && glob.includes('/'))
    return 'names are compared without tag and digest: leave it out';
  if (/^\/|\/\/|\/$/.test(glob)) return 'a name has no empty part: end with `/**` for everything below';
  if (/[A-Z]/.test(glob)) return 'names are compared in lower case';
  const [registry = '', ...path] = spelledOut(glob).split('/');
  if (registry !== 'docker.io' || path.length !== 1 || path[0] === '**') return undefined;
  return /[.:]/.test(glob) && !glob.startsWith('docker.io')
    ? `a name has a registry and a path: write \`${glob}/**\``
    : `it stands for a name without an owner on Docker Hub: write \`docker.io/${path[0]}/**\`, or \`**\` for every image`;
}

function* oddPaths(config: PolicyConfig, document: PlainDocument): Generator<TextProblem> {
  for (const key of ['ignored', 'test', 'example', 'vendored'] as const) {
    for (const [index, glob] of (config.paths?.[key] ?? []).entries()) {
      const because = pathFault(glob.startsWith('!') ? glob.slice(1) : glob);
      if (because !== undefined) yield oddGlob(document, ['paths', key, index], glob, because);
    }
  }
}

/** Paths are compared as git lists them: from the repository's top folder, without a slash in front. */
function pathFault(glob: string): string | undefined {
  if (glob.startsWith('/')) return 'a path has no slash in front: leave it out';
  if (glob.endsWith('/')) return `a path is that of a file: write \`${glob}**\` for all files of the folder`;
  if (glob.split('/').some((part) => part === '' || part === '.' || part === '..'))
    return 'a path has no empty part, `.` or `..`: write it from the repository’s top folder';
  return undefined;
}

// ---- what another text decides -------------------------------------------------------------------------

function* mirrorsOfWeakTier(
  text: PolicyText,
  config: PolicyConfig,
  document: PlainDocument,
): Generator<TextProblem> {
  if (config.bases?.mirrors === undefined || !isWeak(text)) return;
  const message =
    'bases.mirrors has no effect in a repository’s own policy: it counts in the organisation’s, and in the one that the operator sets (PLINTH_POLICY, --policy)';
  yield { ...document.placeOf(['bases', 'mirrors']), message };
}

/** The stricter list wins, also where it is the one of the policy below. */
function* onBothLists(
  text: PolicyText,
  stronger: readonly PolicyText[],
  given: PolicyGiven,
  document: PlainDocument,
): Generator<TextProblem> {
  const effective = effectiveSettings([text, ...stronger], given);
  if ('problems' in effective) return;
  const loaded = loadPolicy([text, ...stronger], given);
  if ('problems' in loaded) return;
  const { policy } = loaded;
  const listOf = (name: string): { readonly items: readonly string[]; readonly from: string } => {
    const setting = effective.settings.find(({ path }) => path[0] === 'bases' && path[1] === name);
    const value = setting?.value;
    return { items: Array.isArray(value) ? value.map(String) : [], from: setting?.from ?? '' };
  };
  const [allow, exception] = [listOf('allow'), listOf('exception')];
  if (allow.from !== text.from) return;
  for (const [index, item] of allow.items.entries()) {
    const isBoth = exception.items.includes(item) || policy.assess(item).standing === 'needs-exception';
    if (!isBoth) continue;
    const whose = exception.from === text.from ? 'bases.exception' : `bases.exception of ${exception.from}`;
    const message = `"${shown(item)}" is on ${whose} as well, which wins: write bases.exception without it`;
    yield { ...document.valuePlaceOf(['bases', 'allow', index]), message };
  }
}

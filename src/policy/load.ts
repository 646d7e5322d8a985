import {
  compileGlob,
  compileGlobs,
  decidingGlob,
  type Glob,
  isGlobFault,
  matchesList,
} from '../domain/glob.ts';
import { normalisedName, parseImageReference } from '../domain/image-reference.ts';
import {
  type CommandRules,
  compareText,
  type DeclaredValue,
  EXCEPTIONS_PATH,
  type NonEmpty,
  type PathClass,
  type Policy,
  type PolicyProblem,
  type PolicySource,
  type PolicyText,
  type Tier,
} from '../domain/index.ts';
import { isArchitectureName } from '../domain/placeholder.ts';
import { readShape } from '../domain/reference-shape.ts';
import { createAssess } from './assess.ts';
import { compileBaseList, spelledOut } from './base-list.ts';
import type { BaseTable } from './base-table.ts';
import { canonical, sha256 } from './canonical.ts';
import type { PlainMap } from './document.ts';
import { loadExceptions } from './exceptions/index.ts';
import { DEFAULT_POLICY, type PolicyGiven, readTiers, tableOf } from './layers.ts';
import type { PolicyConfig } from './schema.ts';
import { dotted } from './schema-problems.ts';
import { dataOf, type EffectiveSetting, isWeak, type Overruled, settleTiers } from './tiers.ts';

/** The effective policy, or why there is none: never both, never neither. */
export type LoadedPolicy = { readonly policy: Policy } | { readonly problems: NonEmpty<PolicyProblem> };

/**
 * Makes the effective policy of the texts of all tiers: the repository's stands on the organisation's, and that on the operator's and a
 * shipped one; maps merge, lists replace, and a locked key stays. An operator's text that locks nothing stands alone, with what it extends.
 * Never throws on a text: what cannot be used comes back as problems with their places.
 */
export function loadPolicy(texts: readonly PolicyText[], given: PolicyGiven): LoadedPolicy {
  const bases = tableOf(given.basesText);
  if ('problems' in bases) return bases;
  const read = readTiers(texts, given, bases.table);
  if ('problems' in read) return read;
  const { own, shipped } = read.stack;
  const { settings, overruled, standsOn } = settleTiers(read.stack);
  const basesHeldBy = tierOfBases(settings, overruled);
  const sources = [...own, ...(shipped(standsOn) === undefined ? [] : [shipped(standsOn)])];
  return {
    policy: compilePolicy(dataOf(settings), {
      table: bases.table,
      standsOn,
      sources: sources.flatMap((layer) =>
        layer === undefined ? [] : [{ tier: layer.tier, from: layer.from }],
      ),
      chosen: given.chosen ?? own.length > 0,
      ruleIds: given.ruleIds,
      overruled: overruled.map(overruledProblem),
      basesHeldBy,
      mirrorsWithoutForce: own
        .filter(isWeak)
        .flatMap(({ config }) => Object.keys(config.bases?.mirrors ?? {})),
      problemsOf: (text) => problemsOfWritten(text, texts, overruled, given),
      rewritten: (text) => {
        const loaded = loadPolicy(withRepositoryText(texts, text === null ? null : asWritten(text)), given);
        return 'policy' in loaded ? loaded.policy : null;
      },
    }),
  };
}

/** A lock on the lists of bases shows where a weaker tier has lists of its own, or stands on another shipped policy. */
function tierOfBases(
  settings: readonly EffectiveSetting[],
  overruled: readonly Overruled[],
): Tier | undefined {
  const held = settings.find(({ path }) => path[0] === 'bases' && path[1] === 'allow');
  if (held?.lockedBy === undefined) return undefined;
  const name = settings.find(({ path }) => path[0] === 'name')?.value;
  const isOfAnother = held.tier === 'shipped' && held.from !== name;
  const isWritten = overruled.some(({ path }) => path[0] === 'bases');
  return isOfAnother || isWritten ? held.lockedBy.tier : undefined;
}

/** What is wrong with a repository's text that a change writes: what keeps it from being used, and keys without force that were not there before. */
function problemsOfWritten(
  text: string,
  texts: readonly PolicyText[],
  before: readonly Overruled[],
  given: PolicyGiven,
): readonly PolicyProblem[] {
  const written = asWritten(text);
  const alone = loadPolicy([written], given);
  if ('problems' in alone) return alone.problems;
  const bases = tableOf(given.basesText);
  if ('problems' in bases) return [];
  const read = readTiers(withRepositoryText(texts, written), given, bases.table);
  // What is wrong with another tier's text is no problem of this one.
  if ('problems' in read) return [];
  const keyOf = ({ path, lock }: Overruled) => JSON.stringify([path, lock]);
  const known = new Set(before.filter(({ layer }) => isWeak(layer)).map(keyOf));
  return settleTiers(read.stack)
    .overruled.filter((one) => isWeak(one.layer) && !known.has(keyOf(one)))
    .map(overruledProblem);
}

/** A text that a change writes into the repository. */
function asWritten(text: string): PolicyText {
  return { tier: 'repository', from: 'policy', text };
}

/** The texts of all tiers, with another one of the repository. */
function withRepositoryText(texts: readonly PolicyText[], written: PolicyText | null): readonly PolicyText[] {
  const others = texts.filter((text) => !isWeak(text));
  return written === null ? others : [written, ...others];
}

/** Names the key, the tier that locks it, and that tier's text. */
function overruledProblem({ layer, path, lock }: Overruled): PolicyProblem {
  const key = dotted(path);
  const whole = dotted(lock.path);
  const locked = whole === key ? `${key} is locked` : `${key} is locked (as ${whole})`;
  const message = `${locked} by the ${lock.tier} (${lock.from}): it has no effect here, leave it out`;
  return { from: layer.from, ...layer.placeOf(path), message };
}

// ---- compiling -----------------------------------------------------------------------------------------

interface Compiling {
  readonly table: BaseTable;
  readonly sources: readonly PolicySource[];
  readonly chosen: boolean;
  readonly mirrorsWithoutForce: readonly string[];
  readonly overruled: readonly PolicyProblem[];
  readonly basesHeldBy: Tier | undefined;
  readonly standsOn: string | undefined;
  readonly ruleIds: readonly string[];
  readonly problemsOf: Policy['problemsOf'];
  readonly rewritten: Policy['rewritten'];
}

function compilePolicy(data: PlainMap, given: Compiling): Policy {
  // Every layer was checked by itself, and merging keeps the shape: maps merge key by key, lists replace lists.
  const config = data as PolicyConfig;
  const { table } = given;
  const levels = new Map(Object.entries(config.rules ?? {}));
  const governed = compileGlobs((config.images ?? []).map(spelledGlob));
  const governedBy = (reference: string) => (given.chosen ? governingGlob(governed, reference) : null);
  return {
    name: config.name ?? DEFAULT_POLICY,
    enforcement: config.enforcement ?? null,
    sources: given.sources,
    overruled: given.overruled,
    digest: digestOf(given.standsOn === undefined ? data : { ...data, extends: given.standsOn }, table),
    scope: config.scope ?? 'introduced',
    review: config.review ?? 'actionable',
    branches: config.branches ?? [],
    commands: commandRules(config.commands ?? {}),
    exceptions: config.exceptions ?? EXCEPTIONS_PATH,
    allowedBases: config.bases?.allow ?? [],
    ...(given.basesHeldBy === undefined ? {} : { basesHeldBy: given.basesHeldBy }),
    assess: createAssess({
      table,
      allow: compileBaseList(config.bases?.allow ?? [], table).list,
      exception: compileBaseList(config.bases?.exception ?? [], table).list,
      mirrors: mirrorsOf(config.bases?.mirrors ?? {}),
      mirrorsWithoutForce: given.mirrorsWithoutForce,
      digests: config.digests ?? 'trust',
    }),
    servedName: table.servedName,
    governs: (reference) => governedBy(reference) !== null,
    governedBy,
    classOf: classifier(config),
    declared: declaredOf(config),
    levelOf: (rule) => levels.get(rule),
    isSystemProgram: (name) => table.systemPrograms.has(name),
    exceptionsOf: (file) =>
      loadExceptions(file, {
        ruleIds: given.ruleIds,
        families: table.families,
        permanent: config['permanent-exceptions'] ?? false,
      }),
    problemsOf: given.problemsOf,
    rewritten: given.rewritten,
  };
}

/** A host's name has no case: another spelling of a governed registry is the same registry. */
function governingGlob(governed: readonly Glob[], reference: string): string | null {
  const parsed = parseImageReference(reference);
  if (parsed.kind !== 'image' || parsed.open.has('registry')) return null;
  const shape = readShape(normalisedName(parsed), isArchitectureName);
  if (shape.kind !== 'shape') return null;
  return decidingGlob(governed, hostInLowerCase(shape.text))?.pattern ?? null;
}

function hostInLowerCase(name: string): string {
  const slash = name.indexOf('/');
  return name.slice(0, slash).toLowerCase() + name.slice(slash);
}

/** Docker Hub's short forms, behind a leading `!` as well. */
function spelledGlob(glob: string): string {
  return glob.startsWith('!') ? `!${spelledOut(glob.slice(1))}` : spelledOut(glob);
}

/** What no tier says is the least: those who maintain the repository, and nobody for a change of their own (SEMANTICS 7.4). */
function commandRules({
  grant = {},
  'two-person': twoPerson = false,
}: NonNullable<PolicyConfig['commands']>): CommandRules {
  const { teams = [], permission = 'maintain', owners = false, author = false } = grant;
  return { grant: { teams, permission, owners, author }, twoPerson };
}

function mirrorsOf(mirrors: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(mirrors).sort((a, b) => b[0].length - a[0].length || compareText(a[0], b[0]));
}

/** The most telling class first: what is ignored is nothing else, a test below `vendor/` is vendored. */
const CLASSES: readonly Exclude<PathClass, 'release'>[] = ['ignored', 'vendored', 'test', 'example'];

/** `declare`: without `in`, a value holds in every file. */
function declaredOf(config: PolicyConfig): readonly DeclaredValue[] {
  return (config.declare ?? []).flatMap(({ variable, image, in: where, value, reason, owner }) => {
    const glob = where === undefined ? null : compileGlob(where);
    const name = variable ?? image;
    if (name === undefined || (glob !== null && isGlobFault(glob))) return [];
    const kind = variable === undefined ? 'image' : 'variable';
    const appliesTo = (path: string): boolean => glob === null || glob.matches(path);
    return [{ kind, name, value, reason, owner, appliesTo }];
  });
}

function classifier(config: PolicyConfig): (path: string) => PathClass {
  const lists = CLASSES.map((name) => [name, compileGlobs(config.paths?.[name] ?? [])] as const);
  return (path) => lists.find(([, list]) => matchesList(list, path))?.[0] ?? 'release';
}

// ---- identity ------------------------------------------------------------------------------------------

/** The effective policy and the table it judges by, in one spelling. */
function digestOf(data: PlainMap, table: BaseTable): string {
  return sha256(`${canonical(data)}\n${table.digest}`);
}

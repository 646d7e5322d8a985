import {
  type NamedImage,
  normalisedName,
  parseImageReference,
  withPlainHost,
} from '../domain/image-reference.ts';
import { type BaseAssessment, type Contents, PROVIDES_NOTHING, type Standing } from '../domain/index.ts';
import { isArchitectureName } from '../domain/placeholder.ts';
import { OPEN, readShape } from '../domain/reference-shape.ts';
import { withoutArchitecture } from './architecture.ts';
import type { BaseList, Fit, NamedBase } from './base-list.ts';
import type { BaseTable, FamilyEntry } from './base-table.ts';
import { mayMatch, mustMatch } from './open-match.ts';

/** What a policy says of bases. */
export interface BaseRules {
  readonly table: BaseTable;
  readonly allow: BaseList;
  readonly exception: BaseList;
  /** Registry prefixes with what they mirror, longest first. */
  readonly mirrors: readonly (readonly [prefix: string, original: string])[];
  /** Prefixes that a tier named as mirrors which may not: names under them say so. */
  readonly mirrorsWithoutForce: readonly string[];
  readonly digests: 'trust' | 'known-only';
}

/** A resolved base whose contents no table knows: it is taken to provide what its image uses (SEMANTICS 4.1). */
const UNKNOWN_CONTENTS: Contents = { ...PROVIDES_NOTHING, known: false };

const MOST_REMEMBERED = 4096;
const LONGEST_REMEMBERED = 512;
const LONGEST_IDENTITY = 255;

/** Compiles `Policy.assess` (SEMANTICS 3): total, and the same answer for the same text. */
export function createAssess(given: BaseRules): (reference: string) => BaseAssessment {
  const rules = { ...given, mirrors: given.mirrors.map(withPlainPrefix) };
  const remembered = new Map<string, BaseAssessment>();
  return (reference) => {
    const known = remembered.get(reference);
    if (known !== undefined) return known;
    const assessment = assess(rules, reference);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    if (reference.length <= LONGEST_REMEMBERED) remembered.set(reference, assessment);
    return assessment;
  };
}

/** Names are compared without a default port, so a prefix that is written with one is too. */
function withPlainPrefix([prefix, original]: readonly [string, string]): readonly [string, string] {
  return [withPlainHost(`${prefix}/`).slice(0, -1), original];
}

function assess(rules: BaseRules, reference: string): BaseAssessment {
  if (reference.trim() === '') return unresolved('', 'the name of the base is empty');
  const parsed = parseImageReference(reference);
  if (parsed.kind === 'malformed')
    return unknown(
      reference.slice(0, LONGEST_IDENTITY),
      'not-allowed',
      `it is no valid image name: ${parsed.because}`,
    );
  if (parsed.kind === 'scratch') return assessScratch(rules);
  const known = parsed.digest === undefined ? undefined : rules.table.digests.get(parsed.digest);
  const name = mirrored(rules, normalisedName(parsed));
  if (known !== undefined) return decided(rules, [{ name, tag: tagShape(parsed), entry: known }]);
  if (parsed.open.has('registry') || parsed.open.has('repository')) return assessOpenName(rules, parsed);
  const spelled = otherwiseSpelled(rules, parsed);
  if (spelled !== undefined) return spelled;
  const bases = candidates(rules.table.entriesOf(name), parsed).map((entry) => ({
    name,
    tag: tagShape(parsed),
    entry,
  }));
  const assessment = decided(rules, bases);
  const trusted =
    rules.digests === 'trust' || parsed.digest === undefined || assessment.standing === 'not-allowed';
  return trusted
    ? assessment
    : unresolved(assessment.identity, 'no table knows its digest, and the policy trusts known digests only');
}

/** A host in another case is the same host: what is not allowed stays so and is known; no list counts for such a spelling. */
function otherwiseSpelled(rules: BaseRules, parsed: NamedImage): BaseAssessment | undefined {
  const plain = parsed.registry.toLowerCase();
  if (plain === parsed.registry) return undefined;
  const assessment = assess(rules, plain + parsed.raw.slice(parsed.registry.length));
  return assessment.standing === 'not-allowed' ? assessment : undefined;
}

function assessScratch(rules: BaseRules): BaseAssessment {
  const entry = rules.table.entries.find(({ family }) => family === 'scratch') ?? null;
  return decided(rules, [{ name: 'scratch', tag: undefined, entry }]);
}

/** A name with an open part is resolved only where none of its completions is on a list. */
function assessOpenName(rules: BaseRules, parsed: NamedImage): BaseAssessment {
  const identity = parsed.raw.slice(0, LONGEST_IDENTITY);
  const shape = shapeOf(parsed.raw);
  const mirrors = rules.mirrors.some(([prefix]) => mayMatch(`${prefix}/**`, shape, true));
  const listed = [...rules.allow.spellings, ...rules.exception.spellings];
  if (mirrors || listed.some((pattern) => mayMatch(pattern, shape, true)))
    return unresolved(identity, 'a part of its name stays open, and what it becomes decides');
  return unknown(
    identity,
    'not-allowed',
    'whatever its open part becomes, the policy does not list the name',
  );
}

// ---- family --------------------------------------------------------------------------------------------

/** The entries that the image may be: all but the last only where an open tag or digest becomes so. Null is no entry. */
function candidates(entries: readonly FamilyEntry[], parsed: NamedImage): readonly (FamilyEntry | null)[] {
  const possible: (FamilyEntry | null)[] = [];
  for (const entry of entries) {
    const fit = entryFit(entry, parsed);
    if (fit === 'no') continue;
    possible.push(entry);
    if (fit === 'yes') return possible;
  }
  return [...possible, null];
}

function entryFit(entry: FamilyEntry, parsed: NamedImage): Fit {
  if (entry.tags === null) return 'yes';
  const tag = tagShape(parsed);
  if (tag !== undefined && entry.tags.some((glob) => mustMatch(glob, tag))) return 'yes';
  if (tag !== undefined && entry.tags.some((glob) => mayMatch(glob.pattern, tag, false))) return 'maybe';
  return parsed.open.has('digest') ? 'maybe' : 'no';
}

/** The tag with open parts as marks; `latest` where neither tag nor digest stands. */
function tagShape(parsed: NamedImage): string | undefined {
  if (parsed.tag !== undefined) return shapeOf(parsed.tag);
  return parsed.digest === undefined ? 'latest' : undefined;
}

function shapeOf(text: string): string {
  const shape = readShape(text, isArchitectureName);
  return shape.kind === 'shape' ? shape.text : OPEN;
}

function mirrored(rules: BaseRules, name: string): string {
  const mirror = rules.mirrors.find(([prefix]) => name.startsWith(`${prefix}/`));
  if (mirror === undefined) return name;
  const [prefix, original] = mirror;
  const rest = name.slice(prefix.length);
  const whole = original + rest;
  return original === 'docker.io' && rest.indexOf('/', 1) < 0 ? `docker.io/library${rest}` : whole;
}

// ---- standing ------------------------------------------------------------------------------------------

function decided(rules: BaseRules, bases: readonly NamedBase[]): BaseAssessment {
  const standings = new Set(bases.flatMap((base) => [...standingsOf(rules, base)]));
  const [standing, ...others] = standings;
  const [first] = bases;
  const name = first === undefined ? '' : rules.table.servedName(first.name);
  const identity = withoutArchitecture(name).slice(0, LONGEST_IDENTITY);
  if (standing === undefined || first === undefined || others.length > 0)
    return unresolved(identity, 'its tag or digest stays open, and what it becomes decides');
  const { entry } = first;
  const sameFamily = bases.every((base) => base.entry?.family === entry?.family);
  if (entry === null || !sameFamily)
    return unknown(identity, standing, unlistedReason(rules, standing, first.name));
  return {
    family: entry.family,
    standing,
    basis: 'by-name',
    contents: contentsOf(rules, first.name, entry),
    because: reasonFor(standing, entry),
    identity: entry.family,
    operatingSystem: entry.operatingSystem && rules.table.isCommonRegistry(first.name),
  };
}

/** The standings that a base may have; the stricter list wins where both name it. */
function standingsOf(rules: BaseRules, base: NamedBase): ReadonlySet<Standing> {
  const standings = new Set<Standing>();
  const exception = rules.exception.fit(base);
  if (exception !== 'no') standings.add('needs-exception');
  if (exception === 'yes') return standings;
  const allow = rules.allow.fit(base);
  if (allow !== 'no') standings.add('allowed');
  if (allow !== 'yes') standings.add('not-allowed');
  return standings;
}

function reasonFor(standing: Standing, entry: FamilyEntry | null): string {
  if (standing === 'allowed') return 'the policy allows it';
  if (standing === 'needs-exception') return 'the policy wants a documented exception for it';
  return entry?.because ?? 'the policy does not list it';
}

function unlistedReason(rules: BaseRules, standing: Standing, name: string): string {
  const prefix = rules.mirrorsWithoutForce.find((mirror) => name.startsWith(`${mirror}/`));
  if (standing !== 'not-allowed' || prefix === undefined) return reasonFor(standing, null);
  return `bases.mirrors of ${prefix} counts from the operator or the organisation only, not from the repository’s own policy`;
}

/** What an entry holds; a variant holds what the plain image of its name holds as well. */
function contentsOf(rules: BaseRules, name: string, entry: FamilyEntry): Contents {
  const plain = entry.variant ? rules.table.entriesOf(name).find((other) => !other.variant) : undefined;
  if (plain === undefined) return entry.contents;
  return {
    ...entry.contents,
    libc: entry.contents.libc || plain.contents.libc,
    packageManager: entry.contents.packageManager || plain.contents.packageManager,
    programs: new Set([...plain.contents.programs, ...entry.contents.programs]),
  };
}

function unknown(identity: string, standing: Standing, because: string): BaseAssessment {
  return {
    family: null,
    standing,
    basis: 'by-name',
    contents: UNKNOWN_CONTENTS,
    because,
    identity,
    operatingSystem: false,
  };
}

function unresolved(identity: string, because: string): BaseAssessment {
  return {
    family: null,
    standing: 'unresolved',
    basis: 'unresolved',
    contents: PROVIDES_NOTHING,
    because,
    identity,
    operatingSystem: false,
  };
}

import type { Alternative, Condition, Location, Part, Value } from '../../domain/index.ts';
import { bounded, compatible, joinConditions, literal } from '../../domain/index.ts';
import type { PlacedInstruction } from '../declared.ts';
import type { Given } from './arguments.ts';
import { instructionsOf, packagesOf } from './instructions.ts';
import { type Label, parseLabel, type Workspaces } from './labels.ts';
import type { Pull, Pulls } from './pulls.ts';
import {
  IMAGE_RULES,
  type ImageRule,
  LOADED_IMAGES,
  OWN_BUILD_FILE,
  PURE_IS_STATIC_SINCE,
} from './rule-sets.ts';
import type { PlacedTarget, Targets } from './targets.ts';
import { asText, decidingLiteral } from './text.ts';
import { type OpenPiece, plainText, type TextValue, text } from './values.ts';

/** What an image target comes to. */
export interface ResolvedTarget {
  readonly base: Value;
  /** What acts on it, that of the images of the tree below it first. */
  readonly instructions: readonly PlacedInstruction[];
  /** Targets that it is built on. */
  readonly below: ReadonlySet<PlacedTarget>;
}

interface Context {
  readonly targets: Targets;
  readonly pulls: Pulls;
  readonly workspaces: Workspaces;
  /** The version of the rules that the tree pins; null where none can be read. */
  readonly rulesVersion: readonly [number, number] | null;
}

const DEEPEST = 24;

/** Follows image targets down to what they are built on. */
export class BaseResolver {
  readonly #context: Context;
  readonly #resolved = new Map<PlacedTarget, ResolvedTarget>();
  readonly #open = new Set<PlacedTarget>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** The rule that a target's image is made by; null for what is no image. */
  ruleOf(target: PlacedTarget): ImageRule | null {
    const known = IMAGE_RULES.get(target.rule);
    if (known !== undefined) return known;
    // A macro of elsewhere with a base that is an image makes one.
    return target.from !== null && this.#namesImage(target)
      ? (IMAGE_RULES.get('container_image') ?? null)
      : null;
  }

  #namesImage(target: PlacedTarget): boolean {
    const base = target.attributes.get('base')?.value;
    if (base === undefined) return false;
    const labels = base.kind === 'choice' ? base.alternatives.map(({ value }) => value) : [base];
    return labels.some((value) => {
      if (value.kind !== 'text') return false;
      const label = labelOf(value);
      if (label === null) return false;
      if (!this.#context.workspaces.isOwn(label.repository))
        return this.#pulled(value, label, target.folder).length > 0;
      return this.#context.targets.meant(label, target.folder).some((one) => IMAGE_RULES.has(one.rule));
    });
  }

  /** Where the base is known from, where the rule's own default is meant. */
  noteOf(target: PlacedTarget, rule: ImageRule): string | undefined {
    if (rule.without === undefined || rule.base.some((one) => isGiven(target.attributes.get(one))))
      return undefined;
    const { rulesVersion } = this.#context;
    const version = rulesVersion === null ? 'of a version that no file pins' : rulesVersion.join('.');
    return `the default of ${target.rule} in rules_docker ${version}`;
  }

  resolve(target: PlacedTarget, rule: ImageRule): ResolvedTarget {
    const known = this.#resolved.get(target);
    if (known !== undefined) return known;
    if (this.#open.has(target) || this.#open.size >= DEEPEST)
      return unresolved(
        target,
        `//${target.folder}:${target.name}`,
        'it is built on itself, or on more images than are followed',
      );
    this.#open.add(target);
    const resolved = this.#resolve(target, rule);
    this.#open.delete(target);
    this.#resolved.set(target, resolved);
    return resolved;
  }

  #resolve(target: PlacedTarget, rule: ImageRule): ResolvedTarget {
    const own = instructionsOf(target, rule, this.#context.targets);
    const name = rule.base.find((one) => isGiven(target.attributes.get(one)));
    const given = name === undefined ? undefined : target.attributes.get(name);
    const found = given === undefined ? this.#without(target, rule, []) : this.#given(target, rule, given);
    return {
      base: bounded(found.alternatives),
      instructions: [...found.instructions, ...own],
      below: found.below,
    };
  }

  // ---- what an attribute names -------------------------------------------------------------------------

  #given(target: PlacedTarget, rule: ImageRule, given: Given): Found {
    const { value } = given;
    const guarded = value.kind === 'choice' ? value.alternatives : [{ when: [], value }];
    const found = guarded.map(({ when, value: one }) => {
      if (one.kind === 'none') return guardedBy(when, this.#without(target, rule, []));
      if (one.kind === 'list' && one.items[0] !== undefined)
        return guardedBy(when, this.#label(target, asText(one.items[0]), given.at));
      return guardedBy(when, this.#label(target, asText(one), given.at));
    });
    return joinFound(found);
  }

  #label(target: PlacedTarget, value: TextValue, at: Location): Found {
    const chain = distinct([target.site, at]);
    const label = labelOf(value);
    const open = firstOpen(value);
    if (label === null) return lost(chain, value, open?.because ?? `${plainText(value)} is no label`);
    if (!this.#context.workspaces.isOwn(label.repository)) return this.#external(target, value, label, chain);
    if (open !== undefined) return lost(chain, value, open.because);
    const decided = decidingOf(value, label.name) ?? at;
    const meant = this.#context.targets.meant(label, target.folder);
    if (meant.length === 0)
      return lost(
        [...chain, decided],
        value,
        `no rule that was read declares the image ${plainText(value) ?? label.name}`,
      );
    return joinFound(meant.map((inner) => this.#inner(inner, value, [...chain, decided])));
  }

  #inner(inner: PlacedTarget, value: TextValue, chain: readonly Location[]): Found {
    const rule = this.ruleOf(inner);
    if (rule === null) {
      const why = LOADED_IMAGES.has(inner.rule)
        ? `the image ${inner.name} is loaded from a file, and nothing that was read says what it is built on`
        : `${plainText(value) ?? inner.name} is declared by ${inner.rule}, which is no image rule that is known`;
      return lost(chain, value, why);
    }
    const { base, instructions, below } = this.resolve(inner, rule);
    // What packages of the tree make up stands where it is named: no line says more.
    const alternatives = base.alternatives.map((one) => ({
      ...one,
      chain: isOfPackages(one) ? chain : distinct([...chain, ...one.chain]),
    }));
    return { alternatives, instructions, below: new Set([inner, ...below]) };
  }

  #external(target: PlacedTarget, value: TextValue, label: Label, chain: readonly Location[]): Found {
    const pulls = this.#pulled(value, label, target.folder);
    const decided = decidingOf(value, label.repository ?? '') ?? chain.at(-1) ?? target.at;
    if (pulls.length === 0) return this.#archived(value, label, [...chain, decided]);
    return joinFound(
      pulls.map((pull) => pulledBase(pull, [...chain, ...(pull.at === null ? [] : [pull.at])], decided)),
    );
  }

  /** What an archive holds under a build file of the tree is a base of its own name; what another repository declares is not known. */
  #archived(value: TextValue, label: Label, chain: readonly Location[]): Found {
    const { repository } = label;
    const archive = this.#context.targets.archive(repository ?? '');
    if (archive === undefined)
      return lost(
        chain,
        value,
        firstOpen(value)?.because ?? `no rule of the tree that was read pulls an image called ${repository}`,
      );
    const through = [...chain.slice(0, -1), archive.at, ...chain.slice(-1)];
    const isOwn = archive.rule === 'http_file' || OWN_BUILD_FILE.some((one) => archive.attributes.has(one));
    if (!isOwn)
      return lost(
        through,
        value,
        `the repository ${repository} of ${archive.rule} declares it, which is not in the tree`,
      );
    const parts = [plainText(value) ?? ''];
    return { alternatives: [{ when: [], parts, chain: through }], instructions: [], below: new Set() };
  }

  #pulled(value: TextValue, label: Label, folder: string): readonly Pull[] {
    return this.#context.pulls.named(repositoryText(value) ?? text(label.repository ?? ''), folder);
  }

  // ---- without one -------------------------------------------------------------------------------------

  #without(target: PlacedTarget, rule: ImageRule, when: readonly Condition[]): Found {
    const chain = distinct([target.site, headOf(target)]);
    if (target.open !== undefined)
      return lost(
        chain,
        text(`${target.rule}(**)`),
        `it may be given a base among arguments that are not known: ${target.open}`,
      );
    if (rule.without === undefined) {
      // An image of packages alone is a base of its own: nothing else says what it is.
      const parts = [packagesOf(target).length > 0 ? `//${target.folder}:${target.name}` : 'scratch'];
      return { alternatives: [{ when, parts, chain }], instructions: [], below: new Set() };
    }
    const names = rule.without === 'go_image_base' ? this.#goDefaults(target) : [rule.without];
    const pulls = names.flatMap((name) => this.#context.pulls.named(text(name), target.folder));
    return joinFound(
      pulls.map((pull) =>
        pulledBase(pull, [target.site, ...(pull.at === null ? [] : [pull.at])], headOf(target)),
      ),
    );
  }

  /** With an unknown version both defaults may be meant. */
  #goDefaults(target: PlacedTarget): readonly string[] {
    if (plainText(target.attributes.get('pure')?.value) !== 'on') return ['go_image_base'];
    const { rulesVersion } = this.#context;
    if (rulesVersion === null) return ['go_image_static', 'go_image_base'];
    const [major, minor] = rulesVersion;
    const [since, sinceMinor] = PURE_IS_STATIC_SINCE;
    return major > since || (major === since && minor >= sinceMinor)
      ? ['go_image_static']
      : ['go_image_base'];
  }
}

interface Found {
  readonly alternatives: readonly Alternative[];
  readonly instructions: readonly PlacedInstruction[];
  readonly below: ReadonlySet<PlacedTarget>;
}

function isGiven(given: Given | undefined): boolean {
  return given !== undefined && given.value.kind !== 'none' && plainText(given.value) !== '';
}

function guardedBy(when: readonly Condition[], found: Found): Found {
  const alternatives = found.alternatives
    .filter((one) => compatible(when, one.when))
    .map((one) => ({ ...one, when: joinConditions(when, one.when) }));
  return { ...found, alternatives };
}

function joinFound(all: readonly Found[]): Found {
  return {
    alternatives: all.flatMap(({ alternatives }) => alternatives),
    instructions: [...new Set(all.flatMap(({ instructions }) => instructions))],
    below: new Set(all.flatMap(({ below }) => [...below])),
  };
}

function pulledBase(pull: Pull, chain: readonly Location[], decided: Location): Found {
  const { reference } = pull;
  const guarded = reference.kind === 'choice' ? reference.alternatives : [{ when: [], value: reference }];
  const alternatives = guarded.map(({ when, value }) => ({
    when,
    parts: partsOf(asText(value)),
    chain: endingAt(chain, decided),
  }));
  return { alternatives, instructions: [], below: new Set() };
}

function partsOf({ pieces }: TextValue): readonly Part[] {
  return pieces.map((piece) => ('text' in piece ? piece.text : { open: piece.open, because: piece.because }));
}

function lost(chain: readonly Location[], value: TextValue, because: string): Found {
  const shown = value.pieces.map((piece) => ('text' in piece ? piece.text : piece.open)).join('');
  const parts: readonly Part[] = [{ open: shown.replace(/[${}]/g, ''), because }];
  return { alternatives: [{ when: [], parts, chain: distinct(chain) }], instructions: [], below: new Set() };
}

function unresolved(target: PlacedTarget, name: string, because: string): ResolvedTarget {
  const base = literal('', [target.site]);
  const parts: readonly Part[] = [{ open: name, because }];
  return {
    base: { ...base, alternatives: [{ ...base.alternatives[0], parts }] },
    instructions: [],
    below: new Set(),
  };
}

function isOfPackages({ parts }: Alternative): boolean {
  const [part] = parts;
  return parts.length === 1 && typeof part === 'string' && part.startsWith('//');
}

function firstOpen(value: TextValue): OpenPiece | undefined {
  return value.pieces.find((piece): piece is OpenPiece => 'open' in piece);
}

/** The name of the rule at the beginning of its call. */
function headOf({ at, rule }: PlacedTarget): Location {
  const { start } = at;
  return { path: at.path, start, end: { line: start.line, column: start.column + rule.length } };
}

/** Reads a label whose open pieces stand in its repository's name, or that has none. */
function labelOf(value: TextValue): Label | null {
  return parseLabel(value.pieces.map((piece) => ('text' in piece ? piece.text : STAND_IN)).join(''));
}

/** No name in a label holds this character; it keeps offsets of one for each open piece. */
const STAND_IN = '\u2026';

/** The repository part of an external label, piece by piece. */
function repositoryText(value: TextValue): TextValue | null {
  const pieces: TextValue['pieces'][number][] = [];
  for (const piece of value.pieces) {
    if (!('text' in piece)) {
      pieces.push(piece);
      continue;
    }
    const end = piece.text.indexOf('//');
    const part = end < 0 ? piece.text : piece.text.slice(0, end);
    pieces.push({ text: pieces.length === 0 ? part.replace(/^@+/, '') : part, at: piece.at });
    if (end >= 0) break;
  }
  const kept = pieces.filter((piece) => !('text' in piece) || piece.text !== '');
  return kept.length === 0 ? null : { kind: 'text', pieces: kept };
}

/** The literal that most of a name in the value comes from. */
function decidingOf(value: TextValue, name: string): Location | null {
  const whole = value.pieces.map((piece) => ('text' in piece ? piece.text : '')).join('');
  const from = name === '' ? -1 : whole.lastIndexOf(name.replaceAll(STAND_IN, ''));
  return from < 0
    ? decidingLiteral(value, 0, whole.length)
    : decidingLiteral(value, from, from + name.length);
}

function endingAt(chain: readonly Location[], last: Location): readonly Location[] {
  return [...distinct(chain).filter((one) => keyOf(one) !== keyOf(last)), last];
}

function distinct(chain: readonly Location[]): readonly Location[] {
  const seen = new Set<string>();
  const kept: Location[] = [];
  for (const one of chain.toReversed()) if (!seen.has(keyOf(one)) && seen.add(keyOf(one))) kept.push(one);
  return kept.reverse();
}

function keyOf({ path, start }: Location): string {
  return `${path}:${start.line}:${start.column}`;
}

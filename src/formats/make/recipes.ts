import type { Location } from '../../domain/index.ts';
import { compatible, joinConditions } from '../../domain/index.ts';
import type { Environment, Written } from './environment.ts';
import type { Expander, Scope } from './expand.ts';
import { stemOf, wordsOf } from './functions.ts';
import type { Conjunction, Guards } from './guards.ts';
import type { Marks } from './marks.ts';
import { type Choice, closed, type Option, type Piece, shown, under } from './pieces.ts';
import type { TargetVariables } from './target-variables.ts';

/** A rule as it was read; its recipe is expanded at the end, when every variable is known. */
export interface MakeRule {
  /** Targets, a NUL, prerequisites; for target-specific variables the targets alone. */
  readonly heads: readonly Option[];
  readonly lines: { readonly written: Written; readonly guards: Guards }[];
  readonly at: Location;
}

/** What a target's recipe runs. */
export interface Recipe {
  /** The target as it is shown: open parts as `$(NAME)`. */
  readonly target: string;
  readonly prerequisites: readonly string[];
  readonly lines: readonly RecipeLine[];
  /** `.ONESHELL`: one shell runs all lines. */
  readonly oneShell?: true;
}

/** What make can be told to make. */
export interface MakeGoals {
  /** What each target needs, as it is shown; rules without a recipe count too. */
  readonly prerequisites: ReadonlyMap<string, readonly string[]>;
  /** What is made where no goal is named: several where conditions choose; null where that is open. */
  readonly byDefault: readonly string[] | null;
}

/** A line of a recipe, which one shell runs. */
export interface RecipeLine {
  readonly at: Location;
  readonly options: readonly RecipeText[];
  /** The bound that cut its options. */
  readonly beyond?: string;
  /** Where each line of its text stands, where it was made of several. */
  places?(line: number): Location;
}

/** One thing that a line can be. */
export interface RecipeText {
  readonly when: Conjunction;
  /** For a shell parser: open parts, and what came from elsewhere, are marks. */
  readonly text: string;
  /** Turns words of it into pieces and pieces into words. */
  readonly marks: Pick<Marks, 'read' | 'write' | 'writePiece'>;
}

const MOST_TARGETS = 512;
const MOST_RECIPES = 4096;
const MOST_PREREQUISITES = 4096;
const FEW_WAYS = 4;

interface Head {
  readonly when: Conjunction;
  readonly target: readonly Piece[];
  readonly name: string;
  readonly prerequisites: readonly (readonly Piece[])[];
  readonly rule: MakeRule;
}

export function expandRecipes(
  rules: readonly MakeRule[],
  specific: TargetVariables,
  expander: Expander,
): { readonly recipes: readonly Recipe[]; readonly goals: MakeGoals } {
  const heads = rules.flatMap((rule) => headsOf(rule, expander));
  const prerequisites = prerequisitesOf(heads, expander);
  const stems = new Stems(heads, expander);
  const names = new Map([...prerequisites].map(([name, list]) => [name, list.map(shown)]));
  const around = specific.reaching(names, expander);
  const recipes: Recipe[] = [];
  const oneShell = heads.some(({ name }) => name === '.ONESHELL');
  for (const head of heads) {
    if (recipes.length >= MOST_RECIPES) expander.cut(`more than ${MOST_RECIPES} recipes`);
    if (head.rule.lines.length === 0 || recipes.length >= MOST_RECIPES || expander.isExhausted) continue;
    const own = prerequisites.get(head.name) ?? head.prerequisites;
    for (const stem of stems.of(head)) {
      for (const variables of around(head.name)) {
        recipes.push({
          target: head.name,
          prerequisites: own.map(shown),
          lines: linesOf(head, own, variables, expander, stem),
          ...(oneShell ? { oneShell: true } : {}),
        });
      }
    }
  }
  return { recipes, goals: { prerequisites: names, byDefault: firstTargets(heads) } };
}

/** The first target that is no pattern and no special one; with it, those above that only some conditions have. */
function firstTargets(heads: readonly Head[]): readonly string[] | null {
  const found: string[] = [];
  for (const { name, target, when } of heads) {
    if (name.includes('%') || (name.startsWith('.') && !name.includes('/'))) continue;
    if (closed(target) === undefined) return null;
    found.push(name);
    if (when.length === 0) return found;
  }
  return found;
}

/** Of each target, those of the rule with the recipe first. */
function prerequisitesOf(
  heads: readonly Head[],
  expander: Expander,
): ReadonlyMap<string, readonly (readonly Piece[])[]> {
  const found = new Map<string, (readonly Piece[])[]>();
  const withRecipe = heads.filter(({ rule }) => rule.lines.length > 0);
  const without = heads.filter(({ rule }) => rule.lines.length === 0);
  for (const head of [...withRecipe, ...without]) {
    const list = found.get(head.name) ?? [];
    found.set(head.name, list);
    for (const one of head.prerequisites) {
      if (list.length < MOST_PREREQUISITES) list.push(one);
      else expander.cut(`a target with more than ${MOST_PREREQUISITES} prerequisites`);
    }
  }
  return found;
}

const ANY_STEM: Piece = { text: '*', open: 'computed', chain: [] };
const ANY_ARCHITECTURE: Piece = { text: 'ARCH', open: 'architecture', chain: [] };
/** How a name shows an architecture that stays open (`image-$(ARCH)`). */
const OPEN = shown([ANY_ARCHITECTURE]);
const MOST_STEMS = 16;
const MOST_TRIES = 2_000_000;

/** What the stem of a pattern rule stands for: words that other rules name; all architectures are one open one. */
class Stems {
  readonly #names: readonly string[];
  readonly #expander: Expander;
  #tries = 0;

  constructor(heads: readonly Head[], expander: Expander) {
    const names = new Set<string>();
    for (const head of heads) {
      names.add(head.name);
      for (const one of head.prerequisites) names.add(shown(one));
    }
    // A recipe of its own goes before that of a pattern.
    const made = new Set(heads.filter(({ rule }) => rule.lines.length > 0).map(({ name }) => name));
    this.#names = [...names].filter((name) => !made.has(name) && !/[%*]|\$\(/.test(name.replace(OPEN, '')));
    this.#expander = expander;
  }

  of(head: Head): readonly Piece[] {
    if (!head.name.includes('%')) return [ANY_STEM];
    this.#tries += this.#names.length;
    if (this.#tries > MOST_TRIES) {
      this.#expander.cut('pattern rules that too many names may fit');
      return [ANY_STEM];
    }
    const stems = new Set<string>();
    for (const name of this.#names) {
      const stem = stemOf(head.name, name);
      if (stem !== null && stem !== '' && (stem === OPEN || !stem.includes(OPEN))) stems.add(stem);
    }
    if (stems.size === 0 || stems.size > MOST_STEMS) return [ANY_STEM];
    if ([...stems].every((stem) => stem === OPEN || ARCHITECTURES.has(stem))) return [ANY_ARCHITECTURE];
    return [...stems].map((text) => (text === OPEN ? ANY_ARCHITECTURE : { text, chain: [] }));
  }
}

const ARCHITECTURES: ReadonlySet<string> = new Set(
  'amd64 arm arm64 armhf arm-v7 armv7 ppc64le ppc64el s390x 386 riscv64 x86_64 aarch64 mips64le loong64'.split(
    ' ',
  ),
);

function headsOf(rule: MakeRule, expander: Expander): readonly Head[] {
  const { marks } = expander;
  const heads: Head[] = [];
  for (const option of rule.heads) {
    const [targets = '', prerequisites = ''] = marks.write(option.pieces).split('\0');
    const wanted = wordsOf(prerequisites)
      .filter((word) => word !== '|')
      .map((word) => marks.read(word, [rule.at]));
    const words = wordsOf(targets);
    if (words.length > MOST_TARGETS) expander.cut(`a rule with more than ${MOST_TARGETS} targets`);
    for (const word of words.slice(0, MOST_TARGETS)) {
      const target = marks.read(word, [rule.at]);
      heads.push({ when: option.when, target, name: shown(target), prerequisites: wanted, rule });
    }
  }
  return heads;
}

function linesOf(
  head: Head,
  prerequisites: readonly (readonly Piece[])[],
  own: Environment | undefined,
  expander: Expander,
  stem: Piece,
): readonly RecipeLine[] {
  const scope: Scope = {
    locals: automatic(head.target, prerequisites, stem),
    depth: 0,
    ...(own === undefined ? {} : { specific: own }),
  };
  return head.rule.lines.map(({ written, guards }): RecipeLine => {
    const options: RecipeText[] = [];
    let beyond: string | undefined;
    for (const guard of guards) {
      if (!compatible(guard, head.when)) continue;
      const when = joinConditions(head.when, guard);
      if (expander.isImpossible(when)) continue;
      const choice = expander.expand(written, when, scope);
      beyond ??= choice.beyond;
      const ways = under(choice, when).options;
      // A line that was cut is unresolved anyway: a few of its ways show what it does.
      const kept = choice.beyond === undefined ? ways : ways.slice(0, FEW_WAYS);
      options.push(...kept.map((option) => textOf(option, expander.marks)));
    }
    return beyond === undefined ? { at: written.at, options } : { at: written.at, options, beyond };
  });
}

function textOf(option: Option, marks: Marks): RecipeText {
  // A `define` has lines of its own, and each its signs in front.
  const text = marks
    .write(option.pieces)
    .replace(/^[\s@+-]+/, '')
    .replace(/(?<!\\)\n[ \t@+-]+/g, '\n');
  return { when: option.when, text, marks };
}

/** The targets that a text names. */
export function targetsIn(
  pieces: readonly Piece[],
  marks: Marks,
  at: Location,
): readonly (readonly Piece[])[] {
  return wordsOf(marks.write(pieces)).map((word) => marks.read(word, [at]));
}

/** `$@`, `$<` and their relatives. */
function automatic(
  target: readonly Piece[],
  all: readonly (readonly Piece[])[],
  stem: Piece,
): ReadonlyMap<string, Choice> {
  const withStem = (pieces: readonly Piece[]): readonly Piece[] =>
    pieces.flatMap((piece) => {
      const percent = piece.open === undefined ? piece.text.indexOf('%') : -1;
      if (percent < 0) return [piece];
      return [
        { ...piece, text: piece.text.slice(0, percent) },
        stem,
        { ...piece, text: piece.text.slice(percent + 1) },
      ].filter((one) => one.text !== '');
    });
  const first = withStem(all[0] ?? []);
  const blank: Piece = { text: ' ', chain: [] };
  const every = all.flatMap((pieces, index) =>
    index === 0 ? withStem(pieces) : [blank, ...withStem(pieces)],
  );
  const name = withStem(target);
  const locals = new Map<string, Choice>();
  const set = (variable: string, pieces: readonly Piece[]): void => {
    locals.set(variable, { options: [{ when: [], pieces }] });
  };
  set('@', name);
  set('<', first);
  set('^', every);
  set('+', every);
  set('?', every);
  set('*', [stem]);
  set('@D', folder(name));
  set('@F', lastComponent(name));
  set('<D', folder(first));
  set('<F', lastComponent(first));
  return locals;
}

function folder(pieces: readonly Piece[]): readonly Piece[] {
  for (let index = pieces.length - 1; index >= 0; index--) {
    const piece = pieces[index];
    const slash = piece?.open === undefined ? (piece?.text.lastIndexOf('/') ?? -1) : -1;
    if (piece !== undefined && slash >= 0)
      return [...pieces.slice(0, index), { ...piece, text: piece.text.slice(0, slash) }];
  }
  return [{ text: '.', chain: [] }];
}

function lastComponent(pieces: readonly Piece[]): readonly Piece[] {
  for (let index = pieces.length - 1; index >= 0; index--) {
    const piece = pieces[index];
    const slash = piece?.open === undefined ? (piece?.text.lastIndexOf('/') ?? -1) : -1;
    if (piece !== undefined && slash >= 0)
      return [{ ...piece, text: piece.text.slice(slash + 1) }, ...pieces.slice(index + 1)];
  }
  return pieces;
}

import type { Location, MakeStatement, Span, Value } from '../../domain/index.ts';
import { BOUNDS, compatible, folderOf, joinConditions, locate } from '../../domain/index.ts';
import { setVariable } from './assignments.ts';
import { builtIn, setsFlags } from './built-ins.ts';
import { type Frame, splitBy, writtenOf } from './conditions.ts';
import { Environment, type Written } from './environment.ts';
import { Expander, type MakeWorld, NO_SCOPE } from './expand.ts';
import { Exports } from './exports.ts';
import { wordsOf } from './functions.ts';
import { namesFitting } from './globs.ts';
import { ALWAYS, type Conjunction, type Guards } from './guards.ts';
import { parseMake } from './parse.ts';
import { type Choice, closed, join, read, shown, textChoice, toValue, under } from './pieces.ts';
import { expandRecipes, type MakeGoals, type MakeRule, type Recipe, targetsIn } from './recipes.ts';
import { TargetVariables } from './target-variables.ts';
import { treePath } from './tree-path.ts';

export type { Choice } from './pieces.ts';
export type { MakeGoals, Recipe, RecipeLine, RecipeText } from './recipes.ts';
export { ROOT, treePath } from './tree-path.ts';

/** The makefiles that one evaluation can see. */
export interface MakeTree {
  /** Statements of a file of the tree; undefined where it is none or was not read. */
  program(path: string): readonly MakeStatement[] | undefined;
  has(path: string): boolean;
  /** Files below a folder, relative to it; null where there are none, or too many to list. */
  below?(folder: string): readonly string[] | null;
}

export interface MakeGiven {
  /** The makefile that make reads first. */
  readonly path: string;
  /** Variables of make's command line. */
  readonly variables?: ReadonlyMap<string, Choice>;
  /** What the make above exports: it beats `?=` and loses to any other assignment. */
  readonly environment?: ReadonlyMap<string, Choice>;
}

/** A makefile with all that it includes, read to its end. */
export interface EvaluatedMake {
  /** Where make runs. */
  readonly folder: string;
  /** Every file that was read, the first one first. */
  readonly files: readonly string[];
  /** Includes that name no file which could be read, as they are shown. */
  readonly openIncludes: readonly string[];
  /** A variable at the end of the file. */
  value(name: string): Value;
  /** The recipes of each target, expanded. */
  recipes(): readonly Recipe[];
  /** What make can be told to make, and makes by default. */
  goals(): MakeGoals;
  /** What a make that a recipe starts finds in its environment. */
  exports(): ReadonlyMap<string, Choice>;
  /** The bound that cut the evaluation; null where it came to its end. Asked for last. */
  beyond(): string | null;
}

const MOST_FILES = 128;
const MOST_RULES = 4096;
/** Reads a makefile in order, conditionals that nothing decides both ways (SEMANTICS 3). */
export function evaluateMake(tree: MakeTree, given: MakeGiven): EvaluatedMake {
  return new Evaluation(tree, given).run();
}

class Evaluation implements MakeWorld, EvaluatedMake {
  readonly folder: string;
  readonly files: string[] = [];
  readonly openIncludes: string[] = [];
  readonly variables = new Environment();
  readonly given: Map<string, Choice>;
  readonly #tree: MakeTree;
  readonly #path: string;
  readonly #expander: Expander;
  readonly #rules: MakeRule[] = [];
  readonly #specific = new TargetVariables();
  readonly #exports = new Exports();
  /** Variables that only another `override` sets from here on. */
  readonly #overridden = new Set<string>();
  /** Variables that branches which are not taken set. */
  readonly #unreached = new Set<string>();
  #nested = 0;

  constructor(tree: MakeTree, { path, variables, environment }: MakeGiven) {
    this.#tree = tree;
    this.#path = path;
    this.folder = folderOf(path);
    this.given = new Map(variables);
    this.#expander = new Expander(this);
    for (const [name, choice] of environment ?? []) {
      this.variables.replace(name, ALWAYS, { flavor: 'simple', choice });
      this.#exports.add(name);
    }
  }

  run(): EvaluatedMake {
    this.#file(this.#path, ALWAYS);
    return this;
  }

  value(name: string): Value {
    return toValue(this.#expander.lookup(name, [], NO_SCOPE));
  }

  recipes(): readonly Recipe[] {
    return this.#expanded().recipes;
  }

  goals(): MakeGoals {
    const { goals } = this.#expanded();
    const held = this.variables.get('.DEFAULT_GOAL').held.filter(({ definition }) => definition !== null);
    if (held.length === 0) return goals;
    const { options, beyond } = this.#expander.lookup('.DEFAULT_GOAL', [], NO_SCOPE);
    const named = options.map(({ pieces }) => closed(pieces)?.trim());
    const isOpen = beyond !== undefined || named.some((name) => name === undefined);
    const chosen = named.flatMap((name) => (name === undefined || name === '' ? [] : [name]));
    const rest = chosen.length < named.length ? goals.byDefault : [];
    return { ...goals, byDefault: isOpen || rest === null ? null : [...chosen, ...rest] };
  }

  #expanded() {
    this.#expansion ??= expandRecipes(this.#rules, this.#specific, this.#expander);
    return this.#expansion;
  }

  #expansion: ReturnType<typeof expandRecipes> | undefined;

  exports(): ReadonlyMap<string, Choice> {
    const names = this.#exports.among(this.variables.names());
    const values = new Map<string, Choice>();
    for (const name of names) {
      const isSet = this.variables.get(name).held.some(({ definition }) => definition !== null);
      if (isSet) values.set(name, this.#expander.lookup(name, [], NO_SCOPE));
    }
    return values;
  }

  beyond(): string | null {
    const [include] = this.openIncludes;
    if (this.#expander.beyond !== null) return this.#expander.beyond;
    if (include !== undefined) return `it includes ${include.slice(0, 80)}, which is not in the tree`;
    return setsFlags(this.variables) ? 'it sets variables through MAKEFLAGS' : null;
  }

  // ---- what expansions ask -------------------------------------------------------------------------------

  isOwn(name: string): boolean {
    return this.#unreached.has(name);
  }

  builtIn(name: string): string | undefined {
    return builtIn(name, this.folder, this.files);
  }

  hasFile(path: string): boolean {
    const there = treePath(this.folder, path);
    return this.#tree.has(there) || (this.#tree.below?.(there) ?? null) !== null;
  }

  glob(pattern: string): readonly string[] | null {
    return namesFitting(pattern, (folder) => {
      const path = treePath(this.folder, folder);
      return path.startsWith('/') ? null : (this.#tree.below?.(path) ?? null);
    });
  }

  fail(when: Conjunction): void {
    this.#expander.exclude(when);
  }

  evaluate(text: string, when: Conjunction, at: Location): void {
    if (this.#nested >= BOUNDS.chainLinks || text.trim() === '') return;
    this.#nested++;
    const { statements } = parseMake(text, () => at.start);
    this.#statements(statements, at.path, when.length === 0 ? ALWAYS : [when], at);
    this.#nested--;
  }

  // ---- statements ----------------------------------------------------------------------------------------

  #file(path: string, guards: Guards): void {
    if (this.files.length >= MOST_FILES) this.#expander.cut(`more than ${MOST_FILES} included files`);
    if (this.files.length >= MOST_FILES || this.#nested >= BOUNDS.chainLinks) return;
    const statements = this.#tree.program(path);
    if (statements === undefined) return;
    this.files.push(path);
    this.#nested++;
    this.#statements(statements, path, guards, null);
    this.#nested--;
  }

  /** `site` is the place of an `$(eval …)`, whose text has no places of its own. */
  #statements(
    statements: readonly MakeStatement[],
    path: string,
    outer: Guards,
    site: Location | null,
  ): void {
    const frames: Frame[] = [];
    let rule: MakeRule | null = null;
    const place = (span: Span): Location => site ?? locate(path, span);
    for (const statement of statements) {
      if (this.#conditional(statement, frames, outer, place)) continue;
      const guards = frames.at(-1)?.current ?? outer;
      if (guards.length === 0 && statement.kind === 'assignment') this.#unreached.add(statement.name);
      if (guards.length === 0) continue;
      if (statement.kind === 'recipe') {
        const { text, span } = statement.text;
        rule?.lines.push({ written: { text, at: place(span), multiline: true }, guards });
        continue;
      }
      const made = this.#statement(statement, guards, place);
      if (made !== undefined) rule = made;
    }
  }

  #conditional(
    statement: MakeStatement,
    frames: Frame[],
    outer: Guards,
    place: (span: Span) => Location,
  ): boolean {
    const frame = frames.at(-1);
    switch (statement.kind) {
      case 'if': {
        const split = splitBy(statement.test, frame?.current ?? outer, this.#expander, place);
        frames.push({ remaining: split.no, current: split.yes });
        return true;
      }
      case 'else-if': {
        if (frame === undefined) return true;
        const split = splitBy(statement.test, frame.remaining, this.#expander, place);
        frame.remaining = split.no;
        frame.current = split.yes;
        return true;
      }
      case 'else':
        if (frame === undefined) return true;
        frame.current = frame.remaining;
        frame.remaining = [];
        return true;
      case 'endif':
        frames.pop();
        return true;
      default:
        return false;
    }
  }

  /** A new rule, or null where the statement ends the one before; undefined where it does neither. */
  #statement(
    statement: MakeStatement,
    guards: Guards,
    place: (span: Span) => Location,
  ): MakeRule | null | undefined {
    switch (statement.kind) {
      case 'assignment':
        this.#assign(statement, guards, place);
        return undefined;
      case 'export':
        this.#exports.say(statement.names, statement.exported);
        return undefined;
      case 'undefine':
        this.variables.replace(statement.name, guards, null);
        return undefined;
      case 'include':
        this.#include(
          { ...statement.files, at: place(statement.files.span) },
          guards,
          statement.optional === true,
        );
        return undefined;
      case 'rule':
        return this.#rule(statement, guards, place);
      case 'expression':
        for (const guard of guards) {
          const written = writtenOf(statement.text, place);
          const result = this.#expander.expand(written, guard, NO_SCOPE);
          this.#ruleText(result, guard, written.at);
        }
        return undefined;
      default:
        return undefined;
    }
  }

  /** A line that expands to a rule or an assignment. */
  #ruleText(result: Choice, guard: Conjunction, at: Location): void {
    for (const option of result.options) {
      if (!compatible(guard, option.when) || shown(option.pieces).trim() === '') continue;
      this.evaluate(this.#expander.marks.write(option.pieces), joinConditions(guard, option.when), at);
    }
  }

  #include(files: { readonly text: string; readonly at: Location }, guards: Guards, optional: boolean): void {
    for (const guard of guards) {
      const names = this.#expander.expand({ ...files, multiline: false }, guard, NO_SCOPE);
      for (const option of names.options) {
        if (!compatible(guard, option.when)) continue;
        const text = closed(read(option.pieces));
        if (text === undefined) this.openIncludes.push(shown(option.pieces));
        else this.#includeAll(text, joinConditions(guard, option.when), optional);
      }
    }
  }

  #includeAll(text: string, when: Conjunction, optional: boolean): void {
    for (const name of wordsOf(text).flatMap((word) => this.#included(word) ?? [word])) {
      const path = treePath(this.folder, name);
      if (this.#tree.has(path)) this.#file(path, when.length === 0 ? ALWAYS : [when]);
      else if (!optional) this.openIncludes.push(name);
    }
  }

  /** The files that a word of an include names; undefined for a pattern of which nobody can tell. */
  #included(word: string): readonly string[] | undefined {
    return /[*?[]/.test(word) ? (this.glob(word) ?? undefined) : [word];
  }

  #rule(
    statement: Extract<MakeStatement, { kind: 'rule' }>,
    guards: Guards,
    place: (span: Span) => Location,
  ): MakeRule | null {
    if (this.#rules.length >= MOST_RULES) {
      this.#expander.cut(`more than ${MOST_RULES} rules`);
      return null;
    }
    const heads = guards.flatMap((guard) => {
      const targets = writtenOf(statement.targets, place);
      const prerequisites = writtenOf(statement.prerequisites, place);
      const separator = textChoice('\0', [targets.at]);
      const expanded = join([
        this.#expander.expand(targets, guard, NO_SCOPE),
        separator,
        this.#expander.expand(prerequisites, guard, NO_SCOPE),
      ]);
      return under(expanded, guard).options;
    });
    const rule: MakeRule = { heads, lines: [], at: place(statement.span) };
    this.#rules.push(rule);
    return rule;
  }

  // ---- assignments ---------------------------------------------------------------------------------------

  #assign(
    statement: Extract<MakeStatement, { kind: 'assignment' }>,
    guards: Guards,
    place: (span: Span) => Location,
  ): void {
    const { span } = statement.value;
    const written = { text: statement.value.text, at: place(span), multiline: statement.multiline === true };
    if (statement.targets !== undefined) {
      this.#assignForTargets(statement, writtenOf(statement.targets, place), written, guards);
      return;
    }
    for (const guard of guards) {
      const name = this.#expander.nameOf({ text: statement.name, at: written.at, multiline: false }, guard);
      if (statement.exported === true) this.#exports.add(name);
      if (statement.override === true) this.#overrideGiven(name);
      else if (this.given.has(name) || this.#overridden.has(name)) continue;
      setVariable(this.variables, this.#expander, { name, guard, operator: statement.operator, written });
    }
  }

  /** `override` reaches what the command line gives as well. */
  #overrideGiven(name: string): void {
    const choice = this.given.get(name);
    this.#overridden.add(name);
    if (choice !== undefined) this.variables.replace(name, ALWAYS, { flavor: 'simple', choice });
    this.given.delete(name);
  }

  #assignForTargets(
    statement: Extract<MakeStatement, { kind: 'assignment' }>,
    targets: Written,
    written: Written,
    guards: Guards,
  ): void {
    const heads = guards.flatMap((guard) => {
      const name = this.#expander.nameOf({ text: statement.name, at: written.at, multiline: false }, guard);
      const assignment = {
        name,
        operator: statement.operator,
        written,
        override: statement.override ?? false,
      };
      return under(this.#expander.expand(targets, guard, NO_SCOPE), guard).options.map((option) => {
        const when = joinConditions(guard, option.when);
        for (const target of targetsIn(option.pieces, this.#expander.marks, written.at))
          this.#specific.assign(shown(target), { ...assignment, guard: when }, this.#expander);
        return { ...option, when };
      });
    });
    if (this.#rules.length < MOST_RULES) this.#rules.push({ heads, lines: [], at: written.at });
  }
}

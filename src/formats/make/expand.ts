import type { Location } from '../../domain/index.ts';
import { compatible, joinConditions } from '../../domain/index.ts';
import { isArchitecture, isArchitectureName } from '../../domain/placeholder.ts';
import { lastAtMost } from '../../domain/sorted.ts';
import { type CallHost, callFunction } from './calls.ts';
import { type Binding, type Environment, type Held, partsOf, type Written } from './environment.ts';
import { tokensOf } from './expression.ts';
import { applyText } from './functions.ts';
import { type Conjunction, impliesAll } from './guards.ts';
import { hasMark, Marks } from './marks.ts';
import {
  beyondChoice,
  type Choice,
  closed,
  derived,
  EMPTY,
  join,
  type Option,
  oneOf,
  openChoice,
  openName,
  type Piece,
  reachedFrom,
  shown,
  textChoice,
  under,
  unsetChoice,
} from './pieces.ts';

/** Names that hold only for one expansion: arguments of a call, the word of a loop, a recipe's own variables. */
export interface Scope {
  readonly locals: ReadonlyMap<string, Choice>;
  /** Variables of the target whose recipe is expanded. */
  readonly specific?: Environment;
  readonly depth: number;
}

export const NO_SCOPE: Scope = { locals: new Map(), depth: 0 };

/** What an expansion can cause in the makefile around it. */
export interface MakeWorld {
  readonly variables: Environment;
  /** Values that the command line gives. */
  readonly given: ReadonlyMap<string, Choice>;
  /** True for a variable that the makefile itself sets where something that does not hold would. */
  isOwn(name: string): boolean;
  /** What make itself sets: `CURDIR`, `MAKE`. */
  builtIn(name: string): string | undefined;
  /** Runs makefile text (`$(eval …)`), marked, where the conditions hold. */
  evaluate(text: string, when: Conjunction, at: Location): void;
  hasFile(path: string): boolean;
  /** Names that a pattern fits; null where nobody knows. */
  glob(pattern: string): readonly string[] | null;
  /** `$(error …)` ends make where the conditions hold. */
  fail(when: Conjunction): void;
}

const DEEPEST = 48;
const MOST_STEPS = 200_000;
const TOO_LONG = 'a makefile that takes too long to evaluate';
const MOST_REMEMBERED = 4096;

/** Expands makefile text into what it can be. */
export class Expander implements CallHost {
  readonly world: MakeWorld;
  readonly marks = new Marks();
  #steps = 0;

  constructor(world: MakeWorld) {
    this.world = world;
  }

  #cut: string | null = null;

  get isExhausted(): boolean {
    return this.#steps > MOST_STEPS;
  }

  /** The bound that cut the evaluation. */
  get beyond(): string | null {
    return this.isExhausted ? TOO_LONG : this.#cut;
  }

  /** From here on, no value is sure. */
  cut(because: string): void {
    this.#cut ??= because;
  }

  /** A name as it is written, its references expanded. */
  nameOf(written: Written, when: Conjunction): string {
    return this.#name(written, when, NO_SCOPE).trim();
  }

  expand(written: Written, when: Conjunction, scope: Scope): Choice {
    const { text, at } = written;
    if (scope.depth > DEEPEST)
      return beyondChoice('a variable that refers to itself, or nests without end', [at]);
    const choices: Choice[] = [];
    for (const token of tokensOf(text)) {
      if (++this.#steps > MOST_STEPS) return beyondChoice(TOO_LONG, [at]);
      switch (token.kind) {
        case 'text':
          choices.push(this.#literal(written, token.text, token.offset));
          break;
        case 'variable': {
          choices.push(reachedFrom(this.#variable({ ...written, text: token.name }, when, scope), at));
          break;
        }
        case 'substitution':
          choices.push(this.#substitution({ ...token, written }, when, scope));
          break;
        case 'call':
          choices.push(callFunction(this, token, written, when, scope));
          break;
        default:
          token satisfies never;
      }
    }
    return choices.length === 0 ? EMPTY : join(choices);
  }

  /** Runs of text with the line that each stands on. */
  #literal(written: Written, text: string, offset: number): Choice {
    const pieces: Piece[] = [];
    const { at, multiline } = written;
    let line = lineOf(written, offset);
    const lines = text.split('\n');
    lines.forEach((part, index) => {
      const isLast = index === lines.length - 1;
      const continued = !multiline && !isLast && part.endsWith('\\');
      let shownPart = continued ? `${part.slice(0, -1).trimEnd()} ` : isLast ? part : `${part}\n`;
      if (!multiline && index > 0) shownPart = shownPart.trimStart();
      if (shownPart !== '') pieces.push(...this.#unmarked(shownPart, [placeOf(written, line, at)]));
      line++;
    });
    return { options: [{ when: [], pieces }] };
  }

  #unmarked(text: string, chain: readonly Location[]): readonly Piece[] {
    if (!hasMark(text)) return [{ text, chain }];
    return this.marks
      .read(text, chain)
      .map((piece) => (piece.chain === chain ? piece : { ...piece, chain: [...chain, ...piece.chain] }));
  }

  /** A variable's value; one whose name holds an open architecture (`$(BASE_$(ARCH))`) has one for each that the file names. */
  #variable(written: Written, when: Conjunction, scope: Scope): Choice {
    const { text } = written;
    if (!text.includes('$') && !hasMark(text)) return this.lookup(text, when, scope);
    const names = this.expand(written, when, { ...scope, depth: scope.depth + 1 });
    const found = names.options.flatMap((option): readonly Choice[] => {
      if (!compatible(when, option.when)) return [];
      const conditions = joinConditions(when, option.when);
      const open = option.pieces.filter((piece) => piece.open !== undefined);
      const [first] = open;
      const named =
        first?.open === 'architecture' && open.length === 1 ? this.#namedFor(option.pieces, first) : [];
      if (named.length === 0) return [this.lookup(shown(option.pieces), conditions, scope)];
      return named.flatMap(({ name, condition }) => {
        if (!compatible(conditions, [condition])) return [];
        const both = joinConditions(conditions, [condition]);
        return [under(this.lookup(name, both, scope), both)];
      });
    });
    return oneOf(found, names.beyond);
  }

  /** Variables that a name with an open architecture can mean. */
  #namedFor(
    pieces: readonly Piece[],
    open: Piece,
  ): readonly { readonly name: string; readonly condition: { subject: string; equals: string } }[] {
    const at = pieces.indexOf(open);
    const before = shown(pieces.slice(0, at));
    const after = shown(pieces.slice(at + 1));
    const found: { name: string; condition: { subject: string; equals: string } }[] = [];
    for (const name of this.world.variables.names()) {
      const fits =
        name.startsWith(before) && name.endsWith(after) && name.length > before.length + after.length;
      if (!fits) continue;
      const equals = name.slice(before.length, name.length - after.length);
      found.push({ name, condition: { subject: shown([open]), equals } });
    }
    return found;
  }

  /** A variable's name; where it is computed and open, as it is shown. */
  #name(written: Written, when: Conjunction, scope: Scope): string {
    const { text } = written;
    if (!text.includes('$') && !hasMark(text)) return text;
    const [first] = this.expand(written, when, { ...scope, depth: scope.depth + 1 }).options;
    return first === undefined ? text : shown(first.pieces);
  }

  lookup(name: string, when: Conjunction, scope: Scope): Choice {
    const local = scope.locals.get(name) ?? this.world.given.get(name);
    if (local !== undefined) return under(local, when);
    const known = this.#remembered.get(scope.locals) ?? new Map<string, Choice>();
    this.#remembered.set(scope.locals, known);
    const key = JSON.stringify([this.world.variables.version, name, when]);
    const found = known.get(key) ?? this.#lookup(name, when, scope);
    if (known.size < MOST_REMEMBERED) known.set(key, found);
    return found;
  }

  /** Values by version of the variables, name and conditions, for each set of local names. */
  readonly #remembered = new WeakMap<Scope['locals'], Map<string, Choice>>();

  #lookup(name: string, when: Conjunction, scope: Scope): Choice {
    if (!isArchitectureName(name) || hasLower(name)) return this.#valueOf(name, when, scope);
    const { options, beyond } = this.#valueOf(name, when, scope);
    const fixed = options.filter(isNoArchitecture);
    const [open] = openChoice(name, 'architecture', []).options;
    if (open === undefined || fixed.length === 0) return openChoice(name, 'architecture', []);
    const all = fixed.length === options.length ? fixed : [open, ...fixed];
    return beyond === undefined ? { options: all } : { options: all, beyond };
  }

  #valueOf(name: string, when: Conjunction, scope: Scope): Choice {
    const specific = scope.specific?.get(name);
    const binding = specific?.held.some((held) => held.definition !== null)
      ? specific
      : this.world.variables.get(name);
    const builtIn = this.world.builtIn(name);
    if (builtIn !== undefined && isUnset(binding)) return textChoice(builtIn, []);
    // Not left to the environment: empty, as make takes it.
    if (isUnset(binding) && this.world.isOwn(name) && !isArchitectureName(name)) return under(EMPTY, when);
    const found = binding.held.flatMap((held) => {
      const both = joinIfCompatible(when, held.when);
      return both === null || this.isImpossible(both) ? [] : [this.#held(name, held, both, scope)];
    });
    const value = oneOf(found, binding.beyond ?? this.#cut ?? undefined);
    return value.options.length === 0 ? openChoice(name.slice(0, 64), 'unset', []) : value;
  }

  readonly #impossible: Conjunction[] = [];

  /** Make ends where these hold: nothing that needs them can be. */
  exclude(when: Conjunction): void {
    if (when.length > 0 && this.#impossible.length < 64) this.#impossible.push(when);
  }

  isImpossible(when: Conjunction): boolean {
    return this.#impossible.some((conditions) => impliesAll(when, conditions));
  }

  #held(name: string, held: Held, when: Conjunction, scope: Scope): Choice {
    const { definition } = held;
    if (definition === null) return under(unsetChoice(name.slice(0, 64), held.when, []), when);
    if (definition.flavor === 'simple') return under(definition.choice, when);
    const inner = { ...scope, depth: scope.depth + 1 };
    let choices: Choice[] = [];
    for (const part of partsOf(definition)) {
      const own = part.flavor === 'simple' ? part.choice : this.expand(part.written, when, inner);
      if (choices.length === 0) choices = [own];
      else if (part.flavor === 'recursive' && part.appends === true)
        choices = [behind(join(choices), own, part.written.at)];
      else choices.push(textChoice(' ', part.flavor === 'simple' ? [] : [part.written.at]), own);
    }
    return under(join(choices), when);
  }

  #substitution(
    token: { readonly name: string; readonly from: string; readonly to: string; readonly written: Written },
    when: Conjunction,
    scope: Scope,
  ): Choice {
    const { written } = token;
    const name = this.#name({ ...written, text: token.name }, when, scope);
    const from = this.#name({ ...written, text: token.from }, when, scope);
    const to = this.#name({ ...written, text: token.to }, when, scope);
    const pattern = from.includes('%') ? from : `%${from}`;
    const replacement = from.includes('%') ? to : `%${to}`;
    const value = reachedFrom(this.lookup(name, when, scope), written.at);
    return mapClosed(
      value,
      (text) => applyText('patsubst', [pattern, replacement, text]) ?? text,
      `${name}:${from}=${to}`,
    );
  }
}

/** What a target's own `+=` appends: a blank stands between where there is something before it. */
function behind(before: Choice, own: Choice, at: Location): Choice {
  const blank = textChoice(' ', [at]);
  const ways = before.options.map((option) => {
    const first = { options: [option] };
    return option.pieces.length === 0 ? join([first, own]) : join([first, blank, own]);
  });
  return oneOf(ways, before.beyond ?? own.beyond);
}

/** Applies a function of text to each option; one with open parts becomes open under the given name. */
function mapClosed(choice: Choice, change: (text: string) => string, name: string): Choice {
  const options = choice.options.map((option) => {
    const text = closed(option.pieces);
    const chain = option.pieces[0]?.chain ?? [];
    const pieces: readonly Piece[] =
      text === undefined
        ? [{ text: openName(name), open: 'computed', chain }]
        : derived(change(text), option.pieces);
    return { when: option.when, pieces };
  });
  return { ...choice, options };
}

/** A text that is no architecture, whatever the variable is called, is used as it is. */
function isNoArchitecture({ pieces }: Option): boolean {
  const text = closed(pieces);
  return text !== undefined && !isArchitecture(text);
}

function isUnset({ held }: Binding): boolean {
  return held.every(({ definition }) => definition === null);
}

function hasLower(name: string): boolean {
  return /[a-z]/.test(name);
}

function joinIfCompatible(a: Conjunction, b: Conjunction): Conjunction | null {
  const [both] = under({ options: [{ when: b, pieces: [] }] }, a).options;
  return a.length === 0 ? b : both === undefined ? null : joinConditions(a, b);
}

/** Where the lines of texts of several begin, and their offsets. */
const lineStarts = new WeakMap<Written, readonly number[]>();

function startsOf(written: Written): readonly number[] {
  const known = lineStarts.get(written);
  if (known !== undefined) return known;
  const starts = [0];
  const { text } = written;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  lineStarts.set(written, starts);
  return starts;
}

/** The number of the line, from 0, that an offset stands on. */
function lineOf(written: Written, offset: number): number {
  return lastAtMost(startsOf(written), offset);
}

/** The physical line of a word that spans several. */
function placeOf(written: Written, line: number, at: Location): Location {
  const starts = startsOf(written);
  if (starts.length === 1) return at;
  const text = written.text.slice(starts[line] ?? 0, (starts[line + 1] ?? written.text.length + 1) - 1);
  const column = line === 0 ? at.start.column : text.search(/\S|$/) + 1;
  const number = at.start.line + line;
  const end = (line === 0 ? at.start.column : 1) + text.trimEnd().length;
  return {
    path: at.path,
    start: { line: number, column },
    end: { line: number, column: Math.max(end, column) },
  };
}

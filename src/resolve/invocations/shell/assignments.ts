import type { ArrayValue, Assignment, Command, CommandArgument, Word } from 'unbash';
import { compatible, joinConditions } from '../../../domain/index.ts';
import { isArchitectureName } from '../../../domain/placeholder.ts';
import { type Binding, type Held, withoutRepeats } from '../../../formats/make/environment.ts';
import { ALWAYS, type Conjunction } from '../../../formats/make/guards.ts';
import {
  type Choice,
  closed,
  EMPTY,
  join,
  oneOf,
  openName,
  type Piece,
  shown,
  textChoice,
  under,
} from '../../../formats/make/pieces.ts';
import { numberIn } from './arithmetic.ts';
import { fieldsOfWord, listOfWords, textOfWord } from './expansion.ts';
import { fieldsOf, GAPS, listOf, mapPieces, QUOTED } from './fields.ts';
import { lineField } from './line-fields.ts';
import { openedUp } from './spellings.ts';
import { placeAt, type Site } from './state.ts';
import { keyName, type ShellHost, separatorsOf } from './variables.ts';

/** Words that declare what follows them. */
const DECLARES: ReadonlySet<string> = new Set(['export', 'local', 'readonly', 'declare', 'typeset']);

const MOST_VALUES = 24;

/** What a declaring word makes of the names behind it. */
interface Declared {
  readonly isExport: boolean;
  readonly isRemoval: boolean;
  readonly isLocal: boolean;
}

/** Sets the variables of a shell. */
export class Assignments {
  readonly #host: ShellHost;
  readonly #listener: { array?(elements: readonly (readonly Piece[])[], when: Conjunction): void };
  /** Arrays with keys, where a number is a key as well. */
  readonly #keyedNames = new Set<string>();
  /** What the variables that a function declares were before it. */
  #locals: Map<string, Binding> | null = null;

  constructor(
    host: ShellHost,
    listener: { array?(elements: readonly (readonly Piece[])[], when: Conjunction): void },
  ) {
    this.#host = host;
    this.#listener = listener;
  }

  declares(name: string): boolean {
    return DECLARES.has(name);
  }

  set(called: string, choice: Choice, when: Conjunction): void {
    const name = this.#host.state.referred(called);
    const guards = when.length === 0 ? ALWAYS : [when];
    const held = isArchitectureName(name)
      ? mapPieces(choice, (pieces) => asArchitecture(name, pieces))
      : choice;
    this.#host.state.variables.replace(name, guards, { flavor: 'simple', choice: held });
    this.#bound(name);
  }

  /** A variable with very many values is one that stays open. */
  #bound(name: string): void {
    const { variables } = this.#host.state;
    const { held } = variables.get(name);
    if (valuesIn(held) <= MOST_VALUES) return;
    const apart = withoutRepeats(held);
    if (valuesIn(apart) <= MOST_VALUES) {
      variables.restore(name, { ...variables.get(name), held: apart });
      return;
    }
    variables.restore(name, {
      held: [{ when: [], definition: { flavor: 'simple', choice: openText(name) } }],
    });
  }

  unset(called: string, when: Conjunction): void {
    const name = this.#host.state.referred(called);
    const guards = when.length === 0 ? ALWAYS : [when];
    if (/^\w+$/.test(name)) this.#host.state.variables.replace(name, guards, null);
  }

  /** Runs a function's body; what it declares is gone behind it. */
  frame(act: () => void): void {
    const outer = this.#locals;
    const { state } = this.#host;
    const references = new Map(state.references);
    this.#locals = new Map();
    act();
    state.references = references;
    for (const [name, binding] of this.#locals) this.#host.state.variables.restore(name, binding);
    this.#locals = outer;
  }

  assignedTo({ value }: Assignment, site: Site): Choice {
    if (value.type === 'Word') return textOfWord(this.#host, value, site);
    return this.#elements(value, site);
  }

  assign(one: Assignment, site: Site, { exports }: { readonly exports?: boolean }): void {
    const { state } = this.#host;
    const name = state.referred(one.name);
    if (exports === true) state.exported.add(name);
    if (one.value.type === 'ArrayValue' && this.#keyed(name, one.value, site)) return;
    const value = this.assignedTo(one, site);
    if (one.value.type === 'ArrayValue') this.#tell(value, site.when);
    if (one.index !== undefined) {
      const written = closed(textOfWord(this.#host, one.index, site).options[0]?.pieces ?? []);
      const isName = /^[A-Za-z_]\w*$/.test(written ?? '') && !this.#keyedNames.has(name);
      const key = isName ? `${numberIn(written ?? '', { host: this.#host, site }) ?? written}` : written;
      if (key !== undefined && /^-?\d+$/.test(key) && !this.#keyedNames.has(name))
        this.#setElement(name, Number(key), value, { when: site.when, appends: one.append === true });
      else if (key !== undefined) this.set(keyName(name, key), value, site.when);
      return;
    }
    if (one.append !== true) {
      this.set(name, value, site.when);
      return;
    }
    const between = one.value.type === 'ArrayValue' ? GAPS : EMPTY;
    const guards = site.when.length === 0 ? ALWAYS : [site.when];
    state.variables.set(name, guards, ({ definition, when }) => {
      const before = definition?.flavor === 'simple' ? definition.choice : EMPTY;
      const isEmpty = before.options.every(({ pieces }) => pieces.length === 0);
      if (isEmpty) return { flavor: 'simple', choice: value };
      const both = under(join([before, between, value]), when);
      // What is no element at all leaves no gap.
      const choice = between === GAPS ? mapPieces(both, (pieces) => listOf(fieldsOf(pieces))) : both;
      return { flavor: 'simple', choice };
    });
    this.#bound(name);
  }

  /** `R[1]=x`: behind the end of what is there, an array has gaps, and is not followed. */
  #setElement(
    name: string,
    index: number,
    value: Choice,
    { when, appends }: { readonly when: Conjunction; readonly appends: boolean },
  ): void {
    const guards = when.length === 0 ? ALWAYS : [when];
    this.#host.state.variables.set(name, guards, ({ definition, when: held }) => {
      const before = definition?.flavor === 'simple' ? definition.choice : EMPTY;
      const ways = before.options.map((option): Choice => {
        const fields = fieldsOf(option.pieces);
        const at = index < 0 ? fields.length + index : index;
        if (at < 0 || at > fields.length) return openText(name);
        const parts = [
          listChoice(fields.slice(0, at)),
          appends ? join([listChoice(fields.slice(at, at + 1)), quotedChoice(value)]) : quotedChoice(value),
          listChoice(fields.slice(at + 1)),
        ].filter((part) => part !== EMPTY);
        return under(join(parts.flatMap((part, nth) => (nth === 0 ? [part] : [GAPS, part]))), option.when);
      });
      return { flavor: 'simple', choice: under(oneOf(ways, before.beyond), held) };
    });
    this.#bound(name);
  }

  #elements(value: ArrayValue, site: Site): Choice {
    return listOfWords(this.#host, value.elements, site);
  }

  /** `m=([a]=x [b]=y)`: each a variable of its own. */
  #keyed(name: string, value: ArrayValue, site: Site): boolean {
    const entries = value.elements.map((word) => /^\[([^\]$`"']+)\]=(.*)$/s.exec(word.value));
    if (entries.length === 0 || entries.some((entry) => entry === null)) return false;
    value.elements.forEach((word, index) => {
      const [, key = '', text = ''] = entries[index] ?? [];
      const whole = textOfWord(this.#host, word, site);
      const prefix = `[${key}]=`;
      const choice = /[$`]/.test(word.text)
        ? mapPieces(whole, (pieces) => withoutStart(pieces, prefix.length))
        : textChoice(text, [placeAt(site, word.pos)]);
      this.set(keyName(name, key), choice, site.when);
    });
    return true;
  }

  #tell(value: Choice, when: Conjunction): void {
    for (const option of value.options)
      this.#listener.array?.(fieldsOf(option.pieces), [...when, ...option.when]);
  }

  /** `export X=1 Y`, `local x`, `declare -r Z=2`. */
  declare(node: Command, name: string, site: Site): void {
    if (node.args.some(({ text }) => /^-[a-zA-Z]*n/.test(text)) && name !== 'export' && name !== 'readonly') {
      for (const one of node.args) if (one.type === 'Assignment') this.#refer(one, site);
      return;
    }
    const words = node.args.filter((one): one is Word => one.type === 'Word');
    const has = (option: RegExp) => words.some(({ text }) => option.test(text));
    const as: Declared = {
      isExport: name === 'export' || has(/^-\w*x/),
      isRemoval: name === 'export' && has(/^-\w*n/),
      isLocal: (name === 'local' || name === 'declare' || name === 'typeset') && !has(/^-\w*g/),
    };
    const isKeyed = has(/^-\w*A/);
    for (const one of node.args) {
      if (isKeyed && one.type === 'Assignment') this.#keyedNames.add(one.name);
      if (one.type === 'Word') {
        if (isKeyed) this.#keyedNames.add(one.text);
        this.#declareWord(one, as, site);
        continue;
      }
      if (as.isLocal) this.#keepLocal(one.name);
      this.assign(one, site, { exports: as.isExport });
    }
  }

  /** `declare -n NAME=other`: another name of a variable. */
  #refer(one: Assignment, site: Site): void {
    const target = closed(this.assignedTo(one, site).options[0]?.pieces ?? []);
    if (target === undefined || !/^[A-Za-z_]\w*$/.test(target) || target === one.name) return;
    this.#host.state.references.set(one.name, target);
  }

  /** `NAME`, or `NAME=value` in a word that holds more than the parser takes for an assignment: `export "$name=x"`. */
  #declareWord(one: Word, as: Declared, site: Site): void {
    const options = /[$`]/.test(one.text)
      ? textOfWord(this.#host, one, site).options
      : [{ when: [], pieces: this.#host.marks.read(one.value, [placeAt(site, one.pos)]) }];
    for (const { when, pieces } of options) {
      if (!compatible(when, site.when)) continue;
      this.#declareText(pieces, as, joinConditions(site.when, when));
    }
  }

  #declareText(
    pieces: readonly Piece[],
    { isExport, isRemoval, isLocal }: Declared,
    when: Conjunction,
  ): void {
    const { exported } = this.#host.state;
    const text = shown(pieces);
    const [start = '', assigned] = /^(\w+)=/.exec(text) ?? [];
    const name = assigned ?? text;
    if (!/^\w+$/.test(name)) return;
    if (isLocal && this.#locals !== null) {
      this.#keepLocal(name);
      if (assigned === undefined) this.unset(name, when);
    }
    if (isRemoval && assigned === undefined) exported.delete(name);
    else if (isExport) exported.add(name);
    if (assigned === undefined) return;
    this.set(name, { options: [{ when: [], pieces: withoutStart(pieces, start.length) }] }, when);
  }

  #keepLocal(name: string): void {
    this.#host.state.references.delete(name);
    if (this.#locals !== null && !this.#locals.has(name))
      this.#locals.set(name, this.#host.state.variables.get(name));
  }

  /** `mapfile -t lines`: an element for each line. */
  readLines(fields: readonly (readonly Piece[])[], input: Choice | null, site: Site): void {
    const words = fields.map(shown);
    const name = words.findLast((word) => /^[A-Za-z_]\w*$/.test(word)) ?? 'MAPFILE';
    const isWhole = words.every((word) => word === '-t' || word === name);
    const value =
      input === null || !isWhole
        ? openText(`${name} of lines`)
        : mapPieces(input, (pieces) => listOf(linesOf(pieces).map((line) => [QUOTED, ...line])));
    this.set(name, value, site.when);
  }

  /** `read a b <<< "$x"`: fields of the first line; of an unknown input, open. */
  read(fields: readonly (readonly Piece[])[], input: Choice | null, site: Site): void {
    const names = fields.map(shown).filter((name) => /^[A-Za-z_]\w*$/.test(name));
    const at = fields[0]?.[0]?.chain[0] ?? placeAt(site, 0);
    const isArray = fields.some((field) => /^-\w*a/.test(shown(field)));
    const separators = separatorsOf(this.#host, site);
    names.forEach((name, index) => {
      const isLast = index === names.length - 1;
      const value =
        input === null
          ? {
              options: [
                {
                  when: [],
                  pieces: [{ text: openName(`read ${name}`), open: 'computed', chain: [at] } as const],
                },
              ],
            }
          : mapPieces(input, (pieces) => lineField(pieces, { separators, index, isLast, isArray }));
      this.set(name, value, site.when);
    });
  }

  /** Words of a command; an assignment among them is a word like others. */
  listOf(words: readonly CommandArgument[], site: Site, bound?: number): Choice {
    const choices = words.flatMap((word) => {
      const fields =
        word.type === 'Word'
          ? fieldsOfWord(this.#host, word, site)
          : join([
              textChoice(`${word.name}${word.append === true ? '+=' : '='}`, [placeAt(site, word.pos)]),
              this.assignedTo(word, site),
            ]);
      return [fields];
    });
    const [first, ...rest] = openedUp(choices, bound);
    return first === undefined ? EMPTY : join([first, ...rest.flatMap((fields) => [GAPS, fields])]);
  }
}

/** `arch=$1`: what stays open in a variable that is called so is an open architecture (SEMANTICS 3.4). */
function asArchitecture(name: string, pieces: readonly Piece[]): readonly Piece[] {
  const [only, second] = pieces.filter((piece) => piece !== QUOTED);
  return only?.open === undefined || second !== undefined
    ? pieces
    : [{ text: name, open: 'architecture', chain: only.chain }];
}

/** Lines of a text; behind the last one's end there is none. */
function linesOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    const texts = piece.open === undefined ? piece.text.split('\n') : [piece.text];
    texts.forEach((text, index) => {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ ...piece, text });
    });
  }
  return lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
}

function openText(name: string): Choice {
  return { options: [{ when: [], pieces: [{ text: openName(name), open: 'computed', chain: [] }] }] };
}

/** Elements of an array; none at all are nothing. */
function listChoice(fields: readonly (readonly Piece[])[]): Choice {
  return fields.length === 0 ? EMPTY : { options: [{ when: [], pieces: listOf(fields) }] };
}

/** An element stays one where it is empty. */
function quotedChoice(value: Choice): Choice {
  return mapPieces(value, (pieces) => [QUOTED, ...pieces]);
}

function withoutStart(pieces: readonly Piece[], length: number): readonly Piece[] {
  let left = length;
  return pieces.flatMap((piece): readonly Piece[] => {
    if (piece === QUOTED || left === 0) return [piece];
    if (piece.open !== undefined) return [piece];
    const text = piece.text.slice(left);
    left = Math.max(0, left - piece.text.length);
    return text === '' ? [] : [{ ...piece, text }];
  });
}

function valuesIn(held: readonly Held[]): number {
  return held.reduce(
    (sum, { definition }) => sum + (definition?.flavor === 'simple' ? definition.choice.options.length : 1),
    0,
  );
}

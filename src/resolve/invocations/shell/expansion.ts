import type {
  ArithmeticExpression,
  ArithmeticWord,
  ParameterDefaultOperation,
  ParameterExpansionPart,
  ParsedScript,
  Word,
  WordPart,
} from 'unbash';
import type { Location } from '../../../domain/index.ts';
import { ALWAYS } from '../../../formats/make/guards.ts';
import {
  type Choice,
  closed,
  EMPTY,
  join,
  oneOf,
  openName,
  type Piece,
  reachedFrom,
  textChoice,
  under,
} from '../../../formats/make/pieces.ts';
import { calculated, numberIn, numberOf } from './arithmetic.ts';
import { inBraces } from './braces.ts';
import { settled, withDefault } from './defaults.ts';
import { openPiece } from './emitted.ts';
import { countOf, fieldsOf, GAPS, isGap, joinedBy, listOf, mapPieces, QUOTED, splitAt } from './fields.ts';
import { type Changes, changedElements, changedText } from './operations.ts';
import { placeAt, type Site } from './state.ts';
import { keyName, type ShellHost, separatorsOf, TREE, UNSET_ARGUMENT, variableOf } from './variables.ts';

const DEEPEST = 24;

/** A word as the fields that it becomes, gaps between them. */
export function fieldsOfWord(host: ShellHost, word: Word, site: Site): Choice {
  return new Expansion(host, site).word(word, true);
}

/** A word as one text, as an assignment or a test takes it. */
export function textOfWord(host: ShellHost, word: Word, site: Site): Choice {
  const choice = new Expansion(host, site).word(word, false);
  return mapPieces(choice, (pieces) => joinedBy(pieces, ' '));
}

/** The number that an expression comes to; null where it is not known. */
export function arithmeticOf(
  host: ShellHost,
  node: ArithmeticExpression | undefined,
  site: Site,
): number | null {
  const expand = ({ pos, end, value, parts }: ArithmeticWord): string | null => {
    if (parts === undefined) return null;
    const { options } = textOfWord(host, { type: 'Word', pos, end, text: value, value, parts }, site);
    const [only, second] = options;
    return only === undefined || second !== undefined ? null : (closed(only.pieces) ?? null);
  };
  return calculated(node, { host, site, expand });
}

/** The text of a here-document. */
export function textOfParts(
  host: ShellHost,
  text: string,
  parts: readonly WordPart[] | undefined,
  offset: number,
  site: Site,
): Choice {
  return new Expansion(host, site).document(text, parts, offset);
}

class Expansion {
  readonly #host: ShellHost;
  readonly #site: Site;

  constructor(host: ShellHost, site: Site) {
    this.#host = host;
    this.#site = site;
  }

  get #around(): { readonly host: ShellHost; readonly site: Site } {
    return { host: this.#host, site: this.#site };
  }

  word(word: Word, splits: boolean): Choice {
    const { parts } = word;
    if (parts === undefined) return this.#literal(word.value, word.pos, /^["']/.test(word.text));
    const [first, ...rest] = parts;
    if (first === undefined) return this.#literal(word.value, word.pos, true);
    const words = splits ? inBraces(parts) : null;
    if (words === null) return join([first, ...rest].map((part) => this.#part(part, splits)));
    return join(
      words.flatMap((own, index) => [
        ...(index === 0 ? [] : [GAPS]),
        ...own.map((part) =>
          typeof part === 'string' ? this.#literal(part, word.pos, false) : this.#part(part, splits),
        ),
      ]),
    );
  }

  document(text: string, parts: readonly WordPart[] | undefined, offset: number): Choice {
    if (parts === undefined) return this.#lines(text, offset);
    return join([
      EMPTY,
      ...parts.map((part) =>
        part.type === 'Literal' ? this.#lines(part.value, part.pos) : this.#part(part, false),
      ),
    ]);
  }

  /** Text of several lines, each with its place. */
  #lines(text: string, offset: number): Choice {
    const choices: Choice[] = [];
    for (let from = 0; from < text.length; ) {
      const feed = text.indexOf('\n', from);
      const end = feed < 0 ? text.length : feed + 1;
      choices.push(this.#literal(text.slice(from, end), offset + from, false));
      from = end;
    }
    return choices.length === 0 ? EMPTY : join(choices);
  }

  #at(offset: number): Location {
    return placeAt(this.#site, offset);
  }

  #literal(text: string, offset: number, quoted: boolean): Choice {
    const restored = this.#site.source.restore(text, this.#site.whole ?? offset);
    const pieces = this.#host.marks.read(restored, [this.#at(offset)]);
    const kept = pieces.filter((piece) => piece.text !== '');
    return { options: [{ when: [], pieces: quoted ? [QUOTED, ...kept] : kept }] };
  }

  #part(part: WordPart, splits: boolean): Choice {
    this.#host.step();
    switch (part.type) {
      case 'Literal':
        return this.#literal(part.value, part.pos, false);
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        return this.#literal(part.value, part.pos, true);
      case 'DoubleQuoted':
      case 'LocaleString':
        return this.#quoted(part.parts);
      case 'SimpleExpansion':
        return this.#split(settled(this.#named(part.text.slice(1), part.pos)), splits, part.text === '$*');
      case 'ParameterExpansion':
        return this.#split(this.#parameter(part), splits, isOneWord(part));
      case 'CommandExpansion':
        return this.#split(this.#captured(part.script, part.text, part.pos), splits);
      case 'Glob':
      case 'ExtendedGlob':
      case 'BraceExpansion':
        return this.#literal(part.text, part.pos, false);
      case 'ArithmeticExpansion': {
        const number = arithmeticOf(this.#host, part.expression, this.#site);
        return number === null
          ? this.#open(part.text, part.pos)
          : textChoice(`${number}`, [this.#at(part.pos)]);
      }
      case 'ProcessSubstitution':
        return this.#open(part.text, part.pos);
      default:
        return part satisfies never;
    }
  }

  #quoted(parts: readonly WordPart[]): Choice {
    const choices = parts.map((part) => this.#part(part, false));
    const [only] = parts;
    // Of an array without elements nothing is left, quoted or not.
    if (parts.length === 1 && only !== undefined && isList(only)) return join(choices);
    return join([{ options: [{ when: [], pieces: [QUOTED] }] }, ...choices]);
  }

  #split(choice: Choice, splits: boolean, isOne = false): Choice {
    const separators = this.#separators();
    if (!splits) return isOne ? mapPieces(choice, (pieces) => joinedBy(pieces, separators[0] ?? '')) : choice;
    return mapPieces(choice, (pieces) =>
      splitAt(
        pieces.filter((piece) => piece !== QUOTED),
        separators,
      ),
    );
  }

  #separators(): string {
    return separatorsOf(this.#host, this.#site);
  }

  #open(text: string, offset: number): Choice {
    const piece: Piece = { text: openName(text), open: 'computed', chain: [this.#at(offset)] };
    return { options: [{ when: [], pieces: [piece] }] };
  }

  #captured(script: ParsedScript | undefined, text: string, offset: number): Choice {
    if (script === undefined || this.#site.depth > DEEPEST) return this.#open(text, offset);
    const site = {
      ...this.#site,
      depth: this.#site.depth + 1,
      ...(script.source === undefined || this.#site.whole !== undefined ? {} : { whole: offset }),
    };
    return reachedFrom(this.#host.captured(script, text, site), this.#at(offset));
  }

  // ---- parameters ----------------------------------------------------------------------------------------

  /** `$x`, `$1`, `$@`. */
  #named(name: string, offset: number): Choice {
    if (name === '@' || name === '*') return this.#arguments(offset);
    if (name === '#') return this.#counted(this.#arguments(offset), `$${name}`, offset);
    if (/^\d+$/.test(name)) return this.#argument(Number(name), offset);
    if (!/^\w+$/.test(name)) return this.#open(`$${name}`, offset);
    const at = this.#at(offset);
    const value = this.#value(name, offset);
    // Of an array, its first element.
    return reachedFrom(mapPieces(value, firstElement), at);
  }

  #value(name: string, offset: number): Choice {
    const { source } = this.#site;
    if (name === 'BASH_SOURCE') return textChoice(`${TREE}${source.path}`, [this.#at(offset)]);
    return variableOf(this.#host, name, this.#at(offset), this.#site.when);
  }

  #arguments(offset: number): Choice {
    const { positional } = this.#host.state;
    if (positional === null) return this.#open('arguments @', offset);
    return positional;
  }

  #counted(list: Choice, text: string, offset: number): Choice {
    return mapPieces(list, (pieces): readonly Piece[] => {
      const count = list.beyond === undefined ? countOf(pieces) : null;
      const chain = [this.#at(offset), ...(pieces[0]?.chain ?? [])];
      return count === null
        ? [{ text: openName(text), open: 'computed', chain }]
        : [{ text: `${count}`, chain }];
    });
  }

  #argument(number: number, offset: number): Choice {
    if (number === 0) return textChoice(`${TREE}${this.#site.source.path}`, [this.#at(offset)]);
    const { positional } = this.#host.state;
    if (positional === null) return this.#open(`argument ${number}`, offset);
    return reachedFrom(
      mapPieces(positional, (pieces) => {
        const given = fieldsOf(pieces)[number - 1];
        if (given !== undefined) return given;
        // What is not known as a whole may have been several words.
        const isOpen = countOf(pieces) === null;
        return isOpen ? [openPiece(`argument ${number}`, this.#at(offset))] : [UNSET_ARGUMENT];
      }),
      this.#at(offset),
    );
  }

  #parameter(part: ParameterExpansionPart): Choice {
    const { parameter, prefix, operation, index, pos } = part;
    if (prefix === '#' && (/^[@*]$/.test(parameter) || /^[@*]$/.test(index?.text ?? '')))
      return this.#counted(
        index === undefined ? this.#arguments(pos) : this.#element(parameter, index, pos),
        part.text,
        pos,
      );
    if (prefix === '#') return this.#open(part.text, pos);
    if (prefix === '!') return this.#indirect(part);
    const raw = index === undefined ? this.#named(parameter, pos) : this.#element(parameter, index, pos);
    if (operation?.type === 'Default') return this.#defaulted(raw, operation, part);
    const value = settled(raw);
    if (operation === undefined) return value;
    switch (operation.type) {
      case 'Remove':
        return this.#changed(value, part, {
          kind: 'remove',
          operator: operation.operator,
          pattern: this.#plain(operation.operand),
        });
      case 'Replace':
        return this.#changed(value, part, {
          kind: 'replace',
          operator: operation.operator,
          pattern: this.#plain(operation.pattern),
          to: this.#plain(operation.replacement),
        });
      case 'Slice':
        return this.#changed(value, part, {
          kind: 'slice',
          offset: this.#plain(operation.offset),
          length: operation.length === undefined ? null : this.#plain(operation.length),
        });
      case 'CaseModification':
        return this.#changed(value, part, { kind: 'case', operator: operation.operator });
      default:
        return this.#open(part.text, pos);
    }
  }

  /** `${x:-}` only keeps a shell quiet about what is not set: it stays open. `${x:=d}` sets it as well. */
  #defaulted(
    raw: Choice,
    { operator, operand }: ParameterDefaultOperation,
    { parameter, index, pos }: ParameterExpansionPart,
  ): Choice {
    const isEmpty = operand.text === '' && !operator.endsWith('+');
    if (isEmpty) return settled(raw);
    const otherwise = (): Choice => reachedFrom(this.word(operand, false), this.#at(pos));
    const value = settled(withDefault(raw, operator, otherwise, this.#site.when));
    if (operator.endsWith('=') && index === undefined && /^[A-Za-z_]\w*$/.test(parameter)) {
      const { when } = this.#site;
      const guards = when.length === 0 ? ALWAYS : [when];
      const { state } = this.#host;
      state.variables.replace(state.referred(parameter), guards, { flavor: 'simple', choice: value });
    }
    return value;
  }

  /** The closed text of a word inside an expansion; null where it is not decided. */
  #plain(word: Word): string | null {
    const { options } = this.word(word, false);
    const [only] = options;
    return only === undefined || options.length > 1 ? null : (closed(only.pieces) ?? null);
  }

  #changed(value: Choice, part: ParameterExpansionPart, changes: Changes): Choice {
    const isMany = /^[@*]$/.test(part.index?.text ?? part.parameter);
    // Arguments are counted from the script's own name on.
    const isOpen = isMany && part.index === undefined && changes.kind === 'slice';
    return mapPieces(value, (pieces) => {
      const changed = isMany
        ? listed(changedElements(fieldsOf(pieces), changes))
        : changedText(pieces, changes);
      const chain = pieces[0]?.chain ?? [];
      return isOpen || changed === undefined
        ? [{ text: openName(part.parameter), open: 'computed', chain }]
        : changed;
    });
  }

  /** `${!name}`: the variable that another names. */
  #indirect(part: ParameterExpansionPart): Choice {
    const name = variableOf(this.#host, part.parameter, this.#at(part.pos), this.#site.when);
    const ways = name.options.flatMap((option): readonly Choice[] => {
      const text = closed(option.pieces);
      if (text === undefined || !/^\w+$/.test(text)) return [this.#open(part.text, part.pos)];
      return [under(this.#named(text, part.pos), option.when)];
    });
    return part.operation === undefined && part.index === undefined
      ? oneOf(ways, name.beyond)
      : this.#open(part.text, part.pos);
  }

  /** `${name[@]}`, `${name[0]}`, `${name[key]}`. */
  #element(called: string, index: Word, offset: number): Choice {
    const name = this.#host.state.referred(called);
    const key = this.#plain(index);
    const all = this.#value(name, offset);
    if (key === '@' || key === '*') return all;
    if (key === null) return this.#open(`${name}[]`, offset);
    const keyed = this.#host.state.variables.get(keyName(name, key)).held;
    if (keyed.some(({ definition }) => definition !== null))
      return variableOf(this.#host, keyName(name, key), this.#at(offset), this.#site.when);
    const number = numberOf(key) ?? (/^[A-Za-z_]\w*$/.test(key) ? numberIn(key, this.#around) : null);
    if (number === null) return this.#open(`${name}[${key}]`, offset);
    return mapPieces(all, (pieces) => fieldsOf(pieces).at(number) ?? []);
  }
}

/** `${x[*]}`, `${*}`: all as one word, where it is quoted. */
function isOneWord({ parameter, index }: ParameterExpansionPart): boolean {
  return parameter === '*' || index?.text === '*';
}

/** `$@`, `${x[@]}`: a word for each. */
function isList(part: WordPart): boolean {
  if (part.type === 'SimpleExpansion') return part.text === '$@';
  return part.type === 'ParameterExpansion' && (part.parameter === '@' || part.index?.text === '@');
}

function listed(elements: readonly (readonly Piece[])[] | undefined): readonly Piece[] | undefined {
  return elements === undefined ? undefined : listOf(elements);
}

function firstElement(pieces: readonly Piece[]): readonly Piece[] {
  const gap = pieces.findIndex(isGap);
  return gap < 0 ? pieces : pieces.slice(0, gap);
}

/** Fields of all words, as one list for each way. */
export function listOfWords(host: ShellHost, words: readonly Word[], site: Site): Choice {
  const choices = words.flatMap((word, index) => {
    const fields = fieldsOfWord(host, word, site);
    return index === 0 ? [fields] : [GAPS, fields];
  });
  const joined = choices.length === 0 ? EMPTY : join(choices);
  return mapPieces(joined, (pieces): readonly Piece[] => listOf(fieldsOf(pieces)));
}

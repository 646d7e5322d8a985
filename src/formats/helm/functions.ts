import {
  closedText,
  fieldOf,
  joined,
  openValue,
  piecesOf,
  type TemplateValue,
  type TextPiece,
  textValue,
  truthOf,
  truthValue,
} from './template-value.ts';

type Given = readonly TemplateValue[];
/** Undefined where what comes out is not known. */
type TemplateFunction = (given: Given) => TemplateValue | undefined;

const LONGEST_TEXT = 65_536;
const MOST_ENTRIES = 10_000;

/** What a function of Go templates, Sprig or Helm gives; open for one that is not known here, and for operands that are open. */
export function callFunction(name: string, given: Given, written: string): TemplateValue {
  const value = FUNCTIONS.get(name)?.(given);
  return value === undefined || isTooLarge(value) ? openValue(written) : value;
}

function isTooLarge(value: TemplateValue): boolean {
  if (value.kind === 'map') return value.entries.size > MOST_ENTRIES;
  if (value.kind === 'list') return value.items.length > MOST_ENTRIES;
  return value.kind === 'text' && value.pieces.reduce((sum, { text }) => sum + text.length, 0) > LONGEST_TEXT;
}

/** Functions that only change how a value is written. */
const SAME: TemplateFunction = (given) => {
  const value = given.at(-1);
  return value?.kind === 'unset' ? undefined : value;
};

function first(...values: Given): TemplateValue | undefined {
  for (const value of values) {
    const truth = truthOf(value);
    if (truth !== false) return truth === true ? value : undefined;
  }
  return { kind: 'nil' };
}

/** The last operand is what has its own value. */
const orDefault: TemplateFunction = ([other, own]) => {
  if (other === undefined || own === undefined) return undefined;
  const truth = truthOf(own);
  if (truth === undefined) return undefined;
  return truth ? own : other;
};

function onText(change: (text: string, ...others: readonly string[]) => string): TemplateFunction {
  return (given) => {
    const texts = given.map(closedText);
    const text = texts.at(-1);
    const others = texts.slice(0, -1).filter((one) => one !== undefined);
    if (text === undefined || others.length < texts.length - 1) return undefined;
    const changed = change(text, ...others);
    const pieces = piecesOf(given.at(-1) ?? { kind: 'nil' }) ?? [];
    return changed === text
      ? { kind: 'text', pieces, empty: changed === '' }
      : textValue(changed, pieces.find(({ at }) => at !== undefined)?.at);
  };
}

function onTruth(decide: (text: string, other: string) => boolean): TemplateFunction {
  return ([one, other]) => {
    const [a, b] = [one, other].map((value) => (value === undefined ? undefined : closedText(value)));
    return a === undefined || b === undefined ? undefined : truthValue(decide(a, b));
  };
}

const equals: TemplateFunction = ([one, ...others]) => {
  if (one === undefined || others.length === 0) return undefined;
  const text = one.kind === 'unset' ? '' : closedText(one);
  const texts = others.map((other) => (other.kind === 'unset' ? '' : closedText(other)));
  if (text === undefined || texts.some((other) => other === undefined)) return undefined;
  return truthValue(texts.includes(text));
};

const negated: TemplateFunction = ([value]) => {
  const truth = value === undefined ? undefined : truthOf(value);
  return truth === undefined ? undefined : truthValue(!truth);
};

const both: TemplateFunction = (given) => {
  for (const value of given) {
    const truth = truthOf(value);
    if (truth !== true) return truth === false ? value : undefined;
  }
  return given.at(-1);
};

const either: TemplateFunction = (given) => first(...given) ?? undefined;

const print: TemplateFunction = (given) => {
  const pieces = given.map(piecesOf);
  return pieces.some((one) => one === undefined) ? undefined : fromPieces(pieces.flatMap((one) => one ?? []));
};

function fromPieces(pieces: readonly TextPiece[]): TemplateValue {
  return { kind: 'text', pieces, empty: joined(pieces) === '' };
}

const printFormat: TemplateFunction = ([format, ...operands]) => {
  const text = format === undefined ? undefined : closedText(format);
  if (text === undefined) return undefined;
  const pieces: TextPiece[] = [];
  let from = 0;
  let next = 0;
  for (const match of text.matchAll(/%([a-z%])/g)) {
    pieces.push({ text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    if (match[1] === '%') pieces.push({ text: '%' });
    else {
      const given = piecesOf(operands[next++] ?? openValue(match[0]));
      if (given === undefined || !'svdq'.includes(match[1] ?? '')) return undefined;
      pieces.push(...given);
    }
  }
  pieces.push({ text: text.slice(from) });
  return next === operands.length ? fromPieces(pieces.filter((piece) => piece.text !== '')) : undefined;
};

const dictionary: TemplateFunction = (given) => {
  const entries = new Map<string, TemplateValue>();
  for (let at = 0; at + 1 < given.length; at += 2) {
    const name = closedText(given[at] ?? { kind: 'nil' });
    const value = given[at + 1];
    if (name === undefined || value === undefined) return undefined;
    entries.set(name, value);
  }
  return { kind: 'map', entries };
};

const indexed: TemplateFunction = ([holder, ...keys]) => {
  let at = holder;
  for (const key of keys) {
    const name = closedText(key);
    if (at === undefined || name === undefined) return undefined;
    at = at.kind === 'list' ? at.items[Number(name)] : fieldOf(at, [name], `{{ index ${name} }}`);
  }
  return at;
};

const hasKey: TemplateFunction = ([map, key]) => {
  const name = key === undefined ? undefined : closedText(key);
  return map?.kind !== 'map' || name === undefined ? undefined : truthValue(map.entries.has(name));
};

function selected(keeps: (isNamed: boolean) => boolean): TemplateFunction {
  return ([map, ...keys]) => {
    const names = new Set(keys.map(closedText));
    if (map?.kind !== 'map' || names.has(undefined)) return undefined;
    return {
      kind: 'map',
      entries: new Map([...map.entries].filter(([name]) => keeps(names.has(name)))),
    };
  };
}

const ternary: TemplateFunction = ([yes, no, test]) => {
  const truth = test === undefined ? undefined : truthOf(test);
  return truth === undefined ? undefined : truth ? yes : no;
};

const KINDS: ReadonlyMap<string, TemplateValue['kind']> = new Map([
  ['string', 'text'],
  ['slice', 'list'],
  ['map', 'map'],
]);

const isOfKind: TemplateFunction = ([name, value]) => {
  const kind = name === undefined ? undefined : KINDS.get(closedText(name) ?? '');
  if (kind === undefined || value === undefined || value.kind === 'open') return undefined;
  return truthValue(value.kind === kind);
};

const concatenated: TemplateFunction = (given) => {
  const items: TemplateValue[] = [];
  for (const list of given) {
    if (list.kind !== 'list') return undefined;
    items.push(...list.items);
  }
  return { kind: 'list', items };
};

const joinedTexts: TemplateFunction = ([between, list]) => {
  const text = between === undefined ? undefined : closedText(between);
  if (text === undefined || list?.kind !== 'list') return undefined;
  const pieces = list.items.map(piecesOf);
  if (pieces.some((one) => one === undefined)) return undefined;
  return fromPieces(pieces.flatMap((one, at) => [...(at === 0 ? [] : [{ text }]), ...(one ?? [])]));
};

/** Go's `trunc -5` counts from the end. */
function truncated(text: string, length = ''): string {
  const count = Number(length);
  if (!Number.isInteger(count)) return text;
  return count < 0 ? text.slice(count) : text.slice(0, count);
}

const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ...[
    'quote',
    'squote',
    'toString',
    'toJson',
    'toRawJson',
    'toPrettyJson',
    'toYaml',
    'fromYaml',
    'indent',
    'nindent',
    'int',
    'int64',
    'deepCopy',
    'required',
    'toStrings',
  ].map((name): readonly [string, TemplateFunction] => [name, SAME]),
  ['default', orDefault],
  ['coalesce', (given) => first(...given)],
  ['or', either],
  ['and', both],
  ['not', negated],
  ['empty', negated],
  ['eq', equals],
  ['ne', (given) => negated([equals(given) ?? openValue('')])],
  ['print', print],
  ['printf', printFormat],
  ['list', (items) => ({ kind: 'list', items })],
  ['tuple', (items) => ({ kind: 'list', items })],
  ['concat', concatenated],
  ['join', joinedTexts],
  ['dict', dictionary],
  ['index', indexed],
  ['get', indexed],
  ['hasKey', hasKey],
  ['pick', selected((isNamed) => isNamed)],
  ['omit', selected((isNamed) => !isNamed)],
  ['ternary', ternary],
  ['kindIs', isOfKind],
  ['contains', onTruth((part, text) => text.includes(part))],
  ['hasPrefix', onTruth((part, text) => text.startsWith(part))],
  ['hasSuffix', onTruth((part, text) => text.endsWith(part))],
  ['lower', onText((text) => text.toLowerCase())],
  ['upper', onText((text) => text.toUpperCase())],
  ['trim', onText((text) => text.trim())],
  ['nospace', onText((text) => text.replace(/\s/g, ''))],
  ['trunc', onText((text, length) => truncated(text, length))],
  [
    'trimSuffix',
    onText((text, part = '') => (part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text)),
  ],
  ['trimPrefix', onText((text, part = '') => (text.startsWith(part) ? text.slice(part.length) : text))],
  ['trimAll', onText((text, part = '') => trimmedOf(text, part))],
  ['replace', onText((text, from = '', to = '') => (from === '' ? text : text.split(from).join(to)))],
]);

function trimmedOf(text: string, characters: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && characters.includes(text[from] ?? '')) from++;
  while (to > from && characters.includes(text[to - 1] ?? '')) to--;
  return text.slice(from, to);
}

import { decodeBase64 } from '../yaml/index.ts';

/** What a template's expression writes whatever its values are: text, or a list of words. */
type Constant = string | readonly string[];

/** Longer actions, and texts longer than this that one would write, are not evaluated. */
const LONGEST = 4096;
const MOST_LEVELS = 8;

type Token =
  | { readonly kind: 'text' | 'name'; readonly text: string }
  | { readonly kind: 'open' | 'close' | 'pipe' };

/**
 * What an action writes whatever values the template gets: nothing for a comment, an assignment and a condition; the text of a constant
 * expression (`{{ printf "%s" "sh" | quote }}`). Null where that is not known, and for an `else`, which has its text one way or another.
 */
export function constantOf(action: string): string | null {
  if (action.length > LONGEST) return null;
  const inside = insideOf(action);
  if (inside === null) return null;
  if (inside.writes === false) return isSteadyStatement(inside.text) ? '' : null;
  const value = evaluate(inside.text);
  return typeof value === 'string' && isPlainText(value) ? value : null;
}

/** Text that YAML reads as itself wherever it stands: no list, no quotes, no second line. */
function isPlainText(text: string): boolean {
  return !/^[\s[{"'&*!|>%@`]|[\n,\]}]|: |:$| #/.test(text);
}

/** The words that an action writes whatever the values are: `{{ list "sh" "-c" | toJson }}`; undefined where that is not known. */
export function constantWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('{{') || !text.endsWith('}}') || text.length > LONGEST) return undefined;
  const inside = insideOf(text);
  if (inside === null || inside.writes === false) return undefined;
  const value = evaluate(inside.text);
  return typeof value === 'string' ? [value] : value;
}

interface Inside {
  readonly text: string;
  /** False for a statement, which only steers. */
  readonly writes: boolean;
}

function insideOf(action: string): Inside | null {
  if (action.startsWith('{#')) return { text: '', writes: false };
  if (action.startsWith('{%')) return { text: trimmed(action), writes: false };
  if (action.startsWith('<%'))
    return action[2] === '='
      ? { text: trimmed(action.slice(1)), writes: true }
      : { text: action[2] === '#' ? '' : trimmed(action), writes: false };
  if (!action.startsWith('{{')) return null;
  const text = trimmed(action);
  if (text.startsWith('/*')) return { text: '', writes: false };
  if (/^\$\w{0,60}\s{0,8}:?=[^=]/.test(text)) return { text: '', writes: false };
  return { text, writes: !STATEMENTS.has(firstWord(text)) };
}

/** Without the brackets and their trim marks. */
function trimmed(action: string): string {
  let from = 2;
  let to = action.length - 2;
  if (action[from] === '-' || action[from] === '+' || action[from] === '=') from++;
  if (to > from && (action[to - 1] === '-' || action[to - 1] === '+')) to--;
  return action.slice(from, to).trim();
}

function firstWord(text: string): string {
  return /^[a-z]{0,12}/.exec(text)?.[0] ?? '';
}

const STATEMENTS: ReadonlySet<string> = new Set(
  'if else elif elsif with range end endif for endfor set define block break continue'.split(' '),
);

/** Statements around which nothing is written another way: the text between them is there, or it is not. */
const STEADY: ReadonlySet<string> = new Set(
  'if unless with range end endif for endfor set break continue'.split(' '),
);

function isSteadyStatement(text: string): boolean {
  return text === '' || STEADY.has(firstWord(text));
}

// ---- expressions ---------------------------------------------------------------------------------------

function evaluate(text: string): Constant | undefined {
  const tokens = tokensOf(text);
  return tokens === null ? undefined : new Reader(tokens).whole();
}

const TOKEN =
  /\s+|"((?:[^"\\]|\\.)*)"|`([^`]*)`|'((?:[^'\\]|\\.)*)'|([A-Za-z_][A-Za-z0-9_]*)(?![\w.'"`])|(-?\d{1,9})(?![\w.])|([()|])/sy;

function tokensOf(text: string): readonly Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [, double, raw, single, name, number, mark] = match;
    const quoted = double ?? single;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: unescaped(quoted) });
    else if (raw !== undefined) tokens.push({ kind: 'text', text: raw });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'text', text: number });
    else if (mark !== undefined)
      tokens.push({ kind: mark === '|' ? 'pipe' : mark === '(' ? 'open' : 'close' });
  }
  return tokens;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}

/** Reads a pipeline and computes it at once; undefined as soon as something in it is not constant. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Constant | undefined {
    const value = this.#pipeline(0);
    return this.#at === this.#tokens.length ? value : undefined;
  }

  #pipeline(level: number): Constant | undefined {
    let value = this.#command(level, []);
    while (value !== undefined && this.#tokens[this.#at]?.kind === 'pipe') {
      this.#at++;
      value = this.#command(level, [value]);
    }
    return value;
  }

  /** A function with its operands and what the pipe gives, or one operand alone. */
  #command(level: number, piped: readonly Constant[]): Constant | undefined {
    const first = this.#tokens[this.#at];
    if (first?.kind !== 'name') return piped.length === 0 ? this.#operand(level) : undefined;
    this.#at++;
    const operands: Constant[] = [];
    for (;;) {
      const kind = this.#tokens[this.#at]?.kind;
      if (kind === undefined || kind === 'pipe' || kind === 'close') break;
      const operand = this.#operand(level);
      if (operand === undefined) return undefined;
      operands.push(operand);
    }
    const result = FUNCTIONS.get(first.text)?.([...operands, ...piped]);
    return typeof result === 'string' && result.length > LONGEST ? undefined : result;
  }

  #operand(level: number): Constant | undefined {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'text') return token.text;
    if (token?.kind !== 'open' || level >= MOST_LEVELS) return undefined;
    const value = this.#pipeline(level + 1);
    return this.#tokens[this.#at++]?.kind === 'close' ? value : undefined;
  }
}

/** Pure functions of Go templates and Sprig that only put words together or change how they are written. */
const FUNCTIONS: ReadonlyMap<string, (given: readonly Constant[]) => Constant | undefined> = new Map([
  ...['quote', 'squote', 'toJson', 'toRawJson', 'toYaml', 'toString', 'tojson', 'safe'].map(
    (name) => [name, (given: readonly Constant[]) => (given.length === 1 ? given[0] : undefined)] as const,
  ),
  ['print', (given) => textOf(given)?.join('')],
  ['printf', printf],
  ['list', textOf],
  ['tuple', textOf],
  [
    'join',
    ([between, list]) =>
      typeof between === 'string' && Array.isArray(list) ? list.join(between) : undefined,
  ],
  ['trim', (given) => only(given)?.trim()],
  ['nospace', (given) => only(given)?.replace(/\s/g, '')],
  ['lower', (given) => only(given)?.toLowerCase()],
  ['upper', (given) => only(given)?.toUpperCase()],
  [
    'b64dec',
    (given) => {
      const text = only(given);
      return text === undefined ? undefined : decodeBase64(text);
    },
  ],
  ['indent', ([, value]) => value],
  ['nindent', ([, value]) => value],
  // The last operand is what has its own value; a constant one that is not empty wins.
  ['default', (given) => (given.length === 2 && given[1] !== '' ? given[1] : given[0])],
]);

function textOf(given: readonly Constant[]): readonly string[] | undefined {
  const texts = given.filter((one): one is string => typeof one === 'string');
  return texts.length === given.length ? texts : undefined;
}

function only(given: readonly Constant[]): string | undefined {
  const [value] = given;
  return given.length === 1 && typeof value === 'string' ? value : undefined;
}

function printf(given: readonly Constant[]): string | undefined {
  const [format, ...rest] = textOf(given) ?? [];
  if (format === undefined) return undefined;
  let next = 0;
  const text = format.replace(/%([a-z%])/g, (_, verb: string) => (verb === '%' ? '%' : (rest[next++] ?? '')));
  return next === rest.length ? text : undefined;
}

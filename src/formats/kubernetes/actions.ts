/** A template's action as it stands in the text: `{{ … }}`, `{% … %}`, `{# … #}`, `<% … %>`. */
export interface Action {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** True where it only steers (if, end, range, an assignment, a comment); false where it puts text in its place. */
  readonly control: boolean;
}

export interface Scan {
  readonly actions: readonly Action[];
  /** Offsets of `{{` that nothing closes. */
  readonly unclosed: readonly number[];
}

const MOST_UNCLOSED = 20;

const OPENINGS: readonly string[] = ['{{', '{%', '<%', '{#'];

const STEERING: ReadonlySet<string> = new Set([
  'if',
  'else',
  'end',
  'range',
  'with',
  'define',
  'block',
  'break',
  'continue',
]);

export function mayHoldActions(text: string): boolean {
  return OPENINGS.some((opening) => text.includes(opening));
}

/** Finds the actions of a text from front to back; linear, whatever is left open. */
export function scanActions(text: string): Scan {
  const actions: Action[] = [];
  const unclosed: number[] = [];
  const scanner = new Scanner(text);
  for (let at = scanner.nextOpening(0); at < text.length; ) {
    const isGo = text.startsWith('{{', at);
    const end = isGo ? scanner.endOfGo(at) : endOfOther(scanner, text, at);
    if (end === null) {
      if (isGo && unclosed.length < MOST_UNCLOSED) unclosed.push(at);
      at = scanner.nextOpening(at + 2);
      continue;
    }
    actions.push({ start: at, end, control: isControl(text, at, end) });
    at = scanner.nextOpening(end);
  }
  return { actions, unclosed };
}

function endOfOther(scanner: Scanner, text: string, at: number): number | null {
  if (text[at + 1] === '#') return scanner.endOfComment(at);
  return scanner.endOf(at, text[at] === '{' ? '%}' : '%>');
}

/** Searches that remember what is not there any more, so that no part of the text is searched twice in vain. */
class Scanner {
  readonly #text: string;
  /** The last search for each thing: from where, and what was found. */
  readonly #known = new Map<string, { readonly from: number; readonly found: number }>();
  /** True once an action ran to the end of the text: nothing behind it is read as an action of Go. */
  #hopeless = false;

  constructor(text: string) {
    this.#text = text;
  }

  nextOpening(from: number): number {
    const first = Math.min(this.#find('{{', from), this.#find('{%', from), this.#find('<%', from));
    return Math.min(first, this.#nextComment(from));
  }

  /** `{#` of Jinja; a shell's `${#name}` is none. */
  #nextComment(from: number): number {
    let at = this.#find('{#', from);
    while (at < this.#text.length && this.#text[at - 1] === '$') at = this.#find('{#', at + 2);
    return at;
  }

  /** A comment may hold anything but its end. */
  endOfComment(start: number): number | null {
    const found = this.#find('#}', start + 2);
    return found < this.#text.length ? found + 2 : null;
  }

  /** A statement of Jinja or ERB: it never reaches over another opening. */
  endOf(start: number, close: string): number | null {
    const found = this.#find(close, start + 2);
    return found < this.nextOpening(start + 2) ? found + close.length : null;
  }

  /** Go: comments and quoted strings may hold braces; another `{{` outside of them means that this one is open. */
  endOfGo(start: number): number | null {
    const text = this.#text;
    if (this.#hopeless) return null;
    const inside = skipTrim(text, start + 2);
    if (text.startsWith('/*', inside)) {
      const end = this.#find('}}', this.#find('*/', inside + 2), 'behind a comment');
      return end < text.length ? end + 2 : null;
    }
    const close = this.#find('}}', start + 2);
    if (close >= text.length) return null;
    const next = this.#find('{{', start + 2);
    const quoted = Math.min(this.#find('"', start + 2), this.#find('`', start + 2));
    if (quoted < Math.min(close, next)) return this.#endAfterStrings(quoted);
    return close < next ? close + 2 : null;
  }

  #endAfterStrings(from: number): number | null {
    const text = this.#text;
    for (let at = from; at < text.length; at++) {
      const char = text[at];
      if (char === '}' && text[at + 1] === '}') return at + 2;
      if (char === '{' && text[at + 1] === '{') return null;
      if (char === '"') at = this.#endOfQuoted(at) ?? at;
      else if (char === '`') {
        const end = this.#find('`', at + 1, 'closing');
        if (end < text.length) at = end;
      }
    }
    this.#hopeless = true;
    return null;
  }

  /** The closing quote on the same line; null where the line has none. */
  #endOfQuoted(start: number): number | null {
    const lineEnd = this.#find('\n', start);
    for (let at = start + 1; at < lineEnd; at++) {
      if (this.#text[at] === '\\') at++;
      else if (this.#text[at] === '"') return at;
    }
    return null;
  }

  /** Like indexOf, but the text's length where there is none; `purpose` keeps searches apart that jump ahead. */
  #find(what: string, from: number, purpose = ''): number {
    const key = what + purpose;
    const known = this.#known.get(key);
    if (known !== undefined && known.from <= from && from <= known.found) return known.found;
    const index = this.#text.indexOf(what, from);
    const found = index === -1 ? this.#text.length : index;
    this.#known.set(key, { from, found });
    return found;
  }
}

/** Behind the trim mark and the blanks that open an action. */
function skipTrim(text: string, from: number): number {
  let at = text[from] === '-' ? from + 1 : from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at++;
  return at;
}

function isControl(text: string, start: number, end: number): boolean {
  if (text[start] === '<') return text[start + 2] !== '=';
  if (text[start + 1] === '%' || text[start + 1] === '#') return true;
  const at = skipTrim(text, start + 2);
  const inside = text.slice(at, Math.min(end, at + 80));
  if (inside.startsWith('/*')) return true;
  if (/^\$\w{0,60}\s{0,8}:?=[^=]/.test(inside)) return true;
  return STEERING.has(/^[a-z]{0,10}/.exec(inside)?.[0] ?? '');
}

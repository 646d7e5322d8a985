// Patterns of a shell (`*`, `?`, `[…]`) against closed text; linear in the text for each star.

/** True where the pattern fits the whole text. */
export function fitsPattern(pattern: string, text: string): boolean {
  const tokens = tokensOf(pattern);
  let token = 0;
  let at = 0;
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    const wanted = tokens[token];
    if (wanted === '*') {
      star = token++;
      retry = at;
    } else if (wanted !== undefined && fitsOne(wanted, text[at] ?? '')) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}

const MOST_PATTERNS = 64;

/** The patterns without groups that a pattern with `@(a|b)` and `?(a|b)` stands for; null for groups of another kind, and for too many. */
export function plainPatterns(pattern: string): readonly string[] | null {
  const group = /([@?*+!])\(([^()]*)\)/.exec(pattern);
  if (group === null) return /[@?*+!]\(/.test(pattern) ? null : [pattern];
  const [whole, sign = '', inner = ''] = group;
  if (sign !== '@' && sign !== '?') return null;
  const before = pattern.slice(0, group.index);
  const after = plainPatterns(pattern.slice(group.index + whole.length));
  if (after === null) return null;
  const choices = [...inner.split('|'), ...(sign === '?' ? [''] : [])];
  const all = choices.flatMap((choice) => after.map((rest) => before + choice + rest));
  return all.length > MOST_PATTERNS ? null : all;
}

type Token =
  | '*'
  | { readonly any: true }
  | { readonly one: string }
  | { readonly set: string; readonly negated: boolean };

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      if (tokens.at(-1) !== '*') tokens.push('*');
    } else if (character === '?') tokens.push({ any: true });
    else if (character === '\\') tokens.push({ one: pattern[++at] ?? '' });
    else if (character === '[' && pattern.indexOf(']', at + 2) > 0) {
      const close = pattern.indexOf(']', at + 2);
      const inner = pattern.slice(at + 1, close);
      const negated = /^[!^]/.test(inner);
      tokens.push({ set: negated ? inner.slice(1) : inner, negated });
      at = close;
    } else tokens.push({ one: character });
  }
  return tokens;
}

function fitsOne(token: Exclude<Token, '*'> | '*', character: string): boolean {
  if (token === '*') return false;
  if ('any' in token) return true;
  if ('one' in token) return token.one === character;
  return inSet(token.set, character) !== token.negated;
}

function inSet(set: string, character: string): boolean {
  for (let at = 0; at < set.length; at++) {
    const to = set[at + 1] === '-' ? set[at + 2] : undefined;
    if (to !== undefined) {
      if (character >= (set[at] ?? '') && character <= to) return true;
      at += 2;
    } else if (set[at] === character) return true;
  }
  return false;
}

/** The text without what the pattern fits at its start or end: the shortest, or the longest. */
export function withoutPattern(text: string, pattern: string, operator: '#' | '##' | '%' | '%%'): string {
  const most = Math.min(text.length, LONGEST);
  const lengths = Array.from({ length: most + 1 }, (_, index) => index);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const part = operator.startsWith('#') ? text.slice(0, length) : text.slice(text.length - length);
    if (fitsPattern(pattern, part))
      return operator.startsWith('#') ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}

/** A longer text is left as it is: no name is so long. */
const LONGEST = 1024;

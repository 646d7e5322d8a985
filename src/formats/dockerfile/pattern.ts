// Docker's patterns in `${x#p}`, `${x%p}`, `${x/p/r}`: `*`, `?` and an escaped character; no classes.

type Token = { readonly any: true } | { readonly one: true } | { readonly character: string };

const LONGEST_TEXT = 512;
const MOST_TOKENS = 64;

/** The text without its shortest (or longest) beginning that the pattern matches; null beyond the bounds. */
export function removePrefix(text: string, pattern: string, longest: boolean): string | null {
  const tokens = tokensOf(pattern);
  if (!withinBounds(text, tokens)) return null;
  const length = matchLength(text, 0, tokens, longest);
  return length === null ? text : text.slice(length);
}

/** The text without its shortest (or longest) end that the pattern matches; null beyond the bounds. */
export function removeSuffix(text: string, pattern: string, longest: boolean): string | null {
  const tokens = tokensOf(pattern).toReversed();
  if (!withinBounds(text, tokens)) return null;
  const length = matchLength(reversed(text), 0, tokens, longest);
  return length === null ? text : text.slice(0, text.length - length);
}

/** The text with its first (or every) longest match replaced; null beyond the bounds. */
export function replacePattern(
  text: string,
  pattern: string,
  replacement: string,
  every: boolean,
): string | null {
  const tokens = tokensOf(pattern);
  if (!withinBounds(text, tokens)) return null;
  let result = '';
  let at = 0;
  while (at <= text.length) {
    const length = matchLength(text, at, tokens, true);
    if (length === null) {
      result += text[at] ?? '';
      at++;
      continue;
    }
    result += replacement;
    if (!every) return result + text.slice(at + length);
    if (length === 0) result += text[at] ?? '';
    at += Math.max(1, length);
  }
  return result;
}

function withinBounds(text: string, tokens: readonly Token[]): boolean {
  return text.length <= LONGEST_TEXT && tokens.length <= MOST_TOKENS;
}

function reversed(text: string): string {
  return text.split('').reverse().join('');
}

function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length && tokens.length <= MOST_TOKENS; at++) {
    const character = pattern[at] ?? '';
    if (character === '*') tokens.push({ any: true });
    else if (character === '?') tokens.push({ one: true });
    else if (character === '\\' && at + 1 < pattern.length) tokens.push({ character: pattern[++at] ?? '' });
    else tokens.push({ character });
  }
  return tokens;
}

/** The length of the shortest or longest match that begins at `from`: all states at once, so linear per token. */
function matchLength(text: string, from: number, tokens: readonly Token[], longest: boolean): number | null {
  let states = withEmptyStars(new Set([0]), tokens);
  let found: number | null = null;
  for (let at = from; ; at++) {
    if (states.has(tokens.length)) {
      found = at - from;
      if (!longest) return found;
    }
    if (at >= text.length || states.size === 0) return found;
    states = withEmptyStars(step(states, tokens, text[at] ?? ''), tokens);
  }
}

function step(states: ReadonlySet<number>, tokens: readonly Token[], character: string): Set<number> {
  const next = new Set<number>();
  for (const state of states) {
    const token = tokens[state];
    if (token === undefined) continue;
    if ('any' in token) next.add(state);
    else if ('one' in token || token.character === character) next.add(state + 1);
  }
  return next;
}

function withEmptyStars(states: Set<number>, tokens: readonly Token[]): Set<number> {
  for (const state of states) {
    const token = tokens[state];
    if (token !== undefined && 'any' in token) states.add(state + 1);
  }
  return states;
}

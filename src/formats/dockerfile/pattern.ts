// Docker's patterns in `${x#p}`, `${x%p}`, `${x/p/r}`: `*`, `?` and an escaped character; no classes.

type Token =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'character'; readonly character: string };

const LONGEST_TEXT = 512;

/** A state per token and one for the end must fit the bits of a small integer. */
const MOST_TOKENS = 29;

/** The text without its shortest (or longest) beginning that the pattern matches; null beyond the bounds. */
export function removePrefix(text: string, pattern: string, longest: boolean): string | null {
  const tokens = tokensOf(pattern);
  if (!withinBounds(text, tokens)) return null;
  const length = new Automaton(tokens).matchLength(text, 0, longest);
  return length === null ? text : text.slice(length);
}

/** The text without its shortest (or longest) end that the pattern matches; null beyond the bounds. */
export function removeSuffix(text: string, pattern: string, longest: boolean): string | null {
  const tokens = tokensOf(pattern);
  if (!withinBounds(text, tokens)) return null;
  const length = new Automaton(tokens.toReversed()).matchLength(reversed(text), 0, longest);
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
  const automaton = new Automaton(tokens);
  const starts = matchStarts(text, tokens);
  let result = '';
  let at = 0;
  while (at <= text.length) {
    const length = starts[at] === true ? automaton.matchLength(text, at, true) : null;
    if (length === null) {
      result += text[at++] ?? '';
      continue;
    }
    result += replacement;
    if (!every) return result + text.slice(at + length);
    if (length === 0) result += text[at] ?? '';
    at += Math.max(1, length);
  }
  return result;
}

/** For each offset whether a match begins there: one pass backwards, so that no start is tried in vain. */
function matchStarts(text: string, tokens: readonly Token[]): readonly boolean[] {
  const automaton = new Automaton(tokens.toReversed());
  const starts: boolean[] = [];
  let states = automaton.initial;
  for (let at = text.length; ; at--) {
    starts[at] = automaton.accepts(states);
    if (at === 0) return starts;
    states = automaton.step(states, text[at - 1] ?? '') | automaton.initial;
  }
}

function withinBounds(text: string, tokens: readonly Token[]): boolean {
  return text.length <= LONGEST_TEXT && tokens.length <= MOST_TOKENS;
}

function reversed(text: string): string {
  return text.split('').reverse().join('');
}

/** Stars that follow each other are one. */
function tokensOf(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length && tokens.length <= MOST_TOKENS; at++) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      if (tokens.at(-1)?.kind !== 'any') tokens.push({ kind: 'any' });
    } else if (character === '?') tokens.push({ kind: 'one' });
    else if (character === '\\' && at + 1 < pattern.length)
      tokens.push({ kind: 'character', character: pattern[++at] ?? '' });
    else tokens.push({ kind: 'character', character });
  }
  return tokens;
}

/** All states of a pattern at once, a bit each: a step costs the same for every text. */
class Automaton {
  readonly initial: number;
  readonly #end: number;
  #any = 0;
  #one = 0;
  readonly #characters = new Map<string, number>();

  constructor(tokens: readonly Token[]) {
    tokens.forEach((token, index) => {
      const bit = 1 << index;
      if (token.kind === 'any') this.#any |= bit;
      else if (token.kind === 'one') this.#one |= bit;
      else this.#characters.set(token.character, (this.#characters.get(token.character) ?? 0) | bit);
    });
    this.#end = 1 << tokens.length;
    this.initial = this.#withEmptyStars(1);
  }

  accepts(states: number): boolean {
    return (states & this.#end) !== 0;
  }

  step(states: number, character: string): number {
    const consumed = states & (this.#one | (this.#characters.get(character) ?? 0));
    return this.#withEmptyStars((consumed << 1) | (states & this.#any));
  }

  /** The length of the shortest or longest match that begins at `from`; null where there is none. */
  matchLength(text: string, from: number, longest: boolean): number | null {
    let states = this.initial;
    let found: number | null = null;
    for (let at = from; ; at++) {
      if (this.accepts(states)) {
        found = at - from;
        if (!longest) return found;
      }
      if (at >= text.length || states === 0) return found;
      states = this.step(states, text[at] ?? '');
    }
  }

  #withEmptyStars(states: number): number {
    return states | ((states & this.#any) << 1);
  }
}

import { referenceEnd, splitOutside } from './references.ts';

/** A piece of an expression as it is written. */
export type Token =
  | { readonly kind: 'text'; readonly text: string; readonly offset: number }
  | { readonly kind: 'variable'; readonly name: string }
  /** `$(X:a=b)`. */
  | { readonly kind: 'substitution'; readonly name: string; readonly from: string; readonly to: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: string; readonly written: string };

/** Functions of GNU make; anything else behind `$(` is a variable's name. */
export const FUNCTIONS: ReadonlySet<string> = new Set(
  (
    'subst patsubst strip findstring filter filter-out sort word words wordlist firstword lastword dir notdir suffix basename ' +
    'addsuffix addprefix join wildcard realpath abspath if or and intcmp foreach let call value eval origin flavor shell ' +
    'error warning info file guile'
  ).split(' '),
);

const remembered = new Map<string, readonly Token[]>();
const MOST_REMEMBERED = 4096;
const LONGEST_REMEMBERED = 2048;

/** Cuts an expression into tokens; total. */
export function tokensOf(text: string): readonly Token[] {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const tokens = cut(text);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (text.length <= LONGEST_REMEMBERED) remembered.set(text, tokens);
  return tokens;
}

function cut(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let from = 0;
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', from)) {
    if (at > from) tokens.push({ kind: 'text', text: text.slice(from, at), offset: from });
    const end = referenceEnd(text, at);
    tokens.push(reference(text.slice(at, end), at));
    from = end;
  }
  if (from < text.length) tokens.push({ kind: 'text', text: text.slice(from), offset: from });
  return tokens;
}

function reference(written: string, offset: number): Token {
  const opens = written[1];
  if (opens === undefined || opens === '$') return { kind: 'text', text: '$', offset };
  if (opens !== '(' && opens !== '{') return { kind: 'variable', name: opens };
  const closed = written.length > 2 && written.endsWith(opens === '(' ? ')' : '}');
  const inner = written.slice(2, closed ? -1 : undefined);
  const name = /^[a-z-]{2,12}(?=[ \t\n]|$)/.exec(inner)?.[0];
  if (name !== undefined && FUNCTIONS.has(name) && inner.length > name.length)
    return { kind: 'call', name, args: inner.slice(name.length).trimStart(), written };
  const [before = '', after] = splitOutside(inner, ':', 2);
  const equals = after === undefined ? -1 : after.indexOf('=');
  if (after === undefined || equals < 0) return { kind: 'variable', name: inner };
  return { kind: 'substitution', name: before, from: after.slice(0, equals), to: after.slice(equals + 1) };
}

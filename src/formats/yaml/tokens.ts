import { CST, Lexer, Parser } from 'yaml';

/** Nodes deeper than this are not read: the library's composer is recursive, and so is every reader of the tree. */
export const MOST_LEVELS = 96;

/** Nobody writes as many; each costs the library more than ten plain words. */
const MOST_ANCHORS = 10_000;

export interface Tokens {
  readonly tokens: readonly CST.Token[];
  /** Where reading stopped, and why: there are no tokens then. */
  readonly stopped?: {
    readonly at: number;
    readonly code: 'TOO_DEEP' | 'TOO_MANY_ANCHORS';
    readonly message: string;
  };
}

/** Reads one document's text into the library's token tree, stopping as soon as it nests too deep or names too many anchors. */
export function readTokens(text: string): Tokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let anchors = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (isTooDeep(parser))
      return stoppedAt(parser.offset, 'TOO_DEEP', `nested deeper than ${MOST_LEVELS} levels`);
    if (lexeme.charCodeAt(0) === AMPERSAND && ++anchors > MOST_ANCHORS)
      return stoppedAt(parser.offset, 'TOO_MANY_ANCHORS', `more than ${MOST_ANCHORS} anchors`);
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

const AMPERSAND = 0x26;

function stoppedAt(at: number, code: NonNullable<Tokens['stopped']>['code'], message: string): Tokens {
  return { tokens: [], stopped: { at, code, message } };
}

/** The parser's stack holds the document, the open collections, and at most one scalar. */
function isTooDeep({ stack }: Parser): boolean {
  return stack.length > MOST_LEVELS + 1 && CST.isCollection(stack.at(-1));
}

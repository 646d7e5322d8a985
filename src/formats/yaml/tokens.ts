import { CST, Lexer, Parser } from 'yaml';

/** Nodes deeper than this are not read: the library's composer is recursive, and so is every reader of the tree. */
export const MOST_LEVELS = 96;

export interface Tokens {
  readonly tokens: readonly CST.Token[];
  /** The offset at which the text went too deep; reading stopped there. */
  readonly tooDeepAt?: number;
}

/** Reads one document's text into the library's token tree, stopping as soon as it nests too deep. */
export function readTokens(text: string): Tokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (isTooDeep(parser)) return { tokens: [], tooDeepAt: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

/** The parser's stack holds the document, the open collections, and at most one scalar. */
function isTooDeep({ stack }: Parser): boolean {
  return stack.length > MOST_LEVELS + 1 && CST.isCollection(stack.at(-1));
}

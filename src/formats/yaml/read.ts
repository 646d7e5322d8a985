import { Composer } from 'yaml';
import { Builder } from './build.ts';
import { calmText } from './calm.ts';
import { LineTable } from './lines.ts';
import type { YamlDocument, YamlNode, YamlProblem } from './nodes.ts';
import { type Piece, splitDocuments } from './split.ts';
import { readTokens } from './tokens.ts';

/** Problems kept for one document: the first says what is wrong, thousands say no more. */
const MOST_PROBLEMS = 20;

export interface ReadOptions {
  /** Documents for which this is false are not parsed and not returned; given the document's text. */
  readonly matters?: (piece: string) => boolean;
  /** The text of the file where `text` is a masked copy of it at the same length: lines are counted in this one. */
  readonly original?: string;
  /** What scalars that stand in a line become (masked text that is known): given their text, gives the text to read. */
  readonly decide?: (text: string) => string;
}

/**
 * Reads a YAML stream or JSON text into documents with positions; total, never throws. Documents that hold only
 * comments are left out. Values are text: what a plain scalar means (number, null) is the reader's business.
 */
export function readYaml(text: string, options: ReadOptions = {}): readonly YamlDocument[] {
  const calm = calmText(text);
  const lines = new LineTable(options.original ?? text);
  const documents: YamlDocument[] = [];
  for (const piece of splitDocuments(calm)) {
    const own = calm.slice(piece.start, piece.end);
    if (options.matters !== undefined && !options.matters(own)) continue;
    const given = { source: calm, piece, lines, decide: options.decide };
    for (const document of readPiece(own, given)) documents.push(document);
  }
  return documents;
}

/** What a piece is read with: the whole text, and the piece's place in it. */
interface Given {
  readonly source: string;
  readonly piece: Piece;
  readonly lines: LineTable;
  readonly decide: ReadOptions['decide'];
}

/** One piece between markers; more than one document where `...` ends one early. */
function readPiece(own: string, given: Given): readonly YamlDocument[] {
  if (isSilent(own)) return [];
  const { piece, lines } = given;
  const problems = new Problems(lines);
  try {
    const { tokens, stopped } = readTokens(own);
    if (stopped !== undefined) {
      const at = piece.start + stopped.at;
      problems.add(stopped.code, stopped.message, at, at + 1);
      return [{ root: null, ...place(piece, lines), problems: problems.list }];
    }
    return composeDocuments(tokens, given);
  } catch (error) {
    const message = error instanceof Error ? firstLine(error.message) : 'the reader failed';
    problems.add('FAILED', message, piece.start, piece.start + 1);
    return [{ root: null, ...place(piece, lines), problems: problems.list }];
  }
}

function composeDocuments(
  tokens: ReturnType<typeof readTokens>['tokens'],
  { source, piece, lines, decide }: Given,
): readonly YamlDocument[] {
  // failsafe: every scalar stays text. uniqueKeys compares each key with each other one; known tags change values.
  const composer = new Composer({
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  const documents: YamlDocument[] = [];
  for (const document of composer.compose(tokens)) {
    const problems = new Problems(lines);
    for (const error of document.errors) {
      const [start, end] = error.pos;
      problems.add(error.code, firstLine(error.message), piece.start + start, piece.start + end);
    }
    const add = problems.add.bind(problems);
    const contents = document.contents;
    const root: YamlNode | null =
      contents === null
        ? null
        : new Builder({ source, base: piece.start, lines, decide, onProblem: add }).build(contents);
    if (isEmpty(root) && problems.list.length === 0) continue;
    documents.push({ root, ...place(piece, lines), problems: problems.list });
  }
  return documents;
}

function place({ start, end }: Piece, lines: LineTable) {
  return { span: lines.span(start, end), start, end };
}

class Problems {
  readonly list: YamlProblem[] = [];
  readonly #lines: LineTable;

  constructor(lines: LineTable) {
    this.#lines = lines;
  }

  add(code: string, message: string, start: number, end: number): void {
    if (this.list.length >= MOST_PROBLEMS) return;
    this.list.push({ code, message, span: this.#lines.span(start, Math.max(start, end)) });
  }
}

function firstLine(message: string): string {
  const end = message.indexOf('\n');
  return (end === -1 ? message : message.slice(0, end)).slice(0, 200);
}

function isEmpty(root: YamlNode | null): boolean {
  return root === null || (root.kind === 'scalar' && root.start === root.end);
}

/** True where every line is blank, a comment, a directive or a bare marker: such a piece says nothing. */
function isSilent(piece: string): boolean {
  let at = 0;
  while (at < piece.length) {
    const lineBreak = piece.indexOf('\n', at);
    const end = lineBreak === -1 ? piece.length : lineBreak;
    let content = at === 0 && piece.startsWith('---') ? 3 : at;
    while (content < end && isBlankCode(piece.charCodeAt(content))) content++;
    const first = piece[content];
    const isDirective = first === '%' && content === at;
    if (content < end && first !== '#' && !isDirective) return false;
    at = end + 1;
  }
  return true;
}

function isBlankCode(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}

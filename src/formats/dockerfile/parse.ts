import type { Span } from '../../domain/index.ts';
import { type HeredocMarker, heredocMarkers } from './heredocs.ts';
import { isBlank, isSpace, LineIndex, MappedText, type Slice, textOf, trim } from './source.ts';
import { flagsOf, jsonStrings } from './words.ts';

// Why not dockerfile-ast: it is superlinear in continuations, has no places for what it joins, and misreads the
// shapes that DEPENDENCIES.md lists. The reading here follows BuildKit's frontend/dockerfile/parser; the
// tests hold it against dockerfile-ast as a second reading.

/** A file cut into instructions, without their meaning. */
export interface ParsedDockerfile {
  readonly lines: LineIndex;
  /** The escape character of the `# escape=` directive; a backslash without one. */
  readonly escape: string;
  /** The frontend that a `# syntax=` directive names. */
  readonly syntax?: { readonly text: string; readonly span: Span };
  readonly instructions: readonly RawInstruction[];
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly span: Span;
  /** One clause without a full stop. */
  readonly because: string;
}

export interface RawInstruction {
  /** Upper case, as Docker compares it. */
  readonly keyword: string;
  /** What follows the keyword, continuations joined and comment lines left out, without blanks at its ends. */
  readonly rest: Slice;
  readonly heredocs: readonly Heredoc[];
  /** All of it, bodies of heredocs included. */
  readonly span: Span;
  /** Offsets of it in the file. */
  readonly start: number;
  readonly end: number;
}

export interface Heredoc {
  readonly name: string;
  /** The body in the file, without the line that ends it. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** End of the line that ends it. */
  readonly end: number;
}

/** Cuts a file into instructions in one pass; total, linear in its length. */
export function parseDockerfile(text: string): ParsedDockerfile {
  const lines = new LineIndex(text);
  const directives = readDirectives(text, lines);
  const reader = new InstructionReader(text, lines, directives.escape);
  return {
    lines,
    escape: directives.escape,
    ...(directives.syntax === undefined ? {} : { syntax: directives.syntax }),
    instructions: reader.readAll(),
    problems: [...directives.problems, ...reader.problems],
  };
}

// ---- directives ----------------------------------------------------------------------------------------

interface Directives {
  readonly escape: string;
  readonly syntax?: { readonly text: string; readonly span: Span };
  readonly problems: readonly Problem[];
}

const DIRECTIVES: ReadonlySet<string> = new Set(['escape', 'syntax', 'check']);

/** Parser directives end with the first line that is none; each may stand once. */
function readDirectives(text: string, lines: LineIndex): Directives {
  const seen = new Map<string, { text: string; span: Span }>();
  const problems: Problem[] = [];
  // BuildKit passes a `#!` line when it looks for the frontend, and for nothing else.
  const shebang = text.startsWith('#!');
  let at = shebang ? lineEnd(text, 0) + 1 : 0;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const directive = readDirective(text.slice(at, end));
    if (directive === null || !DIRECTIVES.has(directive.name)) break;
    const span = lines.spanOf(at, end);
    if (seen.has(directive.name))
      problems.push({ span, because: `line ${span.start.line}: a second ${directive.name} directive` });
    else if (!shebang || directive.name === 'syntax')
      seen.set(directive.name, { text: directive.value, span });
    at = end + 1;
  }
  const escaping = seen.get('escape');
  const syntax = seen.get('syntax');
  if (escaping !== undefined && escaping.text !== '\\' && escaping.text !== '`')
    problems.push({
      span: escaping.span,
      because: `line ${escaping.span.start.line}: the escape character can only be a backslash or a backquote`,
    });
  return {
    escape: escaping?.text === '`' ? '`' : '\\',
    ...(syntax === undefined ? {} : { syntax }),
    problems,
  };
}

function readDirective(line: string): { name: string; value: string } | null {
  const body = line.trim();
  if (!body.startsWith('#')) return null;
  const equals = body.indexOf('=');
  if (equals < 0) return null;
  const name = body.slice(1, equals).trim();
  const value = body.slice(equals + 1).trim();
  if (value === '' || !/^[A-Za-z][A-Za-z0-9]*$/.test(name)) return null;
  return { name: name.toLowerCase(), value };
}

/** The offset of the line feed that ends the line, or the end of the text. */
function lineEnd(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  return feed < 0 ? text.length : feed;
}

// ---- instructions --------------------------------------------------------------------------------------

/** A line's content: where it begins and ends without blanks, and whether another line continues it. */
interface Content {
  readonly start: number;
  readonly end: number;
  readonly continued: boolean;
  readonly skipped: boolean;
}

/** Every instruction that Docker knows. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER ' +
    'VOLUME WORKDIR'
  ).split(' '),
);

const WITH_HEREDOCS: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD']);

function mayHoldHeredocs(keyword: string, rest: Slice): boolean {
  return WITH_HEREDOCS.has(keyword === 'ONBUILD' ? splitKeyword(rest).keyword : keyword);
}

/** The first word in upper case, and what follows it. */
export function splitKeyword(slice: Slice): { readonly keyword: string; readonly rest: Slice } {
  const { text } = slice.of;
  let end = slice.start;
  while (end < slice.end && !isBlank(text[end])) end++;
  return {
    keyword: text.slice(slice.start, end).toUpperCase(),
    rest: trim({ of: slice.of, start: end, end: slice.end }),
  };
}

class InstructionReader {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #lines: LineIndex;
  readonly #escape: string;
  #at = 0;
  #lastLines: ReadonlyMap<string, number> | undefined;

  constructor(text: string, lines: LineIndex, escapeCharacter: string) {
    this.#text = text;
    this.#lines = lines;
    this.#escape = escapeCharacter;
  }

  readAll(): readonly RawInstruction[] {
    const instructions: RawInstruction[] = [];
    while (this.#at < this.#text.length) {
      const instruction = this.#readOne();
      if (instruction !== null) instructions.push(instruction);
    }
    return instructions;
  }

  /** Reads lines up to the end of an instruction; null where they hold none. */
  #readOne(): RawInstruction | null {
    const pieces: (readonly [number, number])[] = [];
    let continued = true;
    while (continued && this.#at < this.#text.length) {
      const line = this.#content(this.#at, pieces.length === 0);
      this.#at = lineEnd(this.#text, this.#at) + 1;
      if (line.skipped) {
        if (pieces.length === 0) return null;
        continue;
      }
      pieces.push([line.start, line.end]);
      continued = line.continued;
    }
    const joined = new MappedText(this.#text, pieces, this.#lines);
    const all = trim({ of: joined, start: 0, end: joined.text.length });
    return all.start === all.end ? null : this.#instruction(all);
  }

  /** Comment lines and empty lines are skipped, inside a continued instruction too. */
  #content(from: number, first: boolean): Content {
    const text = this.#text;
    let end = lineEnd(text, from);
    let start = from;
    while (start < end && isSpace(text[start])) start++;
    const skipped = start === end || text[start] === '#';
    while (end > from && text[end - 1] === '\r') end--;
    let last = end;
    while (last > from && (text[last - 1] === ' ' || text[last - 1] === '\t')) last--;
    const continued =
      last > from &&
      text[last - 1] === this.#escape &&
      (last - 1 === from || text[last - 2] !== this.#escape);
    return {
      start: first ? Math.min(start, end) : from,
      end: continued ? last - 1 : end,
      continued,
      skipped,
    };
  }

  #instruction(all: Slice): RawInstruction {
    const { keyword, rest } = splitKeyword(all);
    const heredocs = mayHoldHeredocs(keyword, rest) ? this.#heredocs(rest) : [];
    const start = all.of.sourceAt(all.start);
    const end = heredocs.at(-1)?.end ?? all.of.sourceAt(all.end - 1) + 1;
    return { keyword, rest, heredocs, span: this.#lines.spanOf(start, end), start, end };
  }

  #heredocs(rest: Slice): readonly Heredoc[] {
    if (!textOf(rest).includes('<<') || jsonStrings(flagsOf(rest).rest) !== null) return [];
    const markers = heredocMarkers(rest);
    if (markers === null) {
      this.#problem(
        rest,
        'a quote or a brace is not closed, so that it is not clear whether << begins a heredoc',
      );
      return [];
    }
    const found: Heredoc[] = [];
    for (const marker of markers) {
      if (marker.spaced && !this.#ends(marker)) continue;
      if (isReadAlone(marker.name))
        this.#problem(
          marker.place,
          `builders without heredocs take the line that ends ${JSON.stringify(marker.name)} for one of their own`,
        );
      found.push(this.#heredoc(marker));
    }
    return found;
  }

  /** True where a line further down ends it. Looked up, so that many markers cost no more than the text's length. */
  #ends(marker: HeredocMarker): boolean {
    this.#lastLines ??= lastLines(this.#text);
    const key = marker.stripsTabs ? `\t${marker.name}` : marker.name;
    return (this.#lastLines.get(key) ?? -1) >= this.#at;
  }

  #problem(place: Slice, what: string): void {
    const span = place.of.spanOf(place.start, place.end);
    this.problems.push({ span, because: `line ${span.start.line}: ${what}` });
  }

  #heredoc(marker: HeredocMarker): Heredoc {
    const text = this.#text;
    const bodyStart = Math.min(this.#at, text.length);
    while (this.#at < text.length) {
      const start = this.#at;
      const end = lineEnd(text, start);
      this.#at = end + 1;
      let from = start;
      if (marker.stripsTabs) while (text[from] === '\t') from++;
      let to = end;
      while (to > from && text[to - 1] === '\r') to--;
      if (to - from === marker.name.length && text.startsWith(marker.name, from))
        return { name: marker.name, bodyStart, bodyEnd: start, end: to };
    }
    this.#problem(marker.place, `the heredoc ${marker.name} has no line that ends it`);
    return { name: marker.name, bodyStart, bodyEnd: text.length, end: text.length };
  }
}

/** Each line's last offset in the text; lines without their leading tabs stand under a tab and their text. */
function lastLines(text: string): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  let at = 0;
  for (const line of text.split('\n')) {
    let end = line.length;
    while (end > 0 && line[end - 1] === '\r') end--;
    const content = line.slice(0, end);
    last.set(content, at);
    last.set(`\t${content.replace(/^\t+/, '')}`, at);
    at += line.length + 1;
  }
  return last;
}

/** True for an end line that would be a comment or an instruction of its own: two builders read the body differently. */
function isReadAlone(name: string): boolean {
  const text = name.trim();
  return text.startsWith('#') || KEYWORDS.has((text.split(/\s/, 1)[0] ?? '').toUpperCase());
}

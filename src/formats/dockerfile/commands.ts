import type {
  Command,
  ExecCommand,
  ShellCommand,
  ShellScript,
  Span,
  Word,
  WrittenScript,
} from '../../domain/index.ts';
import { isShell, shellTextIndex } from '../../domain/index.ts';
import { interpreterOf, readShell } from '../shell/index.ts';
import { isHeredocMarker } from './heredocs.ts';
import type { Heredoc } from './parse.ts';
import { type LineIndex, MappedText, type Slice, textOf, trim } from './source.ts';
import { type JsonString, jsonOffsets, jsonStrings, plainWords, wordOf } from './words.ts';

/** The file that the instruction stands in. */
export interface Source {
  readonly text: string;
  readonly lines: LineIndex;
}

/** What follows the keyword and its flags, as a command: exec form where it is a JSON array of strings, else shell form. */
export function commandOf(rest: Slice, heredocs: readonly Heredoc[], source: Source): Command {
  const strings = jsonStrings(rest);
  if (strings !== null) return execCommand(strings, rest);
  const [heredoc] = heredocs;
  if (heredoc === undefined) return shellCommand(rest);
  if (heredocs.length === 1 && isHeredocMarker(rest)) return heredocScript(rest, heredoc, source);
  return shellCommand(withBodies(rest, heredocs, source));
}

// ---- exec form -----------------------------------------------------------------------------------------

function execCommand(strings: readonly JsonString[], rest: Slice): ExecCommand {
  const words: Word[] = strings.map(({ text, slice }) => ({
    text,
    span: slice.of.spanOf(slice.start, slice.end),
  }));
  const span = rest.of.spanOf(rest.start, rest.end);
  const index = shellTextIndex(words.map((word) => word.text));
  const told = index === null ? undefined : strings[index];
  if (told === undefined) return { form: 'exec', words, span };
  const offsets = jsonOffsets(told);
  const last = offsets.at(-1) ?? told.slice.end;
  const script = readShell(told.text, (offset) => told.slice.of.positionAt(offsets[offset] ?? last));
  return { form: 'exec', words, script, span };
}

// ---- shell form ----------------------------------------------------------------------------------------

function shellCommand(rest: Slice, span: Span = rest.of.spanOf(rest.start, rest.end)): ShellCommand {
  const text = textOf(rest);
  const script = withNested(readShell(text, (offset) => positionIn(rest, offset)));
  return { form: 'shell', text, script, span };
}

/** What a shell inside the text is told to run (`sh -c 'apk add x'`) runs as well; its commands stand behind the others. */
function withNested(script: ShellScript): ShellScript {
  const nested = script.commands.flatMap(({ words }) => {
    const index = words.length < 3 ? null : shellTextIndex(words.map((word) => word.text));
    const told = index === null ? undefined : words[index];
    return told?.literal === true ? readShell(told.text, () => told.span.start).commands : [];
  });
  return nested.length === 0 ? script : { ...script, commands: [...script.commands, ...nested] };
}

/** The offset behind the last character stands behind it in the file too, not at the piece that comes next. */
function positionIn(slice: Slice, offset: number) {
  const at = slice.start + offset;
  return at >= slice.end && slice.end > slice.start
    ? slice.of.spanOf(at - 1, at).end
    : slice.of.positionAt(at);
}

/** `RUN <<EOF`: the body is the script, run by the shell or by the interpreter of its `#!` line. */
function heredocScript(rest: Slice, heredoc: Heredoc, source: Source): Command {
  const { bodyStart, bodyEnd } = heredoc;
  const body = new MappedText(source.text, [[bodyStart, bodyEnd]], source.lines);
  const all: Slice = { of: body, start: 0, end: body.text.length };
  const span: Span = { start: rest.of.positionAt(rest.start), end: source.lines.positionAt(heredoc.end) };
  if (!body.text.startsWith('#!')) return shellCommand(all, span);
  const words = interpreterWords(body);
  const interpreter = interpreterOf(body.text);
  if (interpreter === null || !isShell(interpreter)) return { form: 'exec', words, span };
  return { form: 'exec', words, script: readShell(body.text, (offset) => positionIn(all, offset)), span };
}

/** The heredocs of a COPY or ADD that are scripts, each with the source word that stands for it; both are in order. */
export function writtenScripts(
  sources: readonly Word[],
  heredocs: readonly Heredoc[],
  source: Source,
): readonly WrittenScript[] {
  const markers = sources.filter((word) => /^\d*<</.test(word.text));
  return heredocs.flatMap(({ bodyStart, bodyEnd }, index) => {
    const marker = markers[index];
    let start = bodyStart;
    if (marker?.text.includes('<<-')) while (source.text[start] === '\t') start++;
    const body = new MappedText(source.text, [[start, Math.max(start, bodyEnd)]], source.lines);
    if (marker === undefined || !body.text.startsWith('#!')) return [];
    const all: Slice = { of: body, start: 0, end: body.text.length };
    const interpreter = interpreterOf(body.text);
    const isForShell = interpreter !== null && isShell(interpreter);
    const script = isForShell ? readShell(body.text, (offset) => positionIn(all, offset)) : { commands: [] };
    return [{ source: marker.text, interpreter, script, span: body.spanOf(0, body.text.length) }];
  });
}

/** The words of the `#!` line; one blank or more between them, as `env -S` would split them. */
function interpreterWords(body: MappedText): readonly Word[] {
  const feed = body.text.indexOf('\n');
  const line = trim({ of: body, start: 2, end: feed < 0 ? body.text.length : feed });
  return plainWords(line).map(wordOf);
}

/** Anything but a bare marker: the shell gets the line and, below it, the heredocs as they are. */
function withBodies(rest: Slice, heredocs: readonly Heredoc[], source: Source): Slice {
  const pieces: (readonly [number, number])[] = [...rest.of.pieces(rest.start, rest.end)];
  for (const { bodyStart, end } of heredocs) {
    const feed = source.text[bodyStart - 1] === '\n' ? 1 : 0;
    pieces.push([bodyStart - feed, end]);
  }
  const of = new MappedText(source.text, pieces, source.lines);
  return { of, start: 0, end: of.text.length };
}

import type { ArgumentDeclaration, Instruction, Mount, Span, Word } from '../../domain/index.ts';
import { commandOf, type Source, writtenScripts } from './commands.ts';
import { type RawInstruction, splitKeyword } from './parse.ts';
import { type Slice, textOf, trim } from './source.ts';
import { type Flag, flagsOf, jsonStrings, plainWords, quotedWords, wordOf } from './words.ts';

/** What an instruction is read with. */
export interface Reading extends Source {
  readonly escape: string;
  /** Reports what could not be read: one clause, the line is put in front. */
  readonly report: (span: Span, because: string) => void;
}

/** The instructions that Docker knows; FROM is none of a stage's. */
type Reader = (raw: RawInstruction, reading: Reading) => Instruction;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['ARG', (raw, reading) => ({ kind: 'arg', declarations: argumentsOf(raw, reading), span: raw.span })],
  ['ENV', readEnv],
  ['RUN', readRun],
  ['CMD', (raw, reading) => ({ kind: 'cmd', command: commandOf(raw.rest, [], reading), span: raw.span })],
  [
    'ENTRYPOINT',
    (raw, reading) => ({ kind: 'entrypoint', command: commandOf(raw.rest, [], reading), span: raw.span }),
  ],
  ['HEALTHCHECK', readHealthcheck],
  ['COPY', (raw, reading) => readCopy('copy', raw, reading)],
  ['ADD', (raw, reading) => readCopy('add', raw, reading)],
  ['USER', (raw, reading) => readValue('user', raw, reading)],
  ['WORKDIR', (raw, reading) => readValue('workdir', raw, reading)],
  ['SHELL', readShellInstruction],
  ['ONBUILD', readOnbuild],
]);

/** Instructions without a meaning here. */
const OTHERS: ReadonlySet<string> = new Set(['LABEL', 'EXPOSE', 'VOLUME', 'STOPSIGNAL', 'MAINTAINER']);

/** One instruction of a stage; total: what cannot be read is reported and kept as `other`. */
export function readInstruction(raw: RawInstruction, reading: Reading): Instruction {
  const read = READERS.get(raw.keyword);
  if (read !== undefined) return read(raw, reading);
  if (!OTHERS.has(raw.keyword)) reportUnknown(raw, reading);
  return other(raw);
}

function other(raw: RawInstruction): Instruction {
  return { kind: 'other', keyword: raw.keyword.slice(0, LONGEST_KEYWORD), span: raw.span };
}

const LONGEST_KEYWORD = 64;

// ---- what Docker does not know -------------------------------------------------------------------------

/** Words in capitals are what build rules replace (`CROSS_BUILD_COPY`); other words are no Docker syntax. */
function reportUnknown(raw: RawInstruction, reading: Reading): void {
  const written = reading.text.slice(raw.start, raw.start + raw.keyword.length);
  if (isTemplateAction(written)) {
    if (!decidesNothing(reading.text.slice(raw.start, raw.end))) {
      reading.report(raw.span, 'a template action decides what stands here');
    }
    return;
  }
  if (/^[A-Z@_][A-Z0-9@_]*$/.test(written)) return;
  reading.report(raw.span, `${quoted(written)} is no instruction of a Dockerfile`);
}

export function isTemplateAction(text: string): boolean {
  return /^(\{\{|\{%|\{#|<%)/.test(text);
}

/** Comments and assignments of Go templates and Jinja leave nothing in the text. */
function decidesNothing(line: string): boolean {
  const comment = /^\{\{-?\s*\/\*/.test(line) || line.startsWith('{#');
  const assignment = /^\{\{-?\s*\$\w+\s*:?=/.test(line) || /^\{%-?\s*set\s/.test(line);
  const closing = line.startsWith('{{') ? '}}' : line.startsWith('{#') ? '#}' : '%}';
  return (comment || assignment) && line.indexOf(closing) + closing.length === line.trimEnd().length;
}

/** Short enough for a message, without characters that could draw. */
export function quoted(text: string): string {
  const short = text.length > LONGEST_KEYWORD ? `${text.slice(0, LONGEST_KEYWORD)}…` : text;
  return JSON.stringify(short);
}

// ---- variables -----------------------------------------------------------------------------------------

/** `ARG A B=1 C="x y"`. */
export function argumentsOf(raw: RawInstruction, reading: Reading): readonly ArgumentDeclaration[] {
  const words = quotedWords(raw.rest, reading.escape);
  if (words.length === 0) reading.report(raw.span, 'ARG names no argument');
  return words.map((word) => {
    const { name, value } = nameAndValue(word);
    const span = word.of.spanOf(word.start, word.end);
    return value === null ? { name, span } : { name, default: value, span };
  });
}

/** Cut at the first `=`; a null value where there is none. */
function nameAndValue(word: Slice): { readonly name: string; readonly value: Word | null } {
  const text = textOf(word);
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text, value: null };
  const value = wordOf({ of: word.of, start: word.start + equals + 1, end: word.end });
  return { name: text.slice(0, equals), value };
}

/** `ENV K=V K2="a b"`, or `ENV K V` where the first word holds no `=`. */
function readEnv(raw: RawInstruction, reading: Reading): Instruction {
  const words = quotedWords(raw.rest, reading.escape);
  const [first] = words;
  if (first === undefined || textOf(first).includes('=')) {
    const variables = words.flatMap((word) => {
      const { name, value } = nameAndValue(word);
      if (value === null) reading.report(raw.span, `ENV gives ${quoted(name)} no value`);
      return value === null ? [] : [{ name, value }];
    });
    if (first === undefined) reading.report(raw.span, 'ENV names no variable');
    return { kind: 'env', variables, span: raw.span };
  }
  const { keyword, rest } = splitKeyword(raw.rest);
  if (rest.start === rest.end) reading.report(raw.span, `ENV gives ${quoted(keyword)} no value`);
  const name = raw.rest.of.text.slice(raw.rest.start, raw.rest.start + keyword.length);
  return { kind: 'env', variables: [{ name, value: wordOf(rest) }], span: raw.span };
}

// ---- commands ------------------------------------------------------------------------------------------

function readRun(raw: RawInstruction, reading: Reading): Instruction {
  const { flags, rest } = flagsOf(raw.rest);
  if (rest.start === rest.end) reading.report(raw.span, 'RUN names no command');
  reportBareFlags(flags, ['mount'], raw, reading);
  const mounts = flags.flatMap((flag) =>
    flag.name === 'mount' && flag.value !== undefined ? [mountOf(flag.value.text)] : [],
  );
  return { kind: 'run', command: commandOf(rest, raw.heredocs, reading), mounts, span: raw.span };
}

/** `type=bind,from=…,source=…,target=…`, a line of CSV. */
function mountOf(text: string): Mount {
  const keys = new Map<string, string>();
  for (const field of text.split(',')) {
    const bare = field.trim().replace(/^"|"$/g, '');
    const equals = bare.indexOf('=');
    if (equals > 0) keys.set(bare.slice(0, equals).toLowerCase(), bare.slice(equals + 1));
  }
  const from = keys.get('from');
  const source = keys.get('source') ?? keys.get('src');
  const target = keys.get('target') ?? keys.get('dst') ?? keys.get('destination');
  return {
    type: keys.get('type')?.toLowerCase() ?? 'bind',
    ...(from === undefined ? {} : { from }),
    ...(source === undefined ? {} : { source }),
    ...(target === undefined ? {} : { target }),
  };
}

/** `HEALTHCHECK --interval=5s CMD …` or `HEALTHCHECK NONE`. */
function readHealthcheck(raw: RawInstruction, reading: Reading): Instruction {
  const { rest } = flagsOf(raw.rest);
  const inner = splitKeyword(rest);
  if (inner.keyword === 'NONE') return { kind: 'healthcheck', command: null, span: raw.span };
  if (inner.keyword === 'CMD')
    return { kind: 'healthcheck', command: commandOf(inner.rest, [], reading), span: raw.span };
  reading.report(raw.span, 'HEALTHCHECK wants CMD or NONE');
  return other(raw);
}

function readShellInstruction(raw: RawInstruction, reading: Reading): Instruction {
  const strings = jsonStrings(raw.rest);
  if (strings === null || strings.length === 0) {
    reading.report(raw.span, 'SHELL wants a JSON array of strings');
    return other(raw);
  }
  const words = strings.map(({ text, slice }) => ({ text, span: slice.of.spanOf(slice.start, slice.end) }));
  return { kind: 'shell', words, span: raw.span };
}

/** Docker allows no trigger in a trigger. */
function readOnbuild(raw: RawInstruction, reading: Reading): Instruction {
  const { keyword, rest } = splitKeyword(raw.rest);
  if (keyword === '' || keyword === 'ONBUILD' || keyword === 'FROM' || keyword === 'MAINTAINER') {
    reading.report(raw.span, `ONBUILD cannot be followed by ${keyword === '' ? 'nothing' : keyword}`);
    return other(raw);
  }
  const inner = { ...raw, keyword, rest, start: raw.rest.of.sourceAt(raw.rest.start) };
  const instruction = readInstruction(
    { ...inner, span: { start: raw.rest.of.positionAt(raw.rest.start), end: raw.span.end } },
    reading,
  );
  return { kind: 'onbuild', instruction, span: raw.span };
}

// ---- files and values ----------------------------------------------------------------------------------

function readCopy(kind: 'copy' | 'add', raw: RawInstruction, reading: Reading): Instruction {
  const { flags, rest } = flagsOf(raw.rest);
  const words = pathsOf(rest);
  const destination = words.at(-1);
  if (destination === undefined || words.length < 2) {
    reading.report(raw.span, `${kind.toUpperCase()} wants a source and a destination`);
    return other(raw);
  }
  reportBareFlags(flags, ['from'], raw, reading);
  const from = flagValue(flags, 'from');
  const unpack = flags.findLast((flag) => flag.name === 'unpack');
  const sources = words.slice(0, -1);
  const written = writtenScripts(sources, raw.heredocs, reading);
  return {
    kind,
    sources,
    destination,
    span: raw.span,
    ...(from === undefined ? {} : { from }),
    ...(unpack === undefined ? {} : { unpack: isTrue(unpack.value) }),
    ...(written.length === 0 ? {} : { written }),
  };
}

/** A switch without a value is on; only what says no switches it off. */
function isTrue(value: Word | undefined): boolean {
  return value === undefined || !/^(0|f|false)$/i.test(value.text);
}

function pathsOf(rest: Slice): readonly Word[] {
  const strings = jsonStrings(rest);
  if (strings === null) return plainWords(rest).map(wordOf);
  return strings.map(({ text, slice }) => ({ text, span: slice.of.spanOf(slice.start, slice.end) }));
}

/** Flags that mean nothing without a value; Docker refuses them. */
export function reportBareFlags(
  flags: readonly Flag[],
  names: readonly string[],
  raw: RawInstruction,
  reading: Reading,
): void {
  for (const flag of flags) {
    if (flag.value === undefined && names.includes(flag.name))
      reading.report(raw.span, `the flag --${flag.name} has no value`);
  }
}

export function flagValue(flags: readonly Flag[], name: string): Word | undefined {
  return flags.findLast((flag) => flag.name === name)?.value;
}

function readValue(kind: 'user' | 'workdir', raw: RawInstruction, reading: Reading): Instruction {
  const value = trim(raw.rest);
  if (value.start === value.end) {
    reading.report(raw.span, `${raw.keyword} is given no value`);
    return other(raw);
  }
  return { kind, value: wordOf(value), span: raw.span };
}

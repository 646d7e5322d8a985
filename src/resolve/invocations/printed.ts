import type {
  DockerfileFact,
  Invocation,
  Location,
  Rest,
  Span,
  Substitution,
  Workflow,
} from '../../domain/index.ts';
import { compatible, joinConditions } from '../../domain/index.ts';
import { isArchitectureName } from '../../domain/placeholder.ts';
import { dockerfile } from '../../formats/dockerfile/index.ts';
import type { Piece } from '../../formats/make/pieces.ts';
import { shown } from '../../formats/make/pieces.ts';
import { imageNames } from '../names.ts';
import { withoutArchitecture } from '../published.ts';
import type { MadeFile } from './build-files.ts';
import { LineEditor } from './edited-lines.ts';
import { distinct, isUngiven, namedValues, unionOf } from './merge.ts';
import type { FoundBuild } from './recipe-walk.ts';
import { wordOf, wordValue } from './words.ts';

/** A definition that no file of the tree holds: build commands print it. */
export interface PrintedDefinition {
  /** The file whose commands print it. */
  readonly path: string;
  /** Stable name inside that file. */
  readonly within: string;
  readonly fact: DockerfileFact;
  readonly way: Invocation;
  /** The lines that print and build it. */
  readonly rests: readonly Rest[];
}

/** A line of what is printed: its text, words that stand for values, and where it stands. */
interface PrintedLine {
  readonly text: string;
  readonly at: Location;
  readonly substitutions: readonly Substitution[];
}

const MOST_LINES = 4096;

/** Definitions that commands print, each once for every image that is built of it. */
export function printedDefinitions(
  workflow: Workflow,
  builds: readonly FoundBuild[],
): readonly PrintedDefinition[] {
  const found = new Map<string, PrintedDefinition[]>();
  const architectures = namedArchitectures(builds);
  for (const build of builds) {
    for (const file of build.files) {
      const one =
        file.printed === undefined ? undefined : printedDefinition(workflow, build, file, file.printed);
      if (one === undefined || isStranger(file.printed ?? [], build, architectures)) continue;
      const key = JSON.stringify([one.path, one.within, textsOf(one.fact)]);
      found.set(key, [...(found.get(key) ?? []), one]);
    }
  }
  const names = new Map<string, number>();
  return mergedGroups(found).map((merged) => {
    const id = `${merged.path}#${merged.within}`;
    const count = (names.get(id) ?? 0) + 1;
    names.set(id, count);
    return count === 1 ? merged : { ...merged, within: `${merged.within}~${count}` };
  });
}

function mergedGroups(
  groups: ReadonlyMap<string, readonly PrintedDefinition[]>,
): readonly PrintedDefinition[] {
  return [...groups.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [mergedAll(first, rest)],
  );
}

/**
 * What several scripts print through one library, once; and of what it prints where nobody says for which image, nothing, as long as somebody else does
 * say it.
 */
export function printedOnce(all: readonly PrintedDefinition[]): readonly PrintedDefinition[] {
  const groups = new Map<string, PrintedDefinition[]>();
  for (const one of all) {
    const { start } = one.way.at;
    const key = JSON.stringify([one.path, one.within, textsOf(one.fact), one.way.at.path, start.line]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const merged = mergedGroups(groups);
  const given = new Set(merged.filter((one) => !isUngivenDefinition(one)).map(lineOfBuild));
  return merged.filter((one) => !isUngivenDefinition(one) || !given.has(lineOfBuild(one)));
}

function lineOfBuild({ way: { at } }: PrintedDefinition): string {
  return `${at.path}:${at.start.line}`;
}

function isUngivenDefinition({ way: { substitutions } }: PrintedDefinition): boolean {
  return substitutions.some(({ to }) => to.alternatives.every(isUngiven));
}

/** Builds of one line that hold for an architecture which a condition names, by line and subject. */
function namedArchitectures(builds: readonly FoundBuild[]): ReadonlySet<string> {
  return new Set(
    builds.flatMap(({ at, when }) =>
      when.flatMap((condition) => ('equals' in condition ? [lineKey(at, condition.subject)] : [])),
    ),
  );
}

function lineKey({ path, start }: Location, subject: string): string {
  return `${path}\0${start.line}\0${subject}`;
}

/** What nothing sets under "none of these architectures" is not built; what is set there to something open may well be. */
function isStranger(
  printed: readonly Piece[],
  { at, when }: FoundBuild,
  architectures: ReadonlySet<string>,
): boolean {
  const open = printed.filter((piece) => piece.open !== undefined && !isArchitectureName(piece.text));
  return (
    open.length > 0 &&
    open.every((piece) => piece.elsewhere === true) &&
    when.some(
      (condition) =>
        'except' in condition &&
        isArchitectureName(condition.subject) &&
        architectures.has(lineKey(at, condition.subject)),
    )
  );
}

function textsOf({ stages }: DockerfileFact): readonly string[] {
  return stages.map(({ base }) => base.text);
}

function distinctRests(rests: readonly Rest[]): readonly Rest[] {
  const found = new Map<string, Rest>();
  for (const rest of rests)
    found.set(
      typeof rest === 'string' ? rest : `${rest.path}\0${JSON.stringify([rest.start, rest.end])}`,
      rest,
    );
  return [...found.values()];
}

function mergedAll(first: PrintedDefinition, rest: readonly PrintedDefinition[]): PrintedDefinition {
  if (rest.length === 0) return first;
  const all = [first, ...rest];
  const substitutions = first.way.substitutions.map((mine): Substitution => {
    const values = all.flatMap(
      ({ way }) => way.substitutions.find(({ from }) => from === mine.from)?.to ?? [],
    );
    return { ...mine, to: unionOf(values) };
  });
  const tags = distinct(all.flatMap(({ way }) => way.tags));
  const pushes = all.some(({ way }) => way.pushes);
  return {
    ...first,
    way: { ...first.way, substitutions, tags, pushes },
    rests: distinctRests(all.flatMap(({ rests }) => rests)),
  };
}

/** The definition that one build is printed; undefined where that holds no stage, or never meets the build. */
export function printedDefinition(
  workflow: Workflow,
  build: FoundBuild,
  file: MadeFile,
  printed: readonly Piece[],
): PrintedDefinition | undefined {
  if (!compatible(file.when, build.when)) return undefined;
  const around = { ...build, when: joinConditions(file.when, build.when) };
  const lines = linesOf(printed, file, around);
  const text = lines.map((line) => line.text).join('\n');
  const fact = factOf(text, lines);
  const path = lines.find((line) => /^\s*FROM\s/i.test(line.text))?.at.path ?? build.at.path;
  const { command } = build;
  const tags = command.tags.map((tag) => wordValue(tag, around.when, build.beyond));
  const way: Invocation = {
    workflow,
    at: build.at,
    rule: build.rule,
    definition: path,
    context: build.context,
    buildArguments: namedValues(command.buildArguments, around),
    substitutions: lines.flatMap(({ substitutions }) => substitutions),
    ...(command.target === null ? {} : { target: command.target.text }),
    tags,
    contexts: namedValues(command.contexts, around),
    ...(command.from === null ? {} : { from: wordValue(command.from, around.when, build.beyond) }),
    pushes: command.pushes,
  };
  const within = tags.flatMap(imageNames).map(withoutArchitecture)[0] ?? build.rule;
  if (fact === undefined) return undefined;
  return {
    path,
    within,
    fact,
    way,
    rests: [build.at, ...lines.map(({ at }) => at)],
  };
}

/** Cuts what is printed into lines; on lines that decide a base, values are words of their own. */
function linesOf(printed: readonly Piece[], file: MadeFile, build: FoundBuild): readonly PrintedLine[] {
  const lines: PrintedLine[] = [];
  const editor = new LineEditor(file.edits);
  let pieces: Piece[] = [];
  let at = build.at;
  const end = (): void => {
    const line = editor.edited({ number: lines.length + 1, pieces });
    if (line !== null)
      lines.push(lineOf(line.pieces, pieces[0]?.chain[0] ?? at, build, lines.length, line.unknown));
    at = pieces.at(-1)?.chain[0] ?? at;
    pieces = [];
  };
  for (const piece of printed) {
    if (lines.length > MOST_LINES) break;
    const texts = piece.open === undefined ? piece.text.split('\n') : [piece.text];
    texts.forEach((text, index) => {
      if (index > 0) end();
      if (text !== '') pieces.push({ ...piece, text });
    });
  }
  end();
  return lines;
}

/** Encloses the words that stand for values; no text of a tree holds it here. */
const SLOT = '\ue210';

const DECIDES = /^\s*(FROM|ARG)\s/i;

function lineOf(
  pieces: readonly Piece[],
  at: Location,
  { when, beyond }: FoundBuild,
  number: number,
  unknown: string | undefined,
): PrintedLine {
  const text = shown(pieces);
  if (!DECIDES.test(text)) return { text, at, substitutions: [] };
  const first = pieces[0]?.chain;
  const isGiven = ({ open, chain }: Piece): boolean =>
    unknown !== undefined || open !== undefined || (chain !== first && chain.length > 1);
  const because = `its line is changed by ${unknown} before it is built, and that is not followed`;
  const substitutions: Substitution[] = [];
  const marked = wordsOf(pieces).map((word) => {
    const isInstruction = DECIDES.test(`${shown(word)} `);
    const { own, given } = isInstruction ? { own: shown(word), given: [] } : partsOf(word, isGiven);
    if (given.length === 0) return own;
    const slot = `${SLOT}${number}x${substitutions.length}${SLOT}`;
    const to = wordValue(wordOf(given, at), when, unknown === undefined ? beyond : because);
    substitutions.push({ from: slot, to });
    return own + slot;
  });
  return { text: marked.join(''), at, substitutions };
}

/** A line cut at its blanks, which are words too. */
function wordsOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const words: Piece[][] = [[]];
  let wasBlank = false;
  for (const piece of pieces) {
    const texts = piece.open === undefined ? piece.text.split(/(\s+)/) : [piece.text];
    for (const text of texts) {
      if (text === '') continue;
      const isBlank = piece.open === undefined && /^\s/.test(text);
      if (isBlank !== wasBlank) words.push([]);
      wasBlank = isBlank;
      words.at(-1)?.push({ ...piece, text });
    }
  }
  return words;
}

/**
 * What stands in a word as it is, and the rest, which is one value: of several things that a word can be, no part of one meets a part of another. A name
 * that is set, and an option, stay in front.
 */
function partsOf(
  word: readonly Piece[],
  isGiven: (piece: Piece) => boolean,
): { readonly own: string; readonly given: readonly Piece[] } {
  const text = (pieces: readonly Piece[]): string => shown(pieces).replaceAll(SLOT, '');
  const isBlank = word.every(({ open, text: blank }) => open === undefined && /^\s*$/.test(blank));
  const start = word.findIndex(isGiven);
  if (isBlank || start < 0) return { own: text(word), given: [] };
  const before = word.slice(0, start);
  const [, own = '', rest = ''] = /^(.*=)?(.*)$/s.exec(text(before)) ?? [];
  const chain = before.at(-1)?.chain ?? [];
  return { own, given: [...(rest === '' ? [] : [{ text: rest, chain }]), ...word.slice(start)] };
}

/** Facts of printed texts by the text and the places of its lines; a library prints the same ones for many callers. */
const knownFacts = new Map<string, DockerfileFact | undefined>();
const MOST_FACTS = 256;

function factOf(text: string, lines: readonly PrintedLine[]): DockerfileFact | undefined {
  const key = JSON.stringify([text, lines.map(({ at }) => [at.path, at.start, at.end])]);
  if (knownFacts.has(key)) return knownFacts.get(key);
  const found = dockerfile
    .facts(text, 'dockerfile')
    .find((one): one is DockerfileFact => one.kind === 'dockerfile' && one.stages.length > 0);
  const fact = found === undefined ? undefined : placedFact(found, lines);
  if (knownFacts.size >= MOST_FACTS) knownFacts.clear();
  knownFacts.set(key, fact);
  return fact;
}

/** The same facts where they are written: each span becomes its line's place. */
function placedFact(fact: DockerfileFact, lines: readonly PrintedLine[]): DockerfileFact {
  const place = (span: Span): Span => {
    const from = lines[span.start.line - 1]?.at;
    const to = lines[span.end.line - 1]?.at ?? from;
    return from === undefined || to === undefined ? span : { start: from.start, end: to.end };
  };
  return JSON.parse(JSON.stringify(fact), (key, value) =>
    key === 'span' && value !== null && typeof value === 'object' ? place(value as Span) : (value as unknown),
  ) as DockerfileFact;
}

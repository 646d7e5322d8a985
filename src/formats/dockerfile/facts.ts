import type {
  ArgumentDeclaration,
  DockerfileFact,
  Fact,
  Instruction,
  Span,
  StageFact,
  UnreadableFact,
} from '../../domain/index.ts';
import {
  argumentsOf,
  flagValue,
  isTemplateAction,
  quoted,
  type Reading,
  readInstruction,
  reportBareFlags,
} from './instructions.ts';
import { type ParsedDockerfile, parseDockerfile, type RawInstruction } from './parse.ts';
import { textOf } from './source.ts';
import { flagsOf, plainWords, wordOf } from './words.ts';

/** Whose text a build tool replaces before Docker reads it. */
export const TEMPLATE_PROFILE = 'dockerfile-template';

const MOST_UNREADABLE = 20;

/** What a Dockerfile says: one fact of its stages where it has any, and what could not be read of it. */
export function dockerfileFacts(text: string, profile: string): readonly Fact[] {
  if (text.includes('\0')) return [{ kind: 'unreadable', because: 'it holds NUL bytes: not a text file' }];
  const parsed = parseDockerfile(text);
  const frontend = foreignFrontend(parsed);
  if (frontend !== null) return [frontend];
  const unread = new UnreadableList();
  for (const problem of parsed.problems) unread.add(problem.span, problem.because);
  if (profile === TEMPLATE_PROFILE) reportPreprocessor(text, parsed, unread);
  const dockerfile = readStages(text, parsed, unread);
  if (dockerfile === null)
    return [...unread.facts(), { kind: 'unreadable', because: 'it holds no FROM instruction' }];
  return [dockerfile, ...unread.facts()];
}

/** Collects what could not be read, a bounded number of places. */
class UnreadableList {
  readonly #facts: UnreadableFact[] = [];
  #more = 0;

  add(span: Span, because: string): void {
    if (this.#facts.length < MOST_UNREADABLE) this.#facts.push({ kind: 'unreadable', span, because });
    else this.#more++;
  }

  facts(): readonly UnreadableFact[] {
    if (this.#more === 0) return this.#facts;
    return [
      ...this.#facts,
      { kind: 'unreadable', because: `${this.#more} more lines that could not be read` },
    ];
  }
}

// ---- frontends and preprocessors -----------------------------------------------------------------------

/** A frontend other than Docker's own may give the text any meaning (SEMANTICS 3.6). */
function foreignFrontend(parsed: ParsedDockerfile): UnreadableFact | null {
  const { syntax } = parsed;
  if (syntax === undefined || isDockersFrontend(syntax.text)) return null;
  const because = `line ${syntax.span.start.line}: the syntax directive names ${quoted(syntax.text)}, which is not Docker's own frontend`;
  return { kind: 'unreadable', span: syntax.span, because };
}

const DOCKERS_FRONTEND =
  /^(?:(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\/)?docker\/dockerfile(?:-upstream)?(?=$|[:@\s])/;

/** True for a frontend that reads a Dockerfile as Docker does. */
export function isDockersFrontend(reference: string): boolean {
  return DOCKERS_FRONTEND.test(reference);
}

const PREPROCESSOR = /^#(if|ifdef|ifndef|else|elif|endif|include|define|undef)\b/;

/** Lines that Docker takes for comments and the C preprocessor does not. */
function reportPreprocessor(text: string, parsed: ParsedDockerfile, unread: UnreadableList): void {
  let at = 0;
  for (const line of text.split('\n')) {
    const word = PREPROCESSOR.exec(line.slice(0, 16))?.[1];
    if (word !== undefined) {
      const span = parsed.lines.spanOf(at, at + line.trimEnd().length);
      unread.add(span, `line ${span.start.line}: #${word} of a preprocessor decides what stands here`);
    }
    at += line.length + 1;
  }
}

// ---- stages --------------------------------------------------------------------------------------------

type OpenStage = Omit<StageFact, 'instructions'> & { readonly instructions: Instruction[] };

function readStages(text: string, parsed: ParsedDockerfile, unread: UnreadableList): DockerfileFact | null {
  const reading: Reading = {
    text,
    lines: parsed.lines,
    escape: parsed.escape,
    report: (span, because) => unread.add(span, `line ${span.start.line}: ${because}`),
  };
  const globalArguments: ArgumentDeclaration[] = [];
  const stages: OpenStage[] = [];
  for (const raw of parsed.instructions) {
    const stage = stages.at(-1);
    if (raw.keyword === 'FROM') stages.push(readFrom(raw, stages.length, reading));
    else if (stage !== undefined) stage.instructions.push(readInstruction(raw, reading));
    else if (raw.keyword === 'ARG') globalArguments.push(...argumentsOf(raw, reading));
    else readBeforeFrom(raw, reading);
  }
  return stages.length === 0 ? null : { kind: 'dockerfile', globalArguments, stages };
}

/** Only ARG may stand above the first FROM; lines of a template that leave nothing may too. */
function readBeforeFrom(raw: RawInstruction, reading: Reading): void {
  const instruction = readInstruction(raw, reading);
  const known = instruction.kind !== 'other' || /^[A-Z]+$/.test(instruction.keyword);
  const written = reading.text.slice(raw.start, raw.start + raw.keyword.length);
  if (known && !isTemplateAction(written))
    reading.report(raw.span, `${quoted(written)} stands above the first FROM`);
}

/** `FROM [--platform=…] IMAGE [AS NAME]`. A stage is kept whatever else stands there. */
function readFrom(raw: RawInstruction, index: number, reading: Reading): OpenStage {
  const { flags, rest } = flagsOf(raw.rest);
  const words = plainWords(rest);
  const [image, as, name] = words;
  const named = words.length === 3 && as !== undefined && textOf(as).toUpperCase() === 'AS';
  if (image === undefined) reading.report(raw.span, 'FROM names no image');
  else if (words.length !== 1 && !named)
    reading.report(raw.span, 'FROM wants an image, or an image and AS and a name');
  reportBareFlags(flags, ['platform'], raw, reading);
  const platform = flagValue(flags, 'platform');
  return {
    index,
    ...(named && name !== undefined ? { name: textOf(name).toLowerCase() } : {}),
    base: wordOf(image ?? { of: rest.of, start: rest.end, end: rest.end }),
    ...(platform === undefined ? {} : { platform }),
    span: raw.span,
    instructions: [],
  };
}

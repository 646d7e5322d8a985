// Images that no Dockerfile describes: a Bazel rule, a ko entry, a Dockerfile that a script prints. They become the same model as a
// definition of one stage, so that every rule judges them alike.
import type {
  BaseAssessment,
  BuiltImage,
  DockerfileFact,
  EffectiveBase,
  Instruction,
  Invocation,
  Location,
  Position,
  Rest,
  Scope,
  Start,
  Value,
  Workflow,
} from '../domain/index.ts';
import { folderOf, literal } from '../domain/index.ts';
import type { FileReader } from './files.ts';
import { buildImages } from './image.ts';
import type { PrintedDefinition } from './invocations/printed.ts';
import { bestName, imageNames } from './names.ts';

/** An image as another file than a Dockerfile declares it. */
export interface DeclaredImage {
  readonly workflow: Workflow;
  /** The rule, entry or text that declares it; its path is the definition's. */
  readonly at: Location;
  /** Stable name inside that file: the target, the import path. */
  readonly within: string;
  readonly scope: Scope;
  /** The reference of its base, each alternative's chain ending at the line that decides it; null for an empty root. */
  readonly base: Value | null;
  /** Where the base is known from, where no file of the tree names it. */
  readonly note?: string;
  /** What acts on the image in order of effect, those of a base that the same tree declares included. */
  readonly instructions: readonly PlacedInstruction[];
  /** Names it is published under. */
  readonly names: readonly Value[];
  /** What it is called inside the tree only. */
  readonly inside?: Value;
  /** True where a command of the tree pushes it. */
  readonly pushes?: boolean;
  /** What it rests on instead of the whole file that declares it: the lines of its own rule, where a file declares many. */
  readonly rests?: readonly Rest[];
}

/** An instruction and where it is written, which may be another file than the image's. */
export interface PlacedInstruction {
  readonly at: Location;
  readonly instruction: Instruction;
}

const BASE = 'BASE';

/** Evaluates a declared image as a definition of one stage. */
export function declaredImages(
  declared: DeclaredImage,
  reader: FileReader,
  assess: (reference: string) => BaseAssessment,
): readonly BuiltImage[] {
  const { at, scope, within, workflow, names, inside } = declared;
  const way: Invocation = {
    workflow,
    at,
    rule: within,
    definition: at.path,
    context: folderOf(at.path),
    buildArguments: new Map([[BASE, declared.base ?? literal('scratch', [at])]]),
    substitutions: [],
    tags: inside === undefined ? names : [...names, inside],
    contexts: new Map(),
    pushes: declared.pushes ?? false,
  };
  const built = buildImages(
    { path: at.path, fact: asDefinition(declared), scope, ways: [way] },
    reader,
    assess,
  );
  const places = new Map<object, Location>();
  for (const one of declared.instructions) places.set(one.instruction, one.at);
  const own = {
    id: `${at.path}#${within}`,
    ...(names.length === 0 ? {} : { name: bestName(names.flatMap(imageNames)) }),
  };
  return built.map((image) => restingOn(noted(placed({ ...image, ...own }, places), declared), declared));
}

/** Evaluates a definition that commands print: it rests on the lines that print it. */
export function printedImages(
  { path, within, fact, way, rests }: PrintedDefinition,
  scope: Scope,
  reader: FileReader,
  assess: (reference: string) => BaseAssessment,
): readonly BuiltImage[] {
  return buildImages({ path, fact, scope, ways: [way] }, reader, assess).map((image) => ({
    ...image,
    id: `${path}#${within}`,
    reads: [...rests, ...image.reads.filter((rest) => rest !== path)],
  }));
}

/** A base that no file of the tree names says where it is known from. */
function noted(image: BuiltImage, { at, note }: DeclaredImage): BuiltImage {
  if (note === undefined) return image;
  const said = (base: EffectiveBase): EffectiveBase =>
    base.chain.every((link) => link.path === at.path && isSamePlace(link.start, at.start))
      ? { ...base, note }
      : base;
  const [first, ...rest] = image.bases;
  return { ...image, bases: [said(first), ...rest.map(said)] };
}

function isSamePlace(a: Position, b: Position): boolean {
  return a.line === b.line && a.column === b.column;
}

function asDefinition({ at, instructions }: DeclaredImage): DockerfileFact {
  const span = { start: at.start, end: at.end };
  return {
    kind: 'dockerfile',
    globalArguments: [{ name: BASE, span }],
    stages: [
      {
        index: 0,
        base: { text: `\${${BASE}}`, span },
        span,
        instructions: instructions.map(({ instruction }) => instruction),
      },
    ],
  };
}

/** What the image's judgement rests on: where it names lines, not all that the same file declares. */
function restingOn(image: BuiltImage, { at, rests, instructions }: DeclaredImage): BuiltImage {
  if (rests === undefined) return image;
  const links = image.bases.flatMap(({ chain }) => chain);
  const lines = [...rests, ...links, ...instructions.map((one) => one.at)];
  return { ...image, reads: [...lines, ...image.reads.filter((rest) => rest !== at.path)] };
}

/** The same image with each instruction where it is written. */
function placed(image: BuiltImage, places: ReadonlyMap<object, Location>): BuiltImage {
  const steps = image.steps.map((step) => ({ ...step, at: places.get(step.instruction) ?? step.at }));
  const byCommand = new Map<object, Location>();
  for (const { instruction, at } of steps)
    if ('command' in instruction && instruction.command !== null) byCommand.set(instruction.command, at);
  const moved = (start: Start | undefined): Start | undefined =>
    start === undefined ? undefined : { ...start, at: byCommand.get(start.command) ?? start.at };
  const entrypoint = moved(image.entrypoint);
  const cmd = moved(image.cmd);
  return {
    ...image,
    steps,
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(cmd === undefined ? {} : { cmd }),
  };
}

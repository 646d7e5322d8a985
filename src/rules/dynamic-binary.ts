import type {
  BuiltImage,
  DockerfileFact,
  Instruction,
  Location,
  Problem,
  Rule,
  ShellScript,
  SimpleCommand,
  StageFact,
} from '../domain/index.ts';
import { basesInWords, imageLabel, locate, programName } from '../domain/index.ts';
import { imageNeed } from './image-needs.ts';

/** Go binaries that need a libc which their image does not have. */
export const dynamicBinary: Rule = {
  on: 'tree',
  meta: {
    id: 'dynamic-binary',
    since: '0.1.0',
    level: 'note',
    summary: 'A Go binary is linked against libc, and the image has none.',
    why: 'With cgo on (`CGO_ENABLED=1`), a Go binary needs the dynamic loader and libc of the system it was built on. distroless/static has neither: the container ends with “no such file or directory”.',
    remedy:
      'Build with `CGO_ENABLED=0`. Where cgo is needed, `gcr.io/distroless/base` or `cc` has libc (under kep-1729 with an exception: `plinth explain exceptions`).',
    sources: ['https://pkg.go.dev/cmd/cgo'],
    examples: {
      flagged: [
        {
          title: 'cgo on, static base',
          files: {
            Dockerfile:
              'FROM golang:1.25 AS build\nRUN CGO_ENABLED=1 go build -o /server .\n#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ dynamic-binary\nFROM gcr.io/distroless/static\nCOPY --from=build /server /server\n',
          },
        },
      ],
      clean: [
        {
          title: 'cgo off',
          files: {
            Dockerfile:
              'FROM golang:1.25 AS build\nENV CGO_ENABLED 0\nRUN go build -o /server .\nFROM gcr.io/distroless/static\nCOPY --from=build /server /server\n',
          },
        },
      ],
    },
  },
  *check(project) {
    for (const image of project.images) yield* dynamicBuilds(image);
  },
};

function* dynamicBuilds(image: BuiltImage): Iterable<Problem> {
  const onStatic = image.bases.some(
    (base) =>
      base.assessment.contents.known &&
      !base.assessment.contents.libc &&
      base.assessment.standing !== 'unresolved',
  );
  for (const at of cgoLines(image)) {
    const label = imageLabel(image);
    const message = onStatic
      ? `A Go binary of ${label} is built with cgo, and ${basesInWords(image)} has no libc to load it: build with CGO_ENABLED=0.`
      : `A Go binary of ${label} is built with cgo, which ties the image to a base with libc: build with CGO_ENABLED=0 where cgo is not needed.`;
    const problem = imageNeed(image, {
      at,
      subject: 'libc',
      message,
      effect: onStatic ? 'breaks' : 'discouraged',
    });
    yield onStatic ? problem : { ...problem, level: 'note' };
  }
}

/** Lines that build with cgo: of stages that the image is made of, and of build rules whose programs it copies in. */
function* cgoLines(image: BuiltImage): Iterable<Location> {
  yield* image.cgo ?? [];
  const copied = copiedStages(image);
  for (const stage of image.definition.stages) {
    const isFinal = stage.index === image.definition.stages.length - 1;
    if (!isFinal && !copied.has(String(stage.index)) && !copied.has(stage.name ?? '-')) continue;
    for (const run of cgoBuilds(image.definition, stage)) yield locate(image.path, run.span);
  }
}

/** Names and numbers of the stages that the image copies from, in lower case. */
function copiedStages(image: BuiltImage): ReadonlySet<string> {
  const names = image.steps.flatMap(({ instruction }) =>
    instruction.kind === 'copy' || instruction.kind === 'add'
      ? [instruction.from?.text.toLowerCase() ?? '']
      : [],
  );
  return new Set(names);
}

type Run = Extract<Instruction, { kind: 'run' }>;

/** RUN instructions of a stage that build Go with cgo switched on explicitly, in the RUN or before it. */
function* cgoBuilds(fact: DockerfileFact, stage: StageFact): Iterable<Run> {
  let enabled = inheritedCgo(fact, stage);
  for (const instruction of stage.instructions) {
    const given = settingOf(instruction);
    if (given !== undefined) enabled = given;
    if (instruction.kind !== 'run' || instruction.command.script === undefined) continue;
    if (buildsWithCgo(instruction.command.script, enabled)) yield instruction;
  }
}

function inheritedCgo(fact: DockerfileFact, stage: StageFact, depth = 0): string | undefined {
  const below = fact.stages.find(
    (one) => one.index < stage.index && one.name === stage.base.text.toLowerCase(),
  );
  if (below === undefined || depth > 32) return undefined;
  let enabled = inheritedCgo(fact, below, depth + 1);
  for (const instruction of below.instructions) enabled = settingOf(instruction) ?? enabled;
  return enabled;
}

function settingOf(instruction: Instruction): string | undefined {
  if (instruction.kind === 'env')
    return instruction.variables
      .findLast((one) => one.name === 'CGO_ENABLED')
      ?.value.text.replace(/["']/g, '');
  if (instruction.kind === 'arg')
    return instruction.declarations
      .findLast((one) => one.name === 'CGO_ENABLED')
      ?.default?.text.replace(/["']/g, '');
  return undefined;
}

function buildsWithCgo(script: ShellScript, before: string | undefined): boolean {
  let enabled = before;
  for (const command of script.commands) {
    const own =
      command.assignments.findLast((one) => one.name === 'CGO_ENABLED')?.value ?? assignedInWords(command);
    const isBare = command.words.length === 0 || command.words[0]?.text === 'export';
    if (isBare && own !== undefined) enabled = own;
    if (isGoBuild(command) && (own ?? enabled) === '1' && !isStaticallyLinked(command)) return true;
  }
  return false;
}

function assignedInWords(command: SimpleCommand): string | undefined {
  const word = command.words.find((one) => one.text.startsWith('CGO_ENABLED='));
  return word?.text.slice('CGO_ENABLED='.length);
}

function isGoBuild(command: SimpleCommand): boolean {
  const at = command.words.findIndex((word) => programName(word.text) === 'go');
  return at >= 0 && ['build', 'install'].includes(command.words[at + 1]?.text ?? '');
}

/** `-extldflags "-static"` makes a cgo binary static. */
function isStaticallyLinked(command: SimpleCommand): boolean {
  return command.words.some((word) => /(^|[\s"'=])-static\b/.test(word.text));
}

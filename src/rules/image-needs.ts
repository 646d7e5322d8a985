import type { BuiltImage, Instruction, Problem, Step } from '../domain/index.ts';
import { basesInWords, hasPackageManager, shellEffect, standingOf } from '../domain/index.ts';
import { installedPackages, isRedundantOnDistroless, type PackageUse } from '../domain/package-managers.ts';

/** A need of an image, on the line that has it. */
export function imageNeed(
  image: BuiltImage,
  given: Pick<Problem, 'at' | 'subject' | 'message' | 'effect' | 'fix' | 'level'>,
): Problem {
  return {
    kind: 'need',
    path: image.path,
    at: given.at,
    subject: [image.id.slice(image.path.length), given.subject].filter((part) => part !== '').join(' '),
    message: given.message,
    effect: given.effect ?? shellEffect(image),
    standing: standingOf(image),
    scope: image.scope,
    rests: image.reads,
    concerns: { built: [image.id] },
    ...(given.level === undefined ? {} : { level: given.level }),
    ...(given.fix === undefined ? {} : { fix: given.fix }),
  };
}

/** How the image stands to the need, as a clause: `gcr.io/distroless/static has none`. */
export function shellOnBase(image: BuiltImage): string {
  if (image.bases.some((base) => base.unresolved !== undefined))
    return 'its base is not resolved, so none is known to be there';
  if (shellEffect(image) === 'breaks') return `${basesInWords(image)} has none`;
  if (image.bases.every((base) => base.assessment.contents.shell))
    return `${basesInWords(image)} has one, which ties the image to that base`;
  return image.brings.shell === undefined
    ? 'that ties the image to a base that has one'
    : 'only the one that the image copies in is there';
}

/** What a RUN of the final image is, the most specific kind only (DOMAIN 6). */
export type RunKind =
  | { readonly kind: 'redundant' | 'packages'; readonly manager: string }
  | { readonly kind: 'shell' }
  | { readonly kind: 'none' };

type Run = Extract<Instruction, { kind: 'run' }>;

/** What RUN instructions, and rules that unpack packages, do to the image. */
export function* runsOf(image: BuiltImage): Iterable<{ readonly step: Step; readonly is: RunKind }> {
  for (const step of image.steps) {
    const { instruction } = step;
    if (instruction.kind === 'run') yield { step, is: kindOfRun(step, instruction, image) };
    if (instruction.kind === 'packages')
      yield {
        step,
        is: kindOfInstalls([{ manager: instruction.by, packages: instruction.packages }], image),
      };
  }
}

function kindOfRun(step: Step, run: Run, image: BuiltImage): RunKind {
  const installs = installsOf(step, run);
  if (installs.length > 0) return kindOfInstalls(installs, image);
  if (mountBringsShell(run)) return { kind: 'none' };
  return run.command.form === 'shell' || run.command.script !== undefined
    ? { kind: 'shell' }
    : { kind: 'none' };
}

function kindOfInstalls(installs: readonly PackageUse[], image: BuiltImage): RunKind {
  const manager = installs[0]?.manager ?? '';
  const listed = installs.flatMap((one) => one.packages ?? ['?']);
  const redundant = isRedundantOnDistroless(listed) && hasPackageManager(image);
  return { kind: redundant ? 'redundant' : 'packages', manager };
}

function installsOf(step: Step, run: Run) {
  const commands = [
    ...(run.command.script?.commands ?? []),
    ...(step.scripts ?? []).flatMap((script) => script.fact?.script.commands ?? []),
  ];
  const lists = commands.map((command) => command.words.map((word) => word.text));
  if (run.command.form === 'exec') lists.push(run.command.words.map((word) => word.text));
  return lists.flatMap((words) => installedPackages(words) ?? []);
}

const SHELL_FOLDERS = /^\/(bin|usr\/bin|busybox|usr|)\/?$/;

/** A need that a mount meets leaves nothing behind in the image (SEMANTICS 3.6). */
function mountBringsShell(run: Run): boolean {
  return run.mounts.some((mount) => mount.from !== undefined && SHELL_FOLDERS.test(mount.target ?? ''));
}

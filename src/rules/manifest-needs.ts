import type {
  BuiltImage,
  ConcernedImages,
  Container,
  ExecCommand,
  Location,
  NonEmpty,
  Problem,
  Runs,
  Scope,
  Span,
  Standing,
  Start,
  UndecidedStart,
  Workload,
} from '../domain/index.ts';
import {
  comparePositions,
  hasShell,
  restOf,
  shellIndex,
  standingOf,
  startedPrograms,
  worstStanding,
} from '../domain/index.ts';
import { counted } from '../domain/words.ts';

/** A need of a manifest, judged by the image that the container runs (SEMANTICS 4.5). */
export function manifestNeed(
  workload: Workload,
  container: Container,
  given: { at: Location; subject: string; message: string; path?: string },
): Problem {
  const { runs } = container;
  const taken = takenAt(container, given.at);
  return {
    kind: 'use',
    path: workload.path,
    at: given.at,
    subject: `${workload.id}/${container.name} ${given.subject}`,
    message: given.message + restOfMessage(container),
    effect:
      runs.whose === 'third-party' || (runs.whose === 'built' && runs.images.every(hasShell))
        ? 'discouraged'
        : 'breaks',
    ...standingOfRuns(runs),
    scope: scopeOf(runs, workload.scope),
    concerns: concernedBy(container),
    ...(taken === undefined
      ? { rests: [restOf(workload), workload.embedded === true ? given.at : given.at.path] }
      : {
          rests: [restOf(workload), given.at],
          related: [{ ...taken.at, message: 'the manifest takes it here' }],
        }),
  };
}

/** The start that takes a word from that place, where the place is a line of another file. */
function takenAt({ start, hooks }: Container, at: Location): Start | undefined {
  const starts = [...(start === undefined ? [] : [start]), ...hooks.map((hook) => hook.start)];
  return starts.find(({ command }) =>
    command.words.some(({ path, span }) => path === at.path && isIn(at, span)),
  );
}

function isIn({ start }: Location, span: Span): boolean {
  return comparePositions(span.start, start) <= 0 && comparePositions(start, span.end) <= 0;
}

function concernedBy({ runs, image }: Container): ConcernedImages {
  if (runs.whose === 'built') return { built: runs.images.map(({ id }) => id) };
  if (image === undefined) return { built: [] };
  const base = runs.whose === 'base' ? runs.base.assessment.identity : null;
  return { built: [], run: { reference: image.reference, base } };
}

function scopeOf(runs: Runs, scope: Scope): Scope {
  return runs.whose === 'third-party' ? 'third-party' : scope;
}

/** An image of ours that cannot be resolved blocks; one that nothing decides is undecided. */
function standingOfRuns(runs: Runs): { standing?: Standing; level?: 'inconclusive' } {
  switch (runs.whose) {
    case 'built':
      return { standing: worstStanding(runs.images.map(standingOf)) };
    case 'base':
      return { standing: runs.base.assessment.standing };
    case 'governed':
      return { standing: 'allowed' };
    case 'third-party':
      return {};
    case 'open':
      return { level: 'inconclusive' };
    default:
      return runs satisfies never;
  }
}

/** Which image it is, and why it is ours or not. */
function restOfMessage({ image, runs }: Container): string {
  const name = image === undefined ? 'The image' : shown(image.reference);
  switch (runs.whose) {
    case 'built':
      return ` ${name} is one of ours: ${buildersOf(runs.images)}.`;
    case 'governed':
      return ` ${name} is one of ours (the policy's images: ${runs.by}), and no file of this tree that was read builds it, so it is held to the policy's base.`;
    case 'third-party':
      return ` ${name} is not one of ours (the tree does not build it, and the policy's images do not name it), so this is a note.`;
    case 'open':
      return ` It could not be judged: ${runs.because}.`;
    default:
      return '';
  }
}

function buildersOf([first, ...rest]: NonEmpty<BuiltImage>): string {
  if (rest.length === 0) return `${first.id} builds it`;
  return `${first.id} and ${counted(rest.length, 'other definition')} build it`;
}

/**
 * A start of an image of ours whose program nothing that was read decides: it may be a shell, so the judgement stays open. Null where the
 * image is not ours, or is judged by its own name.
 */
export function undecidedStart(
  workload: Workload,
  container: Container,
  { at, written }: UndecidedStart,
  given: { readonly subject: string; readonly what: string },
): Problem | null {
  const { runs } = container;
  if (runs.whose !== 'built' && runs.whose !== 'governed') return null;
  const message = `${given.what} is not decided by any file that was read: ${shown(written)} may stand for a shell. Write the program itself in the manifest.`;
  return {
    ...manifestNeed(workload, container, { at, subject: given.subject, message }),
    level: 'inconclusive',
  };
}

const LONGEST_SHOWN = 100;

function shown(written: string): string {
  const line = written.replace(/\s+/g, ' ');
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}

/** The words that a container starts: the entry point of a known base in front of bare `args`. */
export function effectiveWords(
  container: Container,
  command: ExecCommand,
  isEntry: boolean,
): readonly string[] {
  const words = command.words.map((word) => word.text);
  if (!isEntry) return words;
  return shellIndex(words) === null && words[0]?.startsWith('-')
    ? [...entrypointOf(container.runs), ...words]
    : words;
}

function entrypointOf(runs: Runs): readonly string[] {
  if (runs.whose === 'base') return runs.base.assessment.contents.entrypoint;
  return (runs.whose === 'third-party' && runs.entrypoint) || [];
}

/**
 * `nsenter` into the mounts of PID 1 under hostPID, or `chroot` into a host folder, starts a program of the host, which is no need
 * of the image (DOMAIN 4). The wrapper itself stays a need.
 */
export function mayStartHostProgram(workload: Workload, container: Container, start: Start): boolean {
  if (start.command.form !== 'exec') return false;
  const words = start.command.words.map((word) => word.text);
  for (const { name, index } of startedPrograms(words)) {
    if (name === 'nsenter') return workload.hostPid && entersMountsOfInit(words.slice(index + 1));
    if (name === 'chroot')
      return container.hostPaths.some((path) => path === words[index + 1]?.replace(/(.)\/$/, '$1'));
  }
  return false;
}

function entersMountsOfInit(options: readonly string[]): boolean {
  const target = options.some(
    (word, at) =>
      /^(--target=1|-t1)$/.test(word) || (/^(-t|--target)$/.test(word) && options[at + 1] === '1'),
  );
  const mounts = options.some((word) => /^(-a|--all|--mount(=.*)?|-[a-z]*m[a-z]*)$/.test(word));
  return target && mounts;
}

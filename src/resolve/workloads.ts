import { withPlainHost } from '../domain/image-reference.ts';
import type {
  BaseAssessment,
  BuiltImage,
  Container,
  ContainerFact,
  ExecCommand,
  Location,
  Runs,
  Scope,
  Start,
  StartedScript,
  UndecidedStart,
  VolumeFact,
  Workload,
} from '../domain/index.ts';
import { isShell, locate, shellScriptIndex, startedPrograms } from '../domain/index.ts';
import type { ConfigMaps, GivenFile } from './config-maps.ts';
import { commandEnvironment, type Environment, literalEnvironment, NO_ENVIRONMENT } from './environment.ts';
import { type FilledContainer, type FilledWorkload, type ImageChoice, imagesOf } from './filled.ts';
import { looksLikeScript } from './scripts.ts';
import { decidedStart, undecidedIn } from './start-words.ts';
import { plainReference } from './templates.ts';

export interface WorkloadContext {
  readonly assess: (reference: string) => BaseAssessment;
  readonly governedBy: (reference: string) => string | null;
  /** Images of this tree that are published under the reference's name. */
  readonly builtAs: (reference: string) => readonly BuiltImage[];
  readonly configMaps: ConfigMaps;
}

/** A workload with what each container runs and starts. */
export function buildWorkload(
  path: string,
  fact: FilledWorkload,
  scope: Scope,
  context: WorkloadContext,
): Workload {
  const pod = podOf(fact);
  return {
    id: `${fact.workload}/${withoutVersion(fact.name)}${fact.at === '' ? '' : `@${fact.at}`}`,
    path,
    at: locate(path, fact.span),
    kind: fact.workload,
    name: fact.name,
    hostPid: fact.hostPid,
    ...(fact.embedded === undefined ? {} : { embedded: true }),
    scope,
    containers: fact.containers.map((container) => buildContainer(path, pod, container, context)),
  };
}

/** `dns-v20`, `probe-v0.8.9`: a name that a version ends is the same object in the next one (SEMANTICS 4.2, 4.3). */
function withoutVersion(name: string): string {
  return name.replace(/[-_.]v\d{1,9}(?:[-_.]\d{1,9}){0,4}(?:[-.]?(?:alpha|beta|rc|gke)[-.\d]{0,16})?$/, '');
}

/** The volumes of a pod, found by name. */
interface Pod {
  readonly volumes: ReadonlyMap<string, readonly VolumeFact[]>;
  readonly hostVolumes: ReadonlySet<string>;
}

function podOf({ volumes }: FilledWorkload): Pod {
  const host = volumes.filter((volume) => volume.source === 'host-path').map((volume) => volume.name);
  return { volumes: Map.groupBy(volumes, ({ name }) => name), hostVolumes: new Set(host) };
}

function buildContainer(path: string, pod: Pod, fact: FilledContainer, context: WorkloadContext): Container {
  const { image, runs } = chosenImage(path, fact, context);
  const find = scriptFinder(pod, fact, context);
  const environment = commandEnvironment(fact, context.configMaps);
  const literals = literalEnvironment(fact);
  const key = openKeyOf(path, fact);
  return {
    at: locate(path, fact.span),
    name: fact.name,
    role: fact.role,
    ...(image === undefined ? {} : { image }),
    runs,
    ...(fact.start === undefined
      ? {}
      : { start: startOf(path, fact.start, { environment, find, isProgram: namesProgram(fact, runs) }) }),
    ...(key === undefined ? {} : { openKey: key }),
    hooks: fact.hooks.map(({ role, command }) => ({
      role,
      // Probes see the container's literal environment, lifecycle hooks none (DOMAIN 4).
      start: startOf(path, command, {
        environment: HANDLERS.has(role) ? NO_ENVIRONMENT : literals,
        find,
        isProgram: true,
      }),
    })),
    hostPaths: fact.mounts.filter((mount) => pod.hostVolumes.has(mount.volume)).map((mount) => mount.path),
  };
}

/** A key that may become `command` when the template is filled in. */
function openKeyOf(path: string, { openKeys = [] }: ContainerFact): UndecidedStart | undefined {
  const [key] = openKeys;
  return key === undefined ? undefined : { at: locate(path, key.span), written: key.text };
}

/** True where the first word is a program: bare `args` are flags of the image's entry point, where it has one. */
function namesProgram({ command }: ContainerFact, runs: Runs): boolean {
  if (command !== undefined) return true;
  return (
    runs.whose === 'built' &&
    runs.images.some(
      ({ entrypoint, bases }) =>
        entrypoint === undefined && bases.every((base) => base.assessment.contents.entrypoint.length === 0),
    )
  );
}

const HANDLERS: ReadonlySet<string> = new Set(['post-start', 'pre-stop']);

/** An image that a container runs, and whose it is. */
interface Choice {
  readonly image?: NonNullable<Container['image']>;
  readonly runs: Runs;
}

/** Ours before others: where other files name other images, the one that is held to most counts. */
const ORDER: readonly Runs['whose'][] = ['built', 'governed', 'base', 'open', 'third-party'];

function chosenImage(path: string, fact: FilledContainer, context: WorkloadContext): Choice {
  const choices = imagesOf(fact).map((choice) => choiceOf(path, choice, context));
  const [first, ...rest] = ORDER.flatMap((whose) => choices.filter(({ runs }) => runs.whose === whose));
  if (first === undefined) return { runs: { whose: 'open', because: 'the object names no image' } };
  if (first.runs.whose !== 'built') return first;
  const more = rest.flatMap(({ runs }) => (runs.whose === 'built' ? runs.images : []));
  const [image, ...images] = new Set([...first.runs.images, ...more]);
  return image === undefined ? first : { ...first, runs: { whose: 'built', images: [image, ...images] } };
}

function choiceOf(path: string, { word, nameAt, tagAt }: ImageChoice, context: WorkloadContext): Choice {
  const { reference, open } = plainReference(word.text);
  const at = locate(word.path ?? path, word.span);
  const image = { reference, at, open, ...(tagAt === undefined ? {} : { tagAt }) };
  return { image, runs: runsOf(image, nameAt, context) };
}

function runsOf(
  image: NonNullable<Container['image']>,
  nameAt: Location | undefined,
  context: WorkloadContext,
): Runs {
  const reference = withPlainHost(image.reference);
  const [first, ...rest] = context.builtAs(reference);
  if (first !== undefined) return { whose: 'built', images: [first, ...rest] };
  const assessment = context.assess(reference);
  if (assessment.operatingSystem) {
    const chain = nameAt === undefined ? ([image.at] as const) : ([image.at, nameAt] as const);
    return { whose: 'base', base: { reference: image.reference, platform: null, assessment, chain } };
  }
  const by = context.governedBy(reference);
  if (by !== null) return { whose: 'governed', by };
  if (image.open)
    return { whose: 'open', because: `nothing that was read decides the image ${image.reference}` };
  const { entrypoint } = assessment.contents;
  return entrypoint.length === 0 ? { whose: 'third-party' } : { whose: 'third-party', entrypoint };
}

interface Starting {
  readonly environment: Environment;
  readonly find: (program: string) => StartedScript | undefined;
  /** The first word is a program, not a flag of another one. */
  readonly isProgram: boolean;
}

function startOf(
  path: string,
  written: ExecCommand,
  { environment, find, isProgram }: Starting,
): Start<ExecCommand> {
  const at = locate(path, written.span);
  const command = decidedStart(written, environment);
  const words = command.words.map((word) => word.text);
  const given = shellScriptIndex(words);
  const started = startedPrograms(words).at(-1);
  const program = given === null ? words[started?.index ?? 0] : words[given];
  // Bare args may begin with a flag of the image's own entry point.
  const mayBeScript = program !== undefined && !isShell(program) && !program.startsWith('-');
  const script = mayBeScript ? find(program) : undefined;
  const undecided = isProgram && script === undefined ? undecidedIn(path, command, environment) : undefined;
  return {
    at,
    command,
    ...(script === undefined ? {} : { script }),
    ...(undecided === undefined ? {} : { undecided }),
  };
}

/** Scripts by name, and those of a ConfigMap or Secret that is mounted where the program lies. */
function scriptFinder(
  { volumes }: Pod,
  fact: ContainerFact,
  { configMaps }: WorkloadContext,
): (program: string) => StartedScript | undefined {
  return (program) => {
    let looks = 0;
    for (const mount of fact.mounts) {
      const path = pathUnder(mount, program);
      const mounted = path === undefined ? [] : (volumes.get(mount.volume) ?? []);
      looks += mounted.length;
      // Nobody mounts as many files in one place: what starts there is taken for a script.
      if (looks > MOST_LOOKS) return { program };
      const found = mounted.flatMap((volume) => givenFiles(volume, path ?? '', program, configMaps));
      const shell = found.find((one) => one !== 'other');
      if (shell !== undefined) return shell;
      if (found.length > 0) return undefined;
    }
    return looksLikeScript(program) ? { program } : undefined;
  };
}

const MOST_LOOKS = 50_000;

/** What a volume has at a path under its mount. */
function givenFiles(
  volume: VolumeFact,
  path: string,
  program: string,
  configMaps: ConfigMaps,
): readonly GivenFile[] {
  if (volume.source !== 'config-map' && volume.source !== 'secret') return [];
  const key = volume.items === undefined ? path : volume.items.find((item) => item.path === path)?.key;
  return key === undefined ? [] : configMaps.files(volume.source, volume.configMap, key, program);
}

/** The path under a mount at which a program stands; with `subPath`, that entry alone is mounted. */
function pathUnder(mount: ContainerFact['mounts'][number], program: string): string | undefined {
  if (mount.subPath !== undefined && program === mount.path) return mount.subPath;
  const folder = `${mount.path.replace(/\/$/, '')}/`;
  if (!program.startsWith(folder)) return undefined;
  const below = program.slice(folder.length);
  return mount.subPath === undefined ? below : `${mount.subPath.replace(/\/$/, '')}/${below}`;
}

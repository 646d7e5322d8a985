import type {
  BaseAssessment,
  BuiltImage,
  ConfigMapFact,
  Container,
  ContainerFact,
  ExecCommand,
  Location,
  Runs,
  Scope,
  Start,
  StartedScript,
  VolumeFact,
  Workload,
  WorkloadFact,
} from '../domain/index.ts';
import { isShell, locate, shellScriptIndex, startedPrograms } from '../domain/index.ts';
import { looksLikeScript } from './scripts.ts';
import { decidedStart } from './start-words.ts';
import { plainReference } from './templates.ts';

export interface WorkloadContext {
  readonly assess: (reference: string) => BaseAssessment;
  readonly governs: (reference: string) => boolean;
  /** Images of this tree that are published under the reference's name. */
  readonly builtAs: (reference: string) => readonly BuiltImage[];
  /** Every ConfigMap of a name: which one a cluster has is not known. */
  readonly configMaps: (name: string) => readonly { readonly path: string; readonly fact: ConfigMapFact }[];
}

/** A workload with what each container runs and starts. */
export function buildWorkload(
  path: string,
  fact: WorkloadFact,
  scope: Scope,
  context: WorkloadContext,
): Workload {
  return {
    id: `${fact.workload}/${fact.name}${fact.at === '' ? '' : `@${fact.at}`}`,
    path,
    at: locate(path, fact.span),
    kind: fact.workload,
    name: fact.name,
    hostPid: fact.hostPid,
    scope,
    containers: fact.containers.map((container) => buildContainer(path, fact, container, context)),
  };
}

function buildContainer(
  path: string,
  workload: WorkloadFact,
  fact: ContainerFact,
  context: WorkloadContext,
): Container {
  const image = fact.image === undefined ? undefined : imageOf(path, fact.image);
  const find = scriptFinder(workload.volumes, fact, context);
  return {
    at: locate(path, fact.span),
    name: fact.name,
    role: fact.role,
    ...(image === undefined ? {} : { image }),
    runs: runsOf(image, context),
    ...(fact.start === undefined ? {} : { start: startOf(path, decidedStart(fact.start, fact.env), find) }),
    hooks: fact.hooks.map(({ role, command }) => ({
      role,
      // Probes see the container's literal environment, lifecycle hooks none (DOMAIN 4).
      start: startOf(path, decidedStart(command, HANDLERS.has(role) ? null : fact.env), find),
    })),
    hostPaths: hostPathsOf(workload.volumes, fact),
  };
}

const HANDLERS: ReadonlySet<string> = new Set(['post-start', 'pre-stop']);

function imageOf(path: string, word: { text: string; span: Location | ContainerFact['span'] }) {
  const { reference, open } = plainReference(word.text);
  return { reference, at: locate(path, word.span), open };
}

function runsOf(image: Container['image'], context: WorkloadContext): Runs {
  if (image === undefined) return { whose: 'open', because: 'the object names no image' };
  const [first, ...rest] = context.builtAs(image.reference);
  if (first !== undefined) return { whose: 'built', images: [first, ...rest] };
  const assessment = context.assess(image.reference);
  if (assessment.operatingSystem) {
    return {
      whose: 'base',
      base: { reference: image.reference, platform: null, assessment, chain: [image.at] },
    };
  }
  if (context.governs(image.reference)) return { whose: 'governed' };
  if (image.open)
    return { whose: 'open', because: `nothing that was read decides the image ${image.reference}` };
  const { entrypoint } = assessment.contents;
  return entrypoint.length === 0 ? { whose: 'third-party' } : { whose: 'third-party', entrypoint };
}

function startOf(
  path: string,
  command: ExecCommand,
  find: (program: string) => StartedScript | undefined,
): Start<ExecCommand> {
  const at = locate(path, command.span);
  const words = command.words.map((word) => word.text);
  const given = shellScriptIndex(words);
  const started = startedPrograms(words).at(-1);
  const program = given === null ? words[started?.index ?? 0] : words[given];
  // Bare args may begin with a flag of the image's own entry point.
  const isProgram = program !== undefined && !isShell(program) && !program.startsWith('-');
  const script = isProgram ? find(program) : undefined;
  return script === undefined ? { at, command } : { at, command, script };
}

/** Scripts by name, and those of a ConfigMap that is mounted where the program lies. */
function scriptFinder(
  volumes: readonly VolumeFact[],
  fact: ContainerFact,
  context: WorkloadContext,
): (program: string) => StartedScript | undefined {
  return (program) => {
    for (const mount of fact.mounts) {
      const volume = volumes.find((one) => one.name === mount.volume);
      const entry = volume?.source === 'config-map' ? entryOf(mount, program) : undefined;
      if (volume?.source !== 'config-map' || entry === undefined) continue;
      const found = context.configMaps(volume.configMap).map((map) => mountedScript(map, entry, program));
      const shell = found.find((one) => one !== 'other' && one !== undefined);
      if (shell !== undefined) return shell;
      if (found.includes('other')) return undefined;
    }
    return looksLikeScript(program) ? { program } : undefined;
  };
}

/** The ConfigMap's key that stands at a program's path under a mount. */
function entryOf(mount: ContainerFact['mounts'][number], program: string): string | undefined {
  if (mount.subPath !== undefined) return program === mount.path ? mount.subPath : undefined;
  const folder = `${mount.path.replace(/\/$/, '')}/`;
  return program.startsWith(folder) ? program.slice(folder.length) : undefined;
}

/** `other` where another interpreter than a shell reads the entry. */
function mountedScript(
  map: { readonly path: string; readonly fact: ConfigMapFact },
  entry: string,
  program: string,
): StartedScript | 'other' | undefined {
  const script = map.fact.scripts.find((one) => one.key === entry);
  if (script === undefined) return undefined;
  if (script.interpreter !== null && !isShell(script.interpreter)) return 'other';
  const fact = { kind: 'script', interpreter: script.interpreter, script: script.script } as const;
  return { program, at: locate(map.path, script.span), fact };
}

function hostPathsOf(volumes: readonly VolumeFact[], fact: ContainerFact): readonly string[] {
  const host = new Set(
    volumes.filter((volume) => volume.source === 'host-path').map((volume) => volume.name),
  );
  return fact.mounts.filter((mount) => host.has(mount.volume)).map((mount) => mount.path);
}

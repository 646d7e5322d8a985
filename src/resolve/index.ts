// Facts of one tree become a project model: what it builds, what it runs, what could not be read.
// In: the files' facts, and the policy's questions. Out: ProjectModel, and files wanted for the next round.
// Not here: rules, comparison of trees, I/O.
import type {
  BaseAssessment,
  BuiltImage,
  ConfigMapFact,
  DockerfileFact,
  Fact,
  GoFact,
  PathClass,
  ProjectModel,
  Scope,
  UnreadPart,
  Workload,
  WorkloadFact,
} from '../domain/index.ts';
import { locate } from '../domain/index.ts';
import { FileReader, type ProjectFiles, type Want } from './files.ts';
import { buildImage } from './image.ts';
import { buildWorkload } from './workloads.ts';

export type { ProjectFiles, Want } from './files.ts';

/** The questions of a policy that shape a project. */
export interface ProjectPolicy {
  assess(reference: string): BaseAssessment;
  governs(reference: string): boolean;
  classOf(path: string): PathClass;
}

/** Builds the model as far as the files read allow; `wants` names what to read before building it again. */
export function buildProject(
  files: ProjectFiles,
  policy: ProjectPolicy,
): { readonly model: ProjectModel; readonly wants: readonly Want[] } {
  const reader = new FileReader(files);
  const found = collect(files, reader, policy);
  const images: BuiltImage[] = [];
  for (const { path, fact } of found.dockerfiles) {
    const image = buildImage(
      { path, fact, scope: scopeOf(policy.classOf(path)), buildArguments: new Map() },
      reader,
      policy.assess,
    );
    if (image !== null) images.push(image);
  }
  const workloads = buildWorkloads(found, policy);
  return { model: { images, workloads, goFiles: found.goFiles, unread: found.unread }, wants: reader.wants };
}

interface Collected {
  readonly dockerfiles: { path: string; fact: DockerfileFact }[];
  readonly workloads: { path: string; fact: WorkloadFact }[];
  readonly configMaps: { path: string; fact: ConfigMapFact }[];
  readonly goFiles: { path: string; fact: GoFact }[];
  readonly unread: UnreadPart[];
}

function collect(files: ProjectFiles, reader: FileReader, policy: ProjectPolicy): Collected {
  const found: Collected = { dockerfiles: [], workloads: [], configMaps: [], goFiles: [], unread: [] };
  for (const { path, format } of files.claimed) {
    if (policy.classOf(path) === 'ignored') continue;
    for (const fact of reader.read(path, format)) sort(found, path, fact);
  }
  return found;
}

function sort(found: Collected, path: string, fact: Fact): void {
  switch (fact.kind) {
    case 'dockerfile':
      found.dockerfiles.push({ path, fact });
      break;
    case 'workload':
      found.workloads.push({ path, fact });
      break;
    case 'config-map':
      found.configMaps.push({ path, fact });
      break;
    case 'go':
      found.goFiles.push({ path, fact });
      break;
    case 'unreadable':
      found.unread.push({
        path,
        because: fact.because,
        ...(fact.span === undefined ? {} : { at: locate(path, fact.span) }),
      });
      break;
    case 'script':
      break;
    default:
      fact satisfies never;
  }
}

function buildWorkloads(found: Collected, policy: ProjectPolicy): readonly Workload[] {
  const byName = new Map<string, { path: string; fact: ConfigMapFact }[]>();
  for (const map of found.configMaps) byName.set(map.fact.name, [...(byName.get(map.fact.name) ?? []), map]);
  const context = {
    assess: policy.assess,
    governs: policy.governs,
    builtAs: () => [],
    configMaps: (path: string, name: string) => {
      const maps = byName.get(name) ?? [];
      return maps.find((map) => map.path === path) ?? maps[0];
    },
  };
  return found.workloads.map(({ path, fact }) =>
    buildWorkload(path, fact, scopeOf(policy.classOf(path)), context),
  );
}

function scopeOf(pathClass: PathClass): Scope {
  return pathClass === 'ignored' ? 'release' : pathClass;
}

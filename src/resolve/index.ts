// Facts of one tree become a project model: what it builds, what it runs, what could not be read.
// In: the files' facts, and the policy's questions. Out: ProjectModel, and files wanted for the next round.
// Not here: rules, comparison of trees, I/O.
import type {
  BaseAssessment,
  BuiltImage,
  ConfigMapFact,
  DeclaredValue,
  DockerfileFact,
  Fact,
  GoFact,
  PathClass,
  ProjectModel,
  ScriptFact,
  UnreadPart,
  Workload,
  WorkloadFact,
} from '../domain/index.ts';
import { locate } from '../domain/index.ts';
import { buildScript } from '../formats/shell/index.ts';
import { buildProgram } from '../formats/shell/program.ts';
import { plainKoReference } from './carriers/ko-references.ts';
import { type CarrierSources, carriedBy, type Placed } from './carriers.ts';
import { ConfigMaps } from './config-maps.ts';
import { withDeclaredBases } from './declared-values.ts';
import { buildDefinitions, guarded, type Tip } from './definitions.ts';
import { FileReader, type ProjectFiles, type Want } from './files.ts';
import { imagesOf, type PlacedWorkload } from './filled.ts';
import { HelmCharts } from './helm/charts.ts';
import { withChartValues } from './helm/fill.ts';
import { withKustomizations } from './kustomize/index.ts';
import { builtOn, withOwnBases } from './own-bases.ts';
import { scopeOfClass } from './path-scope.ts';
import { type Past, PublishedImages } from './published.ts';
import { buildWorkload } from './workloads.ts';

export type { Tip } from './definitions.ts';
export type { ProjectFiles, Want } from './files.ts';

/** The questions of a policy that shape a project. */
export interface ProjectPolicy {
  assess(reference: string): BaseAssessment;
  servedName(name: string): string;
  governs(reference: string): boolean;
  governedBy(reference: string): string | null;
  classOf(path: string): PathClass;
  /** Values that a build sets and no file of the tree does. */
  readonly declared?: readonly DeclaredValue[];
}

/** Builds the model as far as the files read allow; `wants` names what to read before building it again. */
export function buildProject(
  files: ProjectFiles,
  policy: ProjectPolicy,
  tip: Tip | null = null,
): { readonly model: ProjectModel; readonly wants: readonly Want[] } {
  const declared = policy.declared ?? [];
  const reader = new FileReader(files, declared);
  const collected = collect(files, reader, policy);
  const found = { ...collected, workloads: filledWorkloads(collected, reader) };
  const manifestImages = found.workloads.flatMap(({ fact }) =>
    fact.containers.flatMap((container) => imagesOf(container).map(({ word }) => word.text)),
  );
  const carried = carriedBy(sourcesOf(found, reader, policy));
  const { images: made, builds } = buildDefinitions(
    { ...found, manifestImages, carried },
    reader,
    policy,
    tip,
  );
  const built = withDeclaredBases(made, declared, policy.assess);
  const past = pastOf(tip);
  const publishedOf = (those: readonly BuiltImage[]) => new PublishedImages(those, past, policy.servedName);
  const images = withOwnBases(built, publishedOf(built), past, policy.assess);
  const workloads = buildWorkloads(found, policy, publishedOf(images), reader);
  const known = new Set(found.unread.map((part) => part.path));
  const unread = [...found.unread, ...reader.unread.filter((part) => !known.has(part.path))];
  const goRequirements = goRequirementsOf(found, policy);
  return {
    model: {
      images,
      workloads,
      goFiles: found.goFiles,
      goRequirements,
      unread,
      builds: { ...builds, builtOn: builtOn(images) },
    },
    wants: reader.wants,
  };
}

/** What was collected, with what files put into each other. */
type Filled = Omit<Collected, 'workloads'> & { readonly workloads: readonly PlacedWorkload[] };

/** Workloads with what values of their charts and kustomizations put into them. */
function filledWorkloads({ workloads, byKind }: Collected, reader: FileReader): readonly PlacedWorkload[] {
  const charts = (byKind.get('helm-chart') ?? []).flatMap(({ path, fact }) =>
    fact.kind === 'helm-chart' ? [{ path, fact }] : [],
  );
  const kustomizations = (byKind.get('kustomization') ?? []).flatMap(({ path, fact }) =>
    fact.kind === 'kustomization' ? [{ path, fact }] : [],
  );
  const filled = withChartValues(workloads, new HelmCharts(charts, reader));
  return withKustomizations(filled, kustomizations, reader);
}

/** What the tree's own modules need; a vendored module's own go.mod is not one of them. */
function goRequirementsOf(
  { byKind }: Filled,
  policy: ProjectPolicy,
): NonNullable<ProjectModel['goRequirements']> {
  const modules = (byKind.get('go-module') ?? []).filter(({ path }) => policy.classOf(path) !== 'vendored');
  return [...modules, ...(byKind.get('go-dependencies') ?? [])].flatMap(({ path, fact }) =>
    fact.kind === 'go-module' || fact.kind === 'go-dependencies' ? [{ path, requires: fact.requires }] : [],
  );
}

function sourcesOf(found: Filled, reader: FileReader, policy: ProjectPolicy): CarrierSources {
  return {
    facts: <K extends Fact['kind']>(kind: K) =>
      (found.byKind.get(kind) ?? []).filter(
        (one): one is Placed<Extract<Fact, { kind: K }>> => policy.classOf(one.path) !== 'vendored',
      ),
    reader,
    definitions: found.dockerfiles.map(({ path }) => path),
    classOf: policy.classOf,
  };
}

/** What was at the tip of an image of the result; without a tip, all counts as if it had been. */
function pastOf(tip: Tip | null): Past {
  const former = (path: string): string => tip?.former(path) ?? path;
  const before = tip?.builds.builtOn;
  return {
    wasThere: ({ path }) => tip === null || tip.builds.definitions.has(former(path)),
    wasNamed: ({ path }, name) => tip === null || tip.builds.names.get(former(path))?.has(name) === true,
    stoodOn: (outer, inner) =>
      before === undefined || before.has(`${former(outer.path)}\0${former(inner.path)}`),
  };
}

interface Collected {
  readonly dockerfiles: { path: string; fact: DockerfileFact }[];
  readonly makefiles: string[];
  readonly scripts: string[];
  /** Every fact by its kind, for the carriers. */
  readonly byKind: Map<Fact['kind'], Placed<Fact>[]>;
  readonly workloads: { path: string; fact: WorkloadFact }[];
  readonly configMaps: { path: string; fact: ConfigMapFact }[];
  readonly goFiles: { path: string; fact: GoFact }[];
  readonly unread: UnreadPart[];
}

function collect(files: ProjectFiles, reader: FileReader, policy: ProjectPolicy): Collected {
  const found: Collected = {
    dockerfiles: [],
    makefiles: [],
    scripts: [],
    byKind: new Map(),
    workloads: [],
    configMaps: [],
    goFiles: [],
    unread: [],
  };
  for (const { path, format } of files.claimed) {
    if (policy.classOf(path) === 'ignored') continue;
    for (const fact of reader.read(path, format)) sort(found, path, format, fact);
  }
  return found;
}

function sort(found: Collected, path: string, format: string, fact: Fact): void {
  const alike = found.byKind.get(fact.kind);
  if (alike === undefined) found.byKind.set(fact.kind, [{ path, fact }]);
  else alike.push({ path, fact });
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
    case 'base-images':
    case 'ko':
    case 'go-module':
    case 'go-dependencies':
    case 'build-steps':
    case 'variants':
    case 'foreign-build':
    case 'helm-chart':
    case 'helm-values':
    case 'helm-template':
    case 'kustomization':
    case 'json-patch':
    case 'environment-file':
    case 'starlark':
      break;
    case 'program':
      found.makefiles.push(path);
      break;
    case 'script':
      // One that something starts is read as a script too; that it builds is found only once.
      if (format === buildScript.id || format === buildProgram.id) found.scripts.push(path);
      break;
    default:
      fact satisfies never;
  }
}

function buildWorkloads(
  found: Filled,
  policy: ProjectPolicy,
  published: PublishedImages,
  reader: FileReader,
): readonly Workload[] {
  const readScript = (path: string) =>
    reader.read(path, 'shell').find((fact): fact is ScriptFact => fact.kind === 'script');
  const context = {
    assess: policy.assess,
    governedBy: policy.governedBy,
    builtAs: (written: string) => {
      const reference = plainKoReference(written);
      return policy.governs(reference) ? published.builtBefore(reference) : published.builtAs(reference);
    },
    configMaps: new ConfigMaps(found.configMaps, readScript),
  };
  const workloads: Workload[] = [];
  for (const { path, fact } of found.workloads) {
    const scope = scopeOfClass(policy.classOf(path));
    guarded(found.unread, path, () => workloads.push(buildWorkload(path, fact, scope, context)));
  }
  return workloads;
}

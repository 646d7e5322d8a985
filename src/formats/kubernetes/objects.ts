import type { Fact, WorkloadFact } from '../../domain/index.ts';
import { entryOf, isNull, mapOf, textOf, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { configMapFact, generatedFacts } from './config-map.ts';
import { containerFacts } from './container.ts';
import { containersIn, type FoundContainer } from './containers.ts';
import { podVolumes } from './pod.ts';
import type { Source } from './words.ts';

/** Kinds of Kubernetes itself that hold a pod template: they count also where a patch leaves out `apiVersion`. */
const WORKLOAD_KINDS: ReadonlySet<string> = new Set([
  'Pod',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'PodTemplate',
  'ScheduledJob',
  'PetSet',
  'DeploymentConfig',
]);

/** Kinds whose containers run nothing that is shipped: schemas, and the jobs of a CI system. */
const SILENT_KINDS: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'ProwJob']);

/** Keys below which only schemas stand. */
const SCHEMA_KEYS: ReadonlySet<string> = new Set(['openAPIV3Schema', 'jsonSchema']);

/** What JSON Schema calls a type: beside one of these, `properties` describes fields. */
const SCHEMA_TYPES: ReadonlySet<string> = new Set(
  'object array string integer number boolean null'.split(' '),
);

/** What a document without a kind is: jobs of a CI system (Prow), which build and are not shipped. */
const CI_KEYS = ['presubmits', 'postsubmits', 'periodics', 'presets'] as const;

/** The object that a pod template belongs to. */
interface Owner {
  readonly object: YamlMap;
  readonly kind: string;
  readonly known: boolean;
  /** An object of Tekton: its steps are containers. */
  readonly isTekton?: boolean;
}

/** The workloads and ConfigMaps of one document, in file order. */
export function objectFacts(root: YamlNode, source: Source, fragments: boolean): readonly Fact[] {
  const facts: Fact[] = [];
  visit(root, null, [], source, facts);
  if (root.kind !== 'map') return facts;
  for (const fact of generatedFacts(root, source)) facts.push(fact);
  if (facts.length === 0 && fragments) addFragment(root, source, facts);
  return facts;
}

function visit(
  node: YamlNode,
  owner: Owner | null,
  path: readonly string[],
  source: Source,
  facts: Fact[],
): void {
  if (node.kind === 'scalar') return;
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      const name = textOf(item, 'name') ?? String(index);
      visit(item, owner, [...path, `[${source.masked.restore(name)}]`], source, facts);
    }
    return;
  }
  const own = ownerOf(node, source);
  if (own !== null) visitObject(own, source, facts);
  else visitMap(node, owner, path, source, facts);
}

function visitObject(owner: Owner, source: Source, facts: Fact[]): void {
  if (SILENT_KINDS.has(owner.kind)) return;
  if (owner.kind === 'ConfigMap' || owner.kind === 'Secret') {
    const fact = configMapFact(owner.object, owner.kind, source);
    if (fact !== null) facts.push(fact);
    return;
  }
  visitMap(owner.object, owner, [], source, facts);
}

function visitMap(
  map: YamlMap,
  owner: Owner | null,
  path: readonly string[],
  source: Source,
  facts: Fact[],
): void {
  const found =
    owner === null
      ? NONE
      : containersIn(map, { podOnly: owner.known, strict: !owner.known, steps: owner.isTekton === true });
  if (owner !== null && found.containers.length > 0)
    facts.push(workloadFact({ spec: map, containers: found.containers }, owner, path, source));
  const isSchema = SCHEMA_TYPES.has(textOf(map, 'type') ?? '');
  for (const entry of map.entries) {
    if (found.entries.has(entry)) continue;
    const { key, value } = entry;
    const name = key.kind === 'scalar' ? key.text : '';
    if (SCHEMA_KEYS.has(name) || (isSchema && name === 'properties')) continue;
    visit(value, owner, [...path, source.masked.restore(name)], source, facts);
  }
}

const NONE: ReturnType<typeof containersIn> = { containers: [], entries: new Set() };

/** An object of the API says its version and kind; a patch may leave out the version. */
function ownerOf(map: YamlMap, source: Source): Owner | null {
  const kind = textOf(map, 'kind');
  if (kind === undefined || kind === '') return null;
  const known = WORKLOAD_KINDS.has(kind);
  const version = entryOf(map, 'apiVersion')?.value;
  const versioned = version?.kind === 'scalar' && !isNull(version);
  if (!versioned && !known) return null;
  const isTekton = version?.kind === 'scalar' && version.text.startsWith('tekton.dev/');
  return { object: map, kind: source.masked.restore(kind), known, isTekton };
}

/** A pod's spec, or whatever else holds containers. */
interface Holder {
  readonly spec: YamlMap;
  readonly containers: readonly FoundContainer[];
}

function workloadFact(
  { spec, containers }: Holder,
  owner: Owner,
  path: readonly string[],
  source: Source,
): WorkloadFact {
  const metadata = mapOf(owner.object, 'metadata');
  const name = textOf(metadata, 'name') ?? textOf(metadata, 'generateName') ?? '';
  return {
    kind: 'workload',
    span: owner.object.span,
    workload: owner.kind,
    name: source.masked.restore(name),
    at: (path.at(-1) === 'spec' ? path.slice(0, -1) : path).join('.'),
    hostPid: textOf(spec, 'hostPID') === 'true',
    volumes: podVolumes(spec, source),
    containers: containers.flatMap((one) =>
      containerFacts(one.map, { ...one, name: source.masked.restore(one.name) }, source),
    ),
  };
}

/** Ways from the root of a partial template to the pod's spec in it. */
const FRAGMENT_PATHS: readonly (readonly string[])[] = [
  [],
  ['spec'],
  ['template', 'spec'],
  ['spec', 'template', 'spec'],
  ['jobTemplate', 'spec', 'template', 'spec'],
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
];

/** A part of a manifest that another template includes: it counts where its containers have name and image. */
function addFragment(root: YamlMap, source: Source, facts: Fact[]): void {
  if (CI_KEYS.some((key) => entryOf(root, key) !== undefined)) return;
  for (const path of FRAGMENT_PATHS) {
    let spec: YamlMap | undefined = root;
    for (const key of path) spec = mapOf(spec, key);
    if (spec === undefined) continue;
    const { containers } = containersIn(spec, { podOnly: true, strict: true });
    if (containers.length === 0) continue;
    const owner = { object: root, kind: 'fragment', known: false };
    const fact = workloadFact({ spec, containers }, owner, path, source);
    if (fact.containers.some((one) => one.image !== undefined)) facts.push(fact);
    return;
  }
}

import type { Fact } from '../../domain/index.ts';
import { entryOf, isNull, mapOf, textOf, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { configMapFact } from './config-map.ts';
import { isPodSpec, podContainers, podVolumes } from './pod.ts';
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

/** What a document without a kind is: jobs of a CI system (Prow), which build and are not shipped. */
const CI_KEYS = ['presubmits', 'postsubmits', 'periodics', 'presets'] as const;

/** The object that a pod template belongs to. */
interface Owner {
  readonly object: YamlMap;
  readonly kind: string;
  readonly known: boolean;
}

/** The workloads and ConfigMaps of one document, in file order. */
export function objectFacts(root: YamlNode, source: Source, fragments: boolean): readonly Fact[] {
  const facts: Fact[] = [];
  visit(root, null, [], source, facts);
  if (facts.length === 0 && fragments && root.kind === 'map') addFragment(root, source, facts);
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
  if (owner.kind === 'ConfigMap') {
    const fact = configMapFact(owner.object, source);
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
  if (owner !== null && isPodSpec(map, !owner.known)) {
    facts.push(workloadFact(map, owner, path, source));
    return;
  }
  const isSchema = entryOf(map, 'type') !== undefined;
  for (const { key, value } of map.entries) {
    const name = key.kind === 'scalar' ? key.text : '';
    if (SCHEMA_KEYS.has(name) || (isSchema && name === 'properties')) continue;
    visit(value, owner, [...path, source.masked.restore(name)], source, facts);
  }
}

/** An object of the API says its version and kind; a patch may leave out the version. */
function ownerOf(map: YamlMap, source: Source): Owner | null {
  const kind = textOf(map, 'kind');
  if (kind === undefined || kind === '') return null;
  const known = WORKLOAD_KINDS.has(kind);
  const version = entryOf(map, 'apiVersion')?.value;
  const versioned = version?.kind === 'scalar' && !isNull(version);
  if (!versioned && !known) return null;
  return { object: map, kind: source.masked.restore(kind), known };
}

function workloadFact(spec: YamlMap, owner: Owner, path: readonly string[], source: Source): Fact {
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
    containers: podContainers(spec, source),
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
    if (spec === undefined || !isPodSpec(spec, true)) continue;
    const fact = workloadFact(spec, { object: root, kind: 'fragment', known: false }, path, source);
    if (fact.kind === 'workload' && fact.containers.some((one) => one.image !== undefined)) facts.push(fact);
    return;
  }
}

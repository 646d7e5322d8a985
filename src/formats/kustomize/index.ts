// Kustomizations: what they put together, what they call images instead, what they patch.
// In: a blob's text. Out: one fact, and the workloads of patches that stand in it.
// Not here: which file a path means, what a patched object is then (resolve); ConfigMaps that are generated (kubernetes).
import type {
  EnvironmentSource,
  Fact,
  KustomizationFact,
  KustomizeImage,
  KustomizePatch,
  KustomizeReplacement,
  PatchTarget,
  Word,
} from '../../domain/index.ts';
import { movedPositions } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { listOf, mapOf, nodeAt, readYaml, textOf, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { readMaps, wordOf, wordsOf } from '../yaml/words.ts';
import { manifestsIn, placing, rootIn } from './inline.ts';
import { operationsIn } from './operations.ts';

export const kustomization: Format = {
  id: 'kustomization',
  version: 2,
  covers:
    'Kustomizations (`kustomization.yaml`): resources, bases and components in the tree, `images`, patches in files and in place, variables and replacements as far as they decide what a container starts. Not read: remote resources, replaced images, transformers in files of their own.',
  profileOf: (path) => (/(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path) ? 'kustomization' : null),
  mayMatter: (text) => text.includes(':'),
  facts: (text) => readMaps(text).maps.slice(0, 1).flatMap(kustomizationFacts),
};

/** Read where a kustomization names the file as a patch. */
export const jsonPatch: Format = {
  id: 'json-patch',
  version: 2,
  covers:
    'JSON patches (RFC 6902) of kustomizations that set what a container runs, starts or is probed by, or that bring containers.',
  profileOf: (path) => (/\.(ya?ml|json)$/.test(path) ? 'json-patch' : null),
  mayMatter: (text) => text.includes('op') && text.includes('path') && text.includes('ontainers'),
  facts(text) {
    const operations = readYaml(text).flatMap(({ root }) => operationsIn(root, text) ?? []);
    return operations.length === 0 ? [] : [{ kind: 'json-patch', operations }];
  },
};

function kustomizationFacts(map: YamlMap): readonly Fact[] {
  const fact: KustomizationFact = {
    kind: 'kustomization',
    resources: ['resources', 'bases'].flatMap((key) => wordsOf(nodeAt(map, key))),
    components: wordsOf(nodeAt(map, 'components')),
    images: (listOf(map, 'images')?.items ?? []).flatMap(imageOf),
    patches: [
      ...(listOf(map, 'patches')?.items ?? []).flatMap(patchOf),
      ...(listOf(map, 'patchesJson6902')?.items ?? []).flatMap(patchOf),
      ...(listOf(map, 'patchesStrategicMerge')?.items ?? []).flatMap(fileOf),
    ],
    variables: (listOf(map, 'vars')?.items ?? []).flatMap(variableOf),
    replacements: [...(listOf(map, 'replacements')?.items ?? []), map].flatMap(replacementOf),
  };
  return [fact, ...inlineWorkloads(map)];
}

/** `vars`: a field of an object by its reference. */
function variableOf(item: YamlNode): readonly EnvironmentSource[] {
  const name = textOf(item, 'name');
  const field = textOf(nodeAt(item, 'fieldref'), 'fieldpath') ?? 'metadata.name';
  return name === undefined ? [] : [sourceOf(name, nodeAt(item, 'objref'), field)];
}

/** A value of a ConfigMap or Secret is looked up there; any other field stays open. */
function sourceOf(name: string, object: YamlNode | undefined, field: string): EnvironmentSource {
  const kind = textOf(object, 'kind');
  const key = /^(?:data|stringData)\.(.+)$/.exec(field)?.[1]?.replace(/^\[(.+)\]$/, '$1');
  const source = kind === 'ConfigMap' ? 'config-map' : kind === 'Secret' ? 'secret' : 'other';
  return {
    name,
    source: key === undefined ? 'other' : source,
    object: textOf(object, 'name') ?? '',
    key: key ?? '',
  };
}

/** An entry of `replacements`, or a file that is one. */
function replacementOf(item: YamlNode): readonly KustomizeReplacement[] {
  const file = wordOf(nodeAt(item, 'path'));
  if (file !== undefined) return [{ file }];
  const from = nodeAt(item, 'source');
  const targets = (listOf(item, 'targets')?.items ?? []).map((one) => ({
    target: targetOf(mapOf(one, 'select')) ?? {},
    fields: wordsOf(nodeAt(one, 'fieldPaths')),
  }));
  if (from === undefined || targets.length === 0) return [];
  const field = textOf(from, 'fieldPath') ?? 'metadata.name';
  return [{ source: sourceOf(field, from, field), targets }];
}

function imageOf(item: YamlNode): readonly KustomizeImage[] {
  const name = textOf(item, 'name');
  if (name === undefined) return [];
  const words = ['newName', 'newTag', 'digest'].flatMap((key): readonly (readonly [string, Word])[] => {
    const word = wordOf(nodeAt(item, key));
    return word === undefined ? [] : [[key, word]];
  });
  return words.length === 0 ? [] : [{ name, ...Object.fromEntries(words) }];
}

function patchOf(item: YamlNode): readonly KustomizePatch[] {
  const target = targetOf(mapOf(item, 'target'));
  const file = wordOf(nodeAt(item, 'path'));
  const inline = nodeAt(item, 'patch');
  const given = target === null ? {} : { target };
  if (file !== undefined) return [{ ...given, file }];
  if (inline?.kind !== 'scalar') return [];
  const operations = operationsIn(rootIn(inline), inline.text);
  return operations === null ? [] : [{ ...given, operations: movedPositions(operations, placing(inline)) }];
}

function targetOf(map: YamlMap | undefined): PatchTarget | null {
  if (map === undefined) return null;
  const kind = textOf(map, 'kind');
  const name = textOf(map, 'name');
  return { ...(kind === undefined ? {} : { kind }), ...(name === undefined ? {} : { name }) };
}

/** A path, or the patch itself as a text of several lines. */
function fileOf(item: YamlNode): readonly KustomizePatch[] {
  const file = wordOf(item);
  return file === undefined || file.text.includes('\n') ? [] : [{ file }];
}

function inlineWorkloads(map: YamlMap): readonly Fact[] {
  const inPlace = (listOf(map, 'patches')?.items ?? []).map((item) => nodeAt(item, 'patch'));
  const merged = listOf(map, 'patchesStrategicMerge')?.items ?? [];
  return [...inPlace, ...merged].flatMap((node) =>
    node?.kind === 'scalar' && node.text.includes('\n') ? manifestsIn(node) : [],
  );
}

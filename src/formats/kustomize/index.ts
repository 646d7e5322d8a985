// Kustomizations: what they put together, what they call images instead, what they patch.
// In: a blob's text. Out: one fact, and the workloads of patches that stand in it.
// Not here: which file a path means, what a patched object is then (resolve); ConfigMaps that are generated (kubernetes).
import type {
  Fact,
  KustomizationFact,
  KustomizeImage,
  KustomizePatch,
  PatchTarget,
  Word,
} from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { listOf, mapOf, nodeAt, readYaml, textOf, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { readMaps, wordOf, wordsOf } from '../yaml/words.ts';
import { manifestsIn, moved, placing, rootIn } from './inline.ts';
import { operationsIn } from './operations.ts';

export const kustomization: Format = {
  id: 'kustomization',
  version: 1,
  covers:
    'Kustomizations (`kustomization.yaml`): resources, bases and components in the tree, `images`, patches in files and in place. Not read: remote resources, replacements, variables, transformers in files of their own.',
  profileOf: (path) => (/(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path) ? 'kustomization' : null),
  mayMatter: (text) => text.includes(':'),
  facts: (text) => readMaps(text).maps.slice(0, 1).flatMap(kustomizationFacts),
};

/** Read where a kustomization names the file as a patch. */
export const jsonPatch: Format = {
  id: 'json-patch',
  version: 1,
  covers: 'JSON patches (RFC 6902) of kustomizations that set what a container runs, starts or is probed by.',
  profileOf: (path) => (/\.(ya?ml|json)$/.test(path) ? 'json-patch' : null),
  mayMatter: (text) => text.includes('op') && text.includes('path') && text.includes('ontainers'),
  facts(text) {
    const operations = readYaml(text).flatMap(({ root }) => operationsIn(root) ?? []);
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
  };
  return [fact, ...inlineWorkloads(map)];
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
  const operations = operationsIn(rootIn(inline));
  return operations === null ? [] : [{ ...given, operations: moved(operations, placing(inline)) }];
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

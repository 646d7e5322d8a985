import type { ContainerFact, PatchOperation, Word } from '../../domain/index.ts';
import { containersOfPart, type PodList } from '../kubernetes/index.ts';
import { entryOf, listOf, mapOf, nodeAt, textOf, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { wordsOf } from '../yaml/words.ts';

/** What a patch may change of a container that matters here; the last names of its path. */
const OF_INTEREST =
  /\/(?:initContainers|containers)\/(?:\d{1,4}|-)\/(image|command|args|livenessProbe|readinessProbe|startupProbe|lifecycle)(?:\/|$)/;

/** The operations of a JSON patch that change what a container runs or starts; null where the node is no list of operations. */
export function operationsIn(root: YamlNode | null, text: string): readonly PatchOperation[] | null {
  if (root?.kind !== 'list') return null;
  const isPatch = root.items.some(
    (item) => textOf(item, 'op') !== undefined && textOf(item, 'path') !== undefined,
  );
  return isPatch ? root.items.flatMap((item) => operationOf(item, text)) : null;
}

/** Paths of one container, of a list of them, and of what has a pod's spec in it. */
const WHOLE = /(?:^|\/)(initContainers|containers)(?:\/(?:\d{1,4}|-))?$/;
const HOLDER = /^$|(?:^|\/)(?:spec|template|jobTemplate)$/;

function operationOf(item: YamlNode, text: string): readonly PatchOperation[] {
  const path = textOf(item, 'path');
  if (item.kind !== 'map' || path === undefined) return [];
  if (!['add', 'replace'].includes(textOf(item, 'op') ?? '')) return [];
  const span = entryOf(item, 'value')?.span ?? item.span;
  const containers = wholeContainers(path, nodeAt(item, 'value'), text);
  if (containers.length > 0) return [{ path, span, words: [], containers }];
  if (!OF_INTEREST.test(path)) return [];
  const words = wordsFor(path, item);
  return words.length === 0 ? [] : [{ path, span, words }];
}

function wholeContainers(path: string, value: YamlNode | undefined, text: string): readonly ContainerFact[] {
  const list = WHOLE.exec(path)?.[1];
  if (value === undefined || (list === undefined && !HOLDER.test(path))) return [];
  return containersOfPart(value, list === undefined ? null : (list as PodList), text);
}

function wordsFor(path: string, item: YamlMap): readonly Word[] {
  const key = OF_INTEREST.exec(path)?.[1] ?? '';
  const value = nodeAt(item, 'value');
  if (['image', 'command', 'args'].includes(key)) return wordsOf(value);
  // A handler's own path may go further than the handler.
  const handler = path.endsWith('/command')
    ? value
    : path.endsWith('/exec')
      ? nodeAt(value, 'command')
      : undefined;
  return wordsOf(
    handler ?? (mapOf(value, 'exec') === undefined ? undefined : listOf(mapOf(value, 'exec'), 'command')),
  );
}

import { entriesOf, entryOf, isNull, type YamlEntry, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { type ContainerRole, isContainer } from './container.ts';

/** A mapping that is a container, wherever its object keeps it. */
export interface FoundContainer {
  readonly map: YamlMap;
  readonly role: ContainerRole;
  /** What it is called where it does not say so itself: its key in a mapping of containers. */
  readonly name: string;
  /** A step of Tekton, which may say what it starts as a script. */
  readonly isStep?: true;
}

const POD_LISTS: ReadonlyMap<string, ContainerRole> = new Map([
  ['initContainers', 'init'],
  ['containers', 'container'],
  ['ephemeralContainers', 'ephemeral'],
]);

/** Keys of other objects under which one container stands (Argo, OAM, operators). */
const SINGLE: ReadonlySet<string> = new Set(['container', 'script']);

/** Where containers are looked for. */
export interface Lookout {
  /** True for a kind of Kubernetes itself and for a part of a pod: only a pod's own lists count. */
  readonly podOnly: boolean;
  /** True where nothing else says that this is a pod: what is held has to look like containers. */
  readonly strict: boolean;
  /** True where steps are containers (Tekton). */
  readonly steps?: boolean;
}

/**
 * The containers that a mapping itself holds, and the entries that hold them: of a pod's own lists, elsewhere also of every list or mapping
 * of that kind (`sidecars`, `extraContainers`, `container`).
 */
export function containersIn(
  map: YamlMap,
  lookout: Lookout,
): { readonly containers: readonly FoundContainer[]; readonly entries: ReadonlySet<YamlEntry> } {
  const containers: FoundContainer[] = [];
  const entries = new Set<YamlEntry>();
  for (const entry of map.entries) {
    if (entry.key.kind !== 'scalar') continue;
    const found = containersUnder(entry.key.text, entry.value, lookout);
    if (found.length === 0) continue;
    entries.add(entry);
    for (const one of found) containers.push(one);
  }
  return { containers, entries };
}

function containersUnder(
  key: string,
  value: YamlNode,
  { podOnly, strict, steps = false }: Lookout,
): readonly FoundContainer[] {
  if (steps && (key === 'steps' || key === 'sidecars') && value.kind === 'list')
    return value.items.flatMap((item) =>
      item.kind === 'map' && hasImage(item)
        ? [{ map: item, role: 'container' as const, name: '', isStep: true as const }]
        : [],
    );
  const role = POD_LISTS.get(key);
  if (value.kind === 'scalar' || (role === undefined && (podOnly || !mayHold(key)))) return [];
  if (role === undefined && SINGLE.has(key))
    return value.kind === 'map' && hasImage(value) ? [{ map: value, role: 'container', name: '' }] : [];
  const found = { role: role ?? roleOf(key) };
  if (value.kind === 'map')
    return value.entries.flatMap(({ key: name, value: one }) =>
      one.kind === 'map' && hasImage(one)
        ? [{ ...found, map: one, name: name.kind === 'scalar' ? name.text : '' }]
        : [],
    );
  const looks = value.items.some((item) => isContainer(item, strict));
  if (!looks || (role === undefined && !value.items.some(hasImage))) return [];
  return value.items.flatMap((item) => (isContainer(item, false) ? [{ ...found, map: item, name: '' }] : []));
}

function mayHold(key: string): boolean {
  return key === 'sidecars' || SINGLE.has(key) || (key.length < LONGEST_KEY && key.endsWith('ontainers'));
}

const LONGEST_KEY = 100;

function roleOf(key: string): ContainerRole {
  return /init/i.test(key) ? 'init' : 'container';
}

/** A schema says `image: {type: string}`: only text is an image. */
function hasImage(node: YamlNode): boolean {
  return (
    node.kind === 'map' &&
    entriesOf(node, 'image').some(({ value }) => value.kind === 'scalar' && !isNull(value)) &&
    entryOf(node, 'type')?.value.kind !== 'map'
  );
}

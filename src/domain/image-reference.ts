import { isArchitectureName } from './placeholder.ts';
import { ARCHITECTURE, isOpenMark, OPEN, readShape, type Shape } from './reference-shape.ts';

/** The parts of an image reference. */
export type ReferenceComponent = 'registry' | 'repository' | 'tag' | 'digest';

/**
 * An image reference, read by the distribution grammar with Docker's rule for the registry.
 * `open` names the components in which a variable other than the architecture stands; an open part at the end of a repository may
 * bring a tag or digest as well, one in a registry may bring path components. An open architecture is written `$(ARCH)` in every
 * component, whatever the source's notation (SEMANTICS 3.4), other open parts as they were written.
 * Source: https://pkg.go.dev/github.com/distribution/reference
 */
export type ImageReference =
  /** The reserved empty base. */
  | { readonly kind: 'scratch'; readonly raw: string }
  | NamedImage
  | { readonly kind: 'malformed'; readonly raw: string; readonly because: string };

/** A reference that names an image, with or without open parts. */
export interface NamedImage {
  readonly kind: 'image';
  readonly raw: string;
  /** As written; `docker.io` where none is. */
  readonly registry: string;
  /** Without the registry; `library/` stands before a name of one component on Docker Hub. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly open: ReadonlySet<ReferenceComponent>;
}

/** Components of a shape, open parts still as marks. */
interface Components {
  readonly registry: string | undefined;
  readonly path: readonly string[];
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The distribution grammar's bound on registry and repository together. */
const LONGEST_NAME = 255;
const LONGEST_TAG = 128;

const HTTPS_PORT = ':443';

const HUB = 'docker.io';
const HUB_SPELLINGS: ReadonlySet<string> = new Set([HUB, 'index.docker.io', 'registry-1.docker.io']);

const DIGEST_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/** Reads any text as an image reference; total, and linear in its length. */
export function parseImageReference(raw: string): ImageReference {
  if (raw === 'scratch') return { kind: 'scratch', raw };
  const shape = readShape(raw, isArchitectureName);
  if (shape.kind === 'fault') return { kind: 'malformed', raw, because: shape.because };
  const components = split(shape.text);
  const because = faultOf(components);
  if (because !== undefined) return { kind: 'malformed', raw, because };
  return named(raw, components, shape);
}

/**
 * Registry and repository with Docker Hub spelled one way: `alpine`, `library/alpine` and `index.docker.io/library/alpine` are
 * `docker.io/library/alpine`. Tag and digest are left out.
 */
export function normalisedName(reference: NamedImage): string {
  const { repository } = reference;
  const registry = withoutDefaultPort(reference.registry);
  if (!HUB_SPELLINGS.has(registry)) return `${registry}/${repository}`;
  return `${HUB}/${repository.includes('/') ? repository : `library/${repository}`}`;
}

/** A text that names no image is taken as it is. */
export function imageName(written: string): string {
  const known = namesRead.get(written);
  if (known !== undefined) return known;
  const parsed = parseImageReference(written);
  const name = parsed.kind === 'image' ? normalisedName(parsed) : written;
  if (namesRead.size >= MOST_NAMES) namesRead.clear();
  namesRead.set(written, name);
  return name;
}

const MOST_NAMES = 10_000;
/** Names are compared for each entry and each image. */
const namesRead = new Map<string, string>();

/** True for one name in two spellings, whatever tags stand behind it. */
export function isSameName(one: string, other: string): boolean {
  return imageName(one) === imageName(other);
}

/**
 * A reference with its host spelled plainly: `registry.k8s.io.` and `registry.k8s.io:443` are `registry.k8s.io`, the same server to
 * whoever resolves the name. Everything else stays as it is written.
 */
export function withPlainHost(raw: string): string {
  const slash = raw.indexOf('/');
  const first = slash < 0 ? '' : raw.slice(0, slash);
  if (!isRegistry(first) || first.includes('[')) return raw;
  const host = withoutDefaultPort(first);
  let end = host.length;
  while (end > 0 && host[end - 1] === '.') end--;
  return end === 0 ? raw : host.slice(0, end) + raw.slice(slash);
}

/** Registries are asked over HTTPS; a port that is written although it is the default names the same server. */
function withoutDefaultPort(registry: string): string {
  return registry.endsWith(HTTPS_PORT) && registry.length > HTTPS_PORT.length
    ? registry.slice(0, -HTTPS_PORT.length)
    : registry;
}

// ---- splitting -----------------------------------------------------------------------------------------

function split(text: string): Components {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(':');
  const tagged = colon > rest.lastIndexOf('/');
  const tag = tagged ? rest.slice(colon + 1) : undefined;
  const path = (tagged ? rest.slice(0, colon) : rest).split('/');
  const [first] = path;
  if (path.length > 1 && first !== undefined && isRegistry(first))
    return { registry: first, path: path.slice(1), tag, digest };
  return { registry: undefined, path, tag, digest };
}

/** Docker's rule: a dot, a port, `localhost` or upper case. What is open may be a registry. */
function isRegistry(component: string): boolean {
  return component === 'localhost' || /[.:A-Z]/.test(component) || component.includes(OPEN);
}

// ---- grammar -------------------------------------------------------------------------------------------

function faultOf({ registry, path, tag, digest }: Components): string | undefined {
  const length = path.reduce((sum, component) => sum + component.length + 1, registry?.length ?? 0);
  if (length > LONGEST_NAME + 1) return `its name is longer than ${LONGEST_NAME} characters`;
  return (
    (registry === undefined ? undefined : registryFault(registry)) ??
    pathFault(path) ??
    (tag === undefined ? undefined : tagFault(tag)) ??
    (digest === undefined ? undefined : digestFault(digest))
  );
}

function registryFault(registry: string): string | undefined {
  if (registry.includes(OPEN))
    return onlyOf(registry, /[A-Za-z0-9.:-]/) ? undefined : 'its registry is no host name';
  const ipv6 = /^\[[0-9A-Fa-f:]{2,45}\](?::[0-9]{1,5})?$/;
  if (ipv6.test(registry)) return undefined;
  const [host = '', port, ...more] = registry.split(':');
  const labels = host.split('.');
  const sound =
    more.length === 0 &&
    (port === undefined || /^[0-9]{1,5}$/.test(port)) &&
    labels.every((label) => onlyOf(label, /[A-Za-z0-9-]/) && label !== '' && !/^-|-$/.test(label));
  return sound ? undefined : 'its registry is no host name';
}

function pathFault(path: readonly string[]): string | undefined {
  for (const component of path) {
    if (component === '') return 'a part of its name between slashes is empty';
    if (/[A-Z]/.test(component)) return 'its repository holds upper case, which no image name may';
    if (!isPathComponent(component)) return 'its repository is no valid name';
  }
  if (path.length === 1 && /^[0-9a-f]{64}$/.test(path[0] ?? ''))
    return 'a name of 64 hexadecimal digits is an image id, which no registry serves';
  return undefined;
}

/** Lower-case letters and digits, separated by one dot, one or two underscores, or dashes; open parts count as letters. */
function isPathComponent(component: string): boolean {
  if (!onlyOf(component, /[a-z0-9._-]/)) return false;
  if (/^[._-]|[._-]$/.test(component)) return false;
  return !/\.[._-]|_[.-]|-[._]|___/.test(component);
}

function tagFault(tag: string): string | undefined {
  const sound =
    tag !== '' && tag.length <= LONGEST_TAG && onlyOf(tag, /[A-Za-z0-9_.-]/) && !/^[.-]/.test(tag);
  return sound ? undefined : 'its tag is no valid tag';
}

function digestFault(digest: string): string | undefined {
  if (digest.includes(OPEN) || digest.includes(ARCHITECTURE))
    return digest.length <= LONGEST_NAME && onlyOf(digest, /[A-Za-z0-9:]/)
      ? undefined
      : 'its digest is no valid digest';
  const [algorithm = '', hex = '', ...more] = digest.split(':');
  const length = DIGEST_LENGTHS.get(algorithm);
  const sound = more.length === 0 && length === hex.length && /^[0-9a-f]+$/.test(hex);
  return sound ? undefined : 'its digest is no valid digest';
}

function onlyOf(text: string, allowed: RegExp): boolean {
  for (const character of text) if (!isOpenMark(character) && !allowed.test(character)) return false;
  return true;
}

// ---- result --------------------------------------------------------------------------------------------

function named(raw: string, components: Components, shape: Shape): NamedImage {
  let used = 0;
  const restore = (text: string): string =>
    text.replace(/[\uE000\uE001]/g, (mark) => {
      const written = shape.parts[used++] ?? '';
      return mark === ARCHITECTURE ? '$(ARCH)' : written;
    });
  const registry = components.registry === undefined ? undefined : restore(components.registry);
  const path = restore(components.path.join('/'));
  const tag = components.tag === undefined ? undefined : restore(components.tag);
  const digest = components.digest === undefined ? undefined : restore(components.digest);
  return {
    kind: 'image',
    raw,
    registry: registry ?? HUB,
    repository: registry === undefined && components.path.length === 1 ? `library/${path}` : path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    open: openComponents(components),
  };
}

function openComponents({ registry, path, tag, digest }: Components): ReadonlySet<ReferenceComponent> {
  const open = new Set<ReferenceComponent>();
  const inPath = path.some((component) => component.includes(OPEN));
  // A lone open component (`${BASE}`) may bring a registry, too.
  if (registry?.includes(OPEN) || (registry === undefined && path.length === 1 && inPath))
    open.add('registry');
  if (inPath) open.add('repository');
  if (tag?.includes(OPEN)) open.add('tag');
  if (digest?.includes(OPEN)) open.add('digest');
  return open;
}

/** Suffixes that Kubernetes images of one architecture carry; `$(ARCH)` where it stays open (SEMANTICS 3.4). */
const SUFFIXES: readonly string[] = [
  'amd64',
  'arm',
  'arm64',
  'ppc64le',
  's390x',
  'riscv64',
  '386',
  '$(ARCH)',
].map((name) => `-${name}`);

/** Docker Hub's organisations that hold the official images of one architecture: https://github.com/docker-library/official-images#architectures-other-than-amd64 */
const PREFIXES: ReadonlySet<string> = new Set([
  'amd64',
  'arm32v5',
  'arm32v6',
  'arm32v7',
  'arm64v8',
  'i386',
  'mips64le',
  'ppc64le',
  'riscv64',
  's390x',
  'windows-amd64',
  '$(ARCH)',
]);

const HUB = 'docker.io/';

/** A normalised name without its architecture suffix. */
export function stripSuffix(name: string): string {
  const suffix = SUFFIXES.find((ending) => name.endsWith(ending));
  return suffix === undefined ? name : name.slice(0, -suffix.length);
}

/** A normalised name under an architecture organisation of Docker Hub as the official image's: `docker.io/arm64v8/alpine` is `docker.io/library/alpine`. */
export function unprefixed(name: string): string {
  if (!name.startsWith(HUB)) return name;
  const [organisation = '', image, ...more] = name.slice(HUB.length).split('/');
  if (image === undefined || more.length > 0 || !PREFIXES.has(organisation)) return name;
  return `${HUB}library/${image}`;
}

/** The whole repository name without architecture prefix or suffix, for subjects (SEMANTICS 4.4). */
export function withoutArchitecture(name: string): string {
  return stripSuffix(unprefixed(name));
}

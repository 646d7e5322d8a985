/**
 * Variables that hold an architecture, whatever language writes them (SEMANTICS 3.4). A closed list: a name that only ends alike
 * (`SEARCH`, `BASEIMAGE_ARCH`) may hold anything.
 */
const ARCHITECTURE_NAMES: ReadonlySet<string> = new Set(
  (
    'ARCH ARG_ARCH ARCHITECTURE TARGETARCH TARGET_ARCH GOARCH GO_ARCH BASEARCH BASE_ARCH BUILDARCH BUILD_ARCH HOSTARCH HOST_ARCH ' +
    'IMAGEARCH IMAGE_ARCH IMG_ARCH DOCKERARCH DOCKER_ARCH CPUARCH CPU_ARCH KUBE_ARCH OS_ARCH SERVER_ARCH MACHINE_ARCH ' +
    'CONTAINER_ARCH PLATFORM_ARCH CURRENT_ARCH LOCAL_ARCH NODE_ARCH DEB_ARCH DPKG_ARCH DEBARCH UNAME_ARCH BIN_ARCH ' +
    'RELEASE_ARCH MULTIARCH TARGETARCHITECTURE TARGET_ARCHITECTURE'
  ).split(' '),
);

const LONGEST_NAME = 64;

/**
 * True for the name of a variable or placeholder that stands for an architecture: `ARCH`, `TARGETARCH`, `{ARCH}`, `@ARCH@`,
 * `__ARCH__`, `{{.ARCH}}`, `$(ARCH)`, `arch`. Case does not matter; a path (`.Values.arch`) counts by its last part.
 */
export function isArchitectureName(name: string): boolean {
  if (name.length > LONGEST_NAME) return false;
  const bare = name.replace(/^[${(<%@\s]+/, '').replace(/[})>%@\s]+$/, '');
  const last = bare.slice(bare.lastIndexOf('.') + 1).replace(/^_+|_+$/g, '');
  return ARCHITECTURE_NAMES.has(last.toUpperCase());
}

/** Architectures as Docker, Go, Debian and `uname` spell them. */
const ARCHITECTURES: ReadonlySet<string> = new Set(
  (
    'amd64 x86_64 x86-64 x64 386 i386 i486 i586 i686 x86 arm arm64 aarch64 armel armhf armv5 armv6 armv6l armv7 armv7l armv8 arm32 ' +
    'arm32v5 arm32v6 arm32v7 arm64v8 ppc64 ppc64le ppc64el s390x riscv64 mips mips64 mips64le mips64el mipsle loong64 loongarch64 ' +
    'wasm all multiarch'
  ).split(' '),
);

/**
 * True for a text that names an architecture, or several, with a system or a variant where one is written (`linux/arm/v7`,
 * `amd64 arm64`), and for an empty one. Whatever a variable is called, another text is no architecture.
 */
export function isArchitecture(text: string): boolean {
  if (text.length > LONGEST_REFERENCE) return false;
  return text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .every((word) => ARCHITECTURES.has(bareArchitecture(word)));
}

function bareArchitecture(word: string): string {
  return word
    .toLowerCase()
    .replace(/^(linux|windows|darwin|freebsd)[/_-]/, '')
    .replace(/[/_-]v?[5-8]l?$/, '');
}

/** In a tag upper case is valid, so that a bare word there counts only where it says that something is put in. */
const TAG_WORD = /^(?:[A-Z0-9_]{0,60}_)?(?:TAG|VERSION)$|^(?:REPLACE|CHANGE)_?ME$/;

/** Delimited names: `{NAME}`, `@NAME@`, `__NAME__`, `<NAME>`, `%NAME%`, `%{NAME}%`. */
const DELIMITED =
  /\{[A-Za-z][\w.-]{0,62}\}|@[A-Za-z]\w{0,62}@|__[A-Za-z][A-Za-z0-9]{0,62}(?:_[A-Za-z0-9]{1,62}){0,8}__|<[A-Za-z][\w.-]{0,62}>|%\{[A-Za-z]\w{0,62}\}%|%[A-Za-z]\w{0,62}%/g;

const WORD = /[A-Za-z0-9_]+/g;

/** A reference longer than this is no name that somebody wrote a placeholder into. */
const LONGEST_REFERENCE = 4096;

/**
 * The words of an image reference that stand for something which a build rule puts in (`BASEIMAGE`, `{ARG_FROM}`, `@BASE@`,
 * `__BASE__`, the ARCH of `debian-base-ARCH:0.1`), as they are written, each once, in reading order. By shape only: what could be a
 * valid component is none. Open variables (`${X}`, `$(X)`, `{{…}}`) are not placeholders.
 */
export function placeholdersIn(reference: string): readonly string[] {
  if (reference.length > LONGEST_REFERENCE) return [];
  const found = new Map<string, number>();
  const note = (word: string, at: number): void => {
    if (!found.has(word)) found.set(word, at);
  };
  const masked = maskOpen(reference);
  const plain = masked.replace(DELIMITED, (word, at: number) => {
    note(word, at);
    return ' '.repeat(word.length);
  });
  const digest = plain.indexOf('@');
  const named = digest < 0 ? plain : plain.slice(0, digest);
  const tag = tagStart(named);
  for (const match of named.slice(0, tag).matchAll(WORD)) {
    if (isUpperWord(match[0]) && !inHost(named, match.index)) note(match[0], match.index);
  }
  for (const word of tagWords(named.slice(tag + 1))) note(word.text, tag + 1 + word.at);
  return [...found].sort((a, b) => a[1] - b[1]).map(([word]) => word);
}

function tagWords(tag: string): readonly { text: string; at: number }[] {
  if (TAG_WORD.test(tag)) return [{ text: tag, at: 0 }];
  const words: { text: string; at: number }[] = [];
  for (const match of tag.matchAll(WORD)) {
    if (isUpperWord(match[0]) && isArchitectureName(match[0]))
      words.push({ text: match[0], at: match.index });
  }
  return words;
}

/** Upper case throughout, with at least two letters. */
function isUpperWord(word: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(word) && word.replace(/[^A-Z]/g, '').length >= 2;
}

/** A first component with a dot or a port is a host, where upper case is valid. */
function inHost(name: string, at: number): boolean {
  const slash = name.indexOf('/');
  return slash > at && /[.:]/.test(name.slice(0, slash));
}

/** The colon before the tag; the text's length where there is none. */
function tagStart(name: string): number {
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? colon : name.length;
}

/** Blanks out what is an open variable already, so that its name is no placeholder. */
function maskOpen(reference: string): string {
  return reference.replace(/\$\{[^{}]*\}|\$\([^()]*\)|\{\{[^{}]*\}\}|\$[A-Za-z_]\w*/g, (text) =>
    ' '.repeat(text.length),
  );
}

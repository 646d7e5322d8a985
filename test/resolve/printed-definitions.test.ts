import { describe, expect, it } from '@jest/globals';
import { judgeTree } from '../support/mini-repository.ts';

/** A library that prints a definition for each entry of a list, with the list of a function of its own. */
function library(list: string): string {
  return `DOCKER=(docker \${DOCKER_OPTS:-})
images_of_release() {
${list}
}
build_images() {
  (
    local dir="$1"
    local arch="$2"
    local list=($(images_of_release "\${arch}"))
    for entry in "\${list[@]}"; do
      local before=$IFS
      IFS=","
      set $entry
      IFS=$before
      local name="$1"
      local base="$2"
      local tag="registry.example"
      if [[ \${arch} == "amd64" ]]; then
        tag+="/\${name}:\${VERSION}"
      else
        tag+="/\${name}-\${arch}:\${VERSION}"
      fi
      cat <<EOF > "\${dir}/\${name}/Dockerfile"
FROM \${base}
COPY \${name} /usr/local/bin/\${name}
EOF
      "\${DOCKER[@]}" build -q -t "\${tag}" "\${dir}/\${name}" >/dev/null
    done
  )
}
`;
}

async function imagesOf(script: string) {
  const { images } = await judgeTree({ 'lib/images.sh': script });
  return images.map(({ name, bases }) => [
    name,
    ...bases.map(({ reference, chain }) => `${reference} ${chain.at(-1)?.path}:${chain.at(-1)?.line}`),
  ]);
}

/** SEM-3.1: a command that may run in several ways is one place of a pipe. */
describe('a definition that comes through a pipe', () => {
  const set = (name: string, first: string, second: string) =>
    `${name}=${first}\nif [ "$1" = other ]; then\n  ${name}=${second}\nfi\n`;
  const here = 'cat <<END | docker build $MORE -t registry.example/tool -\nFROM alpine:3\nEND\n';

  it.each([
    ['the program has an option or none', set('MORE', '""', '--no-cache') + here, ['alpine:3']],
    [
      'what prints it has two bases',
      `${set('BASE', 'debian:12', 'alpine:3')}echo "FROM $BASE" | docker build -t registry.example/tool -\n`,
      ['debian:12', 'alpine:3'],
    ],
    [
      'what edits it puts two bases in',
      `${set('BASE', 'debian:12', 'alpine:3')}echo "FROM NAME" | sed "s|NAME|$BASE|" | docker build -t registry.example/tool -\n`,
      ['debian:12', 'alpine:3'],
    ],
  ])('is read in every way where %s', async (_, script, expected) => {
    const { images, unread } = await judgeTree({ 'build.sh': script });
    const bases = images.flatMap((image) => image.bases.map(({ reference }) => reference));
    expect(bases.sort()).toEqual([...expected].sort());
    expect(unread).toEqual([]);
  });
});

/** SEM-4.4: each entry of a list decides the base of its image. */
describe('definitions that a script prints', () => {
  it('take their bases from one array, with locals and the architecture in them', async () => {
    const list = `  local arch=$1
  local version=0.4.0
  local targets=(
    api,"registry.example/base-\${arch}:\${version}"
    proxy,busybox
  )
  echo "\${targets[@]}"`;
    expect(await imagesOf(library(list))).toEqual([
      ['registry.example/api', 'registry.example/base-$(ARCH):0.4.0 lib/images.sh:6'],
      ['registry.example/proxy', 'busybox lib/images.sh:7'],
    ]);
  });

  it('take them from an array for each architecture; an architecture without one is not built', async () => {
    const list = `  case $1 in
    "amd64")
      local targets=(
        api,busybox
        proxy,debian:9
      );;
    "arm64")
      local targets=(
        api,arm64v8/busybox
        proxy,arm64v8/debian:9
      );;
  esac
  echo "\${targets[@]}"`;
    expect(await imagesOf(library(list))).toEqual([
      ['registry.example/api', 'busybox lib/images.sh:6', 'arm64v8/busybox lib/images.sh:11'],
      ['registry.example/proxy', 'debian:9 lib/images.sh:7', 'arm64v8/debian:9 lib/images.sh:12'],
    ]);
  });

  it('have an open base where another architecture takes one from elsewhere', async () => {
    const script = `arch=$1
case $arch in
  amd64) base=gcr.io/distroless/static ;;
  *) base=$(look-up $arch) ;;
esac
printf "FROM $base\\nCOPY a /a\\n" > out/Dockerfile
docker build -t registry.example/api out
`;
    const { images } = await judgeTree({ 'lib/images.sh': script });
    expect(images.flatMap(({ bases }) => bases.map(({ standing }) => standing)).sort()).toEqual([
      'allowed',
      'unresolved',
    ]);
  });

  it('have an open base where nothing lists what is built', async () => {
    const { images, findings } = await judgeTree({ 'lib/images.sh': library('  list_elsewhere "$1"') });
    expect(images.map(({ bases }) => bases.map(({ standing }) => standing))).toEqual([['unresolved']]);
    expect(findings.map(({ rule }) => rule)).toEqual(['unresolved-base']);
  });
});

/** Decision 0003, 28: what one name stands for under several bases is each of them, and no mixture. */
describe('bases of images whose name is not known', () => {
  it('are told whole, whatever their parts have in common', async () => {
    const list = `  local arch=$1
  local list=(
    server,"registry.example/base-\${arch}:1"
    proxy,"registry.example/other-\${arch}:2"
  )
  echo "\${list[@]}"`;
    const unnamed = library(list).replace(/local tag=[\s\S]*?fi\n/, 'local tag="$TAG"\n');
    const script = `${unnamed}\nfor arch in "\${ARCHITECTURES[@]}"; do build_images out "\${arch}"; done\n`;
    const found = new Set(
      (await imagesOf(script)).flatMap(([, ...bases]) => bases.map((base) => base?.split(' ')[0])),
    );
    expect([...found].sort()).toEqual([
      'registry.example/base-$(ARCH):1',
      'registry.example/other-$(ARCH):2',
    ]);
  });
});

describe('a file that a function changes', () => {
  it('is changed where the command stands in a substitution', async () => {
    const { images } = await judgeTree({
      'docker/app.df': 'FROM busybox\nCOPY app /app\n',
      'build.sh':
        'prepare() { local said; said=$(cp "$1" "$2" 2>&1); }\n' +
        'prepare docker/app.df out/Dockerfile\ndocker build -t registry.example/app out\n',
    });
    expect(images.flatMap(({ bases }) => bases.map(({ reference }) => reference))).toEqual(['busybox']);
  });

  it('is a script that is run behind it', async () => {
    const { images } = await judgeTree({
      Dockerfile: 'ARG BASE=scratch\nFROM $BASE\nCOPY app /app\n',
      'build.sh':
        'write() {\ncat > out/run.sh <<EOF\ncd .\ndocker build --build-arg BASE=busybox -t registry.example/app .\nEOF\n}\n' +
        'write\nbash out/run.sh\n',
    });
    expect(images.flatMap(({ bases }) => bases.map(({ reference }) => reference))).toEqual(['busybox']);
  });
});

/** The bases of what `build.sh` builds out of files that it copies. */
async function basesOf(lines: string): Promise<readonly string[]> {
  const { images } = await judgeTree({
    'one/app.df': 'FROM busybox\nCOPY app /app\n',
    'two/app.df': 'FROM alpine\nCOPY app /app\n',
    'build.sh': `${lines}\ndocker build -f out/app.df -t registry.example/app out\n`,
  });
  const bases = images
    .filter(({ name }) => name === 'registry.example/app')
    .flatMap((image) => image.bases.map(({ reference }) => reference));
  return [...new Set(bases)].sort();
}

describe('a file of a folder that is copied', () => {
  it.each<[lesson: string, lines: string, wanted: readonly string[]]>([
    ['is the last one', 'cp -r one/. out/\ncp -r two/. out/', ['alpine']],
    [
      'is the last one, where that was there before',
      'cp -r one/. out/\ncp -r two/. out/\ncp -r one/. out/',
      ['busybox'],
    ],
    [
      'may be what it was, where nothing says that another takes its place',
      'cp -r one/. out/\nif [ -n "$P" ]; then cp -r two/. out/; fi',
      ['alpine', 'busybox'],
    ],
    [
      'is any of a choice',
      'case $1 in\none) cp -r one/. out/ ;;\n*) cp -r two/. out/ ;;\nesac',
      ['alpine', 'busybox'],
    ],
    [
      'may be as it is in the tree, where nothing says that it is changed',
      'cp -r two/. out/\nif [ -n "$P" ]; then sed -i s/alpine/busybox/ out/app.df; fi',
      ['alpine', 'busybox'],
    ],
  ])('%s', async (_, lines, wanted) => {
    expect(await basesOf(lines)).toEqual(wanted);
  });
});

import { describe, expect, it } from '@jest/globals';
import { judgeTree } from '../support/mini-repository.ts';
import { dockerCalls } from './shell-reading.ts';

type Files = Readonly<Record<string, string>>;

function calls(files: Files): readonly string[] {
  return dockerCalls(files).map(({ words }) => words.map(({ text }) => text).join(' '));
}

async function bases(files: Files): Promise<readonly string[]> {
  const { images } = await judgeTree(files);
  return images.flatMap((image) => image.bases.map(({ reference }) => reference));
}

/** Following it takes some hundred thousand commands. */
const LONG = `words=({1..60})
compile() { for package in "$@"; do if [[ "$package" == x ]]; then go build -o out "$package"; else go vet "$package"; fi; done; }
compile_all() { local round; for round in "\${words[@]}"; do compile "\${words[@]}" "\${words[@]}"; done; }
`;
/** Decision 0003, 27: what starts nothing that builds is not followed; all else is. */
describe('a script that is started again is followed where it', () => {
  it.each<[lesson: string, script: string, tool: string, wanted: readonly string[]]>([
    [
      'sources another library by a variable',
      'export KIND=plain\n./tool.sh x\nexport KIND=docker\n./tool.sh x',
      '. ./lib-$KIND.sh\nf "$1"',
      ['build x'],
    ],
    [
      'sources another library by a variable of another',
      'export KIND=plain\n./tool.sh x\nKIND=docker ./tool.sh x',
      'lib="./lib-$KIND.sh"\n. "$lib"\nf "$1"',
      ['build x'],
    ],
    [
      'sources another library by an argument',
      './tool.sh plain\n./tool.sh docker',
      '. ./lib-$1.sh\nf y',
      ['build y'],
    ],
    [
      'sources a library by a test of an argument',
      './tool.sh plain\n./tool.sh docker',
      'if [[ $1 == docker ]]; then . ./lib-docker.sh; else . ./lib-plain.sh; fi\nf y',
      ['build y'],
    ],
    [
      'prints what is known',
      'docker "$(./tool.sh a)"\ndocker "$(./tool.sh b)"',
      '. ./lib-plain.sh\necho "debian:$1"',
      ['debian:a', 'debian:b'],
    ],
    [
      'prints what is known through a function',
      'docker "$(./tool.sh a)"\ndocker "$(./tool.sh b)"',
      '. ./lib-plain.sh\ntell() { echo "debian:$1"; }\ntell "$1"',
      ['debian:a', 'debian:b'],
    ],
  ])('%s', (_, script, tool, wanted) => {
    const files = {
      'build.sh': script,
      'tool.sh': tool,
      'lib-plain.sh': 'f() { :; }',
      'lib-docker.sh': 'f() { docker build "$1"; }',
    };
    expect(calls(files)).toEqual(wanted);
  });

  it('leaves another file', async () => {
    const files = {
      'build.sh': './pick.sh one\n./pick.sh two\ndocker build -f out/Dockerfile .\n',
      'pick.sh': '. ./lib.sh\ncp $1/Dockerfile out/Dockerfile\n',
      'lib.sh': 'f() { :; }\n',
      'one/Dockerfile': 'FROM alpine:3\n',
      'two/Dockerfile': 'FROM debian:12\n',
    };
    expect(await bases(files)).toContain('debian:12');
  });
});

describe('a started script is not followed for', () => {
  it.each<[lesson: string, tool: string, library: string]>([
    ['what it tells people', 'echo "run make image first" >&2', ''],
    ['several lines of it', '{ echo "or run"; echo "make image, or ./build-image.sh"; } >&2', ''],
    ['a comment that names a function which builds', '# image: see there', 'image() { docker build y; }'],
    ['a name that its library keeps', ':', 'TOOLS=(hack/get-image.sh)\nDOCKER=(docker ${OPTIONS})'],
    ['the name of what it sources', '[ -f "$UTIL" ] && . "$UTIL"', 'UTIL=./util.sh'],
  ])('%s', (_, tool, library) => {
    const files = {
      'build.sh': './tool.sh x\ndocker build x',
      'tool.sh': `. ./lib.sh\n${tool}\ncompile_all\n`,
      'lib.sh': `${library}\n${LONG}`,
      'util.sh': '',
    };
    expect(calls(files)).toEqual(['build x']);
  });

  it.each<[lesson: string, tool: string, library: string]>([
    ['a list of words that it runs', '"${CMD[@]}" "$1"', 'CMD=(docker build)'],
    ['a name of a script that it starts', '"$TOOL" "$1"', 'TOOL=./image.sh'],
  ])('but is for %s', (_, tool, library) => {
    const files = {
      'build.sh': './tool.sh x',
      'tool.sh': `. ./lib.sh\nrun() { ${tool}; }\nrun "$1"\n`,
      'lib.sh': library,
      'image.sh': 'docker build "$1"',
    };
    expect(calls(files)).toEqual(['build x']);
  });
});

describe('a function that nobody calls', () => {
  const DOCKERFILE = 'ARG B=alpine:3\nFROM ${B}\n';
  const BUILD = 'image() { docker build --build-arg B=debian:12 .; }\n';

  it('is found in its library, whoever sources that', async () => {
    const files = { Dockerfile: DOCKERFILE, 'lib.sh': BUILD, 'build.sh': '. ./lib.sh\n:\n' };
    expect(await bases(files)).toContain('debian:12');
  });

  it('knows what another of them sets, which builds nothing itself', async () => {
    const library = 'setup() { base=debian:12; }\nimage() { docker build --build-arg B=$base .; }\n';
    expect(await bases({ Dockerfile: DOCKERFILE, 'lib.sh': library })).toContain('debian:12');
  });

  it('is found behind one that takes too long', async () => {
    const files = {
      Dockerfile: DOCKERFILE,
      'lib.sh': `${LONG}all() { compile_all; docker push x; }\n${BUILD}`,
    };
    expect(await bases(files)).toContain('debian:12');
  });
});

/** What a script does with what it is given, and what only a run knows. */
describe('a base is found that a script is built on', () => {
  const DEFAULT = 'ARG B=gcr.io/distroless/static:nonroot\nFROM ${B}\n';
  const image = (name: string) =>
    `${name}() { docker build --build-arg B="\${1:-gcr.io/distroless/static}" .; }\n`;
  const BUILD = 'docker build --build-arg B=debian:12 .';

  it.each<[lesson: string, files: Files]>([
    [
      'by a wrapper that ran something else before',
      { 'build.sh': `./run.sh go mod download\n./run.sh ${BUILD}\n`, 'run.sh': 'set -e\nexec "$@"\n' },
    ],
    [
      'by a wrapper in a loop',
      {
        'build.sh': `./run.sh true\n./run.sh ${BUILD}\n`,
        'run.sh': '. ./lib.sh\nuntil "$@"; do sleep 1; done\n',
        'lib.sh': 'n() { :; }\n',
      },
    ],
    [
      'by a wrapper of its library',
      {
        Makefile: `image:\n\thack/retry.sh ${BUILD}\n`,
        'hack/retry.sh': '. hack/lib.sh\nretry "$@"\n',
        'hack/lib.sh': 'retry() { for i in 1 2 3; do "$@" && return 0; done; return 1; }\n',
      },
    ],
    [
      'by a program that a variable names',
      {
        'build.sh': `TOOL=echo ./tool.sh x\nTOOL="docker build --build-arg B=debian:12" ./tool.sh .\n`,
        'tool.sh': '. ./lib.sh\n$TOOL "$1"\n',
        'lib.sh': 'n() { :; }\n',
      },
    ],
    [
      'by equal scripts of two folders',
      {
        'build.sh': './a/image.sh debian:11\n./b/image.sh debian:12\n',
        ...Object.fromEntries(
          ['a', 'b'].map((one) => [
            `${one}/image.sh`,
            'here=$(dirname "$0")\n. "$here/steps.sh"\nmain "$@"\n',
          ]),
        ),
        'a/steps.sh': 'main() { :; }\n',
        'b/steps.sh': image('main'),
      },
    ],
    [
      'by a choice that an argument decides',
      {
        'build.sh': './tool.sh quick\n./tool.sh full debian:12\n',
        'tool.sh':
          'kind=$1\nif [[ $kind == full ]]; then\n  . ./full.sh\nelse\n  . ./quick.sh\nfi\nrun_it "$2"\n',
        'quick.sh': 'run_it() { :; }\n',
        'full.sh': image('run_it'),
      },
    ],
    [
      'by a function whose name is put together',
      {
        'build.sh': './tool.sh server debian:12\n',
        'tool.sh': '. ./lib.sh\n"build_$1" "$2"\n',
        'lib.sh': image('build_server'),
      },
    ],
    [
      'by a function that is an argument',
      {
        'build.sh': './tool.sh build_server debian:12\n',
        'tool.sh': '. ./lib.sh\n"$@"\n',
        'lib.sh': image('build_server'),
      },
    ],
    [
      'by a function that eval names',
      {
        'build.sh': 'KIND=server ./tool.sh debian:12\n',
        'tool.sh': '. ./lib.sh\neval "image_$KIND $1"\n',
        'lib.sh': image('image_server'),
      },
    ],
    [
      'by a function with a folder in its name',
      {
        'build.sh': './tool.sh debian:12\n',
        'tool.sh': '. ./lib.sh\nimage/make "$1"\n',
        'lib.sh': image('image/make'),
      },
    ],
    [
      'by a function whose name says that it tells',
      { 'build.sh': `or_die() { "$@" || exit 1; }\nimage() { or_die ${BUILD}; }\n"$1"\n` },
    ],
    [
      'by a list that nobody calls',
      { 'build.sh': 'CMD="docker build --build-arg B=debian:12"\nimage() { $CMD .; }\n"$1"\n' },
    ],
    [
      'by a library, with what a script sets',
      {
        'build.sh': 'BASE=debian:12\n. ./lib.sh\n"$1"\n',
        'lib.sh': 'image() { docker build --build-arg B="${BASE:-gcr.io/distroless/static}" .; }\n',
      },
    ],
    [
      'by a file that is sourced under a test',
      {
        'build.sh':
          'use() { FLAVOR=$1; }\nuse debian:12\nif . ./base.sh; then docker build --build-arg B=$BASE .; fi\n',
        'base.sh': 'BASE=${FLAVOR:-gcr.io/distroless/static}\n',
      },
    ],
    [
      'by a file that is sourced in an arm',
      {
        'build.sh':
          'use() { FLAVOR=$1; }\nuse debian:12\ncase "$(uname)" in\n  Linux) . ./base.sh ;;\nesac\ndocker build --build-arg B=$BASE .\n',
        'base.sh': 'BASE=${FLAVOR:-gcr.io/distroless/static}\n',
      },
    ],
    [
      'by a script that is given it in front',
      {
        'build.sh': 'BASE=debian:12 ./img.sh\n',
        'img.sh': 'docker build --build-arg B=${BASE:-gcr.io/distroless/static} .\n',
      },
    ],
  ])('%s', async (_, files) => {
    expect(await bases({ Dockerfile: DEFAULT, ...files })).toContain('debian:12');
  });
});

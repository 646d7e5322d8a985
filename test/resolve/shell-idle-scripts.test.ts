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
/** Some thousand commands that set variables. */
const SETTINGS = Array.from({ length: 2000 }, (_, n) => `setting_${n}=1`).join('\n');

/** Decision 0003, 27: what does nothing to images is not followed again; all else is. */
describe('a script that does nothing to images, started many times', () => {
  const starts = Array.from({ length: 80 }, (_, n) => `./tool.sh ${n}`).join('\n');

  it('hides nothing that is behind it', () => {
    const files = { 'tool.sh': '. ./lib.sh\n"$tool" "$@"\n', 'lib.sh': SETTINGS };
    expect(calls({ 'build.sh': `${starts}\ndocker build x`, ...files })).toEqual(['build x']);
  });

  it('hides nothing where what it prints is kept', () => {
    const kept = Array.from({ length: 80 }, (_, n) => `a=$(./tool.sh ${n})`).join('\n');
    const files = { 'tool.sh': '. ./lib.sh\n"$tool" "$@"\n', 'lib.sh': SETTINGS };
    expect(calls({ 'build.sh': `${kept}\ndocker build x`, ...files })).toEqual(['build x']);
  });
});

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
    ['a message', 'my::log::info "run ./build-image.sh first"', 'my::log::info() { echo "$@"; }'],
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

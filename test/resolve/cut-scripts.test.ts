import { describe, expect, it } from '@jest/globals';
import { judgeChange, judgeTree } from '../support/mini-repository.ts';

const DOCKERFILE = 'FROM gcr.io/distroless/static\nCOPY app /app\nENTRYPOINT ["/app"]\n';

async function outcome(command: string) {
  const script = `again() {\n  again\n  ${command}\n}\nagain\n`;
  const { verdict, unread } = await judgeChange(
    { Dockerfile: DOCKERFILE, 'tool.sh': script },
    { Dockerfile: `${DOCKERFILE}USER 65532\n`, 'tool.sh': script },
  );
  return { outcome: verdict.outcome, counts: unread.map((file) => file.counts) };
}

/** SEM-5.2: what was not followed counts for the images that may rest on it. */
describe('a script that was not followed to its end', () => {
  it.each([
    ['builds', 'docker build -t registry.k8s.io/app:1 "$1"'],
    ['starts a make', 'run make image BASE="$1"'],
    ['hands words to another script', './build.sh debian:12'],
  ])('may hide a base where it %s', async (_, command) => {
    const docker = 'docker push registry.k8s.io/app:1';
    expect(await outcome(`${command}\n  ${docker}`)).toEqual({ outcome: 'inconclusive', counts: [true] });
  });

  it('is none where a function runs what it is given, itself among that', async () => {
    const BUILD = 'run() { "$@"; }\nin_folder() { (cd "$1" && shift && "$@"); }\n';
    const script = `${BUILD}all() { in_folder . tool; }\ntool() { run in_folder . run build; }\nbuild() { run in_folder . docker build -t registry.k8s.io/app:1 .; }\nrun in_folder . all\n`;
    const { verdict, unread } = await judgeChange(
      { Dockerfile: DOCKERFILE, 'tool.sh': script },
      { Dockerfile: `${DOCKERFILE}USER 65532\n`, 'tool.sh': script },
    );
    expect({ outcome: verdict.outcome, unread }).toEqual({ outcome: 'pass', unread: [] });
  });

  it.each([
    ['publishes', 'docker push registry.k8s.io/app:1'],
    ['loads and names', 'docker load -i app.tar && docker tag app registry.k8s.io/app:1'],
  ])('hides no base where it only %s images', async (_, command) => {
    expect(await outcome(command)).toEqual({ outcome: 'pass', counts: [false] });
  });
});

/** A name with a gap is any of the files of the tree that it fits. */
describe('a script that sources a file by a name with a gap', () => {
  const BUILD =
    'base=debian:12\n[ -n "$FLAVOR" ] && . ./flavors/$FLAVOR/set.sh\ndocker build --build-arg B=$base .\n';

  async function basesWith(more: Readonly<Record<string, string>>) {
    const { images, unread } = await judgeTree({
      Dockerfile: 'ARG B\nFROM ${B}\n',
      'build.sh': BUILD,
      ...more,
    });
    const bases = images.flatMap((image) => image.bases.map(({ reference }) => reference)).sort();
    return { bases, unread: unread.map(({ path }) => path) };
  }

  it('is told with each of them', async () => {
    const files = { 'flavors/slim/set.sh': 'base=alpine:3\n', 'flavors/tiny/set.sh': 'base=scratch\n' };
    expect(await basesWith(files)).toEqual({ bases: ['alpine:3', 'debian:12', 'scratch'], unread: [] });
  });

  it('is told to its end where the tree has none', async () => {
    expect(await basesWith({ 'flavors/slim/get.sh': 'base=alpine:3\n' })).toEqual({
      bases: ['debian:12'],
      unread: [],
    });
  });

  it.each([
    ['the machine', '. "$HOME/bin/site-settings.sh"'],
    ['several names', '. "$ROOT/$(uname)/site-settings.sh"'],
  ])('is told to its end where its folder is of %s and the tree has no such file', async (_, sources) => {
    const script = `base=debian:12\n${sources}\ndocker build --build-arg B=$base .\n`;
    expect((await basesWith({ 'build.sh': script })).unread).toEqual([]);
    const elsewhere = { 'tools/site-settings.sh': 'base=alpine:3\n' };
    expect((await basesWith({ 'build.sh': script, ...elsewhere })).unread).toEqual(['build.sh']);
  });

  it('is told with what stands beside it, whichever program finds its own folder', async () => {
    const script =
      'find=readlink\nif [ "$(uname)" = Darwin ]; then\n  find=greadlink\nfi\n. "$(dirname "$($find -ne "$BASH_SOURCE")")/lib/bases.sh"\ndocker build --build-arg B=$base .\n';
    expect(await basesWith({ 'build.sh': script, 'lib/bases.sh': 'base=debian:12\n' })).toEqual({
      bases: ['debian:12'],
      unread: [],
    });
  });

  it('is named as the tree names it where it is not decided', async () => {
    const { unread } = await judgeTree({
      Dockerfile: DOCKERFILE,
      'build.sh': '. "$(dirname "$(own-tool "$BASH_SOURCE")")/bases.sh"\ndocker build .\n',
      'lib/bases.sh': 'base=debian:12\n',
    });
    expect(unread.map(({ because }) => because)).toEqual([
      'it sources $(dirname own-tool build.sh)/bases.sh, which is not decided',
    ]);
  });

  it('is not where they are many, or lie deeper', async () => {
    const many = [1, 2, 3, 4, 5].map((n) => [`flavors/${n}/set.sh`, `base=alpine:${n}\n`] as const);
    expect((await basesWith(Object.fromEntries(many))).unread).toEqual(['build.sh']);
    expect((await basesWith({ 'flavors/a/b/set.sh': 'base=alpine:3\n' })).unread).toEqual(['build.sh']);
  });
});

// Which scripts are read in every tree: those that may build, name, publish or run an image.
import { describe, expect, test } from '@jest/globals';
import { mayStartBuilds, startsBuilds } from '../../../src/formats/shell/build-signs.ts';

describe('a script that may build', () => {
  test.each([
    ['an engine told to build', 'docker build -t app .'],
    ['with options in between', 'sudo podman --log-level error buildx build .'],
    ['over several lines', 'docker \\\n  buildx \\\n  build --push .'],
    ['by its whole path', '/usr/bin/docker push app'],
    ['in quotes, for another shell', `ssh host "docker build ."`],
    ['that is given its verb', `docker "$@"`],
    ['in a list, an element a line', 'cmd=(\n  docker\n  build\n  -t app\n)\n"$' + '{cmd[@]}"'],
    ['kept in a variable', `ENGINE=docker\n$ENGINE build .`],
    ['kept in a list', 'DOCKER=(docker $OPTS)\n"$' + '{DOCKER[@]}" build .'],
    ['chosen by a default', `tool=$\{tool:-podman}\nif true; then "$\{tool}" --x=1 push app; fi`],
    ['that the environment names', `$\{CONTAINER_TOOL} build .`],
    ['that runs another image', 'docker run --rm builder make'],
    ['that gives an image another name', 'docker tag a b'],
    ['ko', 'ko build ./cmd/app'],
    ['kaniko', '/kaniko/executor --dockerfile=Dockerfile'],
    ['a make with values, next to an engine', 'command -v docker\nmake -C images push REGISTRY=x'],
    ['behind a setting of its own', 'D=$' + '{DOCKER:-docker}\nDOCKER_BUILDKIT=1 $D build .'],
    ['behind options of sudo', 'D=podman\nsudo -E $D build .'],
    ['given to a function that runs it', 'run "$' + '{CONTAINER_ENGINE}" build .'],
    ['in a block', 'D=docker\n{ $D build .; } | tee log'],
    ['in an arm', 'D=docker\ncase "$1" in build) $D build . ;; esac'],
    ['that grows', 'cmd=(docker)\ncmd+=(build .)\n"$' + '{cmd[@]}"'],
    ['that grows as a text', 'cmd="docker"\ncmd="$cmd build ."\n$cmd'],
    ['another engine', 'finch build .'],
    ['ko by a variable', '$' + '{KO} publish ./cmd/app'],
    ['a make that is given an image', 'make image BASE=alpine:3.19'],
    ['a make behind an exported image', 'export BASE=gcr.io/x/debian-base:v1\nmake'],
    ['a script that is given an image', './other.sh alpine:3.19'],
    ['a library whose function is given an image', '. hack/lib.sh\nbuild_all alpine:3.19'],
    ['a library that builds by its name', 'source "$ROOT/build/lib.sh"\nrelease_all'],
    ['BuildKit without an engine', 'buildctl build --frontend dockerfile.v0'],
    ['a build in the cloud', 'gcloud --project x builds submit --config ci.yaml .'],
    ['another cloud', 'az acr build -t app .'],
    ['layers on an image', 'crane append -b alpine -t app -f l.tar'],
    ['another builder', 'pack build app'],
    ['whatever takes build arguments', 'shipit app --build-arg BASE=alpine'],
    ['another script that builds images', './scripts/build-images.sh "$VERSION"'],
  ])('%s', (_, text) => {
    expect(startsBuilds(`#!/bin/bash\n${text}\n`)).toBe(true);
  });
});

describe('a script that only speaks of engines', () => {
  test.each([
    ['in a comment', '# docker build is run elsewhere\nmake all'],
    ['as a file', 'logs="docker.log build.log"\ncat /var/log/docker.log > run.txt'],
    ['as part of another name', 'run-in-docker-container "$node" "build"'],
    ['as a service', 'systemctl restart docker\necho run'],
    ['as a value that no command uses', 'RUNTIME=docker\necho "run it"'],
    ['as a flag', 'kubectl create secret docker-registry x --docker-username=y'],
  ])('%s', (_, text) => {
    expect(startsBuilds(`#!/bin/bash\n${text}\n`)).toBe(false);
  });
});

test('takes time that grows with the text alone', () => {
  const hostile = [
    '$A'.repeat(100_000),
    'docker '.repeat(100_000),
    '$x -a '.repeat(100_000),
    'make '.repeat(100_000),
  ];
  for (const text of hostile) expect(typeof startsBuilds(text)).toBe('boolean');
});

describe('a function that may lead to a build', () => {
  test.each([
    ['a make', 'make -C images'],
    ['another script', '"$ROOT/hack/images.sh" all'],
    ['a definition that it makes', 'sed "s/X/Y/" in > Dockerfile'],
  ])('by %s', (_, text) => {
    expect(mayStartBuilds(text)).toBe(true);
  });

  test.each([
    ['what it sources', 'source "$ROOT/lib.sh"\n. ./other.sh'],
    ['a compiler', 'go build -o out ./cmd/app'],
  ])('not by %s', (_, text) => {
    expect(mayStartBuilds(text)).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Files } from '../support/mini-repository.ts';
import { imageOf, modelOf } from './model.ts';

const STATIC = 'gcr.io/distroless/static';
const DOCKERFILE = `ARG BASE=${STATIC}\nFROM $BASE\n`;

/** References of the bases that a definition has where a makefile runs a command. */
function basesOf(command: string, dockerfile = DOCKERFILE): readonly string[] {
  const image = imageOf({ Dockerfile: dockerfile, Makefile: `image:\n\t${command}\n` });
  return image.bases.map(({ reference }) => reference);
}

/** Images besides the one of the Dockerfile: their bases, or why they have none. */
function othersOf(files: Readonly<Record<string, string>>): readonly string[] {
  return modelOf({ Dockerfile: DOCKERFILE, ...files })
    .images.filter(({ path }) => path !== 'Dockerfile')
    .flatMap(({ bases }) => bases.map(({ reference, unresolved }) => unresolved ?? reference));
}

const OPTIONS = '--build-arg BASE=debian:12 -t registry.example/app';

describe('options in front of the verb', () => {
  it.each([
    `docker --tlscacert ca.pem build ${OPTIONS} .`,
    `docker --tls -D build ${OPTIONS} .`,
    `docker -H tcp://host build ${OPTIONS} .`,
    `docker --context=other --config x buildx --builder b build ${OPTIONS} .`,
    `podman --url unix:///run/podman.sock build ${OPTIONS} .`,
    `podman --remote --cgroup-manager cgroupfs build ${OPTIONS} .`,
    `nerdctl -n k8s.io build ${OPTIONS} .`,
    `nerdctl --snapshotter stargz build ${OPTIONS} .`,
    `buildah --storage-opt a=b bud ${OPTIONS} .`,
    `$(CONTAINER_ENGINE) --log-level debug build ${OPTIONS} .`,
  ])('%s', (command) => {
    expect(basesOf(command)).toEqual(['debian:12']);
  });
});

describe('builders that are no engine of containers', () => {
  it.each([
    'buildctl --addr x build --frontend=dockerfile.v0 --opt build-arg:BASE=debian:12 --local context=. --local dockerfile=. --output type=image,name=registry.example/app,push=true',
    `az acr build --registry r --build-arg BASE=debian:12 --image app .`,
    'minikube image build -t app --build-opt=build-arg=BASE=debian:12 .',
    `depot build ${OPTIONS} .`,
  ])('%s', (command) => {
    expect(basesOf(command)).toEqual(['debian:12']);
  });

  it('finds the definition where BuildKit is told to look for it', () => {
    const command =
      'buildctl build --frontend dockerfile.v0 --local context=. --local dockerfile=docker --opt filename=app.Dockerfile --opt target=final';
    const { images } = modelOf({
      'docker/app.Dockerfile': `FROM debian:12 AS build\nFROM ${STATIC} AS final\nFROM build\n`,
      Makefile: `image:\n\t${command}\n`,
    });
    expect(images.map(({ id, bases }) => [id, bases[0].reference])).toEqual([
      ['docker/app.Dockerfile#final', STATIC],
    ]);
  });
});

describe('builds that another command starts', () => {
  it.each([
    `env -S 'docker build ${OPTIONS} .'`,
    `echo . | xargs docker build ${OPTIONS}`,
    `ssh host "docker build ${OPTIONS} ."`,
    `ssh -i key host docker build ${OPTIONS} .`,
    `su -c "docker build ${OPTIONS} ." user`,
    `su - user -c "cd . && docker build ${OPTIONS} ."`,
    `sudo --user x sh -c "docker build ${OPTIONS} ."`,
    `doas docker build ${OPTIONS} .`,
    `parallel docker build ${OPTIONS} . ::: 1 2`,
    `docker exec -w /src builder docker build ${OPTIONS} .`,
    `docker exec builder sh -c "docker build ${OPTIONS} ."`,
    `docker run --rm -v /x:/x docker:cli build ${OPTIONS} .`,
    `docker run gcr.io/kaniko-project/executor:v1 --destination registry.example/app --build-arg BASE=debian:12`,
    `retry 3 docker build ${OPTIONS} .`,
    `lima nerdctl build ${OPTIONS} .`,
    `kubectl exec builder -- buildah bud ${OPTIONS} .`,
  ])('%s', (command) => {
    const files = { Makefile: `image:\n\t${command}\n` };
    expect([imageOfDockerfile(files), othersOf(files)]).toEqual([['debian:12'], []]);
  });

  it.each([
    ['adds arguments', `wrap --build-arg A=b docker build ${OPTIONS} .`],
    ['fills them in', 'parallel docker build --build-arg BASE={} . ::: debian:12'],
  ])('is said where the other %s', (_, command) => {
    expect(othersOf({ Makefile: `image:\n\t${command}\n` })).toHaveLength(1);
  });

  it.each([
    `echo docker build ${OPTIONS} .`,
    `log_info docker build ${OPTIONS} .`,
    `git commit -m "docker build ${OPTIONS} ."`,
    'make docker build',
    'apt-get install docker buildah',
    'docker run --rm golang:1.25 go build .',
    'ssh host docker ps',
  ])('none in %s', (command) => {
    const files = { Makefile: `image:\n\t${command}\n` };
    expect([imageOfDockerfile(files), othersOf(files)]).toEqual([[STATIC], []]);
  });
});

function imageOfDockerfile(files: Readonly<Record<string, string>>): readonly string[] {
  const { images } = modelOf({ Dockerfile: DOCKERFILE, ...files });
  return images
    .filter(({ path }) => path === 'Dockerfile')
    .flatMap(({ bases }) => bases.map(({ reference }) => reference));
}

describe('--from of podman and buildah takes the place of the first FROM', () => {
  it.each<readonly [string, string, string, readonly string[]]>([
    ['the only one', 'podman build --from debian:12 -t app .', `FROM ${STATIC}\n`, ['debian:12']],
    ['and makes it allowed', `buildah bud --from=${STATIC} .`, 'FROM debian:12\n', [STATIC]],
    [
      'none of a later stage',
      'podman build --from debian:12 .',
      `FROM golang AS b\nFROM ${STATIC}\n`,
      [STATIC],
    ],
    [
      'through the stages on it',
      'podman build --from debian:12 .',
      `FROM ${STATIC} AS b\nFROM b\n`,
      ['debian:12'],
    ],
  ])('%s', (_, command, dockerfile, bases) => {
    expect(basesOf(command, dockerfile)).toEqual(bases);
  });

  it('stands where the command gives it', () => {
    const image = imageOf({
      Dockerfile: `FROM ${STATIC}\n`,
      Makefile: 'image:\n\tpodman build --from debian:12 -t app .\n',
    });
    expect(image.bases[0].chain.map(({ path }) => path)).toEqual(['Dockerfile', 'Makefile']);
  });
});

describe('files of build arguments', () => {
  const built = (files: Files) =>
    imageOf({
      Dockerfile: DOCKERFILE,
      Makefile: 'image:\n\tpodman build --build-arg-file build/args.conf -t app .\n',
      ...(files as Record<string, string>),
    }).bases.map(({ reference, unresolved, chain }) => [
      unresolved === undefined ? reference : 'unresolved',
      chain.at(-1)?.path,
    ]);

  it('decide as the file says', () => {
    expect(built({ 'build/args.conf': '# bases\nBASE=debian:12\n' })).toEqual([
      ['debian:12', 'build/args.conf'],
    ]);
  });

  it('decide nothing where the file is not in the tree', () => {
    expect(built({})).toEqual([['unresolved', 'Makefile']]);
  });

  it('give way to an argument of the command', () => {
    const image = imageOf({
      Dockerfile: DOCKERFILE,
      Makefile: `image:\n\tpodman build --build-arg BASE=${STATIC} --build-arg-file args.conf .\n`,
      'args.conf': 'BASE=debian:12\n',
    });
    expect(image.bases.map(({ reference }) => reference)).toEqual([STATIC]);
  });
});

describe('build files that a command starts with values of its own', () => {
  const CLOUDBUILD =
    "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, --build-arg, 'BASE=$_BASE', -t, registry.example/app, .]\nsubstitutions: {_BASE: gcr.io/distroless/static}\n";
  const COMPOSE =
    'services:\n  app:\n    build: {context: ., args: {BASE: "${BASE:-gcr.io/distroless/static}"}}\n    image: registry.example/app\n';

  it.each<readonly [string, string, Readonly<Record<string, string>>]>([
    [
      'substitutions',
      'gcloud builds submit --config cloudbuild.yaml --substitutions _TAG=v1,_BASE=debian:12 .',
      { 'cloudbuild.yaml': CLOUDBUILD },
    ],
    [
      'a build file of another name',
      'gcloud builds submit --config=ci/image.yaml .',
      { 'ci/image.yaml': CLOUDBUILD.replace('_BASE: gcr.io/distroless/static', '_BASE: debian:12') },
    ],
    ['arguments', 'docker compose build --build-arg BASE=debian:12 app', { 'compose.yaml': COMPOSE }],
    [
      'arguments of the old program',
      'docker-compose -f ops/stack.yml build --build-arg BASE=debian:12',
      { 'ops/stack.yml': COMPOSE.replace('context: .', 'context: ..') },
    ],
    ['environment', 'BASE=debian:12 docker compose up --build', { 'compose.yaml': COMPOSE }],
  ])('%s', (_, command, files) => {
    const own = imageOfDockerfile({ Makefile: `image:\n\t${command}\n`, ...files });
    expect(own).toContain('debian:12');
  });

  it('in a script that exports them', () => {
    const script = '#!/bin/sh\nexport BASE=debian:12\ndocker compose build\n';
    expect(imageOfDockerfile({ 'hack/build.sh': script, 'compose.yaml': COMPOSE })).toContain('debian:12');
  });

  it('without any, they are read as they are', () => {
    const files = { Makefile: 'image:\n\tdocker compose build\n', 'compose.yaml': COMPOSE };
    expect(new Set(imageOfDockerfile(files))).toEqual(new Set([STATIC]));
  });
});

describe('images that no definition of the tree makes', () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      'a container that buildah keeps',
      'c=$(buildah from debian:12); buildah commit $c registry.example/y',
      ['debian:12'],
    ],
    ['a layer on another image', 'crane append -b debian:12 -f l.tar -t registry.example/y', ['debian:12']],
    ['another base', 'crane rebase registry.example/y --new_base debian:12', ['debian:12']],
    [
      'bake',
      'docker buildx bake --push',
      ['docker buildx bake builds images at build.sh:2, and what it makes them of is not followed'],
    ],
    [
      'a tool of its own',
      'shipit image --build-arg BASE=debian:12 .',
      ['shipit image builds images at build.sh:2, and what it makes them of is not followed'],
    ],
    ['bake that only prints', 'docker buildx bake --print', []],
    [
      'a tag of its own',
      'docker build -t registry.example/app . && docker tag registry.example/app registry.example/app:v1',
      [],
    ],
    [
      'a base under the name of what is built',
      'docker build -t registry.example/app . && docker tag debian:12 registry.example/app',
      ['debian:12'],
    ],
    [
      'a base under the name of another base',
      `docker tag debian:12 ${STATIC} && docker build .`,
      ['debian:12'],
    ],
    [
      'a container kept under the name of what is built',
      'docker build -t registry.example/app . && docker run --name c debian:12 true && docker commit c registry.example/app',
      ['debian:12'],
    ],
    [
      'an archive under that name',
      'docker build -t registry.example/app . && docker import root.tar registry.example/app',
      ['what docker import keeps at build.sh:2 is not known'],
    ],
    [
      'an image that is only mirrored',
      'docker pull quay.io/x/etcd && docker tag quay.io/x/etcd registry.example/etcd',
      [],
    ],
    [
      'the same image from another registry',
      'docker build -t registry.example/app . && docker tag staging.example/app:v1 registry.example/app:v1',
      [],
    ],
  ])('%s', (_, command, bases) => {
    expect(othersOf({ 'build.sh': `#!/bin/sh\n${command}\n` })).toEqual(bases);
  });
});

describe('a base that the output of a command decides', () => {
  const [base] = imageOf({
    Dockerfile: 'ARG BASE\nFROM $BASE\n',
    Makefile: 'image:\n\tdocker build --build-arg BASE=$$(cat base.txt) .\n',
  }).bases;

  it('is told by the command', () => {
    expect(base.unresolved).toBe(
      'Makefile takes it from $(cat base.txt), which is known only when that runs',
    );
  });

  it('names each place once', () => {
    const places = base.chain.map(({ path, start }) => `${path}:${start.line}`);
    expect(places).toEqual(['Dockerfile:2', 'Makefile:2']);
  });
});

describe('builds that a shell reads', () => {
  const BUILD = `docker build ${OPTIONS} .`;
  it.each<readonly [string, string, number]>([
    ['from a here-document', `bash <<EOF\n${BUILD}\nEOF`, 3],
    ['from one with arguments', `bash -s -- x <<'EOF'\n${BUILD}\nEOF`, 3],
    ['elsewhere', `ssh host <<EOF\n${BUILD}\nEOF`, 3],
    ['in a container', `docker exec -i builder sh <<EOF\n${BUILD}\nEOF`, 3],
    ['from a pipe', `echo '${BUILD}' | bash`, 2],
    ['from a pipe, elsewhere', `cat <<EOF | ssh host bash\n${BUILD}\nEOF`, 3],
    ['from a file that was written before', `cat > /tmp/x.sh <<EOF\n${BUILD}\nEOF\nbash /tmp/x.sh`, 3],
  ])('%s', (_, script, line) => {
    const image = imageOf({ Dockerfile: DOCKERFILE, 'build.sh': `#!/bin/bash\n${script}\n` });
    expect(image.bases.map(({ reference, chain }) => [reference, chain.at(-1)?.start.line])).toEqual([
      ['debian:12', line],
    ]);
  });

  it.each([`cat <<EOF\n${BUILD}\nEOF`, `cat > README <<EOF\n${BUILD}\nEOF`, `echo '${BUILD}' | tee log`])(
    'none in %s',
    (script) => {
      const image = imageOf({ Dockerfile: DOCKERFILE, 'build.sh': `#!/bin/bash\n${script}\n` });
      expect(image.bases.map(({ reference }) => reference)).toEqual([STATIC]);
    },
  );

  it('with the variables of a file that compose is given', () => {
    const files = {
      Makefile: 'image:\n\tdocker compose --env-file ops/prod.env build\n',
      'compose.yaml':
        'services:\n  app:\n    build: {context: ., args: {BASE: "${BASE:-gcr.io/distroless/static}"}}\n',
      'ops/prod.env': 'BASE=debian:12\n',
    };
    expect(imageOfDockerfile(files)).toContain('debian:12');
  });
});

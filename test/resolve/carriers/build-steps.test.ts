import { describe, expect, it } from '@jest/globals';
import type { Report } from '../../../src/domain/index.ts';
import { type Files, judgeChange, judgeTree } from '../../support/mini-repository.ts';

function basesOf(report: Report, path = 'Dockerfile'): readonly string[] {
  return report.images
    .filter((image) => image.path === path)
    .flatMap((image) =>
      image.bases.map(({ reference, chain }) => {
        const decided = chain.at(-1);
        return `${reference} ${decided?.path}:${decided?.line}`;
      }),
    );
}

const ARGUMENT = 'ARG BASE=gcr.io/distroless/static\nFROM ${BASE}\nCOPY server /server\n';

describe('a definition that steps build', () => {
  it.each<[lesson: string, files: Files, expected: readonly string[]]>([
    [
      'Cloud Build gives a build argument, a substitution its default',
      {
        Dockerfile: ARGUMENT,
        'cloudbuild.yaml':
          "steps:\n- name: gcr.io/cloud-builders/docker\n  args:\n  - build\n  - --build-arg=BASE=$_BASE\n  - .\nsubstitutions:\n  _BASE: 'debian:12'\n",
      },
      ['debian:12 cloudbuild.yaml:8'],
    ],
    [
      'a substitution without a default stays open',
      {
        Dockerfile: ARGUMENT,
        'cloudbuild.yaml': 'steps:\n- name: docker\n  args: [build, --build-arg, "BASE=${_BASE}", .]\n',
      },
      ['${_BASE} cloudbuild.yaml:3'],
    ],
    [
      'variants beside it give the values that are built',
      {
        'x/Dockerfile': ARGUMENT,
        'x/cloudbuild.yaml':
          'steps:\n- name: docker\n  dir: x\n  args: [build, --build-arg, BASE=$_BASE, .]\nsubstitutions:\n  _BASE: fake\n',
        'x/variants.yaml': "variants:\n  one:\n    BASE: debian:12\n  two:\n    BASE: 'alpine:3'\n",
      },
      [],
    ],
    [
      'a make that a step starts makes what its goal only needs, with the environment of the step',
      {
        Dockerfile: ARGUMENT,
        Makefile:
          'BASE ?= gcr.io/distroless/static\npush: push-one\npush-%: build-%\n\tdocker push example.io/a\nbuild-one:\n\tdocker build --build-arg BASE=$(BASE) -t example.io/a .\n',
        'cloudbuild.yaml':
          'steps:\n- name: golang\n  entrypoint: make\n  env: ["BASE=$_BASE"]\n  args: [push]\nsubstitutions:\n  _BASE: alpine:3\n',
      },
      ['gcr.io/distroless/static Makefile:1', 'alpine:3 cloudbuild.yaml:7'],
    ],
    [
      'a script of a step is followed',
      {
        Dockerfile: ARGUMENT,
        'cloudbuild.yaml':
          'steps:\n- name: x/y\n  entrypoint: bash\n  args:\n  - -c\n  - |\n    B=debian\n    docker build \\\n      --build-arg BASE=$$B:12 .\n',
      },
      ['debian:12 cloudbuild.yaml:7'],
    ],
    [
      'a folder is seen from the root, else from the file',
      {
        Dockerfile: 'FROM gcr.io/distroless/static\n',
        'sub/Dockerfile': ARGUMENT,
        'sub/cloudbuild.yaml':
          'steps:\n- name: docker\n  args: [build, --build-arg, BASE=debian:12, -f, ./Dockerfile, sub]\n',
      },
      ['gcr.io/distroless/static Dockerfile:1'],
    ],
    [
      'a workflow pushes with arguments of its matrix',
      {
        Dockerfile: ARGUMENT,
        '.github/workflows/x.yml':
          'jobs:\n  x:\n    strategy:\n      matrix:\n        base: ["debian:12", "alpine:3"]\n        unused: [1, 2, 3]\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        build-args: BASE=${{ matrix.base }}\n        push: true\n',
      },
      ['debian:12 .github/workflows/x.yml:5', 'alpine:3 .github/workflows/x.yml:5'],
    ],
    [
      'an environment names a base in a workflow, through another variable',
      {
        Dockerfile: ARGUMENT,
        '.github/workflows/x.yml':
          'env:\n  NAME: debian\n  BASE: ${{ env.NAME }}:12\njobs:\n  x:\n    steps:\n    - run: docker build --build-arg BASE="$BASE" .\n',
      },
      ['debian:12 .github/workflows/x.yml:2'],
    ],
    [
      'an expression that nothing decides stays open',
      {
        Dockerfile: ARGUMENT,
        '.github/workflows/x.yml':
          'jobs:\n  x:\n    steps:\n    - run: docker build --build-arg BASE=${{ vars.BASE }} .\n',
      },
      ['${vars.BASE} .github/workflows/x.yml:4'],
    ],
    [
      'loops and conditions of a script are followed as a shell would',
      {
        Dockerfile: ARGUMENT,
        '.github/workflows/x.yml':
          'jobs:\n  x:\n    steps:\n    - run: |\n        for base in debian:12 alpine:3; do\n          docker build --build-arg BASE=$base .\n        done\n',
      },
      ['debian:12 .github/workflows/x.yml:5', 'alpine:3 .github/workflows/x.yml:5'],
    ],
    [
      'a script of the tree gets the environment of the step',
      {
        Dockerfile: ARGUMENT,
        'hack/push.sh': '#!/bin/bash\ndocker build --build-arg BASE="${BASE:-alpine:3}" .\n',
        'cloudbuild.yaml':
          'steps:\n- name: x/y\n  entrypoint: bash\n  env: [BASE=$_BASE]\n  args: [-c, ./hack/push.sh]\nsubstitutions: {_BASE: "debian:12"}\n',
      },
      ['alpine:3 hack/push.sh:2', 'debian:12 cloudbuild.yaml:6'],
    ],
    [
      'kaniko builds as well',
      {
        Dockerfile: ARGUMENT,
        'cloudbuild.yaml':
          'steps:\n- name: gcr.io/kaniko-project/executor:latest\n  args:\n  - --dockerfile=Dockerfile\n  - --context=dir:///workspace\n  - --build-arg=BASE=debian:12\n  - --destination=gcr.io/a/b\n',
      },
      ['debian:12 cloudbuild.yaml:6'],
    ],
  ])('%s', async (_, files, expected) => {
    const report = await judgeTree(files);
    if (expected.length > 0) expect(basesOf(report)).toEqual(expected);
    else
      expect(basesOf(report, 'x/Dockerfile')).toEqual([
        'debian:12 x/variants.yaml:3',
        'alpine:3 x/variants.yaml:5',
      ]);
  });

  it('by compose keeps its own default: compose is not how it is shipped', async () => {
    const report = await judgeTree({
      'app/Dockerfile': ARGUMENT,
      'docker-compose.yml':
        'services:\n  x:\n    build:\n      context: app\n      args: {BASE: "${IMAGE:-debian}:12"}\n',
    });
    expect(basesOf(report, 'app/Dockerfile')).toEqual([
      'gcr.io/distroless/static app/Dockerfile:1',
      'debian:12 docker-compose.yml:5',
    ]);
  });

  it('by compose takes variables from the file beside it', async () => {
    const report = await judgeTree({
      Dockerfile: ARGUMENT,
      '.env': 'NAME=debian\nIMAGE=${NAME}:12\n',
      'compose.yaml': 'services:\n  x:\n    build:\n      context: .\n      args: [BASE=$IMAGE]\n',
    });
    expect(basesOf(report)).toEqual(['gcr.io/distroless/static Dockerfile:1', 'debian:12 .env:1']);
  });

  it('may be printed by a step itself', async () => {
    const report = await judgeTree({
      '.github/workflows/x.yml':
        'jobs:\n  x:\n    steps:\n    - run: |\n        cat > Dockerfile <<EOF\n        FROM debian:12\n        COPY a /a\n        EOF\n        docker build -t ghcr.io/a/b .\n',
    });
    expect(basesOf(report, '.github/workflows/x.yml')).toEqual(['debian:12 .github/workflows/x.yml:6']);
  });

  it('by a target alone, that nothing pushes, keeps its last stage', async () => {
    const report = await judgeTree({
      Dockerfile: 'FROM golang:1 AS test\nFROM gcr.io/distroless/static\n',
      '.github/workflows/x.yml': 'jobs:\n  x:\n    steps:\n    - run: docker build --target test .\n',
    });
    expect(report.images.map(({ bases }) => bases[0]?.reference).sort()).toEqual([
      'gcr.io/distroless/static',
      'golang:1',
    ]);
  });

  it('is named and pushed by the images of Cloud Build', async () => {
    const report = await judgeTree({
      Dockerfile: 'FROM debian:12\n',
      'cloudbuild.yaml':
        'steps:\n- name: docker\n  args: [build, -t, gcr.io/$PROJECT_ID/x:$_TAG, .]\nimages: [gcr.io/$PROJECT_ID/x:$_TAG]\nsubstitutions: {_TAG: "1"}\n',
    });
    expect(report.images).toMatchObject([
      { name: 'gcr.io/${PROJECT_ID}/x', workflow: 'cloudbuild', scope: 'release' },
    ]);
  });
});

describe('a make that a step starts', () => {
  const FILES: Files = {
    Dockerfile: ARGUMENT,
    Makefile:
      'BASE ?= gcr.io/distroless/static\nREGISTRY ?= local\nimage:\n\tdocker build --build-arg BASE=$(BASE) -t $(REGISTRY)/x .\n',
  };

  it('gets the environment of its step: one more way, the default stays', async () => {
    const report = await judgeTree({
      ...FILES,
      'cloudbuild.yaml':
        'steps:\n- name: x/y\n  entrypoint: make\n  env:\n  - BASE=$_BASE\n  - REGISTRY=gcr.io/a\n  args: [image]\nsubstitutions:\n  _BASE: debian:12\n',
    });
    expect(basesOf(report)).toEqual(['gcr.io/distroless/static Makefile:1', 'debian:12 cloudbuild.yaml:9']);
  });

  it('gets variables of its command line from a workflow', async () => {
    const report = await judgeTree({
      ...FILES,
      '.github/workflows/x.yml':
        'jobs:\n  x:\n    steps:\n    - run: make image BASE=${{ matrix.base }}\n    strategy: {matrix: {base: ["debian:12"]}}\n',
    });
    expect(basesOf(report)).toEqual([
      'gcr.io/distroless/static Makefile:1',
      'debian:12 .github/workflows/x.yml:5',
    ]);
  });

  it('that changes introduces what it brings', async () => {
    const steps = (base: string) =>
      `steps:\n- name: x/y\n  entrypoint: make\n  env: [BASE=${base}]\n  args: [image]\n`;
    const report = await judgeChange(
      { ...FILES, 'cloudbuild.yaml': steps('gcr.io/distroless/static') },
      { ...FILES, 'cloudbuild.yaml': steps('debian:12') },
    );
    expect(report.findings.map(({ rule, state, path, line }) => [rule, state, path, line])).toEqual([
      ['base-not-allowed', 'introduced', 'cloudbuild.yaml', 4],
    ]);
  });
});

describe('what is not followed', () => {
  it('is said, and counts where the change touches it', async () => {
    const before = { Dockerfile: 'FROM gcr.io/distroless/static\n' };
    const report = await judgeChange(before, {
      ...before,
      '.github/workflows/x.yml': 'jobs:\n  x:\n    steps:\n    - uses: docker/bake-action@v5\n',
    });
    expect(report.verdict.outcome).toBe('inconclusive');
    expect(report.unread).toMatchObject([{ path: '.github/workflows/x.yml', counts: true }]);
  });

  it('has bounds: a matrix of thousands ends', async () => {
    const many = Array.from({ length: 50 }, (_, index) => `b${index}`).join(', ');
    const report = await judgeTree({
      Dockerfile: ARGUMENT,
      '.github/workflows/x.yml': `jobs:\n  x:\n    strategy: {matrix: {a: [${many}], b: [${many}], c: [${many}]}}\n    steps:\n    - run: docker build --build-arg BASE=\${{ matrix.a }}\${{ matrix.b }}\${{ matrix.c }} .\n`,
    });
    expect(report.images[0]?.bases.length).toBeLessThanOrEqual(64);
  });

  it('has no end in names that mean each other', async () => {
    const report = await judgeTree({
      Dockerfile: ARGUMENT,
      'cloudbuild.yaml':
        'steps:\n- name: docker\n  args: [build, --build-arg, BASE=$_A, .]\nsubstitutions: {_A: $_B$_B, _B: $_A$_A}\n',
    });
    expect(report.images).toHaveLength(1);
  });
});

describe('inputs of workflows and actions of the same repository', () => {
  const CI = '.github/workflows/ci.yml';
  const BUILD = '.github/workflows/build.yml';
  const ACTION = '.github/actions/build/action.yml';
  const workflowWith = (input: string) =>
    `on:\n  workflow_call:\n    inputs:\n      base: ${input}\njobs:\n  image:\n    runs-on: x\n    steps:\n    - uses: docker/build-push-action@v6\n      with: {context: ., push: true, tags: r.example/x, build-args: "BASE=\${{ inputs.base }}"}\n`;
  const action = (run: string, more = '') =>
    `name: build\ninputs:\n  base: {default: gcr.io/distroless/static}\nruns:\n  using: composite\n  steps:\n  - shell: bash\n    run: ${run}\n${more}`;
  const RUN = 'docker build --build-arg BASE=${{ inputs.base }} -t r.example/x .';
  const callWorkflow = (value: string, more = '') =>
    `jobs:\n  image:\n    uses: ./${BUILD}\n    with:\n      base: ${value}\n${more}`;
  const callAction = (value: string, name = 'build') =>
    `env: {DEBIAN: debian:12}\njobs:\n  image:\n    runs-on: x\n    steps:\n    - uses: ./.github/actions/${name}\n      with:\n        base: ${value}\n`;

  it.each<[lesson: string, files: Files, base: string]>([
    [
      'of a workflow, with a default',
      { [BUILD]: workflowWith('{default: gcr.io/distroless/static}'), [CI]: callWorkflow('debian:12') },
      'debian:12 .github/workflows/ci.yml:5',
    ],
    [
      'of a workflow, one for each choice of a matrix',
      {
        [BUILD]: workflowWith('{default: gcr.io/distroless/static}'),
        [CI]: callWorkflow('${{ matrix.base }}', '    strategy: {matrix: {base: ["debian:12"]}}\n'),
      },
      'debian:12 .github/workflows/ci.yml:6',
    ],
    [
      'of an action',
      { [ACTION]: action(RUN), [CI]: callAction('debian:12') },
      'debian:12 .github/workflows/ci.yml:8',
    ],
    [
      'of an action, from the environment of its caller',
      { [ACTION]: action(RUN), [CI]: callAction('${{ env.DEBIAN }}') },
      'debian:12 .github/workflows/ci.yml:1',
    ],
    [
      'of an action that another hands on',
      {
        [ACTION]: action(RUN),
        '.github/actions/outer/action.yaml':
          'name: o\ninputs: {base: {required: true}}\nruns:\n  using: composite\n  steps:\n  - uses: ./.github/actions/build\n    with: {base: "${{ inputs.base }}"}\n',
        [CI]: callAction('debian:12', 'outer'),
      },
      'debian:12 .github/workflows/ci.yml:8',
    ],
    [
      'in the environment that an action inherits',
      { [ACTION]: action('docker build --build-arg BASE=$DEBIAN -t r.example/x .'), [CI]: callAction('x') },
      'debian:12 .github/workflows/ci.yml:1',
    ],
  ])('%s', async (_, files, base) => {
    expect(basesOf(await judgeTree({ Dockerfile: ARGUMENT, ...files }))).toContain(base);
  });

  it('without a default, only what callers give counts', async () => {
    const files = {
      [BUILD]: workflowWith('{required: true}'),
      [CI]: callWorkflow('gcr.io/distroless/static'),
    };
    const report = await judgeChange({}, { Dockerfile: ARGUMENT, ...files });
    expect([report.verdict.outcome, basesOf(report)]).toEqual([
      'pass',
      ['gcr.io/distroless/static .github/workflows/ci.yml:5'],
    ]);
  });

  it('without a caller, it stays open', async () => {
    const report = await judgeChange({}, { Dockerfile: ARGUMENT, [BUILD]: workflowWith('{required: true}') });
    expect(report.verdict.outcome).toBe('inconclusive');
  });

  it('an action that calls itself comes to an end', async () => {
    const own = '  - uses: ./.github/actions/build\n    with: {base: "${{ inputs.base }}x"}\n';
    const report = await judgeTree({
      Dockerfile: ARGUMENT,
      [ACTION]: action(RUN, own),
      [CI]: callAction('a'),
    });
    expect(report.unread.map(({ because }) => because)).toContain('more than 256 build files are started');
  });
});

describe('actions and workflows of somebody else', () => {
  const step = (value: string) =>
    `jobs:\n  image:\n    runs-on: x\n    steps:\n    - uses: some/builder@v1\n      with:\n        image: r.example/x\n        build_args: BASE=${value}\n`;

  it('are said where they are given build arguments, and again where those become others', async () => {
    const before = { Dockerfile: ARGUMENT, '.github/workflows/ci.yml': step('gcr.io/distroless/static') };
    const added = await judgeChange({ Dockerfile: ARGUMENT }, before);
    const changed = await judgeChange(before, { ...before, '.github/workflows/ci.yml': step('debian:12') });
    for (const { findings, verdict } of [added, changed]) {
      expect(verdict.outcome).toBe('inconclusive');
      expect(
        findings.filter(({ state }) => state === 'introduced').map(({ rule, line }) => [rule, line]),
      ).toEqual([['unresolved-base', 5]]);
    }
  });
});

describe('scripts of the tree that a step starts with its own environment and arguments', () => {
  const SCRIPT = '#!/bin/bash\ndocker build --build-arg BASE="${1:-$BASE}" -t r.example/x .\n';
  const step = (lines: string) => `steps:\n- name: gcr.io/cloud-builders/docker\n  ${lines}\n`;

  it.each<[lesson: string, path: string, build: string, line: number]>([
    [
      'by a shell',
      'cloudbuild.yaml',
      step('entrypoint: bash\n  args: [hack/x.sh]\n  env: ["BASE=debian:12"]'),
      5,
    ],
    [
      'with options',
      'cloudbuild.yaml',
      step('entrypoint: bash\n  args: [-eux, ./hack/x.sh]\n  env: ["BASE=debian:12"]'),
      5,
    ],
    ['as the program', 'cloudbuild.yaml', step('entrypoint: ./hack/x.sh\n  env: ["BASE=debian:12"]'), 4],
    [
      'by its whole path',
      'cloudbuild.yaml',
      step('entrypoint: bash\n  args: [/workspace/hack/x.sh]\n  env: ["BASE=debian:12"]'),
      5,
    ],
    [
      'with an argument',
      'cloudbuild.yaml',
      step('entrypoint: bash\n  args:\n  - hack/x.sh\n  - debian:12'),
      6,
    ],
    [
      'of Prow',
      '.prow.yaml',
      'presubmits:\n- name: image\n  spec:\n    containers:\n    - command: [runner.sh, hack/x.sh]\n      env: [{name: BASE, value: "debian:12"}]\n',
      6,
    ],
  ])('%s', async (_, path, build, line) => {
    const report = await judgeTree({ Dockerfile: ARGUMENT, 'hack/x.sh': SCRIPT, [path]: build });
    expect(basesOf(report)).toContain(`debian:12 ${path}:${line}`);
  });
});

it('a step that builds what is not in the tree says so', async () => {
  const report = await judgeChange(
    {},
    {
      'cloudbuild.yaml':
        'steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, r.example/x, images/x]\n',
    },
  );
  expect(report.findings.map(({ rule, path, line }) => [rule, path, line])).toEqual([
    ['unresolved-base', 'cloudbuild.yaml', 2],
  ]);
});

describe('shell lines of other CI systems', () => {
  it.each<[lesson: string, path: string, text: string, line: number]>([
    [
      'of GitLab, with its variables',
      '.gitlab-ci.yml',
      'variables:\n  BASE: debian:12\nimage:\n  script:\n  - docker build --build-arg BASE=$BASE -t r.example/x .\n',
      2,
    ],
    ['of Travis, through a make', '.travis.yml', 'script:\n- make image BASE=debian:12\n', 2],
    ['of Jenkins', 'Jenkinsfile', "node {\n  sh 'docker build --build-arg BASE=debian:12 .'\n}\n", 2],
  ])('%s', async (_, path, text, line) => {
    const Makefile = 'BASE ?= gcr.io/distroless/static\nimage:\n\tdocker build --build-arg BASE=$(BASE) .\n';
    const report = await judgeTree({ Dockerfile: ARGUMENT, Makefile, [path]: text });
    expect(basesOf(report)).toContain(`debian:12 ${path}:${line}`);
  });
});

describe('containers of manifests that build', () => {
  const task = (step: string) =>
    `apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: image}\nspec:\n  steps:\n  - name: build\n${step}`;
  it.each<[lesson: string, step: string, bases: readonly string[]]>([
    [
      'kaniko by its arguments',
      '    image: gcr.io/kaniko-project/executor:v1\n    args: [--destination=r.example/x, --build-arg=BASE=debian:12]\n',
      ['debian:12 task.yaml:8'],
    ],
    [
      'an engine by its command',
      '    image: quay.io/buildah/stable\n    command: [buildah, bud, --build-arg, "BASE=debian:12", .]\n',
      ['debian:12 task.yaml:8'],
    ],
    [
      'an engine by a script',
      '    image: quay.io/buildah/stable\n    script: |\n      #!/bin/sh\n      buildah bud --build-arg BASE=debian:12 .\n',
      ['debian:12 task.yaml:10'],
    ],
    [
      'not what builds elsewhere',
      '    image: gcr.io/kaniko-project/executor:v1\n    args: [--context=git://a.example/b.git, --destination=r.example/x]\n',
      ['gcr.io/distroless/static Dockerfile:1'],
    ],
    [
      'not what only runs',
      '    image: docker:cli\n    command: [docker, ps]\n',
      ['gcr.io/distroless/static Dockerfile:1'],
    ],
  ])('%s', async (_, step, bases) => {
    expect(basesOf(await judgeTree({ Dockerfile: ARGUMENT, 'task.yaml': task(step) }))).toEqual(bases);
  });

  it('an engine that builds a copy to which more is added: nothing is known of it, and no default counts', async () => {
    const step =
      '    image: docker:cli\n    script: |\n      cp Dockerfile D\n      cat tail >> D\n      docker build -f D .\n';
    const files = { Dockerfile: ARGUMENT, tail: 'RUN make\n', 'task.yaml': task(step) };
    const { images } = await judgeTree(files);
    const bases = images.map((image) => [image.path, image.bases.map(({ reference }) => reference)]);
    expect(bases).toEqual([['Dockerfile', ['$(text that is added to it (tail))']]]);
  });
});

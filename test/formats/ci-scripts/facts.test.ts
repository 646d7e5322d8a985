import { describe, expect, it } from '@jest/globals';
import type { BuildJob, BuildStepsFact } from '../../../src/domain/index.ts';
import { ciScripts } from '../../../src/formats/ci-scripts/index.ts';

function jobsOf(path: string, text: string): readonly BuildJob[] {
  const profile = ciScripts.profileOf(path);
  if (profile === null || !ciScripts.mayMatter(text, profile)) return [];
  const fact = ciScripts
    .facts(text, profile)
    .find((one): one is BuildStepsFact => one.kind === 'build-steps');
  return fact?.jobs ?? [];
}

/** Each job's environment and commands, with the line that a value or command stands on. */
function linesOf(path: string, text: string): readonly string[] {
  return jobsOf(path, text).flatMap(({ name, steps }) =>
    steps.map(({ environment, does }) => {
      const given = environment.map((one) => `${one.name}=${one.value?.text}@${one.value?.span.start.line}`);
      const commands =
        does.kind === 'script'
          ? does.script.commands.map(
              ({ words, span }) => `${words.map((word) => word.text).join(' ')}@${span.start.line}`,
            )
          : does.kind === 'foreign'
            ? [`${does.tool.text} ${does.given.map((word) => word.text).join(' ')}`]
            : [];
      return [`${name}:`, ...given, commands.join('; ')].join(' ');
    }),
  );
}

describe('shell lines of CI systems', () => {
  it.each<readonly [string, string, string, readonly string[]]>([
    [
      'GitLab: variables of the file and of the job, one shell for all lines',
      '.gitlab-ci.yml',
      'variables:\n  A: "1"\n  B: {value: "2", description: x}\nimage:\n  variables: {A: "3"}\n  before_script:\n  - cd x\n  script:\n  - docker build .\n',
      ['image: B=2@3 A=3@5 cd x@7; docker build .@9'],
    ],
    [
      'GitLab: what a job extends, its template not by itself',
      '.gitlab-ci.yml',
      '.image:\n  variables: {A: "1", B: "2"}\n  script: [docker build .]\nimage:\n  extends: .image\n  variables: {A: "3"}\n',
      ['image: A=3@6 B=2@2 docker build .@3'],
    ],
    [
      'GitLab: an anchor, its template not by itself',
      '.gitlab-ci.yml',
      '.image: &image\n  script: [docker build .]\nimage:\n  <<: *image\n  variables: {A: "3"}\n',
      ['image: A=3@5 docker build .@2'],
    ],
    [
      'GitLab: a template that nothing here runs',
      '.gitlab-ci.yml',
      '.image:\n  script: [docker build .]\n',
      ['.image: docker build .@2'],
    ],
    [
      'Travis: global variables in one line',
      '.travis.yml',
      'env:\n  global:\n  - A=1 B="2 3"\ninstall: make deps\nscript:\n- docker build .\n',
      [': A=1@3 B=2 3@3 make deps@4; docker build .@6'],
    ],
    [
      'CircleCI: short and long steps',
      '.circleci/config.yml',
      'jobs:\n  image:\n    environment: {A: "1"}\n    steps:\n    - checkout\n    - run: docker build .\n    - run:\n        name: push\n        command: |\n          docker push x\n          docker push y\n',
      ['steps: A=1@3 docker build .@6', 'push: A=1@3 docker push x@10; docker push y@11'],
    ],
    ['Azure', 'azure-pipelines.yml', 'steps:\n- bash: docker build .\n', ['steps: docker build .@2']],
    [
      'Buildkite',
      '.buildkite/image.yaml',
      'steps:\n- command: docker build .\n',
      ['steps: docker build .@2'],
    ],
    [
      'Bitbucket',
      'bitbucket-pipelines.yml',
      'pipelines:\n  default:\n  - step:\n      script: [docker build .]\n',
      ['step: docker build .@4'],
    ],
    [
      'Drone',
      '.drone.yml',
      'steps:\n- name: image\n  environment: {A: "1"}\n  commands: [docker build .]\n',
      ['image: A=1@3 docker build .@4'],
    ],
    [
      'Task',
      'Taskfile.yml',
      "version: '3'\ntasks:\n  image:\n    env: {A: '1'}\n    cmds:\n    - docker build .\n    - {cmd: docker push x}\n",
      ['image: A=1@4 docker build .@6', 'cmds: A=1@4 docker push x@7'],
    ],
    [
      'scripts of a package',
      'web/package.json',
      '{"name": "docker", "scripts": {\n"image": "docker build ."\n}}\n',
      ['image: docker build .@2'],
    ],
    [
      'Jenkins: texts for a shell, and what its plugin builds',
      'Jenkinsfile',
      'node {\n  sh \'docker build .\'\n  sh(script: """\n    docker push x\n  """)\n  docker.build(\'x\', \'-f y .\')\n}\n',
      [': docker build .@2', ': docker push x@4', ": docker.build 'x', '-f y .')"],
    ],
  ])('%s', (_, path, text, lines) => {
    expect(linesOf(path, text)).toEqual(lines);
  });

  it.each([
    ['a file without signs of images', '.travis.yml', 'script: go test ./...\n'],
    ['a file of another name', 'ci/build.yml', 'script: docker build .\n'],
    ['keys that hold no lines', '.gitlab-ci.yml', 'image: docker\nvariables: {A: "1"}\n'],
  ])('none in %s', (_, path, text) => {
    expect(linesOf(path, text)).toEqual([]);
  });

  it('reads what GitLab alone can spell', () => {
    const text = 'a:\n  script:\n  - !reference [.b, script]\n  - docker build .\n';
    const facts = ciScripts.facts(text, 'yaml');
    expect(facts.map(({ kind }) => kind)).toEqual(['build-steps']);
  });
});

describe('files with more lines that build than are told', () => {
  it.each([
    [
      'package.json',
      `{"scripts": {${Array.from({ length: 1001 }, (_, n) => `"s${n}": "docker build ."`).join(',')}}}`,
      'more than 1000 jobs',
    ],
    ['Jenkinsfile', "sh 'docker build .'\n".repeat(501), 'more than 500 steps in a job'],
  ])('are not read, and say why: %s', (path, text, because) => {
    const profile = ciScripts.profileOf(path) ?? '';
    expect(ciScripts.facts(text, profile)).toEqual([{ kind: 'unreadable', because }]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { BuildJob, BuildStepsFact } from '../../../src/domain/index.ts';
import { workflow } from '../../../src/formats/workflow/index.ts';

function jobsOf(text: string, profile = 'workflow'): readonly BuildJob[] {
  const fact = workflow.facts(text, profile).find((one): one is BuildStepsFact => one.kind === 'build-steps');
  return fact?.jobs ?? [];
}

function stepsIn(steps: string): BuildJob['steps'] {
  return jobsOf(`jobs:\n  image:\n    steps:\n${steps}`)[0]?.steps ?? [];
}

function lineOf(step: BuildJob['steps'][number] | undefined): string {
  if (step?.does.kind === 'words') return step.does.words.map(({ text }) => text).join(' ');
  if (step?.does.kind === 'unknown') return step.does.what;
  if (step?.does.kind === 'calls')
    return [step.does.file.text, ...step.does.inputs.map(({ name, value }) => `${name}=${value?.text}`)].join(
      ' ',
    );
  if (step?.does.kind === 'foreign')
    return [step.does.tool, ...step.does.given, ...step.does.tags].map(({ text }) => text).join(' ');
  if (step?.does.kind !== 'script') return '';
  return step.does.script.commands.map(({ words }) => words.map(({ text }) => text).join(' ')).join('; ');
}

describe('workflows of GitHub', () => {
  it('build and push with an action as docker does', () => {
    const [step] = stepsIn(
      '    - uses: docker/build-push-action@v6\n      with:\n        context: images/x\n        file: images/x/Dockerfile.release\n        target: release\n        push: true\n        tags: |\n          ghcr.io/a/x:1\n          ghcr.io/a/x:2,docker.io/a/x\n        build-args: |\n          BASE=alpine:3\n\n          VERSION=1\n',
    );
    expect(lineOf(step)).toBe(
      'docker buildx build --file images/x/Dockerfile.release --target release --build-arg BASE=alpine:3 --build-arg VERSION=1 --tag ghcr.io/a/x:1 --tag ghcr.io/a/x:2 --tag docker.io/a/x --push images/x',
    );
  });

  it('place each argument on its own line', () => {
    const [step] = stepsIn(
      '    - uses: docker/build-push-action@v6\n      with:\n        build-args: |\n          A=1\n          BASE=alpine:3\n',
    );
    const words = step?.does.kind === 'words' ? step.does.words : [];
    expect(words.find(({ text }) => text.startsWith('BASE'))?.span.start).toEqual({ line: 8, column: 11 });
  });

  it.each<[lesson: string, inputs: string, line: string]>([
    ['nothing given is the root', 'push: false', 'docker buildx build .'],
    ['the workspace is the root', "context: '${{ github.workspace }}/a'", 'docker buildx build a'],
    ['so is the default context', 'context: "{{defaultContext}}:a"', 'docker buildx build a'],
    [
      'what an expression decides may push',
      "push: ${{ github.event_name != 'pull_request' }}",
      'docker buildx build --push .',
    ],
  ])('%s', (_, inputs, line) => {
    expect(
      lineOf(stepsIn(`    - uses: docker/build-push-action@v6\n      with:\n        ${inputs}\n`)[0]),
    ).toBe(line);
  });

  it('run shells, PowerShell as far as it looks like one', () => {
    const steps = stepsIn(
      '    - run: |\n        make images\n        docker build .\n    - run: |\n        docker build `\n          -t x .\n      shell: pwsh\n    - uses: actions/checkout@v5\n',
    );
    expect(steps.map(lineOf)).toEqual(['make images; docker build .', 'docker build -t x .']);
  });

  it('say where a program of another language has an engine build', () => {
    const steps = stepsIn(
      '    - shell: python\n      run: |\n        import os\n        os.system("docker build .")\n    - shell: python\n      run: print(1)\n',
    );
    expect(steps.map(lineOf)).toEqual(['python os.system("docker build .")']);
  });

  it.each<[lesson: string, uses: string, inputs: string, line: string | undefined]>([
    [
      'an action of the same repository',
      './.github/actions/x',
      '{base: a, tag: 1}',
      './.github/actions/x base=a tag=1',
    ],
    ['build arguments for somebody else', 'a/b@v1', '{build_args: "A=1"}', 'a/b@v1 A=1'],
    ['a Dockerfile and a name for somebody else', 'a/b@v1', '{dockerfile: D, image: x}', 'a/b@v1 D x'],
    ['options of a builder', 'a/kaniko@v1', '{extra: "--build-arg=A=1"}', 'a/kaniko@v1 --build-arg=A=1'],
    [
      'a Dockerfile that is only looked at',
      'hadolint/hadolint-action@v3',
      '{dockerfile: D, tags: x}',
      undefined,
    ],
    ['a Dockerfile without a name', 'a/b@v1', '{dockerfile: D}', undefined],
    ['anything else', 'a/b@v1', '{image: x, token: y}', undefined],
  ])('%s', (_, uses, inputs, line) => {
    const [step] = stepsIn(`    - uses: ${uses}\n      with: ${inputs}\n`);
    expect(step === undefined ? undefined : lineOf(step)).toBe(line);
  });

  it('run a workflow of the same repository instead of steps', () => {
    const [job] = jobsOf('jobs:\n  image:\n    uses: ./.github/workflows/b.yml\n    with: {base: x}\n');
    expect(job?.steps.map(lineOf)).toEqual(['./.github/workflows/b.yml base=x']);
  });

  it('have an environment on three levels, the nearest winning, and folders', () => {
    const [job] = jobsOf(
      'env: {A: 1, B: 1, C: 1}\njobs:\n  x:\n    env: {B: 2, C: 2}\n    defaults: {run: {working-directory: sub}}\n    steps:\n    - run: make\n      env: {C: 3}\n    - run: make\n      working-directory: other\n',
    );
    const [first, second] = job?.steps ?? [];
    expect(first?.environment.map(({ name, value }) => name + value?.text)).toEqual(['A1', 'B2', 'C3']);
    expect([first?.folder?.text, second?.folder?.text]).toEqual(['sub', 'other']);
  });

  it('have matrix values, also those of included entries', () => {
    const [job] = jobsOf(
      'jobs:\n  x:\n    strategy:\n      matrix:\n        base: [alpine, debian]\n        image: [{name: a, file: D}]\n        computed: ${{ fromJSON(x) }}\n        include:\n        - base: ubuntu\n          tag: "1"\n    steps:\n    - run: make\n',
    );
    const shown = job?.choices.map(({ axis, values }) => [
      axis,
      ...values.map((value) => value.map(({ name, value: word }) => `${name}=${word?.text}`).join(' ')),
    ]);
    expect(shown).toEqual([
      ['matrix.base', 'matrix.base=alpine', 'matrix.base=debian'],
      ['matrix.image', 'matrix.image.name=a matrix.image.file=D'],
      ['matrix.include', 'matrix.base=ubuntu matrix.tag=1'],
    ]);
  });

  it('give inputs their defaults, in workflows and in composite actions', () => {
    const [called] = jobsOf(
      'on:\n  workflow_call:\n    inputs:\n      base: {default: alpine}\n      other: {required: true}\njobs:\n  x:\n    steps:\n    - run: make\n',
    );
    expect(called?.variables.map(({ name, value }) => `${name} ${value?.text}`)).toEqual([
      'inputs.base alpine',
      'inputs.other undefined',
    ]);
    const [action] = jobsOf(
      'name: Build\ninputs:\n  base: {default: alpine}\nruns:\n  using: composite\n  steps:\n  - run: docker build .\n    shell: bash\n',
      'action',
    );
    expect(action?.variables).toMatchObject([{ name: 'inputs.base', value: { text: 'alpine' } }]);
    expect(action?.steps.map(lineOf)).toEqual(['docker build .']);
  });

  it('name images through the metadata action', () => {
    const [job] = jobsOf(
      'jobs:\n  x:\n    steps:\n    - id: meta\n      uses: docker/metadata-action@v5\n      with: {images: ghcr.io/a/x}\n    - uses: docker/build-push-action@v6\n      with: {tags: "${{ steps.meta.outputs.tags }}"}\n',
    );
    expect(job?.variables).toMatchObject([
      { name: 'steps.meta.outputs.tags', value: { text: 'ghcr.io/a/x' } },
    ]);
  });

  it('say that bake files are not followed', () => {
    expect(lineOf(stepsIn('    - uses: docker/bake-action@v5\n')[0])).toContain(
      'bake files are not followed',
    );
  });

  it.each([
    ['no jobs', 'name: docker\n'],
    ['jobs of another shape', 'jobs: [docker]\n'],
    ['steps of another shape', 'jobs: {x: {steps: {a: docker}}}\n'],
    ['a matrix of another shape', 'jobs: {x: {strategy: {matrix: [a]}, steps: [{run: docker build .}]}}\n'],
    ['broken text', 'jobs: {x: [\n'],
  ])('%s cost nothing', (_, text) => {
    expect(() => workflow.facts(text, 'workflow')).not.toThrow();
  });
});

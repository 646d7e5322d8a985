import { describe, expect, it } from '@jest/globals';
import type { BuildStepsFact } from '../../../src/domain/index.ts';
import { cloudbuild } from '../../../src/formats/cloudbuild/index.ts';

function build(text: string): BuildStepsFact {
  const fact = cloudbuild.facts(text, 'cloudbuild').find((one) => one.kind === 'build-steps');
  if (fact === undefined) throw new Error('no build');
  return fact;
}

function wordsOf(text: string): readonly (readonly string[])[] {
  return (build(text).jobs[0]?.steps ?? []).map(({ does }) => {
    if (does.kind === 'unknown') return [does.what];
    if (does.kind === 'words') return does.words.map((word) => word.text);
    if (does.kind !== 'script') return [];
    return does.script.commands.flatMap(({ words }) => words.map((word) => word.text));
  });
}

describe('steps of Cloud Build', () => {
  it.each<[lesson: string, step: string, words: readonly string[]]>([
    [
      'the docker builder runs docker',
      'name: gcr.io/cloud-builders/docker\n  args: [build, .]',
      ['docker', 'build', '.'],
    ],
    ['whatever its tag', "name: 'docker:24@sha256:1'\n  args: [build, .]", ['docker', 'build', '.']],
    [
      'a program that is named twice runs once',
      'name: docker\n  args: [docker, build, .]',
      ['docker', 'build', '.'],
    ],
    ['an entry point takes its place', 'name: x/y\n  entrypoint: make\n  args: [push]', ['make', 'push']],
    [
      'buildx has an entry point of its own',
      'name: x/y\n  entrypoint: /buildx-entrypoint\n  args: [build, .]',
      ['docker', 'buildx', 'build', '.'],
    ],
    ['other images run their arguments', 'name: golang\n  args: [make, all]', ['make', 'all']],
    [
      'kaniko is its image',
      'name: gcr.io/kaniko-project/executor:v1\n  args: [--dockerfile=D]',
      ['kaniko', '--dockerfile=D'],
    ],
    [
      'text for a shell is a script',
      'name: x/y\n  entrypoint: bash\n  args: [-c, "make a && docker build ."]',
      ['make', 'a', 'docker', 'build', '.'],
    ],
    ['a script stands for itself', 'name: x/y\n  script: |\n    docker build .', ['docker', 'build', '.']],
    [
      'two dollar signs are one',
      'name: x/y\n  args: [bash, -c, "docker build $$X $_Y"]',
      ['docker', 'build', '$X', '$_Y'],
    ],
  ])('%s', (_, step, words) => {
    expect(wordsOf(`steps:\n- ${step}\n`)).toEqual([words]);
  });

  it('say that buildpacks are not followed', () => {
    expect(wordsOf('steps:\n- name: gcr.io/k8s-skaffold/pack\n  args: [build, x]\n')).toEqual([
      ['buildpacks build an image here, and are not followed'],
    ]);
  });

  it('have places behind two dollar signs', () => {
    const [step] =
      build('steps:\n- name: x/y\n  script: |\n    echo $$A $$B\n    docker build .\n').jobs[0]?.steps ?? [];
    const script = step?.does.kind === 'script' ? step.does.script : undefined;
    expect(script?.commands.map(({ words }) => words.at(-1)?.span.start)).toEqual([
      { line: 4, column: 14 },
      { line: 5, column: 18 },
    ]);
  });

  it('have folders, environment, substitutions and images that are pushed', () => {
    const fact = build(
      'options: {env: [A=1, B=2]}\nsteps:\n- name: docker\n  dir: images/x\n  env: [B=3]\n  args: [build, .]\nsubstitutions: {_X: y}\nimages: [gcr.io/$PROJECT_ID/x]\n',
    );
    const [job] = fact.jobs;
    expect(job?.variables).toMatchObject([{ name: '_X', value: { text: 'y' } }]);
    expect(job?.steps[0]?.folder?.text).toBe('images/x');
    expect(job?.steps[0]?.environment.map(({ name, value }) => `${name}=${value?.text}`)).toEqual([
      'A=1',
      'B=3',
    ]);
    expect(fact.pushes.map(({ text }) => text)).toEqual(['gcr.io/$PROJECT_ID/x']);
  });

  it('are read from JSON as well', () => {
    expect(wordsOf('{"steps":[{"name":"docker","args":["build","."]}]}')).toEqual([['docker', 'build', '.']]);
  });

  it.each([
    ['no steps', 'a: b\n'],
    ['steps of another shape', 'steps: {a: b}\n'],
    ['a step without a name', 'steps: [{args: [build]}]\n'],
    ['a step that is a list', 'steps: [[a]]\n'],
    ['broken text', 'steps: [\n'],
  ])('%s cost nothing', (_, text) => {
    expect(() => cloudbuild.facts(text, 'cloudbuild')).not.toThrow();
  });
});

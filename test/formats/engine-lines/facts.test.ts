import { describe, expect, it } from '@jest/globals';
import { engineLines } from '../../../src/formats/engine-lines/index.ts';

/** Each build with its line and the words that decide it. */
function buildsIn(path: string, text: string): readonly string[] {
  if (engineLines.profileOf(path) === null || !engineLines.mayMatter(text, 'engine-lines')) return [];
  return engineLines
    .facts(text, 'engine-lines')
    .flatMap((fact) =>
      fact.kind !== 'build-steps'
        ? []
        : fact.jobs.flatMap(({ steps }) =>
            steps.map(({ does, span }) =>
              does.kind !== 'foreign'
                ? ''
                : [span.start.line, does.tool.text, ...does.given.map((one) => one.text)].join(' '),
            ),
          ),
    );
}

describe('lines of task runners that have an engine build', () => {
  it.each<readonly [string, string, string]>([
    [
      'justfile',
      'image:\n    docker build --build-arg BASE=alpine -t x .\n',
      '2 docker build --build-arg BASE=alpine',
    ],
    [
      'Rakefile',
      'task :x do\n  sh "podman build -f d/Dockerfile -t x:1 ."\nend\n',
      '2 podman build -f d/Dockerfile',
    ],
    [
      'Tiltfile',
      "docker_build('x', '.', build_args={'BASE': 'alpine'})\n",
      "1 docker_build build_args={'BASE': 'alpine'})",
    ],
    [
      'magefile.go',
      'func B() {\n\tsh.Run("docker", "build", "--build-arg", "BASE=alpine", ".")\n}\n',
      '2 docker build --build-arg BASE=alpine',
    ],
    ['ci/noxfile.py', 'def image(s):\n    s.run("docker", "build", ".")\n', '2 docker build'],
  ])('%s', (path, text, build) => {
    expect(buildsIn(path, text)).toEqual([build]);
  });

  it.each([
    ['justfile', '# docker build -t x .\ntest:\n    docker run x build\n'],
    ['justfile', 'x:\n    docker run -t golang go build .\n'],
    ['Rakefile', 'puts "docker build failed"\n'],
    ['tool.py', 'os.system("docker build -t x .")\n'],
  ])('none in %s', (path, text) => {
    expect(buildsIn(path, text)).toEqual([]);
  });
});

describe('a file with more such lines than are told', () => {
  it('is not read, and says why', () => {
    const text = 'docker build -t x .\n'.repeat(501);
    expect(engineLines.facts(text, 'engine-lines')).toEqual([
      { kind: 'unreadable', because: 'more than 500 steps in a job' },
    ]);
  });
});

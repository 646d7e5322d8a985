import { describe, expect, it } from '@jest/globals';
import { foreignBuild } from '../../../src/formats/foreign-build/index.ts';

function toolsIn(path: string, text: string): readonly string[] {
  const profile = foreignBuild.profileOf(path);
  if (profile === null || !foreignBuild.mayMatter(text, profile)) return [];
  return foreignBuild.facts(text, profile).map((fact) => {
    if (fact.kind !== 'foreign-build') throw new Error(fact.kind);
    return `${fact.tool} ${fact.span.start.line}:${fact.span.start.column}`;
  });
}

describe('files of tools that are known by name', () => {
  it.each<[path: string, text: string, expected: string]>([
    ['docker-bake.hcl', 'variable "A" {}\ntarget "x" {\n}\n', 'docker bake 2:1'],
    ['build/docker-bake.json', '{"target": {"x": {}}}', 'docker bake 1:2'],
    ['skaffold.yaml', 'build:\n  artifacts:\n  - image: x\n', 'Skaffold 2:3'],
    ['.goreleaser.yml', 'builds: []\ndockers:\n- dockerfile: D\n', 'GoReleaser 2:1'],
    ['Earthfile', 'x:\n  FROM alpine\n  SAVE IMAGE a/x\n', 'Earthly 3:3'],
    ['java/pom.xml', '<artifactId>jib-maven-plugin</artifactId>', 'Jib 1:13'],
    ['build.gradle.kts', 'plugins {\n  id("com.google.cloud.tools.jib") version "3"\n}\n', 'Jib 2:7'],
    ['images/x.nix', 'pkgs.dockerTools.buildLayeredImage {', 'Nix 1:6'],
    ['project.toml', '[project]\n[[build.buildpacks]]\n', 'Buildpacks 2:1'],
  ])('%s that builds an image is recognised', (path, text, expected) => {
    expect(toolsIn(path, text)).toEqual([expected]);
  });

  it.each<[path: string, text: string]>([
    ['skaffold.yaml', 'deploy:\n  kubectl: {}\n'],
    ['.goreleaser.yaml', 'builds:\n- main: ./cmd/x\narchives: []\n'],
    ['pom.xml', '<artifactId>spring-boot</artifactId>'],
    ['build.gradle', 'plugins { id "java" }'],
    ['flake.nix', '{ outputs = {}; }'],
    ['project.toml', '[project]\nname = "x"\n'],
    ['Earthfile', 'x:\n  RUN make\n'],
    ['docs/bakery.json', '{"target": 1}'],
    ['handlebars.hcl', 'target "x" {}'],
  ])('%s that is for something else is silent', (path, text) => {
    expect(toolsIn(path, text)).toEqual([]);
  });
});

// Files by which other tools build images: known by name and by the sign that they build one, not followed.
// In: a blob's text. Out: one fact that says which tool, and where.
// Not here: what they build.
import type { Fact, Span } from '../../domain/index.ts';
import type { Format } from '../format.ts';

/** A tool with the files that are its own and what in them says that an image is built. */
interface Tool {
  readonly id: string;
  readonly name: string;
  readonly file: RegExp;
  readonly sign: RegExp;
}

const TOOLS: readonly Tool[] = [
  {
    id: 'bake',
    name: 'docker bake',
    file: /(^|\/)(docker-)?bake([.-][^/]*)?\.(hcl|json)$/,
    sign: /^[ \t]*target[ \t]+"|"target"[ \t]*:/m,
  },
  {
    id: 'skaffold',
    name: 'Skaffold',
    file: /(^|\/)skaffold([.-][^/]*)?\.ya?ml$/,
    sign: /^[ \t]*artifacts:/m,
  },
  {
    id: 'goreleaser',
    name: 'GoReleaser',
    file: /(^|\/)\.?goreleaser([.-][^/]*)?\.ya?ml$/,
    sign: /^(dockers|dockers_v2|kos):/m,
  },
  { id: 'earthly', name: 'Earthly', file: /(^|\/)Earthfile$/, sign: /^[ \t]*SAVE IMAGE\b/m },
  { id: 'jib', name: 'Jib', file: /(^|\/)pom\.xml$/, sign: /\bjib-maven-plugin\b/ },
  {
    id: 'jib',
    name: 'Jib',
    file: /(^|\/)build\.gradle(\.kts)?$/,
    sign: /com\.google\.cloud\.tools\.jib|^[ \t]*jib[ \t]*\{/m,
  },
  {
    id: 'nix',
    name: 'Nix',
    file: /\.nix$/,
    sign: /\bdockerTools\.(buildImage|buildLayeredImage|streamLayeredImage)\b|\bnix2container\b/,
  },
  {
    id: 'buildpacks',
    name: 'Buildpacks',
    file: /(^|\/)project\.toml$/,
    sign: /^\[\[?(io\.buildpacks|build)\b/m,
  },
];

function toolsOf(path: string): Tool | undefined {
  return TOOLS.find(({ file }) => file.test(path));
}

function facts(text: string, profile: string): readonly Fact[] {
  for (const { id, name, sign } of TOOLS) {
    const match = id === profile ? sign.exec(text) : null;
    if (match === null) continue;
    const start = match.index + match[0].length - match[0].trimStart().length;
    const span = spanOf(text, start, match.index + match[0].trimEnd().length);
    return [
      {
        kind: 'foreign-build',
        tool: name,
        span,
        because: `${name} builds an image here, and is not followed`,
      },
    ];
  }
  return [];
}

function spanOf(text: string, from: number, to: number): Span {
  const line = text.slice(0, from).split('\n').length;
  const column = from - text.lastIndexOf('\n', from - 1);
  return { start: { line, column }, end: { line, column: column + to - from } };
}

export const foreignBuild: Format = {
  id: 'foreign-build',
  version: 1,
  covers:
    'Recognised and said to be not followed, where they build an image: `docker-bake.hcl` and `.json`, Skaffold, GoReleaser (`dockers`, `kos`), Earthly, Jib in Maven and Gradle, Nix `dockerTools`, Buildpacks (`project.toml`).',
  profileOf: (path) => toolsOf(path)?.id ?? null,
  mayMatter: (text, profile) => TOOLS.some(({ id, sign }) => id === profile && sign.test(text)),
  facts,
};

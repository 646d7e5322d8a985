// Lists of Go dependencies besides go.mod: what `go mod vendor`, dep and godep write.
// In: a blob's text. Out: one fact.
// Not here: which version is too old (rules).
import type { Fact, GoDependenciesFact, Span } from '../../domain/index.ts';
import type { Format, Profile } from '../format.ts';

type Requires = GoDependenciesFact['requires'][number][];

const PROFILES: readonly (readonly [RegExp, Profile])[] = [
  [/(^|\/)vendor\/modules\.txt$/, 'vendor-modules'],
  [/(^|\/)Gopkg\.lock$/, 'dep-lock'],
  [/(^|\/)Godeps\/Godeps\.json$/, 'godeps'],
];
const VENDORED = /(^|\/)(vendor|third_party|Godeps|node_modules)\//;
const MOST_LINES = 100_000;

/** How a dependency's name and version are written, on one line or on two that follow each other. */
const LINES: Readonly<Record<Profile, { readonly name: RegExp; readonly version: RegExp }>> = {
  'vendor-modules': { name: /^# (\S+) v/, version: /^# \S+ (v\S+)/ },
  'dep-lock': { name: /^\s*name = "([^"]+)"/, version: /^\s*version = "([^"]+)"/ },
  godeps: { name: /^\s*"ImportPath": "([^"]+)"/, version: /^\s*"Comment": "([^"]+)"/ },
};

function requiresIn(text: string, profile: Profile): Requires {
  const written = LINES[profile];
  if (written === undefined) return [];
  const requires: Requires = [];
  let named: { readonly path: string; readonly span: Span } | null = null;
  for (const [index, whole] of text.split('\n', MOST_LINES).entries()) {
    const line = whole.slice(0, 1024);
    const path = written.name.exec(line)?.[1];
    if (path !== undefined) named = { path, span: spanOf(index, line) };
    const version = written.version.exec(line)?.[1];
    if (version === undefined || named === null) continue;
    requires.push({ path: named.path, version, span: named.span });
    named = null;
  }
  return requires;
}

function spanOf(index: number, line: string): Span {
  const start = line.length - line.trimStart().length + 1;
  return {
    start: { line: index + 1, column: start },
    end: { line: index + 1, column: Math.max(start, line.trimEnd().length + 1) },
  };
}

export const goDependencies: Format = {
  id: 'go-dependencies',
  version: 1,
  covers:
    'Names and versions of Go dependencies in `vendor/modules.txt`, `Gopkg.lock` and `Godeps/Godeps.json`.',
  profileOf(path) {
    const found = PROFILES.find(([pattern]) => pattern.test(path));
    // A dependency's own lists say nothing of the tree.
    return found === undefined || VENDORED.test(path.replace(found[0], '/')) ? null : found[1];
  },
  mayMatter: (text) => text.includes('k8s.io/'),
  facts(text, profile): readonly Fact[] {
    const requires = requiresIn(text, profile).filter(({ path }) => path.startsWith('k8s.io/'));
    return requires.length === 0 ? [] : [{ kind: 'go-dependencies', requires }];
  },
};

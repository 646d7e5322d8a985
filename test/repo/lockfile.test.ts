// S07, in part: what is installed is what the lockfile says, and only scripts that package.json names may run. Advisories are asked for at a
// release (`npm audit`): that needs a network.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

type Versions = Readonly<Record<string, string>>;

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: true;
  readonly hasInstallScript?: true;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
}

const manifest = JSON.parse(read('package.json')) as {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly allowScripts: Readonly<Record<string, boolean>>;
};
const { '': root, ...packages } = (
  JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> }
).packages;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13);

describe('S07: the lockfile', () => {
  it('holds every package by the hash of its contents, and none from elsewhere than the registry', () => {
    const loose = Object.entries(packages).filter(
      ([, { integrity, link, resolved }]) =>
        link === true || !/^sha512-/.test(integrity ?? '') || /^(?:git|file|http:)/.test(resolved ?? ''),
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('is that of package.json, which names exact versions', () => {
    const { dependencies, devDependencies } = manifest;
    expect([root?.dependencies, root?.devDependencies]).toEqual([dependencies, devDependencies]);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
  });
});

describe('S07: install scripts', () => {
  it('are those that package.json names, each with an answer, and no other', () => {
    const having = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(Object.keys(manifest.allowScripts).sort()).toEqual(having.map(([path]) => nameOf(path)).sort());
  });

  it('run for the Node that Plinth runs on, and for nothing else', () => {
    const allowed = Object.entries(manifest.allowScripts).filter(([, isAllowed]) => isAllowed);
    expect(allowed.map(([name]) => name)).toEqual(['node']);
  });

  // npm warns of one that is not named, and runs it all the same.
  it('that are not named end an installation, by npm’s own check', () => {
    expect(read('.npmrc').split('\n')).toContain('strict-allow-scripts=true');
    expect(read('Dockerfile')).toMatch(/^COPY .*\.npmrc.* \.\/$/m);
  });
});

describe('S07: an installation', () => {
  const folders = ['.github/workflows', '.ci', 'docs/guide'];
  const files = ['Dockerfile', 'action.yml', 'README.md', 'CONTRIBUTING.md'].concat(
    folders.flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`)),
  );

  it.each(files)('in %s is one from the lockfile', (file) => {
    // Of Plinth itself: a global tool, or what a guide installs in somebody's image, is not asked about.
    expect(read(file)).not.toMatch(/\bnpm (?:i|install|add|update)\b(?! -g)/);
  });
});

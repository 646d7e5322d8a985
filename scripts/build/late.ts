import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { ROOT } from './entries.ts';

/** Packages that one start or another does without: a policy of its own, a manifest, a script, Go, a text to merge. */
const LATE = ['zod', 'yaml', 'unbash', 'web-tree-sitter', 'node-diff3', 'dockerfile-ast'];

/**
 * Evaluates packages at their first use. An import is evaluated at the start whether anything of it is used or not (for zod alone a third of
 * a start); what stands behind `require` the bundle evaluates when it is asked for.
 */
export const latePackages: Plugin = {
  name: 'late-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${LATE.join('|')})$`) }, ({ path, importer, kind }) =>
      kind === 'import-statement' && !importer.includes('/node_modules/')
        ? { path: `${path}:${importer}`, namespace: 'late', pluginData: { path, importer } }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'late' }, ({ pluginData: { path, importer } }) => ({
      contents: lateModule(path, importedNames(readFileSync(importer, 'utf8'), path)),
      resolveDir: fileURLToPath(ROOT),
    }));
  },
};

/** What a source of ours imports from a package, by name. */
function importedNames(source: string, path: string): readonly string[] {
  const imports = source.matchAll(/^import (?!type )\{([^}]*)\} from '([^']+)';$/gm);
  const names = [...imports].flatMap(([, list = '', from]) => (from === path ? list.split(',') : []));
  return names.map((name) => name.trim().split(' as ')[0] ?? '').filter((name) => /^\w+$/.test(name));
}

function lateModule(path: string, names: readonly string[]): string {
  if (names.length === 0)
    throw new Error(`${path} is imported otherwise than by names: teach this plugin how`);
  return `for (const name of ${JSON.stringify(names)})
  Object.defineProperty(exports, name, {
    enumerable: true,
    configurable: true,
    get() {
      const value = require(${JSON.stringify(path)})[name];
      Object.defineProperty(exports, name, { value, enumerable: true });
      return value;
    },
  });`;
}

/**
 * Takes Node's own modules without their module facade, which reads each of their exports at once (`node:crypto` then makes all of Web
 * Crypto), and when the module that imports them is evaluated.
 */
export const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  setup({ onResolve, onLoad }) {
    const known = new Set(builtinModules.map((name) => (name.startsWith('node:') ? name : `node:${name}`)));
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' && known.has(path) ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: builtinModule(path) }));
  },
};

/** Each export apart, so that those nobody imports are left out. */
function builtinModule(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => name !== 'default');
  return [
    `const all = process.getBuiltinModule(${JSON.stringify(path)});`,
    'const of = (name) => all[name];',
    'export default all;',
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ of('${name}');`),
  ].join('\n');
}

/** zod brings its messages in fifty languages; Plinth speaks one. */
export const oneLanguage: Plugin = {
  name: 'one-language',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
    }));
  },
};

/**
 * Writes what is no ASCII as escapes. One such character anywhere makes the engine hold all of a bundle in two bytes a character, and a start
 * converts it back and forth: an eighth of all its work. esbuild escapes texts by itself, regular expressions it leaves.
 */
export const onlyAscii: Plugin = {
  name: 'only-ascii',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
      loader: 'ts',
    }));
  },
};

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { BuildOptions } from 'esbuild';

/** What a script has to be given, which a module has: bin/plinth.js gives it. */
const HEAD = '(function (require, module, exports, __filename, __dirname, __url) {';

/**
 * The command line once more, as a script: of a script V8 keeps all that a run compiled, of a module only what it compiles before it runs
 * (of a check that is a tenth).
 */
export const AS_SCRIPT: BuildOptions = {
  format: 'cjs',
  // A quarter less to read at each start; the module `cli.js` beside it keeps the names, for who wants to read a stack trace.
  minifyIdentifiers: true,
  // A script has no loader of modules.
  supported: { 'dynamic-import': false },
  banner: { js: HEAD },
  footer: { js: '})' },
};

export const MODULE_URL = '__url';

/** Puts a digest of the script in front of it, by which what was kept of it is found. */
export function sign(file: string): void {
  const content = readFileSync(file);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  writeFileSync(file, Buffer.concat([Buffer.from(`/*${digest}*/`), content]));
}

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { shippedPolicies } from '../../src/adapters/shipped/index.ts';
import { compilePolicy } from '../../src/engine/policy.ts';
import { packShipped } from '../../src/policy/index.ts';

/** Grammars that the Go format loads at run time. */
const GRAMMARS = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-go/tree-sitter-go.wasm'];

/**
 * Puts the shipped policies into `policies/` as JSON, which a start reads without a YAML library and does not check again. So they are
 * checked here: throws where one has a problem.
 */
export function packPolicies(folder: string): void {
  const shipped = shippedPolicies();
  for (const name of Object.keys(shipped.policies)) {
    const compiled = compilePolicy([{ tier: 'operator', from: name, text: `extends: ${name}\n` }], shipped);
    if ('policy' in compiled) continue;
    const { from, line, column, message } = compiled.problems[0];
    throw new Error(`the policy ${name} cannot be shipped: ${from}:${line}:${column}: ${message}`);
  }
  mkdirSync(join(folder, 'policies'), { recursive: true });
  for (const [name, text] of Object.entries({ ...shipped.policies, bases: shipped.bases }))
    writeFileSync(join(folder, 'policies', `${name}.json`), packShipped(text));
}

export function copyGrammars(folder: string): void {
  const require = createRequire(import.meta.url);
  for (const grammar of GRAMMARS) cpSync(require.resolve(grammar), join(folder, basename(grammar)));
}

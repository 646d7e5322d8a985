// A program that a test bundles beside the built files: it judges a commit in the analyser child, as the App does, and prints the report.
import { analyseInChild } from '../../src/adapters/analyser/index.ts';
import { openRepository } from '../../src/adapters/git/index.ts';
import { shippedPolicies } from '../../src/adapters/shipped/index.ts';

const [gitDir = '', base = '', head = ''] = process.argv.slice(2);
const repository = await openRepository({ gitDir });
const judgement = {
  tip: { commit: base, tree: await repository.tree(base) },
  mergeBase: base,
  head,
  changes: await repository.changes(base, head),
  policies: [],
  enforcement: null,
  date: '2026-01-01',
};
const ports = { blobs: repository.blobs, cache: null, shipped: shippedPolicies() };
process.stdout.write(JSON.stringify(await analyseInChild(judgement, ports)));
repository.close();

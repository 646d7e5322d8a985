// The nouns that travel between the folders, and the pure functions that belong to them alone.
// In: nothing of ours. Out: types, value parsers, orderings.
// Not here: I/O, formats, anything that knows GitHub or a command line.
export * from './bases.ts';
export * from './blob-id.ts';
export * from './build-facts.ts';
export * from './chart-facts.ts';
export * from './check-annotation.ts';
export * from './command.ts';
export * from './day.ts';
export * from './declared-value.ts';
export * from './error.ts';
export * from './exception.ts';
export * from './facts.ts';
export * from './finding.ts';
export * from './grant.ts';
export * from './inventory.ts';
export * from './invocation.ts';
export * from './kustomize-facts.ts';
export * from './location.ts';
export * from './needs.ts';
export * from './paths.ts';
export * from './plain-builds.ts';
export * from './policy.ts';
export * from './program.ts';
export * from './project.ts';
export * from './renames.ts';
export * from './report.ts';
export * from './rule.ts';
export * from './shell.ts';
export * from './starlark.ts';
export * from './tree.ts';
export * from './tree-changes.ts';
export * from './value.ts';

// Git repositories of this machine, read through the `git` program and, for a working tree, from disk.
// In: a folder or git directory, revisions. Out: commits, trees, changed paths and blobs in the nouns of domain/.
// Not here: what a tree means; writing anything; running what a repository's configuration names.
export { type LineAge, type OpenOptions, openRepository, type Repository } from './repository.ts';

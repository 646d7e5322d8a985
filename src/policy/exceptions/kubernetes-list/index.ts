// The exception list of the Kubernetes project, a Markdown page, read so that it can be written back.
// In: the page's text. Out: its rows as entries, and the page with other entries, where only what changed is written anew.
// Not here: the exceptions file (policy/exceptions), files and options (cli).
export { type ListedException, listedExceptions, type RowWanted } from './entries.ts';
export { listWith } from './merge.ts';
export { newList } from './new-list.ts';
export { type ExceptionList, readList } from './read.ts';
export { reasonOf } from './reason.ts';

// What an exceptions file says: its text becomes entries, and entries a text.
// In: the file's text, the ids of rules, the families of the base table. Out: entries with their hash and place, or problems with theirs.
// Not here: what an entry covers (decide), which file is read (engine), grants.

export { withEntry } from './add-entry.ts';
export type { ExceptionsGiven } from './faults.ts';
export { readGrant, writeGrant } from './grant-text.ts';
export { entryHash } from './hash.ts';
export { loadExceptions } from './load.ts';
export { exceptionsSchema } from './schema.ts';
export { type EntryToWrite, writeEntry, writeExceptions, writeGrantedEntry } from './write.ts';

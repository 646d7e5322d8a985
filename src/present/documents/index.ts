// Documents that a repository keeps of itself: the list of its base images, and of its exceptions. Markdown that changes only where what it says does.
// In: the list of images, the entries of the exceptions file. Out: text. Not here: reading a tree, comparing with a file (cli).
export { type BaseImagesGiven, baseImagesDocument } from './base-images.ts';
export { type ExceptionsGiven, exceptionsDocument } from './exceptions.ts';

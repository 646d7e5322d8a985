/** First letter in upper case; the rest as it is. */
export function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** What a remedy says where nothing but an exception is left; how one is given is told in one place. */
export const ASK_FOR_EXCEPTION = 'ask a maintainer for an exception (`plinth explain exceptions` says how)';

/** `1 image`, `2 images`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}

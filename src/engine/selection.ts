/** Whether a path belongs to the files and folders asked for; every path does where none were named. */
export function pathSelector(only: readonly string[] | undefined): (path: string) => boolean {
  if (only === undefined || only.includes('')) return () => true;
  return (path) => only.some((one) => path === one || path.startsWith(`${one}/`));
}

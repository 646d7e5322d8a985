const MOST_BLANK_LINES = 64;

/**
 * The text with what troubles the library replaced at the same length: lone carriage returns become line feeds, a byte
 * order mark and NUL become blanks, and long runs of blank lines become few (each costs it two microseconds).
 */
export function calmText(text: string): string {
  let calm = text;
  if (calm.includes('\uFEFF')) calm = calm.replaceAll('\uFEFF', ' ');
  if (calm.includes('\0')) calm = calm.replaceAll('\0', ' ');
  if (calm.includes('\r')) calm = calm.replace(/\r(?!\n)/g, '\n');
  return calmBlankLines(calm);
}

function calmBlankLines(text: string): string {
  const run = '\n'.repeat(MOST_BLANK_LINES);
  let found = text.indexOf(run);
  if (found === -1) return text;
  let calm = '';
  let from = 0;
  while (found !== -1) {
    let end = found + run.length;
    while (text[end] === '\n') end++;
    calm += `${text.slice(from, found)}\n${' '.repeat(end - found - 2)}\n`;
    from = end;
    found = text.indexOf(run, end);
  }
  return calm + text.slice(from);
}

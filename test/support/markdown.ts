/** Markdown without its code spans and fenced blocks, as CommonMark delimits them: what GitHub may still give a meaning. */
export function outsideCode(markdown: string): string {
  const withoutFences: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const marks = /^`{3,}/.exec(line)?.[0];
    if (fence !== undefined) {
      if (marks !== undefined && marks.length >= fence.length && line.trim() === marks) fence = undefined;
    } else if (marks !== undefined && !line.slice(marks.length).includes('`')) {
      fence = marks;
    } else {
      withoutFences.push(line);
    }
  }
  return withoutFences.map(outsideSpans).join('\n');
}

function outsideSpans(line: string): string {
  let rest = line;
  let outside = '';
  for (;;) {
    const opening = /`+/.exec(rest);
    if (opening === null) return outside + rest;
    const run = opening[0];
    const after = rest.slice(opening.index + run.length);
    const closing = [...after.matchAll(/`+/g)].find((found) => found[0].length === run.length);
    if (closing === undefined) return `${outside}${rest}`;
    outside += rest.slice(0, opening.index);
    rest = after.slice(closing.index + run.length);
  }
}

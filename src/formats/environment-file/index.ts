// Files of variables beside a compose file (`.env`).
// In: a blob's text. Out: one fact.
// Not here: who reads them, variables that mean others.
import type { Fact, NamedWord } from '../../domain/index.ts';
import type { Format } from '../format.ts';

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w{0,127})[ \t]*=[ \t]*/;
const MOST_LINES = 10_000;

function facts(text: string): readonly Fact[] {
  const values = new Map<string, NamedWord>();
  text.split('\n', MOST_LINES).forEach((line, index) => {
    const match = ASSIGNMENT.exec(line.slice(0, 4096));
    if (match?.[1] === undefined) return;
    const written = line.slice(match[0].length, 4096).trimEnd();
    const { value, from } = unquoted(written);
    const column = match[0].length + from + 1;
    const span = {
      start: { line: index + 1, column },
      end: { line: index + 1, column: column + value.length },
    };
    values.set(match[1], { name: match[1], value: { text: value, span } });
  });
  return values.size === 0 ? [] : [{ kind: 'environment-file', values: [...values.values()] }];
}

/** Without its quotes; an unquoted value ends where a comment begins. */
function unquoted(written: string): { readonly value: string; readonly from: number } {
  const quote = written[0];
  if (quote === '"' || quote === "'") {
    const end = written.indexOf(quote, 1);
    return { value: written.slice(1, end < 0 ? undefined : end), from: 1 };
  }
  const comment = written.search(/[ \t]#/);
  return { value: (comment < 0 ? written : written.slice(0, comment)).trimEnd(), from: 0 };
}

export const environmentFile: Format = {
  id: 'environment-file',
  version: 1,
  covers: 'Variables beside a compose file (`.env`).',
  profileOf: (path) => (/(^|\/)\.env$/.test(path) ? 'environment-file' : null),
  mayMatter: (text) => text.includes('='),
  facts: (text) => facts(text),
};

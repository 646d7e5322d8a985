/** A mark in a fixture: the line above is flagged for a rule, where the carets stand. */
export interface Mark {
  readonly path: string;
  readonly line: number;
  /** First and last caret, from 1. */
  readonly from: number;
  readonly to: number;
  readonly rule: string;
}

const MARK = /^(?:#|\/\/)( *)(\^+) ([a-z][a-z0-9-]*)$/;

/** Strips marks (`#    ^^^^ rule-id`, `//` in Go) and says what they point at in the stripped text. */
export function readMarks(files: Readonly<Record<string, string>>): {
  readonly files: Record<string, string>;
  readonly marks: readonly Mark[];
} {
  const stripped: Record<string, string> = {};
  const marks: Mark[] = [];
  for (const [path, text] of Object.entries(files)) {
    const kept: string[] = [];
    for (const line of text.split('\n')) {
      const match = MARK.exec(line);
      if (match === null) {
        kept.push(line);
        continue;
      }
      const from = line.indexOf('^') + 1;
      marks.push({
        path,
        line: kept.length,
        from,
        to: from + (match[2]?.length ?? 1) - 1,
        rule: match[3] ?? '',
      });
    }
    stripped[path] = kept.join('\n');
  }
  return { files: stripped, marks };
}

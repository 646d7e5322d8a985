import type { Action } from './actions.ts';
import type { Treatment } from './mask-json.ts';

/** Actions that fill their lines become blanks; those inside a line are kept as words. */
export function treatYaml(text: string, actions: readonly Action[]): Treatment {
  const kept: boolean[] = [];
  const written: { readonly at: number; readonly char: string }[] = [];
  // Behind the last blanked line that follows the header of a block scalar, where there is one.
  let headed = -1;
  let lineStart = 0;
  let before = 0;
  for (let index = 0; index < actions.length; ) {
    const end = endOfGroup(text, actions, index);
    const start = actions[index]?.start ?? 0;
    const behind = actions[end - 1]?.end ?? 0;
    lineStart = lineStartAt(text, before, start) ?? lineStart;
    const isFirst = index === 0 || before <= lineStart;
    const alone = isFirst && isBlankUntil(text, lineStart, start) && nothingAfter(text, behind);
    before = behind;
    if (alone && lineStart > 0 && (headed === lineStart || endsWithHeader(text, lineStart - 1))) {
      // The first line of a block scalar sets its indentation: blanks there would be read as indented text.
      written.push({ at: lineStart - 1, char: ' ' });
      headed = text.indexOf('\n', behind) + 1;
    }
    for (; index < end; index++) kept.push(!alone);
  }
  return { kept, written };
}

/** The start of the offset's line; undefined where no line begins behind `from`. */
function lineStartAt(text: string, from: number, offset: number): number | undefined {
  const lineBreak = text.slice(from, offset).lastIndexOf('\n');
  return lineBreak === -1 ? undefined : from + lineBreak + 1;
}

/** True where the line that ends at the offset ends with `|`, `>` and their indicators. */
function endsWithHeader(text: string, lineEnd: number): boolean {
  let at = lineEnd - 1;
  while (isBlank(text[at])) at--;
  while ('+-0123456789'.includes(text[at] ?? ' ')) at--;
  return text[at] === '|' || text[at] === '>';
}

/** The index behind a run of actions with only blanks between them, on one line. */
function endOfGroup(text: string, actions: readonly Action[], from: number): number {
  let index = from + 1;
  for (; index < actions.length; index++) {
    const before = actions[index - 1]?.end ?? 0;
    const start = actions[index]?.start ?? 0;
    if (skipBlanks(text, before) < start) break;
  }
  return index;
}

function isBlankUntil(text: string, from: number, to: number): boolean {
  return skipBlanks(text, from) >= to;
}

function nothingAfter(text: string, at: number): boolean {
  const after = text[skipBlanks(text, at)];
  return after === undefined || after === '\n' || after === '#';
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text[at])) at++;
  return at;
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r';
}

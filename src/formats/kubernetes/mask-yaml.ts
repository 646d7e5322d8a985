import type { Action } from './actions.ts';
import { constantOf } from './evaluate.ts';
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
    // In front of an item, its dash can stand where the actions begin.
    const dash = alone || !isFirst || !isBlankUntil(text, lineStart, start) ? -1 : dashAfter(text, behind);
    const leads = dash !== -1 && actions.slice(index, end).every((one) => isSteady(text, one));
    if (leads) written.push({ at: start, char: '-' }, { at: dash, char: ' ' });
    const silent = alone || leads || bringsElements(text.slice(lineStart, start));
    const first = silent ? end : index + leadingSteady(text, actions.slice(index, end));
    const last = silent ? end : end - trailingSteady(text, actions.slice(first, end));
    for (; index < end; index++) kept.push(!silent && index >= first && index < last);
  }
  return { kept, written };
}

/** How many actions of a group say nothing at the beginning of a value: what they steer is there or not. */
function leadingSteady(text: string, group: readonly Action[]): number {
  const start = group[0]?.start ?? 0;
  if (!beginsValue(text, start)) return 0;
  const first = group.findIndex((one) => !isSteady(text, one));
  return first === -1 ? group.length : first;
}

/** How many actions of a group say nothing at the end of a value or of a line. */
function trailingSteady(text: string, group: readonly Action[]): number {
  const end = group.at(-1)?.end ?? 0;
  const after = text[skipBlanks(text, end)] ?? '';
  if (!nothingAfter(text, end) && !',]}'.includes(after)) return 0;
  const last = group.findLastIndex((one) => !isSteady(text, one));
  return group.length - 1 - last;
}

/** True behind a key's colon, an item's dash, or a bracket or comma of a list. */
function beginsValue(text: string, at: number): boolean {
  let before = at - 1;
  while (isBlank(text[before])) before--;
  const char = text[before];
  if (char === '[' || char === ',') return true;
  return (char === ':' || char === '-') && before < at - 1;
}

const LONGEST_LINE = 4096;

/** `["/server"{{ params }}]`: what stands right behind a quoted element of a list brings its own comma. */
function bringsElements(line: string): boolean {
  const list = line.lastIndexOf('[');
  if (list < 0 || line.length > LONGEST_LINE) return false;
  return /[[,]\s*(?:"[^"\\]*"|'[^']*')$/.test(line.slice(list));
}

function isSteady(text: string, { start, end, control }: Action): boolean {
  return control && constantOf(text.slice(start, end)) === '';
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

/** The offset of a list item's dash that follows, blanks aside; -1 where none does. */
function dashAfter(text: string, at: number): number {
  const dash = skipBlanks(text, at);
  return text[dash] === '-' && isBlank(text[dash + 1]) ? dash : -1;
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

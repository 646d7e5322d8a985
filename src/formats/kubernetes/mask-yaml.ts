import type { Action } from './actions.ts';
import type { Treatment } from './mask-json.ts';

/** Actions that fill their lines become blanks; those inside a line are kept as words. */
export function treatYaml(text: string, actions: readonly Action[]): Treatment {
  const kept: boolean[] = [];
  for (let index = 0; index < actions.length; ) {
    const end = endOfGroup(text, actions, index);
    const first = actions[index];
    const last = actions[end - 1];
    const alone =
      first !== undefined &&
      last !== undefined &&
      blankBefore(text, first.start) &&
      nothingAfter(text, last.end) &&
      !opensKey(text, last.end);
    for (; index < end; index++) kept.push(!alone);
  }
  return { kept, commas: [] };
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

function blankBefore(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && isBlank(text[before])) before--;
  return before < 0 || text[before] === '\n';
}

function nothingAfter(text: string, at: number): boolean {
  const after = text[skipBlanks(text, at)];
  return after === undefined || after === '\n' || after === '#';
}

function opensKey(text: string, at: number): boolean {
  return text[at] === ':';
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text[at])) at++;
  return at;
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r';
}

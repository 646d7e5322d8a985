import { SILENT } from './silent.ts';

/** A call that begins a line: a rule, a macro, the element of a comprehension, what an assignment calls. */
const CALL = /^[ \t]*(?:\[[ \t]*)?(?:[A-Za-z_]\w*[ \t]*=[ \t]*)?(?:native\.)?([A-Za-z_][\w.]*)[ \t]*\(/gm;
/** Words that only look like calls at the beginning of a line. */
const WORDS: ReadonlySet<string> = new Set([
  'load',
  'for',
  'if',
  'in',
  'and',
  'or',
  'not',
  'else',
  'elif',
  'return',
]);

/** False where every call that a build file makes is one that no image comes from; one pass over the text. */
export function callsSomething(text: string): boolean {
  CALL.lastIndex = 0;
  for (let match = CALL.exec(text); match !== null; match = CALL.exec(text)) {
    const name = match[1] ?? '';
    if (WORDS.has(name) || SILENT.has(name)) continue;
    return true;
  }
  return false;
}

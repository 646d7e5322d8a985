// Markdown out of text of others. GitHub looks for mentions, issue numbers, commit ids and addresses after it has read the Markdown, so
// backslashes and entities do not stop it; code spans do. Hence: what is not surely a plain word stands in a code span.
import { clip } from './clip.ts';
import { redact } from './redact.ts';
import { visible } from './visible.ts';

const LONGEST_CODE = 1000;
const LONGEST_PROSE = 2000;

/** The text as a code span whose fence is longer than any run of backticks in it. */
export function code(text: string): string {
  return span(shownOf(text, LONGEST_CODE));
}

/** A secret is looked for in more than is shown, so that none is cut in half and missed. */
function shownOf(text: string, most: number): string {
  return visible(clip(redact(clip(text, most * 4)), most));
}

function span(shown: string): string {
  if (shown.trim() === '') return '`(empty)`';
  const fence = '`'.repeat(longestRun(shown, '`') + 1);
  const pad =
    shown.startsWith('`') || shown.endsWith('`') || (shown.startsWith(' ') && shown.endsWith(' ')) ? ' ' : '';
  return fence + pad + shown + pad + fence;
}

/** A sentence that may hold names of others: plain words as they are, everything else in code spans. */
export function prose(text: string): string {
  const parts: string[] = [];
  let quoted: string[] = [];
  let opening = '';
  const flush = (after = ''): void => {
    if (quoted.length > 0) parts.push(opening + span(quoted.join(' ')) + after);
    quoted = [];
    opening = '';
  };
  for (const word of shownOf(text, LONGEST_PROSE).split(' ')) {
    if (word === '') continue;
    if (isPlainWord(word)) {
      flush();
      parts.push(word);
      continue;
    }
    const { before, name, after } = peel(word);
    if (before !== '') flush();
    opening ||= before;
    quoted.push(name);
    // Punctuation after a name belongs to the sentence, and ends the code span.
    if (after !== '') flush(after);
  }
  flush();
  return parts.join(' ');
}

/** A bracket that opens before a name, and punctuation or a closing bracket after it, where they are no part of it. */
function peel(word: string): { readonly before: string; readonly name: string; readonly after: string } {
  const point = /[.,;:]$/.exec(word)?.[0] ?? '';
  let name = word.slice(0, word.length - point.length);
  let before = '';
  let close = '';
  if (name.startsWith('(') && name.length > 1) {
    before = '(';
    name = name.slice(1);
  }
  if (name.endsWith(')') && name.length > 1 && !name.includes('(')) {
    close = ')';
    name = name.slice(0, -1);
  }
  return name === '' ? { before: '', name: word, after: '' } : { before, name, after: close + point };
}

/** Words of letters, hyphens between them; or a number below seven digits. Nothing that GitHub or Markdown gives a meaning. */
const WORD = /^(?:·|[("']?(?:[A-Za-z]+(?:['-][A-Za-z]+)*|[A-Za-z]?[0-9]{1,5})[)"']?[.,;:!?]?)$/;
/** A lone `1.` or `1)` begins a list, seven or more hex letters may be a commit whatever sign stands beside them. */
const MEANT = /^[0-9]+[.)]$|\b[0-9a-f]{7,}\b/i;

function isPlainWord(word: string): boolean {
  return word.length <= 60 && WORD.test(word) && !MEANT.test(word);
}

/** A fenced block whose fence is longer than any run of backticks in the text, which is left as it is. */
export function fence(text: string, language: string): string {
  const marks = '`'.repeat(Math.max(3, longestRun(text, '`') + 1));
  return `${marks}${language}\n${text}\n${marks}`;
}

function longestRun(text: string, character: string): number {
  let longest = 0;
  let run = 0;
  for (const one of text) {
    run = one === character ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}

/** A code span that links to an address of ours; without an address the code span alone. */
export function linkedCode(text: string, address: string | undefined): string {
  return address === undefined ? code(text) : `[${code(text)}](${address})`;
}

/** True for a path that GitHub can show: relative, no empty or dotted segments, nothing unseen in it. */
export function isPlainPath(path: string): boolean {
  const segments = path.split('/');
  return (
    path.length <= 4096 &&
    path.isWellFormed() &&
    !/\p{Cc}/u.test(path) &&
    !path.includes('\\') &&
    segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

/** The path of an address, each segment encoded, parentheses too, so that no Markdown link ends early. */
export function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment.toWellFormed()).replace(
        /[!'()*]/g,
        (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');
}

import { type Action, mayHoldActions, scanActions } from './actions.ts';
import { constantOf } from './evaluate.ts';
import { jsonStart } from './json-start.ts';
import { type Treatment, treatJson } from './mask-json.ts';
import { treatYaml } from './mask-yaml.ts';

/** A text whose template actions are replaced at the same length, so that it reads as YAML and offsets still hold. */
export interface Masked {
  readonly text: string;
  /** In text order. `kept` ones are a word of letters in the masked text, the others are blanks. */
  readonly actions: readonly MaskedAction[];
  /** Offsets of `{{` that nothing closes. */
  readonly unclosed: readonly number[];
  /** Text taken from the masked one, with its actions as they were written; of the same length. */
  restore(text: string): string;
  /**
   * Text taken from the masked one, with the actions in it that write the same whatever the values are as what they write: nothing for a
   * comment or a condition. The others stay masked; beside an `else` conditions do too, since either text may be written.
   */
  decide(text: string): string;
}

export interface MaskedAction extends Action {
  readonly kept: boolean;
}

// Private-use characters are letters to YAML and to a shell. A kept action is FIRST, its number in two digits, FILL.
const FIRST = '\uE000';
const FILL = '\uF8FF';
const DIGIT_ZERO = 0xe001;
const DIGITS = 2000;
const KEPT = /\uE000([\uE001-\uE7D0])([\uE001-\uE7D0])\uF8FF*/g;

export function maskTemplate(text: string): Masked {
  if (!mayHoldActions(text)) return { text, actions: [], unclosed: [], restore: same, decide: same };
  const { actions, unclosed } = scanActions(text);
  const start = jsonStart(text, actions);
  const treatment = start === null ? treatYaml(text, actions) : treatJson(text, actions, start);
  const masked = actions.map((action, index) => ({ ...action, kept: treatment.kept[index] === true }));
  return {
    text: applyTreatment(text, masked, treatment),
    actions: masked,
    unclosed,
    restore: (given) => (given.includes(FIRST) ? restoreActions(given, text, actions) : given),
    decide: (given) => (given.includes(FIRST) ? decideActions(given, text, actions) : given),
  };
}

function same(text: string): string {
  return text;
}

function applyTreatment(text: string, actions: readonly MaskedAction[], treatment: Treatment): string {
  const parts: string[] = [];
  let from = 0;
  let next = 0;
  const copy = (end: number, piece: string) => {
    let rest = piece;
    for (
      let one = treatment.written[next];
      one !== undefined && one.at < end;
      one = treatment.written[++next]
    ) {
      const place = rest.length - (end - one.at);
      parts.push(rest.slice(0, place), one.char);
      rest = rest.slice(place + 1);
    }
    parts.push(rest);
  };
  for (const [index, action] of actions.entries()) {
    copy(action.start, text.slice(from, action.start));
    const length = action.end - action.start;
    copy(action.end, action.kept ? keptWord(index, length) : blanks(text, action));
    from = action.end;
  }
  copy(text.length, text.slice(from));
  return parts.join('');
}

function keptWord(index: number, length: number): string {
  const high = String.fromCharCode(DIGIT_ZERO + Math.floor(index / DIGITS));
  const low = String.fromCharCode(DIGIT_ZERO + (index % DIGITS));
  return FIRST + high + low + FILL.repeat(Math.max(0, length - 3));
}

/** Line breaks stay, so that a block scalar keeps its lines. */
function blanks(text: string, action: Action): string {
  const inside = text.slice(action.start, action.end);
  return inside.includes('\n') ? inside.replace(/[^\n]/g, ' ') : ' '.repeat(inside.length);
}

function restoreActions(given: string, original: string, actions: readonly Action[]): string {
  return given.replace(KEPT, (word: string, high: string, low: string) => {
    const action = actions[numberOf(high, low)];
    return action === undefined || !isWholeWord(action, word)
      ? word
      : original.slice(action.start, action.end);
  });
}

function decideActions(given: string, original: string, actions: readonly Action[]): string {
  const found = [...given.matchAll(KEPT)].map((match) => actions[numberOf(match[1] ?? '', match[2] ?? '')]);
  const values = found.map((action) => (action === undefined ? null : constantOf(textOf(action, original))));
  const branches = found.some((action, at) => action?.control === true && values[at] === null);
  let next = 0;
  return given.replace(KEPT, (word: string) => {
    const action = found[next];
    const value = values[next++];
    if (action === undefined || value == null || !isWholeWord(action, word)) return word;
    return branches && action.control && !isComment(textOf(action, original)) ? word : value;
  });
}

function textOf(action: Action, original: string): string {
  return original.slice(action.start, action.end);
}

function numberOf(high: string, low: string): number {
  return (high.charCodeAt(0) - DIGIT_ZERO) * DIGITS + (low.charCodeAt(0) - DIGIT_ZERO);
}

/** A word that was cut, or that stood in the text before, is none of ours. */
function isWholeWord(action: Action, word: string): boolean {
  return action.end - action.start === word.length;
}

function isComment(action: string): boolean {
  return /^(?:\{#|<%#|\{\{-?\s{0,8}\/\*)/.test(action);
}

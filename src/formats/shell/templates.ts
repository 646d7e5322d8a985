import { firstFrom } from '../../domain/sorted.ts';

/** Characters of the private use area: words to the parser, and in no real script. */
const FIRST = '\ue0fe';
const REST = '\ue0ff';
const MASK = /\ue0fe\ue0ff*/g;

const LONGEST_ACTION = 4096;
const LONGEST_INDENT = 256;

/** Actions that write nothing themselves; alone on a line, the line is none of the script's. */
const CONTROL = /^\{\{-?\s*(if|else|end|range|with|define|block|break|continue|\/\*|\$\w+\s*:?=)/;

interface Action {
  readonly start: number;
  readonly end: number;
}

/** A text whose template actions (`{{ … }}` of Helm, Go, Jinja) are masked to the same length, so that it parses as shell. */
export class TemplateMask {
  readonly text: string;
  readonly #source: string;
  readonly #actions: readonly Action[];

  constructor(source: string) {
    this.#source = source;
    this.#actions = source.includes('{{') && !source.includes(FIRST) ? actionsOf(source) : [];
    this.text = this.#mask();
  }

  holdsAction(text: string): boolean {
    return this.#actions.length > 0 && text.includes(FIRST);
  }

  /** Puts the actions back into a piece of the masked text (quotes may be removed) that begins at `offset`. */
  restore(text: string, offset: number): string {
    if (!this.holdsAction(text)) return text;
    let next = this.#indexFrom(offset);
    return text.replace(MASK, () => {
      const action = this.#actions[next++];
      return action === undefined ? '{{…}}' : this.#source.slice(action.start, action.end);
    });
  }

  #mask(): string {
    let masked = '';
    let from = 0;
    for (const { start, end } of this.#actions) {
      masked += this.#source.slice(from, start);
      const lineEnd = ownLineEnd(this.#source, start, end);
      const isControl = lineEnd !== null && CONTROL.test(this.#source.slice(start, start + 32));
      from = isControl ? lineEnd : end;
      masked += isControl ? ' '.repeat(from - start) : FIRST + REST.repeat(end - start - 1);
    }
    return masked + this.#source.slice(from);
  }

  #indexFrom(offset: number): number {
    return firstFrom(this.#actions, ({ start }) => start < offset);
  }
}

function actionsOf(source: string): readonly Action[] {
  const actions: Action[] = [];
  for (let start = source.indexOf('{{'); start >= 0; ) {
    const close = source.indexOf('}}', start + 2);
    if (close < 0) break;
    const end = close + 2;
    if (end - start <= LONGEST_ACTION) actions.push({ start, end });
    start = source.indexOf('{{', end);
  }
  return actions;
}

/** Behind the line feed of the line that the action fills alone; null where something else stands on it. */
function ownLineEnd(source: string, start: number, end: number): number | null {
  const before = source.slice(Math.max(0, start - LONGEST_INDENT), start);
  const after = source.slice(end, end + LONGEST_INDENT);
  const feedBefore = before.lastIndexOf('\n');
  const feedAfter = after.indexOf('\n');
  if (feedBefore < 0 && before.length < start) return null;
  if (feedAfter < 0 && end + after.length < source.length) return null;
  const lineEnd = feedAfter < 0 ? after.length : feedAfter + 1;
  const isAlone = before.slice(feedBefore + 1).trim() === '' && after.slice(0, lineEnd).trim() === '';
  return isAlone ? end + lineEnd : null;
}

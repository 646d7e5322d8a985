import type { ShellWord, SimpleCommand } from '../../domain/index.ts';
import type { Place } from './commands.ts';
import type { TemplateMask } from './templates.ts';

/** Words of the grammar: at the place of a command they only introduce one. */
const RESERVED: ReadonlySet<string> = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'do',
  'done',
  'esac',
  '{',
  '}',
  '!',
  'time',
  'coproc',
]);
/** What follows is a name and words, not a command. */
const HEADERS: ReadonlySet<string> = new Set(['for', 'select', 'case', 'function']);

const BLANK = /[ \t]/;
const WORD_END = /[\s;&|()<>]/;
const ASSIGNMENT = /^([A-Za-z_]\w*)\+?=/;
const LONGEST_QUOTE = 65_536;
const MOST_COMMANDS = 20_000;

/**
 * Lists the simple commands of text that the parser gave up on: one pass, no nesting, resynchronised at every line end behind an unclosed quote.
 * Redirections are passed over, and what stands in quotes is not searched for substitutions; functions are not told apart.
 */
export function scanCommands(mask: TemplateMask, place: Place): readonly SimpleCommand[] {
  return new Scan(mask, place).run();
}

interface Open {
  words: ShellWord[];
  assignments: { name: string; value: string }[];
  start: number;
  end: number;
  isHeader: boolean;
}

class Scan {
  readonly #mask: TemplateMask;
  readonly #text: string;
  readonly #place: Place;
  readonly #commands: SimpleCommand[] = [];
  #at = 0;
  #depth = 0;
  #open: Open = emptyCommand();

  constructor(mask: TemplateMask, place: Place) {
    this.#mask = mask;
    this.#text = mask.text;
    this.#place = place;
  }

  run(): readonly SimpleCommand[] {
    while (this.#at < this.#text.length && this.#commands.length < MOST_COMMANDS) this.#step();
    this.#close(false);
    return this.#commands;
  }

  #step(): void {
    const char = this.#text[this.#at] ?? '';
    if (BLANK.test(char)) this.#at++;
    else if (char === '\\' && this.#text[this.#at + 1] === '\n') this.#at += 2;
    else if (char === '#') this.#skipLine();
    else if (char === '<' || char === '>') this.#skipRedirection();
    else if (/[\s;&|()`]/.test(char)) this.#separate(char);
    else this.#word();
  }

  #separate(char: string): void {
    this.#close(char === '|' && this.#text[this.#at + 1] !== '|');
    if (char === '(') this.#depth++;
    if (char === ')' && this.#depth > 0) this.#depth--;
    this.#at += char === this.#text[this.#at + 1] && /[;&|]/.test(char) ? 2 : 1;
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #skipRedirection(): void {
    while (/[<>&|-]/.test(this.#text[this.#at] ?? '')) this.#at++;
    while (BLANK.test(this.#text[this.#at] ?? '')) this.#at++;
    if (!WORD_END.test(this.#text[this.#at] ?? ' ')) this.#readWord();
  }

  #word(): void {
    const start = this.#at;
    const { text: masked, literal } = this.#readWord();
    const text = this.#mask.restore(masked, start);
    const open = this.#open;
    if (/^\d+$/.test(text) && /[<>]/.test(this.#text[this.#at] ?? '')) return;
    if (open.words.length === 0) {
      if (RESERVED.has(text)) {
        this.#close(false);
        return;
      }
      open.isHeader ||= HEADERS.has(text);
    }
    if (open.start < 0) open.start = start;
    open.end = this.#at;
    const assigned = open.words.length === 0 ? ASSIGNMENT.exec(text) : null;
    if (assigned?.[1] !== undefined) {
      open.assignments.push({ name: assigned[1], value: text.slice(assigned[0].length) });
    } else {
      const span = { start: this.#place(start), end: this.#place(this.#at) };
      open.words.push({ text, literal: literal && text === masked, span });
    }
  }

  /** Reads to the end of a word. `$(` and a backquote end it, so that the command behind them is found. */
  #readWord(): { text: string; literal: boolean } {
    let text = '';
    let literal = true;
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] ?? '';
      if (WORD_END.test(char) || char === '`') break;
      if (char === '$' || char === '*' || char === '?') literal = false;
      if (char === "'" || char === '"') {
        const quoted = this.#quoted(char);
        text += quoted;
        if (char === '"' && /[$`]/.test(quoted)) literal = false;
      } else if (char === '\\') {
        text += this.#text[this.#at + 1] === '\n' ? '' : (this.#text[this.#at + 1] ?? '');
        this.#at = Math.min(this.#at + 2, this.#text.length);
      } else {
        text += char;
        this.#at++;
      }
    }
    return { text, literal };
  }

  /** The text in quotes; an unclosed quote is passed over as a single character. */
  #quoted(quote: string): string {
    const from = this.#at + 1;
    const most = Math.min(this.#text.length, from + LONGEST_QUOTE);
    for (let end = from; end < most; end++) {
      const char = this.#text[end];
      if (char === '\\' && quote === '"') end++;
      else if (char === quote) {
        this.#at = end + 1;
        return this.#text.slice(from, end);
      }
    }
    this.#at = from;
    return '';
  }

  #close(piped: boolean): void {
    const { words, assignments, start, end, isHeader } = this.#open;
    this.#open = emptyCommand();
    if (isHeader || start < 0) return;
    const span = { start: this.#place(start), end: this.#place(end) };
    const substituted = false;
    this.#commands.push({
      words,
      assignments,
      redirections: [],
      span,
      inFunction: false,
      substituted,
      piped,
    });
  }
}

function emptyCommand(): Open {
  return { words: [], assignments: [], start: -1, end: -1, isHeader: false };
}

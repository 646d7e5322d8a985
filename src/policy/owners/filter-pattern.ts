// Patterns of OWNERS filters: regular expressions of Go's syntax, as far as they are used there. They are texts of others, so they never run as
// JavaScript's: matching goes through all states at once and takes time in proportion to pattern times text at worst.

/** One clause: why a pattern is not read. */
export interface PatternFault {
  readonly because: string;
}

/** Whether a path has a match of the pattern in it. */
export type FilterPattern = (text: string) => boolean;

type Step =
  | { readonly kind: 'character'; readonly fits: (character: string) => boolean; readonly next: number }
  | { readonly kind: 'either'; next: number; other: number }
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'match' };

const LONGEST = 100;
const DEEPEST = 20;

/** Compiles literals, `.`, escaped punctuation, classes, `* + ?`, groups, `|`, `^` and `$`; anything else is a fault. */
export function compileFilterPattern(source: string): FilterPattern | PatternFault {
  if (source.length > LONGEST) return { because: `it is longer than ${LONGEST} characters` };
  const compiler = new Compiler(source);
  try {
    const first = compiler.compile();
    const { steps } = compiler;
    return (text) => matches(steps, first, text);
  } catch (error) {
    if (error instanceof Unread) return { because: error.message };
    throw error;
  }
}

class Unread extends Error {}

/** Builds from the end to the beginning: each part is given the step that follows it. */
class Compiler {
  readonly steps: Step[] = [];
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  compile(): number {
    const part = this.#alternatives(0);
    if (this.#at < this.#source.length) throw new Unread('it closes a group that it does not open');
    return part(this.#add({ kind: 'match' }));
  }

  #add(step: Step): number {
    return this.steps.push(step) - 1;
  }

  #alternatives(depth: number): Part {
    if (depth > DEEPEST) throw new Unread('its groups are nested too deeply');
    const found = [this.#sequence(depth)];
    while (this.#source[this.#at] === '|') {
      this.#at++;
      found.push(this.#sequence(depth));
    }
    return (next) =>
      found
        .map((part) => part(next))
        .reduce((first, second) => this.#add({ kind: 'either', next: first, other: second }));
  }

  #sequence(depth: number): Part {
    const parts: Part[] = [];
    for (let character = this.#source[this.#at]; ; character = this.#source[this.#at]) {
      if (character === undefined || character === '|' || character === ')') break;
      parts.push(this.#repeated(this.#atom(character, depth)));
    }
    return (next) => parts.reduceRight((behind, part) => part(behind), next);
  }

  #repeated(part: Part): Part {
    const sign = this.#source[this.#at];
    if (sign === '{') throw new Unread('counts (`{2}`) are not read');
    if (sign !== '*' && sign !== '+' && sign !== '?') return part;
    this.#at++;
    // Which of several ways is tried first does not matter here: `*?` fits what `*` fits.
    if (this.#source[this.#at] === '?') this.#at++;
    if (/[*+?]/.test(this.#source[this.#at] ?? '')) throw new Unread('a repetition is repeated');
    if (sign === '?') return (next) => this.#add({ kind: 'either', next: part(next), other: next });
    return (next) => {
      const loop: Step = { kind: 'either', next, other: next };
      const at = this.#add(loop);
      loop.next = part(at);
      return sign === '+' ? loop.next : at;
    };
  }

  #atom(character: string, depth: number): Part {
    this.#at++;
    if (character === '(') return this.#group(depth);
    if (character === '[') return this.#character(this.#class());
    if (character === '\\') return this.#character(equals(this.#escaped()));
    if (character === '.') return this.#character((one) => one !== '\n');
    if (character === '^') return (next) => this.#add({ kind: 'start', next });
    if (character === '$') return (next) => this.#add({ kind: 'end', next });
    if (/[*+?{]/.test(character)) throw new Unread(`"${character}" repeats nothing`);
    return this.#character(equals(character));
  }

  #character(fits: (character: string) => boolean): Part {
    return (next) => this.#add({ kind: 'character', fits, next });
  }

  #group(depth: number): Part {
    if (this.#source.startsWith('?:', this.#at)) this.#at += 2;
    else if (this.#source[this.#at] === '?') throw new Unread('groups that begin with `(?` are not read');
    const part = this.#alternatives(depth + 1);
    if (this.#source[this.#at] !== ')') throw new Unread('a group is not closed');
    this.#at++;
    return part;
  }

  /** Letters and digits behind a backslash are classes and codes, which are not read. */
  #escaped(): string {
    const character = this.#source[this.#at++];
    if (character === undefined || /[A-Za-z0-9]/.test(character))
      throw new Unread(`the escape \\${character ?? ''} is not read`);
    return character;
  }

  #class(): (character: string) => boolean {
    const negated = this.#source[this.#at] === '^';
    if (negated) this.#at++;
    const ranges: (readonly [string, string])[] = [];
    while (this.#source[this.#at] !== ']' || ranges.length === 0) {
      const from = this.#member();
      const isRange = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']';
      if (isRange) this.#at++;
      ranges.push([from, isRange ? this.#member() : from]);
    }
    this.#at++;
    return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== negated;
  }

  #member(): string {
    const character = this.#source[this.#at++];
    if (character === undefined) throw new Unread('a class is not closed');
    if (character === '[' && this.#source[this.#at] === ':') throw new Unread('named classes are not read');
    return character === '\\' ? this.#escaped() : character;
  }
}

/** Adds a part's steps in front of the step that follows it; the first of them. */
type Part = (next: number) => number;

function equals(wanted: string): (character: string) => boolean {
  return (character) => character === wanted;
}

/** Anywhere in the text, as Go's `MatchString`. */
function matches(steps: readonly Step[], first: number, text: string): boolean {
  let current = new Set<number>();
  for (let at = 0; at <= text.length; at++) {
    const reached = new Set<number>();
    for (const step of [...current, first])
      if (reach(steps, step, { at, end: text.length, reached })) return true;
    current = new Set();
    for (const index of reached) {
      const step = steps[index];
      if (step?.kind === 'character' && step.fits(text[at] ?? '') && at < text.length) current.add(step.next);
    }
  }
  return false;
}

interface Reach {
  readonly at: number;
  readonly end: number;
  readonly reached: Set<number>;
}

/** Follows what takes no character; true where a match is reached. */
function reach(steps: readonly Step[], from: number, { at, end, reached }: Reach): boolean {
  const waiting = [from];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const step = steps[index];
    if (step === undefined || reached.has(index)) continue;
    reached.add(index);
    if (step.kind === 'match') return true;
    if (step.kind === 'either') waiting.push(step.next, step.other);
    if ((step.kind === 'start' && at === 0) || (step.kind === 'end' && at === end)) waiting.push(step.next);
  }
  return false;
}

import type { Statement } from 'unbash';
import { textsHeld, variablesRun } from './dynamic-words.ts';
import { effectsOf, isIndirect, readsIn } from './effects.ts';
import { withoutComments } from './places.ts';
import type { ShellFunction, ShellState } from './state.ts';
import { actingWords, acts, buildsOrLists, lookedAt, mayStart, namesGivenTo, wordsOf } from './text-signs.ts';
import { codeOf, SOURCES_OWN, type SourceText, topLevelOf, withoutFunctions } from './top-levels.ts';

/** What is still to run of a text: from the statement on that runs. */
export interface Ahead {
  readonly source: SourceText;
  readonly from: number;
}

/** The shell that is looked at. */
interface Looked {
  readonly state: ShellState;
  /** Every text that it was told to run so far. */
  readonly sources: ReadonlySet<SourceText>;
  /** Rises with each function that is defined, and each file that is run. */
  readonly version: number;
  /** What is still to run of the files that are under way. */
  ahead(): readonly Ahead[];
}

/** Programs of which it is known what they print. */
const PRINTS: ReadonlySet<string> = new Set(
  'echo printf cat sed tr cut head tail sort basename dirname mkdir rm touch'.split(' '),
);

/** Which signs functions hold, looked at once each. */
export class FunctionSigns {
  readonly #shell: Looked;
  #idle: ReadonlySet<Body> | null = null;
  readonly #kinds = new Set<string>();
  #nextSource: Iterator<SourceText, undefined> | null = null;
  #looked = 0;
  #lookedAt = '';
  #sourcing = new WeakMap<Ahead, boolean>();

  constructor(shell: Looked) {
    this.#shell = shell;
  }

  /** Of functions that nobody calls those that build or list what is built, and those that set what these look at. */
  worthRunning(all: readonly ShellFunction[]): readonly ShellFunction[] {
    const building = all.filter((one) => this.#reachedFrom(one).some((inner) => this.#builds(inner)));
    const read = new Set<string>();
    for (const one of building)
      for (const inner of this.#reachedFrom(one)) for (const name of effectsOf(inner).reads) read.add(name);
    return all.filter((one) => building.includes(one) || this.#setsAny(one, read));
  }

  #builds(one: ShellFunction): boolean {
    const { code } = effectsOf(one);
    return buildsOrLists(code) || variablesRun(code).some((name) => this.#holdsBuild(name));
  }

  #holdsBuild(name: string): boolean {
    return textsHeld(this.#shell.state.variables.get(name)).some(mayStart);
  }

  /**
   * True where a script, what it sources, a function that they may call, or a variable that any of them names, builds, starts something that does,
   * or makes a definition; where it is given what does; and where only a run knows what it calls.
   */
  startsBuilds(script: SourceText, sourced: readonly SourceText[], given: string): boolean {
    const libraries = sourced.map(topLevelOf);
    const codes = [codeOf(script), ...libraries.map(({ code }) => code), given];
    const reached = new Set<string>();
    const words: string[] = [];
    for (const code of codes) {
      if (acts(code)) return true;
      words.push(...actingWords(code));
    }
    for (let word = words.pop(); word !== undefined; word = words.pop()) {
      if (reached.has(word)) continue;
      reached.add(word);
      const called = this.#shell.state.functions.get(word);
      const texts = libraries.flatMap(({ values }) => values.get(word) ?? []);
      if (called !== undefined) texts.push(effectsOf(called).code);
      if (texts.some(acts) || this.#holdsBuild(word)) return true;
      for (const text of texts) words.push(...actingWords(withoutComments(text)));
    }
    return false;
  }

  /** True where it, and what it calls, prints nothing. */
  isSilent(one: ShellFunction): boolean {
    return this.#reachedFrom(one).every((inner) =>
      [...effectsOf(inner).runs].every((name) => this.#shell.state.functions.has(name)),
    );
  }

  /** True where it, or what it calls, starts a program that prints what nobody here knows. */
  printsFreely(one: ShellFunction): boolean {
    return this.#reachedFrom(one).some((inner) =>
      [...effectsOf(inner).runs].some((name) => !this.#shell.state.functions.has(name) && !PRINTS.has(name)),
    );
  }

  /** True where a call of it changes nothing that is known behind it, but for what it prints. */
  leavesNothing(one: ShellFunction): boolean {
    this.#lookAgain();
    this.#idle ??= this.#idleNow();
    return this.#idle.has(one.body) && (!this.#setsFreely(one) || !this.#maySource());
  }

  /** What was found holds for the functions and texts that there were. */
  #lookAgain(): void {
    const { state, version } = this.#shell;
    const now = `${version} ${state.functions.size} ${state.exported.size}`;
    if (now === this.#lookedAt) return;
    this.#lookedAt = now;
    this.#idle = null;
    this.#sourcing = new WeakMap();
  }

  #idleNow(): ReadonlySet<Body> {
    const { state } = this.#shell;
    const functions = [...state.functions].map(([name, { body }]) => `${name}=${numberOf(body)}`);
    const key = [...functions, ...state.exported, ...this.#kindsOfSources()].join(' ');
    const before = idleOf.get(key);
    if (before !== undefined) return before;
    const idle = new Set([...this.#idleAmong(new Set(state.functions.values()))].map(({ body }) => body));
    if (idleOf.size >= MOST_KEPT) idleOf.clear();
    idleOf.set(key, idle);
    return idle;
  }

  /** What was read so far. */
  #kindsOfSources(): ReadonlySet<string> {
    const { sources } = this.#shell;
    this.#nextSource ??= sources.values();
    for (; this.#looked < sources.size; this.#looked++) {
      const source = this.#nextSource.next().value;
      if (source === undefined) break;
      this.#kinds.add(kindOf(source));
    }
    return this.#kinds;
  }

  #setsFreely(one: ShellFunction): boolean {
    return this.#reachedFrom(one).some((inner) => effectsOf(inner).sets.length > 0);
  }

  /** True while something is still to run that sources a file: nobody knows yet which variables that looks at. */
  #maySource(): boolean {
    return this.#shell.ahead().some((one) => {
      const known = this.#sourcing.get(one) ?? this.#sources(one);
      this.#sourcing.set(one, known);
      return known;
    });
  }

  #sources({ source, from }: Ahead): boolean {
    const rest = withoutFunctions(source, from);
    if (SOURCES_OWN.test(rest)) return true;
    const called = new Set(this.#namedIn(wordsOf(rest)).flatMap((one) => this.#reachedFrom(one)));
    return [...called].some((inner) => SOURCES_OWN.test(textOf(inner)));
  }

  /** Functions that act on nothing, and set only what nobody else looks at. */
  #idleAmong(all: ReadonlySet<ShellFunction>): ReadonlySet<ShellFunction> {
    const idle = new Set([...all].filter((one) => this.#actsOnNothing(one)));
    const read = new Set([...this.#shell.state.exported, 'IFS']);
    for (const parsed of this.#shell.sources) {
      const { reads, keeps } = lookedAt(parsed);
      for (const name of [...reads, ...this.#readLater(parsed)]) read.add(name);
      for (const name of keeps) {
        const kept = this.#shell.state.functions.get(name);
        for (const inner of kept === undefined ? [] : this.#reachedFrom(kept)) this.#readBy(inner, read);
      }
    }
    for (const name of this.#toldByName()) read.add(name);
    for (const one of all) if (!idle.has(one)) this.#readBy(one, read);
    for (let before = -1; before !== idle.size; ) {
      before = idle.size;
      for (const one of idle) {
        if (!this.#setsAny(one, read)) continue;
        idle.delete(one);
        this.#readBy(one, read);
      }
    }
    return idle;
  }

  /** What functions look at that a text will define, and that nobody can have called yet. */
  #readLater({ script, text }: SourceText): readonly string[] {
    return script.commands.flatMap(({ command }) => {
      if (command.type !== 'Function') return [];
      const known = this.#shell.state.functions.get(command.name.value);
      const at = known?.site.source.text === text ? (known.body[0]?.pos ?? -1) : -1;
      return command.pos <= at && at < command.end
        ? []
        : readsIn(text.slice(command.pos, command.end)).map(({ name }) => name);
    });
  }

  /** Names that are given to a function which looks at a variable by its name: `show LIST`. */
  #toldByName(): readonly string[] {
    const { state, sources } = this.#shell;
    const indirect = [...state.functions].filter(([, one]) => isIndirect(textOf(one)));
    return [...sources].flatMap((source) => indirect.flatMap(([name]) => namesGivenTo(name, source)));
  }

  #readBy(one: ShellFunction, read: Set<string>): void {
    const { reads, ownReads } = effectsOf(one);
    for (const name of reads) read.add(name);
    if (ownReads.length === 0) return;
    const called = this.#reachedFrom(one).filter((inner) => inner !== one);
    const set = new Set(called.flatMap((inner) => effectsOf(inner).sets));
    for (const name of ownReads) if (set.has(name)) read.add(name);
  }

  #actsOnNothing(one: ShellFunction): boolean {
    return this.#reachedFrom(one).every((inner) => !effectsOf(inner).acts);
  }

  #setsAny(one: ShellFunction, names: ReadonlySet<string>): boolean {
    const { shields } = effectsOf(one);
    return this.#reachedFrom(one).some((inner) =>
      effectsOf(inner).sets.some((name) => names.has(name) && (inner === one || !shields.has(name))),
    );
  }

  #reachedFrom(one: ShellFunction): readonly ShellFunction[] {
    const reached = new Set([one]);
    for (const inner of reached) {
      for (const other of this.#namedIn(wordsIn(inner))) reached.add(other);
    }
    return [...reached];
  }

  #namedIn(words: readonly string[]): readonly ShellFunction[] {
    return words.flatMap((word) => this.#shell.state.functions.get(word) ?? []);
  }
}

type Body = ShellFunction['body'];

/** By the functions and texts that there were: many scripts source the same libraries. */
const idleOf = new Map<string, ReadonlySet<Body>>();
const MOST_KEPT = 4096;

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

function numberOf(one: object): number {
  const known = numbers.get(one) ?? ++lastNumber;
  numbers.set(one, known);
  return known;
}

/** Of a short text that defines nothing, `eval` makes many: those of the same words are of one kind. */
const LONGEST_WORDS = 400;

function kindOf({ script, text }: SourceText): string {
  const defines = script.commands.some(({ command }) => command.type === 'Function');
  return defines || text.length > LONGEST_WORDS
    ? `#${numberOf(script)}`
    : [...new Set(text.match(/[\w$!{}`(]{1,64}/g) ?? [])].join(',');
}

function textOf({ site, body }: ShellFunction): string {
  return site.source.text.slice(body[0]?.pos ?? 0, body.at(-1)?.end ?? 0);
}

const wordsOfBodies = new WeakMap<readonly Statement[], readonly string[]>();

function wordsIn(one: ShellFunction): readonly string[] {
  const words = wordsOfBodies.get(one.body) ?? wordsOf(withoutComments(effectsOf(one).code));
  wordsOfBodies.set(one.body, words);
  return words;
}

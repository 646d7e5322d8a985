// One run of a shell: what its parts share.
import type { ParsedScript, ProcessSubstitutionPart, Redirection, Statement } from 'unbash';
import type { Location } from '../../../domain/index.ts';
import type { Conjunction } from '../../../formats/make/guards.ts';
import { type Choice, join, shown, textChoice } from '../../../formats/make/pieces.ts';
import { buildScript, type ParsedShell, parseShell } from '../../../formats/shell/index.ts';
import { type CommandWord, wordOf } from '../words.ts';
import { Assignments } from './assignments.ts';
import { Calls } from './calls.ts';
import { Commands } from './commands.ts';
import { dispatches } from './dynamic-words.ts';
import { effectsOf } from './effects.ts';
import { Exits } from './exits.ts';
import { textOfParts, textOfWord } from './expansion.ts';
import { mapPieces } from './fields.ts';
import { Flow } from './flow.ts';
import { type Ahead, FunctionSigns } from './function-signs.ts';
import { Output } from './output.ts';
import {
  DEEPEST_CALLS,
  placeAt,
  type ShellFunction,
  type ShellSource,
  ShellState,
  type Site,
} from './state.ts';
import { type SourceText, topLevelOf } from './top-levels.ts';
import type { ShellHost } from './variables.ts';
import type { ShellText, ShellWorld } from './world.ts';

/** What is said where the rest of a text was not followed. */
export const TOO_LONG = 'a script that takes too long to follow';
/** What is said of a text that cannot be parsed. */
export const UNPARSED = 'it could not be read as a shell script';
const MOST_STEPS = 150_000;
/** Of one function that nobody here calls, and of all of them: a library's others are followed as well, and who calls one follows it anyway. */
const MOST_UNCALLED = 20_000;
const MOST_UNCALLED_IN_ALL = 60_000;

/** A text as it runs. */
interface ParsedText {
  readonly script: ParsedScript;
  readonly source: ShellSource;
}

/** A shell while it runs. */
export class ShellRun implements ShellHost {
  readonly world: ShellWorld;
  readonly marks: ShellWorld['marks'];
  readonly environment: ReadonlyMap<string, Choice>;
  readonly assignments: Assignments;
  readonly flow: Flow;
  readonly commands: Commands;
  readonly calls: Calls;
  readonly output: Output;
  readonly signs: FunctionSigns;
  state: ShellState;
  readonly exits = new Exits();
  /** Every text that it was told to run so far. */
  readonly sources = new Set<SourceText>();
  /** Rises with each function that is defined, and each file that is run. */
  version = 0;
  readonly #texts = new Map<readonly Statement[], SourceText>();
  readonly #underWay = new Map<readonly Statement[], Ahead>();
  /** What the next command finds on its standard input; null where nothing gives it. */
  input: Choice | null = null;
  /** The command under way gives what it prints to another. */
  piped = false;
  #steps = 0;
  #most = MOST_STEPS;
  #beyond: string | null = null;
  #cutNow: string | null = null;

  constructor(world: ShellWorld, positional: Choice | null) {
    this.world = world;
    this.marks = world.marks;
    this.environment = world.environment;
    this.state = new ShellState(positional, world.environment.keys());
    this.assignments = new Assignments(this, world);
    this.flow = new Flow(this);
    this.commands = new Commands(this);
    this.calls = new Calls(this);
    this.output = new Output(this);
    this.signs = new FunctionSigns(this);
  }

  /** Runs a text, then each function that nothing in it calls; gives the bound that cut it. */
  all(text: ShellText, when: Conjunction): string | null {
    const parsed = this.parsed(text);
    if (parsed === null) return UNPARSED;
    this.flow.statements(parsed.script.commands, { source: parsed.source, when, depth: 0 });
    const last = Math.min(MOST_STEPS, this.#steps + MOST_UNCALLED_IN_ALL);
    for (const one of this.signs.worthRunning(this.#uncalled(parsed))) {
      if (this.isPending || one.called || this.isExhausted) continue;
      this.exits.reset();
      this.#cutNow = null;
      this.#most = Math.min(last, this.#steps + MOST_UNCALLED);
      this.calls.body(one.body, one.site, null);
      this.#most = MOST_STEPS;
    }
    return this.#beyond;
  }

  /**
   * What a library defines, and nobody here calls, is found where the library is read by itself. A script that runs what it is given may call any of
   * it, with the values that it has set.
   */
  #uncalled({ script, source }: ParsedText): readonly ShellFunction[] {
    const all = [...this.state.functions.values()];
    const isOwn = ({ site }: ShellFunction): boolean =>
      site.source.path === source.path || buildScript.profileOf(site.source.path) === null;
    const run = all.filter((one) => one.called && isOwn(one)).map((one) => effectsOf(one).code);
    const isDispatcher = [topLevelOf({ script, text: source.text }).code, ...run].some(dispatches);
    return all.filter((one) => !one.called && (isDispatcher || isOwn(one)));
  }

  parsed(text: ShellText): ParsedText | null {
    const parsed = parsedText(text.text);
    if (parsed === null) return null;
    // The parser's places are offsets; the file knows where they are.
    const place = (offset: number): Location => text.place(parsed.place(offset).column - 1);
    const source = { path: text.path, text: parsed.text, restore: parsed.restore, place };
    this.sources.add(parsed);
    this.#texts.set(parsed.script.commands, parsed);
    return { script: parsed.script, source };
  }

  /** A statement runs; only those of a text itself are kept. */
  startsAt(statements: readonly Statement[], at: number): void {
    const source = this.#texts.get(statements);
    if (source !== undefined) this.#underWay.set(statements, { source, from: at });
  }

  ends(statements: readonly Statement[]): void {
    this.#underWay.delete(statements);
  }

  ahead(): readonly Ahead[] {
    return [...this.#underWay.values()];
  }

  // ---- bounds --------------------------------------------------------------------------------------------

  get steps(): number {
    return this.#steps;
  }

  get isExhausted(): boolean {
    return this.#steps > this.#most;
  }

  /** True where all is followed again in the next round of reading. */
  get isPending(): boolean {
    return this.world.isPending?.() === true;
  }

  /** The bound that has cut what is under way. */
  get beyond(): string | null {
    return this.#cutNow;
  }

  step(): void {
    if (++this.#steps > this.#most) this.cut(TOO_LONG);
  }

  cut(because: string): void {
    this.#beyond ??= because;
    this.#cutNow ??= because;
  }

  // ---- words ---------------------------------------------------------------------------------------------

  captured(script: ParsedScript, text: string, site: Site): Choice {
    return this.output.captured(script, text, site);
  }

  /** A name, whose text may have come through make. */
  plain(text: string): string {
    return shown(this.marks.read(text, []));
  }

  /** What a here-document, a here-string or commands (`< <(…)`) give to read; null where there is none. */
  given(redirects: readonly Redirection[], site: Site): Choice | null {
    const commands = redirects.map(substituted).find((part) => part !== undefined);
    if (commands?.script !== undefined && site.depth < DEEPEST_CALLS) {
      const printed = this.captured(commands.script, commands.text, { ...site, depth: site.depth + 1 });
      const feed = { text: '\n', chain: [placeAt(site, commands.pos)] };
      return mapPieces(printed, (pieces) => (pieces.length === 0 ? [] : [...pieces, feed]));
    }
    const here = redirects.find((one) => one.type !== 'Redirect' && one.descriptor === undefined);
    if (here === undefined || here.type === 'Redirect') return null;
    if (here.type === 'HereDoc') {
      const { body, delimiter } = here;
      const parts = delimiter?.quoted === true ? undefined : body.parts;
      return textOfParts(this, body.text, parts, body.pos, site);
    }
    if (here.target === undefined) return null;
    return join([textOfWord(this, here.target, site), textChoice('\n', [placeAt(site, here.pos)])]);
  }

  /** The first way of a word; several are rare where files are named. */
  single(choice: Choice, at: Location): CommandWord {
    return wordOf(choice.options[0]?.pieces ?? [], at);
  }
}

/** The commands of `< <(…)`. */
function substituted(one: Redirection): ProcessSubstitutionPart | undefined {
  const isInput = one.type === 'Redirect' && one.operator === '<' && one.descriptor === undefined;
  const part = isInput ? one.target?.parts?.[0] : undefined;
  return part?.type === 'ProcessSubstitution' && part.operator === '<' ? part : undefined;
}

/** Libraries are sourced by many scripts, and scripts started by many recipes: each is parsed once, as long as it is in use. */
const parsedTexts = new Map<string, ParsedShell | null>();
const MOST_PARSED = 512;
/** A shorter text is parsed as fast as it is found. */
const WORTH_KEEPING = 500;

function parsedText(text: string): ParsedShell | null {
  const parse = (): ParsedShell | null => parseShell(text, (offset) => ({ line: 1, column: offset + 1 }));
  if (text.length < WORTH_KEEPING) return parse();
  const known = parsedTexts.get(text);
  if (known !== undefined) return known;
  if (parsedTexts.size >= MOST_PARSED) parsedTexts.clear();
  const parsed = parse();
  parsedTexts.set(text, parsed);
  return parsed;
}

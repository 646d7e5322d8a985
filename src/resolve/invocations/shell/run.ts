// Follows a shell text as a shell would, with what stays open open: what is not decided goes both ways, each under its condition.
import type {
  AndOr,
  Command,
  For,
  HereDoc,
  ParsedScript,
  PipelineNode,
  Redirection,
  Select,
  Statement,
} from 'unbash';
import type { Location } from '../../../domain/index.ts';
import { compatible, joinConditions } from '../../../domain/index.ts';
import { ALWAYS, type Conjunction, impliesAll } from '../../../formats/make/guards.ts';
import type { Marks } from '../../../formats/make/marks.ts';
import {
  type Choice,
  closed,
  EMPTY,
  join,
  openName,
  type Piece,
  shown,
  textChoice,
  under,
} from '../../../formats/make/pieces.ts';
import { buildScript, parseShell } from '../../../formats/shell/index.ts';
import { type BuildCommand, type CommandWord, wordOf } from '../words.ts';
import { Assignments } from './assignments.ts';
import { listOfWords, type ShellHost, TREE, textOfParts, textOfWord, variableOf } from './expansion.ts';
import { fieldsOf, joinedBy, listOf, mapPieces } from './fields.ts';
import { printedBy } from './printing.ts';
import { plainProgram } from './programs.ts';
import {
  placeAt,
  positionalUnder,
  type ShellFunction,
  type ShellSource,
  ShellState,
  type Site,
} from './state.ts';
import { conditionOf, either, matches, testOf, textOf, waysOf } from './tests.ts';

/** A text that a shell can run. */
export interface ShellText {
  readonly path: string;
  readonly text: string;
  place(offset: number): Location;
}

/** What a shell sees around it, and who listens to what it runs. */
export interface ShellWorld {
  readonly marks: Pick<Marks, 'read' | 'write'>;
  /** Variables that it is given. */
  readonly environment: ReadonlyMap<string, Choice>;
  /** The folder that commands stand in now. */
  folder(): string;
  /** A script of the tree; undefined where the path names none. */
  script(path: string): ShellText | undefined;
  /** True once a script was asked for that is only read in the next round: all is followed again then, so only what is sourced is looked for. */
  isPending?(): boolean;
  emit(command: BuildCommand): void;
  /** An array that is set to these elements. */
  array?(elements: readonly (readonly Piece[])[], when: Conjunction): void;
}

/** Signs of a text that builds, makes files, leaves, starts something or sets variables. */
const DECIDES =
  /=|docker|podman|buildah|nerdctl|\bimg\b|\bko\b|\bmake\b|kaniko|skopeo|crane|\bkind\b|\bcd\b|pushd|popd|\bread\b|source|\.\s|\.sh\b|\bexit\b|\breturn\b|\beval\b|\$@|\$\{?\d|\$\*|\$\{@|\[@\]|unset|export|local|declare|mapfile|readarray|\bset\b|shift|>\s*[^&\s]|\bsed\b|\bcp\b|\bmv\b|\btee\b/;
/** Signs of a text that builds, or lists what is built. */
const BUILDS =
  /docker|podman|buildah|nerdctl|\bimg\b|\bko\b|\bmake\b|kaniko|skopeo|crane|buildctl|\bbuild\b|[\w-],["']?\$?[\w{]/;
const MOST_STEPS = 20_000;
const DEEPEST = 48;
const MOST_ACTIVE = 2;
const MOST_ROUNDS = 64;

/** Runs a text, then each function that nothing in it calls, as somebody might; says which bound cut it. */
export function runShell(
  world: ShellWorld,
  text: ShellText,
  start: { readonly positional: Choice | null; readonly when: Conjunction },
): string | null {
  const run = new ShellRun(world, start.positional);
  return run.all(text, start.when);
}

class ShellRun implements ShellHost {
  readonly #world: ShellWorld;
  readonly marks: ShellWorld['marks'];
  readonly environment: ReadonlyMap<string, Choice>;
  state: ShellState;
  readonly #assignments: Assignments;
  #steps = 0;
  #beyond: string | null = null;
  /** Levels of substitutions whose output is kept. */
  #capture = 0;
  /** What an `exit` or `return` has ended. */
  #dead: Conjunction[] = [];
  #input: Choice | null = null;
  #piped = false;

  constructor(world: ShellWorld, positional: Choice | null) {
    this.#world = world;
    this.marks = world.marks;
    this.environment = world.environment;
    this.state = new ShellState(positional, world.environment.keys());
    this.#assignments = new Assignments(this, world);
  }

  get isExhausted(): boolean {
    return this.#steps > MOST_STEPS;
  }

  step(): void {
    if (++this.#steps > MOST_STEPS) this.cut('a script that takes too long to follow');
  }

  cut(because: string): void {
    this.#beyond ??= because;
  }

  all(text: ShellText, when: Conjunction): string | null {
    const parsed = this.#parsed(text);
    if (parsed === null) return 'it could not be read as a shell script';
    this.#statements(parsed.script.commands, { source: parsed.source, when, depth: 0 });
    for (const one of [...this.state.functions.values()]) {
      if (this.#isPending || one.called || this.isExhausted || !this.#mentions(one, BUILDS)) continue;
      this.#dead = [];
      this.#body(one.body, one.site, null);
    }
    return this.#beyond;
  }

  get #isPending(): boolean {
    return this.#world.isPending?.() === true;
  }

  #parsed(text: ShellText): { readonly script: ParsedScript; readonly source: ShellSource } | null {
    const parsed = parseShell(text.text, (offset) => ({ line: 1, column: offset + 1 }));
    if (parsed === null) return null;
    // The parser's places are offsets; the file knows where they are.
    const place = (offset: number): Location => text.place(parsed.place(offset).column - 1);
    return {
      script: parsed.script,
      source: { path: text.path, text: parsed.text, restore: parsed.restore, place },
    };
  }

  // ---- control flow --------------------------------------------------------------------------------------

  #statements(statements: readonly Statement[], site: Site): void {
    for (const { command } of statements) {
      if (this.isExhausted || this.#isDead(site.when)) return;
      this.#node(command, site);
    }
  }

  #isDead(when: Conjunction): boolean {
    return this.#dead.some((conditions) => impliesAll(when, conditions));
  }

  /** Whoever leaves only under conditions leaves the rest to run under the others. */
  #leave(site: Site): void {
    if (site.when.length > 0) this.#dead.push(site.when);
  }

  #node(node: PipelineNode | AndOr, site: Site): void {
    this.step();
    if (this.isExhausted || site.depth > DEEPEST) {
      if (site.depth > DEEPEST) this.cut('functions and scripts that call each other without end');
      return;
    }
    switch (node.type) {
      case 'Command':
        this.#command(node, site);
        break;
      case 'AndOr':
        this.#list(node, site);
        break;
      case 'Pipeline':
        this.#pipeline(node.commands, site);
        break;
      case 'Redirected':
        this.#redirected(node.command, node.redirects, site);
        break;
      case 'If':
        this.#if(node, site);
        break;
      case 'Case':
        this.#case(node, site);
        break;
      case 'For':
      case 'Select':
        this.#for(node, site);
        break;
      case 'While':
        this.#loop([...node.clause.commands, ...node.body.commands], node, site);
        break;
      case 'ArithmeticFor':
        this.#loop(node.body.commands, node, site);
        break;
      case 'Subshell':
        this.#apart(() => this.#statements(node.body.commands, site), site);
        break;
      case 'BraceGroup':
        this.#statements(node.body.commands, site);
        break;
      case 'Function': {
        const { body } = node;
        const commands = body.type === 'CompoundList' ? body.commands : [asStatement(body)];
        const name = this.#plain(node.name.value);
        this.state.functions.set(name, { body: commands, site, called: false, active: 0 });
        break;
      }
      case 'Coproc':
      case 'TestCommand':
      case 'ArithmeticCommand':
        break;
      default:
        node satisfies never;
    }
  }

  /** What runs in a shell of its own changes nothing here. */
  #apart(act: () => void, site: Site): void {
    const { state } = this;
    const dead = [...this.#dead];
    const copy = new ShellState(state.positional, state.exported);
    copy.variables = state.variables.copy();
    for (const [name, one] of state.functions) copy.functions.set(name, one);
    this.state = copy;
    this.#world.emit(boundary('enter', placeAt(site, 0)));
    act();
    this.#world.emit(boundary('leave', placeAt(site, 0)));
    // What it has printed is known outside.
    for (const name of copy.variables.names())
      if (name.startsWith(OUTPUT)) state.variables.restore(name, copy.variables.get(name));
    this.state = state;
    this.#dead = dead;
  }

  #list(node: AndOr, site: Site): void {
    const [first, ...rest] = node.commands;
    if (first === undefined) return;
    this.#node(first, site);
    let split = testOf(this, first, site);
    rest.forEach((command, index) => {
      const isOr = node.operators[index] === '||';
      const ways = this.#waysBehind(split, isOr, node, site);
      const next: { yes: Conjunction[]; no: Conjunction[] } = { yes: [], no: [] };
      let isTest = split !== null;
      for (const when of ways) {
        this.#node(command, { ...site, when });
        const own = testOf(this, command, { ...site, when });
        if (own === null) next.yes.push(when);
        else {
          isTest = true;
          next.yes.push(...own.yes);
          next.no.push(...own.no);
        }
      }
      if (split !== null) (isOr ? next.yes : next.no).push(...(isOr ? split.yes : split.no));
      split = isTest ? next : null;
    });
  }

  /** Behind `||` of what is taken to succeed, it may have failed. */
  #waysBehind(
    split: ReturnType<typeof testOf>,
    isOr: boolean,
    node: AndOr,
    site: Site,
  ): readonly Conjunction[] {
    if (split !== null) return waysOf(isOr ? split.no : split.yes, site.when);
    return isOr ? either(`${textOf(site, node)} fails`, site.when).yes : [site.when];
  }

  #if(node: Extract<PipelineNode, { type: 'If' }>, site: Site): void {
    let remaining: readonly Conjunction[] = [site.when];
    // biome-ignore lint/suspicious/noThenProperty: the parser's own name for the branch.
    for (const arm of [{ clause: node.clause, then: node.then }, ...node.elif]) {
      const left: Conjunction[] = [];
      for (const when of waysOf(remaining, site.when)) {
        const here = { ...site, when };
        const [...tests] = arm.clause.commands;
        const last = tests.pop();
        this.#statements(tests, here);
        if (last === undefined) continue;
        this.#node(last.command, here);
        const split = conditionOf(this, last.command, here);
        for (const yes of waysOf(split.yes, when))
          this.#statements(arm.then.commands, { ...site, when: yes });
        left.push(...split.no);
      }
      remaining = left;
    }
    if (node.else === undefined) return;
    for (const when of waysOf(remaining, site.when)) this.#statements(node.else.commands, { ...site, when });
  }

  #case(node: Extract<PipelineNode, { type: 'Case' }>, site: Site): void {
    const value = textOfWord(this, node.word, site);
    let remaining: readonly Conjunction[] = [site.when];
    for (const item of node.items) {
      const taken: Conjunction[] = [];
      for (const pattern of item.pattern) {
        const left: Conjunction[] = [];
        for (const when of waysOf(remaining, site.when)) {
          const split = matches(value, this, pattern, { ...site, when });
          taken.push(...split.yes);
          left.push(...split.no);
        }
        remaining = left;
      }
      for (const when of waysOf(taken, site.when)) this.#statements(item.body.commands, { ...site, when });
    }
  }

  /** A name, whose text may have come through make. */
  #plain(text: string): string {
    return shown(this.marks.read(text, []));
  }

  #for(node: For | Select, site: Site): void {
    const name = this.#plain(node.name.value);
    const words = node.wordlist;
    const at = placeAt(site, node.pos);
    const list =
      words === undefined
        ? (this.state.positional ?? openChoiceOf('arguments @', at))
        : listOfWords(this, words, site);
    const isGlob = words?.some(({ parts }) =>
      parts?.some(({ type }) => type === 'Glob' || type === 'ExtendedGlob'),
    );
    for (const option of list.options) {
      if (!compatible(site.when, option.when)) continue;
      const here = { ...site, when: joinConditions(site.when, option.when) };
      const fields = isGlob === true ? [[openPiece(`each ${name}`, at)]] : fieldsOf(option.pieces);
      if (fields.length > MOST_ROUNDS) this.cut(`a loop over more than ${MOST_ROUNDS} words`);
      for (const field of fields.slice(0, MOST_ROUNDS)) {
        if (this.isExhausted) return;
        const pieces = field.map((piece) => ({ ...piece, chain: [at, ...piece.chain] }));
        this.#assignments.set(name, { options: [{ when: [], pieces }] }, here.when);
        this.#statements(node.body.commands, here);
      }
    }
  }

  /** How often it runs is not known: once, and what it sets may be as it was before. */
  #loop(body: readonly Statement[], node: { readonly pos: number; readonly end: number }, site: Site): void {
    const dead = [...this.#dead];
    const [when] = either(`${textOf(site, node)} runs`, site.when).yes;
    this.#statements(body, when === undefined ? site : { ...site, when });
    this.#dead = dead;
  }

  // ---- pipelines and redirections ------------------------------------------------------------------------

  #pipeline(commands: readonly PipelineNode[], site: Site): void {
    const [only, second] = commands;
    if (only !== undefined && second === undefined) {
      this.#node(only, site);
      return;
    }
    this.#apart(() => {
      commands.forEach((command, index) => {
        const isLast = index === commands.length - 1;
        this.#piped = !isLast;
        if (command.type === 'Command' || isLast) this.#node(command, site);
        else this.#input = this.#outputOf(() => this.#node(command, site));
        this.#piped = false;
      });
    }, site);
    this.#input = null;
  }

  #redirected(node: PipelineNode, redirects: readonly Redirection[], site: Site): void {
    const writes = redirects.find((one) => one.type === 'Redirect' && isOutput(one));
    if (writes?.type !== 'Redirect' || writes.target === undefined) {
      const document = redirects.find((one): one is HereDoc => one.type === 'HereDoc');
      if (document !== undefined) this.#input = this.#document(document, site);
      this.#node(node, site);
      this.#input = null;
      return;
    }
    const prints = this.#outputOf(() => this.#node(node, site));
    const at = placeAt(site, node.pos);
    const target = this.#single(textOfWord(this, writes.target, site), placeAt(site, writes.target.pos));
    this.#world.emit({
      words: [wordOf([{ text: 'cat', chain: [at] }], at)],
      at,
      when: site.when,
      writes: target,
      appends: writes.operator === '>>',
      readsFrom: null,
      piped: false,
      substituted: false,
      prints,
    });
  }

  #document({ body, delimiter }: HereDoc, site: Site): Choice {
    const parts = delimiter?.quoted === true ? undefined : body.parts;
    return textOfParts(this, body.text, parts, body.pos, site);
  }

  /** The first way of a word; several are rare where files are named. */
  #single(choice: Choice, at: Location): CommandWord {
    return wordOf(choice.options[0]?.pieces ?? [], at);
  }

  // ---- commands ------------------------------------------------------------------------------------------

  #command(node: Command, site: Site): void {
    const assignments = node.prefix.filter((one) => one.type === 'Assignment');
    if (node.name === undefined && node.args.length === 0) {
      for (const one of assignments) this.#assignments.assign(one, site, {});
      return;
    }
    const name = this.#plain(node.name?.value ?? '');
    if (this.#assignments.declares(name)) {
      this.#assignments.declare(node, name, site);
      return;
    }
    if (this.#isForPeople(name, node) || this.#changesNothing(name)) return;
    const words = [...(node.name === undefined ? [] : [node.name]), ...node.args];
    const list = this.#assignments.listOf(words, site);
    const input = this.#inputOf(node, site);
    for (const option of list.options) {
      if (!compatible(site.when, option.when)) continue;
      const here = { ...site, when: joinConditions(site.when, option.when) };
      const fields = fieldsOf(option.pieces);
      this.#fields(fields, node, here, {
        input,
        ...(list.beyond === undefined ? {} : { beyond: list.beyond }),
      });
    }
  }

  /** What is printed on a terminal decides nothing. */
  #isForPeople(name: string, node: Command): boolean {
    if (name !== 'echo' && name !== 'printf') return false;
    const isKept =
      this.#capture > 0 ||
      this.#piped ||
      node.redirects.some((one) => one.type === 'Redirect' && isOutput(one));
    return !isKept && !node.args.some(({ text }) => text.startsWith('-v'));
  }

  /** A function that only prints, where nothing keeps what it prints. */
  #changesNothing(name: string): boolean {
    const called = this.state.functions.get(name);
    if (called === undefined || this.#capture > 0 || this.#piped) return false;
    if (this.#mentions(called, DECIDES)) return false;
    called.called = true;
    return true;
  }

  readonly #known = new Map<RegExp, Map<ShellFunction, boolean>>();

  /** True where a function, or one that it calls, holds such a sign. */
  #mentions(one: ShellFunction, signs: RegExp, depth = 0): boolean {
    const known = this.#known.get(signs) ?? new Map<ShellFunction, boolean>();
    this.#known.set(signs, known);
    const before = known.get(one);
    if (before !== undefined) return before;
    known.set(one, false);
    const { text } = one.site.source;
    const body = text.slice(one.body[0]?.pos ?? 0, one.body.at(-1)?.end ?? 0);
    const found =
      signs.test(body) ||
      depth > DEEPEST ||
      [...new Set(body.match(/[\w:.-]{2,64}/g) ?? [])].some((word) => {
        const inner = this.state.functions.get(word);
        return inner !== undefined && this.#mentions(inner, signs, depth + 1);
      });
    known.set(one, found);
    return found;
  }

  #inputOf(node: Command, site: Site): Choice | null {
    const given = this.#input;
    this.#input = null;
    const here = node.redirects.find((one) => one.type !== 'Redirect' && one.descriptor === undefined);
    if (here === undefined || here.type === 'Redirect') return given;
    if (here.type === 'HereDoc') return this.#document(here, site);
    if (here.target === undefined) return given;
    return join([textOfWord(this, here.target, site), textChoice('\n', [placeAt(site, here.pos)])]);
  }

  /** One way of a command: its words are fields now. */
  #fields(
    fields: readonly (readonly Piece[])[],
    node: Command,
    site: Site,
    around: { readonly input: Choice | null; readonly beyond?: string },
  ): void {
    const found = plainProgram(fields.map((field) => shown(field)));
    const own = fields.slice(found.index);
    const [first, ...rest] = own;
    if (first === undefined) return;
    const name = shown(first);
    switch (name) {
      case 'exit':
      case 'return':
        this.#leave(site);
        return;
      case 'shift':
        this.#shift(Number(shown(rest[0] ?? []) || '1'));
        return;
      case 'set':
        this.#set(rest, site);
        return;
      case 'unset':
        for (const field of rest) this.#assignments.unset(shown(field), site.when);
        return;
      case 'read':
      case 'mapfile':
      case 'readarray':
        this.#assignments.read(rest, around.input, site);
        return;
      case 'eval':
        this.#runPieces(joinedBy(listOf(rest), ' '), site, node);
        return;
      case '.':
      case 'source':
        this.#source(rest, site);
        return;
      default:
    }
    const called = this.state.functions.get(name);
    if (called !== undefined && found.index === 0) {
      this.#call(called, rest, node, site);
      return;
    }
    const text = found.textIndex === null ? undefined : fields[found.textIndex];
    if (text !== undefined) {
      const given = fields.slice((found.textIndex ?? 0) + 2);
      this.#apart(
        () =>
          this.#withPrefix(node, site, () =>
            this.#withArguments(given, () => this.#runPieces(text, site, node)),
          ),
        site,
      );
      return;
    }
    const script = this.#scriptOf(found.scriptIndex === null ? first : (fields[found.scriptIndex] ?? first));
    if (script !== undefined && site.depth < DEEPEST) {
      const given = found.scriptIndex === null ? rest : fields.slice(found.scriptIndex + 1);
      if (!this.#isTold(script, given, node)) return;
      this.#apart(() => this.#withPrefix(node, site, () => this.#script(script, given, site)), site);
      return;
    }
    this.#emit(fields.slice(found.from), node, site, around);
  }

  /** A script that is told nothing does what it does by itself, which is found where it is read by itself. */
  #isTold(script: ShellText, given: readonly (readonly Piece[])[], node: Command): boolean {
    if (given.length > 0 || !buildScript.mayMatter(script.text, buildScript.id)) return true;
    const names = [
      ...this.state.exported,
      ...node.prefix.flatMap((one) => (one.type === 'Assignment' ? [one.name] : [])),
    ];
    return names.some((name) => script.text.includes(name));
  }

  #call(called: ShellFunction, given: readonly (readonly Piece[])[], node: Command, site: Site): void {
    called.called = true;
    if (this.#isPending) return;
    if (called.active >= MOST_ACTIVE) {
      this.cut('a function that calls itself');
      return;
    }
    called.active++;
    this.#withPrefix(node, site, () =>
      this.#body(called.body, { ...called.site, when: site.when, depth: site.depth + 1 }, given),
    );
    called.active--;
  }

  /** Variables in front of a command hold for it alone. */
  #withPrefix(node: Command, site: Site, act: () => void): void {
    const assigned = node.prefix.filter((one) => one.type === 'Assignment');
    const before = assigned.map(({ name }) => ({
      name,
      binding: this.state.variables.get(name),
      was: this.state.exported.has(name),
    }));
    for (const one of assigned) this.#assignments.assign(one, site, { exports: true });
    act();
    for (const { name, binding, was } of before) {
      this.state.variables.restore(name, binding);
      if (!was) this.state.exported.delete(name);
    }
  }

  #withArguments(fields: readonly (readonly Piece[])[], act: () => void): void {
    const { positional } = this.state;
    this.state.positional = { options: [{ when: [], pieces: listOf(fields) }] };
    act();
    this.state.positional = positional;
  }

  /** A function's body: its arguments, and what it declares local, are gone behind it. */
  #body(body: readonly Statement[], site: Site, fields: readonly (readonly Piece[])[] | null): void {
    const dead = [...this.#dead];
    const act = (): void => this.#assignments.frame(() => this.#statements(body, site));
    if (fields !== null) this.#withArguments(fields, act);
    else {
      const { positional } = this.state;
      this.state.positional = null;
      act();
      this.state.positional = positional;
    }
    this.#dead = dead;
  }

  #runPieces(pieces: readonly Piece[], site: Site, node: { readonly pos: number }): void {
    const at = placeAt(site, node.pos);
    const parsed = this.#parsed({ path: site.source.path, text: this.marks.write(pieces), place: () => at });
    if (parsed === null) this.cut('text that a shell is given and that could not be read');
    else
      this.#statements(parsed.script.commands, {
        source: parsed.source,
        when: site.when,
        depth: site.depth + 1,
      });
  }

  #source([file, ...given]: readonly (readonly Piece[])[], site: Site): void {
    const script = file === undefined ? undefined : this.#scriptOf(file, true);
    if (script === undefined || site.depth >= DEEPEST) return;
    const parsed = this.#parsed(script);
    if (parsed === null) return;
    const act = (): void =>
      this.#statements(parsed.script.commands, {
        source: parsed.source,
        when: site.when,
        depth: site.depth + 1,
      });
    if (given.length > 0) this.#withArguments(given, act);
    else act();
  }

  #script(script: ShellText, given: readonly (readonly Piece[])[], site: Site): void {
    const parsed = this.#parsed(script);
    if (parsed === null) return;
    const functions = [...this.state.functions.keys()];
    for (const name of functions) this.state.functions.delete(name);
    const here = { source: parsed.source, when: site.when, depth: site.depth + 1 };
    this.#withArguments(given, () => this.#statements(parsed.script.commands, here));
  }

  #scriptOf(field: readonly Piece[], isSourced = false): ShellText | undefined {
    const path = closed(field);
    if (path === undefined || (!isSourced && !/\/|\.(sh|bash)$/.test(path))) return undefined;
    const script = this.#world.script(path);
    return script === undefined || isSourced || mayBuild(script.text) ? script : undefined;
  }

  #shift(count: number): void {
    const { positional } = this.state;
    if (positional === null || !Number.isInteger(count)) return;
    this.state.positional = mapPieces(positional, (pieces) => listOf(fieldsOf(pieces).slice(count)));
  }

  /** `set -- a b` sets the arguments; options alone set none. */
  #set(fields: readonly (readonly Piece[])[], site: Site): void {
    const words = fields.map((field) => shown(field));
    let start = 0;
    while (/^[-+]./.test(words[start] ?? '') && words[start] !== '--')
      start += /^[-+]\w*o$/.test(words[start] ?? '') ? 2 : 1;
    if (start >= fields.length) return;
    const given = words[start] === '--' ? fields.slice(start + 1) : fields.slice(start);
    this.state.positional = positionalUnder(site.when, listOf(given), this.state.positional);
  }

  // ---- what commands print -------------------------------------------------------------------------------

  captured(script: ParsedScript, text: string, site: Site): Choice {
    let printed: Choice = EMPTY;
    this.#apart(() => {
      printed = this.#outputOf(() => this.#statements(script.commands, site), site);
    }, site);
    return settledOutput(mapPieces(printed, withoutLastFeeds), text, placeAt(site, 0));
  }

  #outputOf(act: () => void, site?: Site): Choice {
    const [piped, input] = [this.#piped, this.#input];
    this.#piped = false;
    this.#input = null;
    this.#capture++;
    const name = `${OUTPUT}${this.#capture}`;
    this.state.variables.replace(name, ALWAYS, { flavor: 'simple', choice: EMPTY });
    act();
    const at: Location = { path: '', start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
    const printed = variableOf(this, name, at, site?.when ?? []);
    this.#capture--;
    [this.#piped, this.#input] = [piped, input];
    return printed;
  }

  #print(choice: Choice, when: Conjunction): void {
    const name = `${OUTPUT}${this.#capture}`;
    this.state.variables.set(name, when.length === 0 ? ALWAYS : [when], ({ definition }) => {
      const before = definition?.flavor === 'simple' ? definition.choice : EMPTY;
      return { flavor: 'simple', choice: join([before, choice]) };
    });
  }

  #emit(
    fields: readonly (readonly Piece[])[],
    node: Command,
    site: Site,
    { input, beyond }: { readonly input: Choice | null; readonly beyond?: string },
  ): void {
    const at = placeAt(site, node.pos);
    const words = fields.map((field) => wordOf(field, field[0]?.chain[0] ?? at));
    const writes = node.redirects.find((one) => one.type === 'Redirect' && isOutput(one));
    const reads = node.redirects.find((one) => one.type === 'Redirect' && one.operator === '<');
    const target = (one: Redirection | undefined): CommandWord | null =>
      one?.type !== 'Redirect' || one.target === undefined
        ? null
        : this.#single(textOfWord(this, one.target, site), placeAt(site, one.target.pos));
    const prints = printedBy(fields, input, { root: TREE, folder: this.#world.folder(), at });
    const isCaptured = this.#capture > 0 && writes === undefined && !this.#piped;
    if (isCaptured && prints !== null) this.#print(under(prints, site.when), site.when);
    const because = beyond ?? this.#beyond ?? undefined;
    const assignments = node.prefix.filter((one) => one.type === 'Assignment');
    const prefixed = new Map(
      assignments.map(
        (one) => [one.name, this.#single(this.#assignments.assignedTo(one, site), at)] as const,
      ),
    );
    this.#world.emit({
      words,
      at,
      when: site.when,
      writes: target(writes),
      ...(writes?.type === 'Redirect' && writes.operator === '>>' ? { appends: true } : {}),
      readsFrom: target(reads),
      piped: this.#piped,
      substituted: this.#capture > 0,
      ...(prefixed.size === 0 ? {} : { assignments: prefixed }),
      ...(because === undefined ? {} : { beyond: because }),
      ...(prints === null ? {} : { prints }),
      ...(input === null ? {} : { input }),
      environment: () => this.#exportedTo(prefixed, site, at),
    });
  }

  #exportedTo(
    prefixed: ReadonlyMap<string, CommandWord>,
    site: Site,
    at: Location,
  ): ReadonlyMap<string, Choice> {
    const found = new Map<string, Choice>();
    for (const name of this.state.exported) {
      const value = variableOf(this, name, at, site.when);
      const isSet = value.options.some(({ pieces }) => pieces.every((piece) => piece.open !== 'unset'));
      if (isSet) found.set(name, value);
    }
    for (const [name, { pieces }] of prefixed) found.set(name, { options: [{ when: [], pieces }] });
    return found;
  }
}

/** Names under which a shell keeps what is printed; no variable is called so. */
const OUTPUT = '\u0002';

/** A longer script that only starts others is not followed into them: each is followed by itself. */
const SHORT_SCRIPT = 4096;

const ENGINE =
  '(?:docker|podman|buildah|nerdctl|buildx|\\$\\{?\\w{0,40}(?:DOCKER|CONTAINER|ENGINE|OCI)\\w{0,40}\\}?)["\')}]?';
const BUILDING = new RegExp(
  `(?:^|[\\s"'({@;&|])${ENGINE}[ \\t]+(?:\\S{1,80}[ \\t]+){0,3}["']?(?:build|buildx|bud|push|tag|save|load|commit|\\$|-)|kaniko|/executor|\\bexec\\s+"\\$@"`,
  'm',
);

/** True for a script that may build, that runs what it is given, or that hands values on to others. */
function mayBuild(text: string): boolean {
  return BUILDING.test(text) || (text.length < SHORT_SCRIPT && /\.sh\b|\bmake\b/.test(text));
}

function isOutput(one: Extract<Redirection, { type: 'Redirect' }>): boolean {
  const descriptor = one.descriptor?.type === 'FileDescriptor' ? one.descriptor.value : 1;
  return /^(>|>>|>\||&>|&>>)$/.test(one.operator) && descriptor === 1;
}

function asStatement(command: Statement['command']): Statement {
  return { type: 'Statement', pos: command.pos, end: command.end, command, background: undefined };
}

function boundary(kind: 'enter' | 'leave', at: Location): BuildCommand {
  return {
    words: [],
    at,
    when: [],
    writes: null,
    readsFrom: null,
    piped: false,
    substituted: false,
    boundary: kind,
  };
}

function openPiece(name: string, at: Location): Piece {
  return { text: openName(name), open: 'computed', chain: [at] };
}

function openChoiceOf(name: string, at: Location): Choice {
  return { options: [{ when: [], pieces: [openPiece(name, at)] }] };
}

/** What a substitution can print; more than a few texts are none that somebody chose between. */
const MOST_OUTPUTS = 16;

function settledOutput(printed: Choice, text: string, at: Location): Choice {
  const texts = new Set(printed.options.map((option) => shown(option.pieces)));
  const [first] = printed.options;
  if (texts.size === 1 && first !== undefined)
    return { ...printed, options: [{ when: [], pieces: first.pieces }] };
  return texts.size > MOST_OUTPUTS ? openChoiceOf(text.slice(0, 80), at) : printed;
}

function withoutLastFeeds(pieces: readonly Piece[]): readonly Piece[] {
  const kept = [...pieces];
  for (let last = kept.at(-1); last !== undefined; last = kept.at(-1)) {
    if (last.open !== undefined) break;
    const text = withoutLineEnds(last.text);
    kept.pop();
    if (text === '') continue;
    kept.push({ ...last, text });
    break;
  }
  return kept;
}

/** What a substitution leaves of its output: line ends at the end go. */
function withoutLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end--;
  return text.slice(0, end);
}

// Simple commands: built-ins are done here, functions and scripts are called, the rest is told.
import type { Command } from 'unbash';
import { compatible, joinConditions } from '../../../domain/index.ts';
import { ALWAYS, divide } from '../../../formats/make/guards.ts';
import { type Choice, type Option, type Piece, shown } from '../../../formats/make/pieces.ts';
import { mayStartBuilds, parseShell } from '../../../formats/shell/index.ts';
import { goesElsewhere, writesFile } from './emitted.ts';
import { arithmeticOf } from './expansion.ts';
import { fieldsOf, joinedBy, listOf } from './fields.ts';
import { printedBy } from './printing.ts';
import { type PlainProgram, plainProgram } from './programs.ts';
import type { ShellRun } from './shell-run.ts';
import { withOpenWords } from './spellings.ts';
import { DEEPEST_CALLS, placeAt, positionalUnder, type Site } from './state.ts';

/** So many ways to call a function are followed apart; it costs as much each time. */
const MOST_CALLS = 16;

/** Runs simple commands. */
export class Commands {
  readonly #shell: ShellRun;

  constructor(shell: ShellRun) {
    this.#shell = shell;
  }

  /** One command as it is written. */
  run(node: Command, site: Site): void {
    const assignments = node.prefix.filter((one) => one.type === 'Assignment');
    if (node.name === undefined && node.args.length === 0) {
      for (const one of assignments) this.#shell.assignments.assign(one, site, {});
      return;
    }
    const name = this.#shell.plain(node.name?.value ?? '');
    if (this.#shell.assignments.declares(name)) {
      this.#shell.assignments.declare(node, name, site);
      return;
    }
    if (this.#isForPeople(name, node) || this.#changesNothing(name, node, site)) return;
    const words = [...(node.name === undefined ? [] : [node.name]), ...node.args];
    const isCall = this.#shell.state.functions.has(name);
    const list = this.#shell.assignments.listOf(words, site, isCall ? MOST_CALLS : undefined);
    const input = this.#inputOf(node, site);
    // Of what is too long nothing is left, its program neither: it may have built.
    const isLost = list.options.every(
      ({ pieces: [first] }) => first?.open === 'computed' && first.text === '?',
    );
    const written = this.#shell.plain(site.source.text.slice(node.pos, Math.min(node.end, node.pos + 4096)));
    if (list.beyond !== undefined && isLost && (/^["']?\$/.test(written) || mayStartBuilds(written)))
      this.#shell.cut(list.beyond);
    for (const option of this.#gathered(list.options)) {
      if (!compatible(site.when, option.when)) continue;
      const here = { ...site, when: joinConditions(site.when, option.when) };
      const fields = fieldsOf(option.pieces);
      this.#fields(fields, node, here, {
        input,
        ...(list.beyond === undefined ? {} : { beyond: list.beyond }),
      });
    }
  }

  /** A function or script that is called in very many ways is followed once, with words that stay open. */
  #gathered(options: readonly Option[]): readonly Option[] {
    if (options.length <= MOST_CALLS) return options;
    const groups = Map.groupBy(options, ({ pieces }) => shown(fieldsOf(pieces)[0] ?? []));
    return [...groups].flatMap(([name, group]) =>
      group.length > MOST_CALLS && this.#isFollowed(name) ? [withOpenWords(group)] : group,
    );
  }

  #isFollowed(name: string): boolean {
    if (this.#shell.state.functions.has(name)) return true;
    return this.#shell.calls.scriptOf([{ text: name, chain: [] }]) !== undefined;
  }

  /** What is printed on a terminal decides nothing. */
  #isForPeople(name: string, node: Command): boolean {
    if (name !== 'echo' && name !== 'printf') return false;
    return !this.#isKept(node) && !node.args.some(({ text }) => text.startsWith('-v'));
  }

  /** Somebody keeps what a command prints. */
  #isKept({ redirects }: Command): boolean {
    if (goesElsewhere(redirects)) return false;
    return this.#shell.output.isCaptured || this.#shell.piped || writesFile(redirects);
  }

  /** A function of which nothing is left, neither what it changes nor what it prints. */
  #changesNothing(name: string, node: Command, site: Site): boolean {
    const called = this.#shell.state.functions.get(name);
    if (called === undefined) return false;
    const { output, piped, signs } = this.#shell;
    const isKept = this.#isKept(node);
    const isLog = isKept && !piped && output.isForFile && signs.printsFreely(called);
    if (isKept && !isLog && !signs.isSilent(called)) return false;
    if (!signs.leavesNothing(called)) return false;
    if (isLog) output.printOpen(`what ${name} prints`, site);
    called.called = true;
    return true;
  }

  #inputOf(node: Command, site: Site): Choice | null {
    const given = this.#shell.input;
    this.#shell.input = null;
    return this.#shell.given(node.redirects, site) ?? given;
  }

  /** One way of a command: its words are fields now. */
  #fields(
    fields: readonly (readonly Piece[])[],
    node: Command,
    site: Site,
    around: { readonly input: Choice | null; readonly beyond?: string },
  ): void {
    const found = plainProgram(fields.map((field) => shown(field)));
    const [first, ...rest] = fields.slice(found.index);
    if (first === undefined) return;
    const name = shown(first);
    if (this.#isBuiltIn(name, [first, ...rest], node, site, around.input)) return;
    const called = this.#shell.state.functions.get(name);
    if (called !== undefined && found.index === 0) {
      this.#shell.flow.into(node.redirects, node, site, () =>
        this.#shell.calls.call(called, rest, node, site),
      );
      return;
    }
    if (this.#startsShell(fields, found, node, site)) return;
    this.#shell.output.emit(fields.slice(found.from), node, site, around);
  }

  /** Does what the shell itself does; false for any other program. */
  #isBuiltIn(
    name: string,
    [program = [], ...rest]: readonly (readonly Piece[])[],
    node: Command,
    site: Site,
    input: Choice | null,
  ): boolean {
    const { assignments, calls, exits } = this.#shell;
    switch (name) {
      case 'exit':
      case 'return':
        exits.leave(site);
        return true;
      case 'break':
      case 'continue':
        this.#leaveLoop(name, rest, site);
        return true;
      case 'shift':
        this.#shift(Number(shown(rest[0] ?? []) || '1'), site);
        return true;
      case 'set':
        this.#set(rest, site);
        return true;
      case 'unset':
        for (const field of rest) assignments.unset(shown(field), site.when);
        return true;
      case 'mapfile':
      case 'readarray':
        assignments.readLines(rest, input, site);
        return true;
      case 'read':
        calls.withPrefix(node, site, () => assignments.read(rest, input, site));
        return true;
      case 'printf':
        if (shown(rest[0] ?? []) !== '-v') return false;
        this.#printInto(rest, program, site, node);
        return true;
      case 'let':
        for (const field of rest) this.#calculate(shown(field), { ...site, whole: site.whole ?? node.pos });
        return true;
      case 'eval':
        calls.runPieces(joinedBy(listOf(rest), ' '), site, node);
        return true;
      case '.':
      case 'source':
        calls.source(rest, site);
        return true;
      default:
        return false;
    }
  }

  /** Follows a text or a script of the tree that runs in a shell of its own; false where none does. */
  #startsShell(
    fields: readonly (readonly Piece[])[],
    { index, textIndex, scriptIndex }: PlainProgram,
    node: Command,
    site: Site,
  ): boolean {
    const { calls, flow } = this.#shell;
    const text = textIndex === null ? undefined : fields[textIndex];
    if (text !== undefined) {
      const given = fields.slice((textIndex ?? 0) + 2);
      const run = (): void => calls.withArguments(given, () => calls.runPieces(text, site, node));
      flow.apart(() => calls.withPrefix(node, site, run), site);
      return true;
    }
    const at = scriptIndex ?? index;
    const script = calls.scriptOf(fields[at] ?? fields[index] ?? []);
    if (script === undefined || site.depth >= DEEPEST_CALLS) return false;
    const given = fields.slice(at + 1);
    if (calls.isTold(script, given, node))
      flow.apart(() => calls.withPrefix(node, site, () => calls.script(script, given, site)), site);
    return true;
  }

  /** Of several loops that one word ends nothing is told. */
  #leaveLoop(name: 'break' | 'continue', [levels]: readonly (readonly Piece[])[], site: Site): void {
    if (levels !== undefined && shown(levels) !== '1') return;
    if (name === 'break') this.#shell.exits.breakLoop(site);
    else this.#shell.exits.skipRound(site);
  }

  #shift(count: number, { when }: Site): void {
    const { positional } = this.#shell.state;
    if (positional === null || !Number.isInteger(count)) return;
    const options = positional.options.flatMap((option): readonly Option[] => {
      const shifted = listOf(fieldsOf(option.pieces).slice(count));
      const { inside, outside } = divide(option.when, when.length === 0 ? ALWAYS : [when]);
      return [
        ...inside.map((under): Option => ({ when: under, pieces: shifted })),
        ...outside.map((under): Option => ({ when: under, pieces: option.pieces })),
      ];
    });
    this.#shell.state.positional = { ...positional, options };
  }

  #calculate(text: string, site: Site): void {
    const parsed = parseShell(`((${text}))`, (offset) => ({ line: 1, column: offset + 1 }));
    const command = parsed?.script.commands[0]?.command;
    if (command?.type === 'ArithmeticCommand') arithmeticOf(this.#shell, command.expression, site);
  }

  /** `printf -v NAME FORMAT ARGS…` prints into a variable. */
  #printInto(
    [, name = [], ...printed]: readonly (readonly Piece[])[],
    program: readonly Piece[],
    site: Site,
    node: Command,
  ): void {
    const here = { root: '', folder: '', at: placeAt(site, node.pos) };
    const text = printedBy([program, ...printed], null, here);
    if (text !== null) this.#shell.assignments.set(shown(name), text, site.when);
  }

  /** `set -- a b` sets the arguments; options alone set none. */
  #set(fields: readonly (readonly Piece[])[], site: Site): void {
    const words = fields.map((field) => shown(field));
    let start = 0;
    while (/^[-+]./.test(words[start] ?? '') && words[start] !== '--')
      start += /^[-+]\w*o$/.test(words[start] ?? '') ? 2 : 1;
    if (start >= fields.length) return;
    const given = words[start] === '--' ? fields.slice(start + 1) : fields.slice(start);
    this.#shell.state.positional = positionalUnder(site.when, listOf(given), this.#shell.state.positional);
  }
}

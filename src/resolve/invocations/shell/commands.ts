// Simple commands: built-ins are done here, functions and scripts are called, the rest is told.
import type { Command } from 'unbash';
import { compatible, joinConditions } from '../../../domain/index.ts';
import { type Choice, join, type Piece, shown, textChoice } from '../../../formats/make/pieces.ts';
import { isOutput } from './emitted.ts';
import { textOfWord } from './expansion.ts';
import { fieldsOf, joinedBy, listOf, mapPieces } from './fields.ts';
import { DECIDES } from './function-signs.ts';
import { plainProgram } from './programs.ts';

import type { ShellRun } from './shell-run.ts';
import { DEEPEST_CALLS, placeAt, positionalUnder, type Site } from './state.ts';

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
    if (this.#isForPeople(name, node) || this.#changesNothing(name)) return;
    const words = [...(node.name === undefined ? [] : [node.name]), ...node.args];
    const list = this.#shell.assignments.listOf(words, site);
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
      this.#shell.output.isCaptured ||
      this.#shell.piped ||
      node.redirects.some((one) => one.type === 'Redirect' && isOutput(one));
    return !isKept && !node.args.some(({ text }) => text.startsWith('-v'));
  }

  /** A function that only prints, where nothing keeps what it prints. */
  #changesNothing(name: string): boolean {
    const called = this.#shell.state.functions.get(name);
    if (called === undefined || this.#shell.output.isCaptured || this.#shell.piped) return false;
    if (this.#shell.signs.holds(called, DECIDES)) return false;
    called.called = true;
    return true;
  }

  #inputOf(node: Command, site: Site): Choice | null {
    const given = this.#shell.input;
    this.#shell.input = null;
    const here = node.redirects.find((one) => one.type !== 'Redirect' && one.descriptor === undefined);
    if (here === undefined || here.type === 'Redirect') return given;
    if (here.type === 'HereDoc') return this.#shell.document(here, site);
    if (here.target === undefined) return given;
    return join([textOfWord(this.#shell, here.target, site), textChoice('\n', [placeAt(site, here.pos)])]);
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
        this.#shell.leave(site);
        return;
      case 'shift':
        this.#shift(Number(shown(rest[0] ?? []) || '1'));
        return;
      case 'set':
        this.#set(rest, site);
        return;
      case 'unset':
        for (const field of rest) this.#shell.assignments.unset(shown(field), site.when);
        return;
      case 'read':
      case 'mapfile':
      case 'readarray':
        this.#shell.assignments.read(rest, around.input, site);
        return;
      case 'eval':
        this.#shell.calls.runPieces(joinedBy(listOf(rest), ' '), site, node);
        return;
      case '.':
      case 'source':
        this.#shell.calls.source(rest, site);
        return;
      default:
    }
    const called = this.#shell.state.functions.get(name);
    if (called !== undefined && found.index === 0) {
      this.#shell.calls.call(called, rest, node, site);
      return;
    }
    const text = found.textIndex === null ? undefined : fields[found.textIndex];
    if (text !== undefined) {
      const given = fields.slice((found.textIndex ?? 0) + 2);
      this.#shell.flow.apart(
        () =>
          this.#shell.calls.withPrefix(node, site, () =>
            this.#shell.calls.withArguments(given, () => this.#shell.calls.runPieces(text, site, node)),
          ),
        site,
      );
      return;
    }
    const script = this.#shell.calls.scriptOf(
      found.scriptIndex === null ? first : (fields[found.scriptIndex] ?? first),
    );
    if (script !== undefined && site.depth < DEEPEST_CALLS) {
      const given = found.scriptIndex === null ? rest : fields.slice(found.scriptIndex + 1);
      if (!this.#shell.calls.isTold(script, given, node)) return;
      this.#shell.flow.apart(
        () => this.#shell.calls.withPrefix(node, site, () => this.#shell.calls.script(script, given, site)),
        site,
      );
      return;
    }
    this.#shell.output.emit(fields.slice(found.from), node, site, around);
  }

  #shift(count: number): void {
    const { positional } = this.#shell.state;
    if (positional === null || !Number.isInteger(count)) return;
    this.#shell.state.positional = mapPieces(positional, (pieces) => listOf(fieldsOf(pieces).slice(count)));
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

// Loops: over words that are known, over lines, and as long as a test says.
import type { AndOr, ArithmeticFor, For, PipelineNode, Select, Statement, While } from 'unbash';
import { compatible, joinConditions } from '../../../domain/index.ts';
import type { Split } from '../../../formats/make/conditions.ts';
import type { Environment } from '../../../formats/make/environment.ts';
import { closed, type Piece } from '../../../formats/make/pieces.ts';
import { readsIn } from './effects.ts';
import { openChoiceOf, openPiece } from './emitted.ts';
import { arithmeticOf, listOfWords } from './expansion.ts';
import { fieldsOf } from './fields.ts';
import { OUTPUT } from './output.ts';
import type { ShellRun } from './shell-run.ts';
import { placeAt, type Site } from './state.ts';
import { conditionOf, either, ofArithmetic, textOf } from './tests.ts';

const MOST_ROUNDS = 64;
/** Commands that are followed for one loop with a test; what is left of it counts as one whose rounds are not known. */
const MOST_STEPS = 5000;

/** Runs loops. */
export class Loops {
  readonly #shell: ShellRun;

  constructor(shell: ShellRun) {
    this.#shell = shell;
  }

  forEach(node: For | Select, site: Site): void {
    const name = this.#shell.plain(node.name.value);
    const words = node.wordlist;
    const at = placeAt(site, node.pos);
    const list =
      words === undefined
        ? (this.#shell.state.positional ?? openChoiceOf('arguments @', at))
        : listOfWords(this.#shell, words, site);
    const isGlob = words?.some(({ parts }) =>
      parts?.some(({ type }) => type === 'Glob' || type === 'ExtendedGlob'),
    );
    for (const option of list.options) {
      if (!compatible(site.when, option.when)) continue;
      const fields = isGlob === true ? [[openPiece(`each ${name}`, at)]] : fieldsOf(option.pieces);
      // How often it runs for words that are not known is not known.
      const isOpen = fields.some((field) => field.some(({ open }) => open !== undefined));
      const here: Site = {
        ...site,
        when: joinConditions(site.when, option.when),
        ...(isOpen ? { mayNotRun: true } : {}),
      };
      if (fields.length > MOST_ROUNDS) this.#shell.cut(`a loop over more than ${MOST_ROUNDS} words`);
      this.#rounds(fields.slice(0, MOST_ROUNDS), node.body.commands, here, (field) => {
        const pieces = field.map((piece) => ({ ...piece, chain: [at, ...piece.chain] }));
        this.#shell.assignments.set(name, { options: [{ when: [], pieces }] }, here.when);
      });
    }
  }

  /** A loop's body once for each item, which is set before; true where nothing breaks it. */
  #rounds<Item>(
    items: readonly Item[],
    body: readonly Statement[],
    site: Site,
    set: (item: Item) => void,
  ): boolean {
    let isEnded = false;
    this.#shell.exits.loop((round) => {
      for (const item of items) {
        if (this.#shell.isExhausted) return;
        round(() => {
          set(item);
          this.#shell.flow.statements(body, site);
        });
        isEnded = this.#shell.exits.isDead(site.when);
        if (isEnded) return;
      }
    });
    return !isEnded;
  }

  /** `while read …` over lines that are known: once for each. False where it is another loop. */
  #readLines(node: While, site: Site): boolean {
    const [only, second] = node.clause.commands;
    const { input } = this.#shell;
    const isRead = only?.command.type === 'Command' && only.command.name?.text === 'read';
    if (node.kind !== 'while' || !isRead || second !== undefined || input === null) return false;
    const ways = input.options.map(({ when, pieces }) => ({ when, lines: linesOf(pieces) }));
    if (input.beyond !== undefined || ways.some(({ lines }) => lines === null || lines.length > MOST_ROUNDS))
      return false;
    this.#shell.input = null;
    for (const { when, lines } of ways) {
      if (lines === null || !compatible(site.when, when)) continue;
      const here = { ...site, when: joinConditions(site.when, when) };
      const read = (line: readonly Piece[]): void => {
        this.#shell.input = { options: [{ when: [], pieces: line }] };
        this.#shell.flow.node(only.command, here);
        this.#shell.input = null;
      };
      // Behind the last line nothing is read, into the same variables.
      if (this.#rounds(lines, node.body.commands, here, read)) read([]);
    }
    return true;
  }

  whileHolds(node: While, site: Site): void {
    if (this.#readLines(node, site)) return;
    const [...tests] = node.clause.commands;
    const last = tests.pop()?.command;
    const whole = [...node.clause.commands, ...node.body.commands];
    const isConstant = !looksAtVariables(site.source.text.slice(node.clause.pos, node.clause.end));
    // Whoever takes options as long as there are any ends by what they are.
    const takesOptions = /\bshift\b/.test(site.source.text.slice(node.body.pos, node.body.end));
    if (last === undefined || (isConstant && !takesOptions)) {
      this.#loop((here) => this.#shell.flow.statements(whole, here), node, site);
      return;
    }
    const goesOn = (): Split => {
      this.#shell.flow.statements(tests, site);
      const split = this.#asked(last, site);
      return node.kind === 'until' ? { yes: split.no, no: split.yes } : split;
    };
    this.#testedLoop({ goesOn, body: node.body.commands, whole }, node, site);
  }

  /** What a test says; one that counts on is done once. */
  #asked(test: PipelineNode | AndOr, site: Site): Split {
    if (test.type !== 'ArithmeticCommand') {
      this.#shell.flow.node(test, site);
      return conditionOf(this.#shell, test, site);
    }
    const number = arithmeticOf(this.#shell, test.expression, site);
    if (number === null) return either(textOf(site, test), site.when);
    return number === 0 ? { yes: [], no: [site.when] } : { yes: [site.when], no: [] };
  }

  counted(node: ArithmeticFor, site: Site): void {
    const commands = node.body.commands;
    const next = (): void => void arithmeticOf(this.#shell, node.update, site);
    arithmeticOf(this.#shell, node.initialize, site);
    const goesOn = (): Split =>
      ofArithmetic(this.#shell, node.test, site) ?? either(textOf(site, node), site.when);
    this.#testedLoop({ goesOn, body: commands, whole: commands, next }, node, site);
  }

  /** Once for each round that its test decides; from the first that it does not, as one whose rounds are not known. */
  #testedLoop(
    { goesOn, body, whole, next }: TestedLoop,
    node: { readonly pos: number; readonly end: number },
    site: Site,
  ): void {
    const { exits } = this.#shell;
    const start = this.#shell.steps;
    let isEnded = false;
    exits.loop((round) => {
      for (let rounds = 0; rounds < MOST_ROUNDS && !isEnded; rounds++) {
        const { yes, no } = goesOn();
        isEnded = yes.length === 0 || this.#shell.isExhausted;
        if (isEnded || no.length > 0) break;
        const isLast = rounds === MOST_ROUNDS - 1 || this.#shell.steps - start > MOST_STEPS;
        const before = isLast ? this.#shell.state.variables.copy() : null;
        round(() => this.#shell.flow.statements(body, site));
        isEnded ||= exits.isDead(site.when);
        next?.();
        if (before === null) continue;
        this.#openChanged(before, site, node);
        break;
      }
    });
    if (!isEnded)
      this.#loop(
        (here) => {
          this.#shell.flow.statements(whole, here);
          next?.();
        },
        node,
        site,
      );
  }

  /** What a round has changed goes on to change in those that are not followed. */
  #openChanged(
    before: Environment,
    site: Site,
    { pos }: { readonly pos: number },
    among?: readonly string[],
  ): void {
    const { variables } = this.#shell.state;
    for (const name of among ?? [...variables.names()]) {
      if (name.startsWith(OUTPUT) || variables.get(name) === before.get(name)) continue;
      this.#shell.assignments.set(name, openChoiceOf(name, placeAt(site, pos)), site.when);
    }
  }

  /** How often it runs is not known: once, and again where that has changed something; what it sets may be as it was before. */
  #loop(act: (site: Site) => void, node: { readonly pos: number; readonly end: number }, site: Site): void {
    const [when] = either(`${textOf(site, node)} runs`, site.when).yes;
    const here = when === undefined ? site : { ...site, when };
    const { state } = this.#shell;
    const names = handedOn(site.source.text.slice(node.pos, node.end));
    const held = (): string =>
      JSON.stringify([state.positional, names.map((name) => state.variables.get(name).held)]);
    this.#shell.exits.within(() =>
      this.#shell.exits.loop((round) => {
        const before = held();
        round(() => act(here));
        const first = held();
        if (first === before) return;
        const variables = state.variables.copy();
        round(() => act(here));
        if (held() !== first) this.#openChanged(variables, here, node, names);
      }),
    );
  }
}

/** Variables that a loop looks at before it sets them: what one round sets, the next one finds. */
function handedOn(text: string): readonly string[] {
  const first = new Map<string, number>();
  for (const { name, at } of readsIn(text)) if (!first.has(name)) first.set(name, at);
  const isHanded = ([name, at]: readonly [string, number]): boolean => {
    const set = `(?:^|[\\s;&|(])${name}(?:\\[[^\\]]*\\])?\\+?=|\\b(?:read|for|mapfile|readarray)\\b[^\\n;]*\\b${name}\\b`;
    const setAt = text.search(new RegExp(set));
    return setAt < 0 || at < setAt + name.length + 1 || text.slice(setAt, at).match(/[\n;]/) === null;
  };
  return [...first].filter(isHanded).map(([name]) => name);
}

/** A loop with a test that is asked before each round. */
interface TestedLoop {
  readonly goesOn: () => Split;
  readonly body: readonly Statement[];
  /** With its test, where nothing decides that. */
  readonly whole: readonly Statement[];
  readonly next?: () => void;
}

/** The lines of a text that is known to its end; null for any other. */
function linesOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] | null {
  if (closed(pieces) === undefined) return null;
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    piece.text.split('\n').forEach((text, index) => {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ ...piece, text });
    });
  }
  // Text behind the last line's end is no line for `read`.
  return lines.slice(0, -1);
}

/** A variable is read as `$name`, or by its name alone in `((…))`. */
function looksAtVariables(text: string): boolean {
  if (text.includes('$')) return true;
  return text.split(')').some((part) => {
    const opens = part.indexOf('((');
    return opens >= 0 && /[A-Za-z]/.test(part.slice(opens));
  });
}

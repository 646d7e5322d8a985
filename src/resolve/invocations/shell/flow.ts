// Control flow: lists, conditions, loops, pipelines, shells of their own. What is not decided goes both ways, each under its condition.
import type { AndOr, PipelineNode, Redirection, Function as ShellFunctionNode, Statement } from 'unbash';
import type { Conjunction, Guards } from '../../../formats/make/guards.ts';
import { wordAt } from '../words.ts';
import { boundary, goesElsewhere, isOutput } from './emitted.ts';
import { arithmeticOf, textOfWord } from './expansion.ts';
import { Loops } from './loops.ts';
import { OUTPUT } from './output.ts';
import type { ShellRun } from './shell-run.ts';
import { DEEPEST_CALLS, placeAt, ShellState, type Site } from './state.ts';
import { conditionOf, either, matches, testOf, textOf, waysOf } from './tests.ts';

/** Follows statements as a shell would. */
export class Flow {
  readonly #shell: ShellRun;
  readonly #loops: Loops;

  constructor(shell: ShellRun) {
    this.#shell = shell;
    this.#loops = new Loops(shell);
  }

  /** Runs statements in order until a bound or an exit ends them. */
  statements(statements: readonly Statement[], site: Site): void {
    for (const { command } of statements) {
      if (this.#shell.isExhausted || this.#shell.exits.isDead(site.when)) break;
      this.#shell.startsAt(statements, command.pos);
      for (const here of this.#alive(site)) this.node(command, here);
    }
    this.#shell.ends(statements);
  }

  /** Behind what may have left. What is kept of it prints only where it has not; elsewhere the rest is told as if nobody had. */
  #alive(site: Site): readonly Site[] {
    if (!this.#shell.output.isCaptured) return [site];
    const ways = sitesIn(this.#shell.exits.rest(site.when), site);
    // Left in too many ways, it may print anything.
    if (ways.some(({ mayNotRun }) => mayNotRun === true && site.mayNotRun !== true))
      this.#shell.output.printOpen('what is left of a function', site);
    return ways;
  }

  node(node: PipelineNode | AndOr, site: Site): void {
    this.#shell.step();
    if (this.#shell.isExhausted || site.depth > DEEPEST_CALLS) {
      if (site.depth > DEEPEST_CALLS)
        this.#shell.cut('functions and scripts that call each other without end');
      return;
    }
    switch (node.type) {
      case 'Command':
        this.#shell.commands.run(node, site);
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
        this.#loops.forEach(node, site);
        break;
      case 'While':
        this.#loops.whileHolds(node, site);
        break;
      case 'ArithmeticFor':
        this.#loops.counted(node, site);
        break;
      case 'Subshell':
        this.apart(() => this.statements(node.body.commands, site), site);
        break;
      case 'BraceGroup':
        this.statements(node.body.commands, site);
        break;
      case 'Function': {
        const name = this.#shell.plain(node.name.value);
        this.#shell.version++;
        this.#shell.state.functions.set(name, { body: bodyOf(node), site, called: false, active: 0 });
        break;
      }
      case 'Coproc':
      case 'TestCommand':
        break;
      case 'ArithmeticCommand':
        arithmeticOf(this.#shell, node.expression, site);
        break;
      default:
        node satisfies never;
    }
  }

  /** What runs in a shell of its own changes nothing here. */
  apart(act: () => void, site: Site): void {
    const { state } = this.#shell;
    const copy = new ShellState(state.positional, state.exported);
    copy.variables = state.variables.copy();
    copy.references = new Map(state.references);
    for (const [name, one] of state.functions) copy.functions.set(name, one);
    this.#shell.state = copy;
    this.#shell.world.emit(boundary('enter', placeAt(site, 0)));
    this.#shell.exits.within(act);
    this.#shell.world.emit(boundary('leave', placeAt(site, 0)));
    // What it has printed is known outside.
    for (const name of copy.variables.names())
      if (name.startsWith(OUTPUT)) state.variables.restore(name, copy.variables.get(name));
    this.#shell.state = state;
  }

  #list(node: AndOr, site: Site): void {
    const [first, ...rest] = node.commands;
    if (first === undefined) return;
    this.node(first, site);
    let split = testOf(this.#shell, first, site);
    rest.forEach((command, index) => {
      const isOr = node.operators[index] === '||';
      const ways = this.#sitesBehind(split, isOr, node, site);
      const next: { yes: Conjunction[]; no: Conjunction[] } = { yes: [], no: [] };
      let isTest = split !== null;
      for (const here of ways) {
        this.node(command, here);
        const own = testOf(this.#shell, command, here);
        if (own === null) next.yes.push(here.when);
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

  /** Behind `||` of what is taken to succeed, it may have failed; behind `&&` it need not have succeeded. */
  #sitesBehind(split: ReturnType<typeof testOf>, isOr: boolean, node: AndOr, site: Site): readonly Site[] {
    if (split !== null) return sitesIn(isOr ? split.no : split.yes, site);
    if (!isOr) return [{ ...site, mayNotRun: true }];
    return either(`${textOf(site, node)} fails`, site.when).yes.map((when) => ({ ...site, when }));
  }

  #if(node: Extract<PipelineNode, { type: 'If' }>, site: Site): void {
    let remaining: readonly Conjunction[] = [site.when];
    // biome-ignore lint/suspicious/noThenProperty: the parser's own name for the branch.
    for (const arm of [{ clause: node.clause, then: node.then }, ...node.elif]) {
      const left: Conjunction[] = [];
      for (const here of sitesIn(remaining, site)) {
        const [...tests] = arm.clause.commands;
        const last = tests.pop();
        this.statements(tests, here);
        if (last === undefined) continue;
        this.node(last.command, here);
        const split = conditionOf(this.#shell, last.command, here);
        for (const inside of sitesIn(split.yes, here)) this.statements(arm.then.commands, inside);
        left.push(...split.no);
      }
      remaining = left;
    }
    if (node.else === undefined) return;
    for (const here of sitesIn(remaining, site)) this.statements(node.else.commands, here);
  }

  #case(node: Extract<PipelineNode, { type: 'Case' }>, site: Site): void {
    const value = textOfWord(this.#shell, node.word, site);
    let remaining: readonly Conjunction[] = [site.when];
    for (const item of node.items) {
      const taken: Conjunction[] = [];
      for (const pattern of item.pattern) {
        const left: Conjunction[] = [];
        for (const here of sitesIn(remaining, site)) {
          const split = matches(value, this.#shell, pattern, here);
          taken.push(...split.yes);
          left.push(...split.no);
        }
        remaining = left;
      }
      for (const here of sitesIn(taken, site)) this.statements(item.body.commands, here);
    }
  }

  #pipeline(commands: readonly PipelineNode[], site: Site): void {
    const [only, second] = commands;
    if (only !== undefined && second === undefined) {
      this.node(only, site);
      return;
    }
    this.apart(() => {
      commands.forEach((command, index) => {
        const isLast = index === commands.length - 1;
        this.#shell.piped = !isLast;
        if (command.type === 'Command' || isLast) this.node(command, site);
        else this.#shell.input = this.#shell.output.of(() => this.node(command, site));
        this.#shell.piped = false;
      });
    }, site);
    this.#shell.input = null;
  }

  #redirected(node: PipelineNode, redirects: readonly Redirection[], site: Site): void {
    this.into(redirects, node, site, () => {
      const given = this.#shell.given(redirects, site);
      if (given !== null) this.#shell.input = given;
      this.node(node, site);
      this.#shell.input = null;
    });
  }

  /** Does something whose output goes where the redirections say: into a file, to where nobody keeps it, or on as it is. */
  into(redirects: readonly Redirection[], node: { readonly pos: number }, site: Site, act: () => void): void {
    const writes = redirects.find((one) => one.type === 'Redirect' && isOutput(one));
    if (writes?.type !== 'Redirect' || writes.target === undefined) {
      if (goesElsewhere(redirects)) this.#shell.output.of(act);
      else act();
      return;
    }
    const prints = this.#shell.output.ofFile(act);
    const at = placeAt(site, node.pos);
    const target = this.#shell.single(
      textOfWord(this.#shell, writes.target, site),
      placeAt(site, writes.target.pos),
    );
    this.#shell.world.emit({
      words: [wordAt('cat', at)],
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
}

/** The site under each of the ways; where they are taken as one, nothing says that it runs. */
function sitesIn(guards: Guards, site: Site): readonly Site[] {
  const ways = waysOf(guards, site.when);
  return ways.map((when) => ({ ...site, when, ...(ways === guards ? {} : { mayNotRun: true }) }));
}

const bodies = new WeakMap<ShellFunctionNode, readonly Statement[]>();

/** The same list each time: what is known of a function is kept by its body. */
function bodyOf(node: ShellFunctionNode): readonly Statement[] {
  const { body } = node;
  const known = bodies.get(node) ?? (body.type === 'CompoundList' ? body.commands : [asStatement(body)]);
  bodies.set(node, known);
  return known;
}

function asStatement(command: Statement['command']): Statement {
  return { type: 'Statement', pos: command.pos, end: command.end, command, background: undefined };
}

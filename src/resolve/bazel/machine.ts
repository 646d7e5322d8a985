import type {
  Location,
  StarlarkArgument,
  StarlarkClause,
  StarlarkExpression,
  StarlarkPlace,
} from '../../domain/index.ts';
import { starlarkLocation } from '../../domain/index.ts';
import { attribute, item, slice } from './access.ts';
import type { BoundArguments, Given } from './arguments.ts';
import { Budget } from './budget.ts';
import { BUILTINS, callBuiltin, LIBRARY } from './builtins.ts';
import type { Evaluator } from './evaluator.ts';
import type { Frame, Modules } from './frame.ts';
import { itemsOf, openItems, whyOf } from './items.ts';
import { calculated } from './operators.ts';
import { Scope } from './scope.ts';
import { runFunction } from './statements.ts';
import {
  alternatives,
  type DictEntry,
  dict,
  keyOf,
  lift,
  list,
  NONE,
  number,
  plainText,
  type StarlarkValue,
  text,
  truth,
  unknown,
} from './values.ts';

const MOST_ITEMS = 100_000;

/** Evaluates expressions of Starlark; what files do not say comes out as unknown, with the reason. */
export class Machine implements Evaluator {
  readonly modules: Modules;
  readonly budget: Budget;

  constructor(modules: Modules, budget: Budget = new Budget()) {
    this.modules = modules;
    this.budget = budget;
  }

  evaluate(node: StarlarkExpression, frame: Frame): StarlarkValue {
    this.budget.step();
    const value = this.budget.deeper(() => this.#evaluate(node, frame));
    if (node.kind !== 'name' && node.kind !== 'text') this.charge(value);
    return value;
  }

  charge(value: StarlarkValue): void {
    const size = sizeOf(value);
    if (size > FREE_SIZE) this.budget.step(size >> 3);
  }

  #evaluate(node: StarlarkExpression, frame: Frame): StarlarkValue {
    switch (node.kind) {
      case 'name':
        return lookUp(node.name, frame);
      case 'text':
        return text(node.text, this.place(node.at, frame));
      case 'number':
        return number(node.value);
      case 'list':
      case 'tuple':
        return list(
          node.items.map((item) => this.evaluate(item, frame)),
          this.place(node.at, frame),
          node.kind,
        );
      case 'dict':
        return this.#dict(node, frame);
      case 'call':
        return this.#call(node, frame);
      case 'attribute':
        return this.#attribute(node, frame);
      case 'index':
        return lift([this.evaluate(node.of, frame), this.evaluate(node.index, frame)], ([of, index]) =>
          item(of ?? NONE, index ?? NONE),
        );
      case 'slice':
        return this.#slice(node, frame);
      case 'unary':
      case 'binary':
        return calculated(this, node, frame);
      case 'choice':
        return this.#either(node, frame);
      case 'comprehension':
        return this.#comprehension(node, frame);
      case 'lambda':
        return {
          kind: 'function',
          name: 'lambda',
          parameters: node.parameters,
          body: node.body,
          scope: frame.scope,
          path: frame.path,
        };
      default:
        return node satisfies never;
    }
  }

  #attribute(node: Extract<StarlarkExpression, { kind: 'attribute' }>, frame: Frame): StarlarkValue {
    const of = this.evaluate(node.of, frame);
    this.charge(of);
    return attribute(of, node.name);
  }

  place(at: StarlarkPlace, frame: Frame): Location {
    return starlarkLocation(frame.path, at);
  }

  #dict(node: Extract<StarlarkExpression, { kind: 'dict' }>, frame: Frame): StarlarkValue {
    const entries = node.entries.map(
      ({ key, value }): DictEntry => ({
        key: this.evaluate(key, frame),
        value: this.evaluate(value, frame),
        at: null,
      }),
    );
    return dict(entries, this.place(node.at, frame));
  }

  #either(node: Extract<StarlarkExpression, { kind: 'choice' }>, frame: Frame): StarlarkValue {
    const decided = truth(this.evaluate(node.test, frame));
    if (decided !== undefined) return this.evaluate(decided ? node.then : node.otherwise, frame);
    return alternatives(
      `${frame.path}:${node.at[0]}`,
      this.evaluate(node.then, frame),
      this.evaluate(node.otherwise, frame),
    );
  }

  #slice(node: Extract<StarlarkExpression, { kind: 'slice' }>, frame: Frame): StarlarkValue {
    const bound = (one: StarlarkExpression | undefined) =>
      one === undefined ? NONE : this.evaluate(one, frame);
    return lift(
      [this.evaluate(node.of, frame), bound(node.from), bound(node.to), bound(node.step)],
      ([of = NONE, from = NONE, to = NONE, step = NONE]) => slice(of, from, to, step),
    );
  }

  // ---- comprehensions ----------------------------------------------------------------------------------

  #comprehension(node: Extract<StarlarkExpression, { kind: 'comprehension' }>, frame: Frame): StarlarkValue {
    const inner: Frame = { ...frame, scope: new Scope(frame.scope) };
    const entries: DictEntry[] = [];
    let reason: StarlarkValue | undefined;
    const take = () => {
      if (entries.length >= MOST_ITEMS) return;
      const key = this.evaluate(node.element, inner);
      const value = node.value === undefined ? key : this.evaluate(node.value, inner);
      entries.push({ key, value, at: null });
    };
    this.#clauses(node.clauses, inner, take, (because) => {
      reason = because;
    });
    if (reason?.kind === 'unknown' && entries.length === 0) return reason;
    const at = this.place(node.at, frame);
    return node.value === undefined
      ? list(
          entries.map(({ value }) => value),
          at,
        )
      : dict(entries, at);
  }

  #clauses(
    clauses: readonly StarlarkClause[],
    frame: Frame,
    take: () => void,
    missed: (because: StarlarkValue) => void,
  ): void {
    const [clause, ...rest] = clauses;
    if (clause === undefined) {
      take();
      return;
    }
    if (clause.kind === 'if') {
      if (truth(this.evaluate(clause.test, frame)) !== false) this.#clauses(rest, frame, take, missed);
      return;
    }
    const over = this.evaluate(clause.over, frame);
    const items = itemsOf(over);
    if (items === undefined) missed(over);
    for (const one of items ?? openItems(clause.target, over)) {
      this.budget.step();
      this.assign(clause.target, one, frame);
      this.#clauses(rest, frame, take, missed);
    }
  }

  assign(target: StarlarkExpression, value: StarlarkValue, frame: Frame): void {
    if (target.kind === 'name') {
      frame.scope.set(
        target.name,
        value.kind === 'made' || value.kind === 'foreign' ? named(value, target.name) : value,
      );
    } else if (target.kind === 'tuple' || target.kind === 'list') {
      const parts = itemsOf(value);
      target.items.forEach((one, index) => {
        const name = one.kind === 'name' ? one.name : '?';
        const part = parts?.[index] ?? unknown(name, `nothing says what ${name} is`);
        this.assign(one, value.kind === 'unknown' ? unknown(name, value.because) : part, frame);
      });
    } else if (target.kind === 'index') {
      const of = this.evaluate(target.of, frame);
      const key = this.evaluate(target.index, frame);
      if (of.kind === 'dict') of.entries.set(keyOf(key), { key, value, at: null });
      else if (of.kind === 'list' && key.kind === 'number' && of.items.length > key.value)
        of.items[key.value < 0 ? of.items.length + key.value : key.value] = value;
    }
  }

  // ---- calls -------------------------------------------------------------------------------------------

  #call(node: Extract<StarlarkExpression, { kind: 'call' }>, frame: Frame): StarlarkValue {
    const callee = this.evaluate(node.callee, frame);
    const given = this.#arguments(node.arguments, frame);
    return this.call(callee, given, frame, this.place(node.at, frame));
  }

  #arguments(nodes: readonly StarlarkArgument[], frame: Frame): BoundArguments {
    const positional: StarlarkValue[] = [];
    const named = new Map<string, Given>();
    let open: string | undefined;
    for (const node of nodes) {
      const value = this.evaluate(node.value, frame);
      const at = this.place(node.at, frame);
      if (node.name !== undefined) {
        named.set(node.name, { value, at });
      } else if (node.spread === undefined) {
        positional.push(value);
      } else if (node.spread === '*') {
        const items = itemsOf(value);
        if (items === undefined) open = whyOf(value);
        else positional.push(...items.slice(0, MOST_ITEMS));
      } else if (value.kind === 'dict') {
        for (const entry of value.entries.values()) {
          const name = plainText(entry.key);
          if (entry.key.kind === 'unknown') open = entry.key.because;
          if (name !== undefined) named.set(name, { value: entry.value, at: entry.at ?? at });
        }
      } else if (value.kind !== 'none') {
        open = whyOf(value);
      }
    }
    return { positional, named, ...(open === undefined ? {} : { open }) };
  }

  call(callee: StarlarkValue, given: BoundArguments, frame: Frame, at: Location): StarlarkValue {
    switch (callee.kind) {
      case 'builtin':
        return callBuiltin(this, callee, given, frame, at);
      case 'function':
        return runFunction(this, callee, given, frame, at);
      case 'made':
        return this.#make(callee, given, frame, at);
      case 'foreign':
        return this.#record(callee, given, frame, at);
      case 'choice':
        return lift([callee], ([one]) => this.call(one ?? NONE, given, frame, at));
      case 'unknown':
        return callee;
      default:
        return unknown('call', `a ${callee.kind} that is called`);
    }
  }

  /** A macro of `macro(…)` gives its implementation what is given, and the defaults of its attributes. */
  #make(
    { implementation, attributes, by }: Extract<StarlarkValue, { kind: 'made' }>,
    given: BoundArguments,
    frame: Frame,
    at: Location,
  ): StarlarkValue {
    if (by === 'extension') return unknown('extension', 'an extension that is called');
    const all = new Map<string, Given>([...attributes].map(([name, value]) => [name, { value, at }]));
    for (const [name, one] of given.named) all.set(name, one);
    return this.call(implementation, { ...given, named: all }, frame, at);
  }

  #record(
    { name, from }: Extract<StarlarkValue, { kind: 'foreign' }>,
    given: BoundArguments,
    frame: Frame,
    at: Location,
  ): StarlarkValue {
    const known = LIBRARY.get(name);
    if (known !== undefined) return lift(given.positional, (values) => known(values));
    frame.recorder?.record({
      rule: name,
      from,
      attributes: given.named,
      at,
      site: frame.sites[0] ?? at,
      ...(given.open === undefined ? {} : { open: given.open }),
    });
    const origin = from === null ? 'Bazel' : from;
    return unknown(`${name}(…)`, `what the function ${name} of ${origin} gives is not known`);
  }
}

const FREE_SIZE = 64;

function sizeOf(value: StarlarkValue): number {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.length;
  if (value.kind === 'dict') return value.entries.size;
  if (value.kind !== 'text') return 0;
  return value.pieces.reduce((sum, piece) => sum + ('text' in piece ? piece.text.length >> 4 : 1), 0);
}

function lookUp(name: string, frame: Frame): StarlarkValue {
  return frame.scope.get(name) ?? BUILTINS.get(name) ?? { kind: 'foreign', name, from: null };
}

/** A value made without a name takes that of the variable it is first given to. */
function named(value: StarlarkValue, name: string): StarlarkValue {
  return value.kind === 'foreign' && value.name === '' ? { ...value, name } : value;
}

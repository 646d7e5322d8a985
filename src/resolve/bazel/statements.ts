import type { Location, StarlarkParameter, StarlarkStatement } from '../../domain/index.ts';
import type { BoundArguments } from './arguments.ts';
import { Failed } from './budget.ts';
import type { Evaluator } from './evaluator.ts';
import type { Frame } from './frame.ts';
import { itemsOf, openItems } from './items.ts';
import { applied } from './operators.ts';
import { Scope } from './scope.ts';
import {
  alternatives,
  choice,
  dict,
  type FunctionValue,
  keyOf,
  list,
  NONE,
  type StarlarkValue,
  text,
  truth,
  unknown,
} from './values.ts';

/** How a block ended. */
type Ending = 'through' | 'return' | 'break' | 'continue';

/** Runs the statements of a block in order. */
function runBlock(machine: Evaluator, body: readonly StarlarkStatement[], frame: Frame): Ending {
  for (const statement of body) {
    const ending = runStatement(machine, statement, frame);
    if (ending !== 'through') return ending;
  }
  return 'through';
}

export function runStatement(machine: Evaluator, statement: StarlarkStatement, frame: Frame): Ending {
  machine.budget.step();
  switch (statement.kind) {
    case 'expression':
      machine.evaluate(statement.value, frame);
      return 'through';
    case 'assign':
      assign(machine, statement, frame);
      return 'through';
    case 'def':
      frame.scope.set(statement.name, {
        kind: 'function',
        name: statement.name,
        parameters: statement.parameters,
        body: statement.body,
        scope: frame.scope,
        path: frame.path,
      });
      return 'through';
    case 'if':
      return machine.budget.deeper(() => runIf(machine, statement, 0, frame));
    case 'for':
      return machine.budget.deeper(() => runFor(machine, statement, frame));
    case 'return':
      frame.returns.push(statement.value === undefined ? NONE : machine.evaluate(statement.value, frame));
      return 'return';
    case 'break':
    case 'continue':
      return statement.kind;
    case 'load':
    case 'pass':
      return 'through';
    default:
      return statement satisfies never;
  }
}

function assign(
  machine: Evaluator,
  { target, operator, value: node }: Extract<StarlarkStatement, { kind: 'assign' }>,
  frame: Frame,
): void {
  const value = machine.evaluate(node, frame);
  if (operator === '=') {
    machine.assign(target, value, frame);
    return;
  }
  const before = machine.evaluate(target, frame);
  machine.charge(before);
  if (before.kind === 'list' && operator === '+' && value.kind === 'list') {
    machine.budget.step(value.items.length);
    for (const item of [...value.items]) before.items.push(item);
    return;
  }
  machine.assign(target, applied(operator, before, value), frame);
}

function runIf(
  machine: Evaluator,
  statement: Extract<StarlarkStatement, { kind: 'if' }>,
  index: number,
  frame: Frame,
): Ending {
  const arm = statement.arms[index];
  if (arm === undefined) return 'through';
  if (arm.test === null) return runBlock(machine, arm.body, frame);
  const test = machine.evaluate(arm.test, frame);
  const decided = truth(test);
  if (decided === true) return runBlock(machine, arm.body, frame);
  if (decided === false) return runIf(machine, statement, index + 1, frame);
  return runBoth(
    `${frame.path}:${statement.at[0]}`,
    frame,
    () => runBlock(machine, arm.body, frame),
    () => runIf(machine, statement, index + 1, frame),
  );
}

/** Both ways of a condition that nothing decides: names that differ afterwards have both values. */
function runBoth(subject: string, frame: Frame, then: () => Ending, otherwise: () => Ending): Ending {
  const { names } = frame.scope;
  const before = new Map(names);
  const first = unlessItFails(then);
  const after = new Map(names);
  restore(names, before);
  const second = unlessItFails(otherwise);
  if (first === 'failed') {
    if (second === 'failed') throw new Failed('both ways of a condition fail');
    return second;
  }
  if (second === 'failed' || (first === 'through' && second !== 'through')) {
    restore(names, after);
    return first;
  }
  if (first !== 'through') return second;
  for (const [name, value] of after) {
    const other = names.get(name);
    if (other === undefined) names.set(name, value);
    else if (other !== value) names.set(name, alternatives(subject, value, other));
  }
  return 'through';
}

function restore(names: Map<string, StarlarkValue>, to: ReadonlyMap<string, StarlarkValue>): void {
  names.clear();
  for (const [name, value] of to) names.set(name, value);
}

function unlessItFails(run: () => Ending): Ending | 'failed' {
  try {
    return run();
  } catch (error) {
    if (error instanceof Failed) return 'failed';
    throw error;
  }
}

function runFor(
  machine: Evaluator,
  { target, over, body }: Extract<StarlarkStatement, { kind: 'for' }>,
  frame: Frame,
): Ending {
  const value = machine.evaluate(over, frame);
  machine.charge(value);
  for (const item of [...(itemsOf(value) ?? openItems(target, value))]) {
    machine.budget.step();
    machine.assign(target, item, frame);
    const ending = runBlock(machine, body, frame);
    if (ending === 'break') break;
    if (ending === 'return') return ending;
  }
  return 'through';
}

// ---- functions -----------------------------------------------------------------------------------------

const MOST_RUNNING = 64;

/** Calls a function of the tree. */
export function runFunction(
  machine: Evaluator,
  callee: FunctionValue,
  given: BoundArguments,
  frame: Frame,
  at: Location,
): StarlarkValue {
  if (frame.running.includes(callee.body))
    return unknown(`${callee.name}(…)`, `the function ${callee.name} calls itself`);
  if (frame.running.length >= MOST_RUNNING)
    return unknown(`${callee.name}(…)`, `macros call each other more than ${MOST_RUNNING} deep`);
  const inner: Frame = {
    path: callee.path,
    scope: new Scope(callee.scope),
    recorder: frame.recorder,
    sites: [...frame.sites, at],
    running: [...frame.running, callee.body],
    returns: [],
  };
  bind(machine, callee, given, inner, at);
  return machine.budget.deeper(() => {
    if (!isBlock(callee.body)) return machine.evaluate(callee.body, inner);
    const ending = runBlock(machine, callee.body, inner);
    return returned(callee, inner.returns, ending === 'return');
  });
}

function isBlock(body: FunctionValue['body']): body is readonly StarlarkStatement[] {
  return Array.isArray(body);
}

function returned(
  { name }: FunctionValue,
  returns: readonly StarlarkValue[],
  isComplete: boolean,
): StarlarkValue {
  const all = isComplete ? returns : [...returns, NONE];
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  return choice(
    all.map((value, index) => ({ when: [{ subject: `${name}()`, equals: String(index) }], value })),
  );
}

function bind(
  machine: Evaluator,
  callee: FunctionValue,
  given: BoundArguments,
  inner: Frame,
  at: Location,
): void {
  const left = new Map(given.named);
  const positional = [...given.positional];
  let isNamedOnly = false;
  for (const parameter of callee.parameters) {
    if (parameter.spread === '*') {
      isNamedOnly = true;
      if (parameter.name !== '') inner.scope.set(parameter.name, list(positional.splice(0), at, 'tuple'));
    } else if (parameter.spread === '**') {
      inner.scope.set(parameter.name, rest(left, given, at));
    } else {
      const first = isNamedOnly ? undefined : positional.shift();
      const value = first ?? left.get(parameter.name)?.value;
      left.delete(parameter.name);
      inner.scope.set(parameter.name, value ?? absent(machine, callee, parameter, given));
    }
  }
}

/** What `**kwargs` takes. */
function rest(left: BoundArguments['named'], given: BoundArguments, at: Location): StarlarkValue {
  const value = dict(
    [...left].map(([name, one]) => ({ key: text(name), value: one.value, at: one.at })),
    at,
  );
  if (given.open === undefined) return value;
  // The spread stays open for whoever gets these arguments.
  const key = unknown('**', given.open);
  value.entries.set(keyOf(key), { key, value: NONE, at });
  return value;
}

function absent(
  machine: Evaluator,
  callee: FunctionValue,
  parameter: StarlarkParameter,
  given: BoundArguments,
): StarlarkValue {
  if (given.open !== undefined) return unknown(parameter.name, given.open);
  if (parameter.default === undefined)
    return unknown(parameter.name, `${callee.name} is called without ${parameter.name}`);
  const frame: Frame = {
    path: callee.path,
    scope: new Scope(callee.scope),
    recorder: null,
    sites: [],
    running: [callee.body],
    returns: [],
  };
  return machine.evaluate(parameter.default, frame);
}

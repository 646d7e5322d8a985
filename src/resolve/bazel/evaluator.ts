import type { Location, StarlarkExpression } from '../../domain/index.ts';
import type { BoundArguments } from './arguments.ts';
import type { Budget } from './budget.ts';
import type { Frame, Modules } from './frame.ts';
import type { StarlarkValue } from './values.ts';

/** What evaluates expressions, as its parts see it: operators, statements and Bazel's own functions. */
export interface Evaluator {
  readonly modules: Modules;
  readonly budget: Budget;
  evaluate(node: StarlarkExpression, frame: Frame): StarlarkValue;
  /** What is large takes longer to copy and to look through. */
  charge(value: StarlarkValue): void;
  /** Gives names the parts of a value; what is no name is left alone. */
  assign(target: StarlarkExpression, value: StarlarkValue, frame: Frame): void;
  call(callee: StarlarkValue, given: BoundArguments, frame: Frame, at: Location): StarlarkValue;
}

import type { Condition } from '../../domain/index.ts';
import { compatible, joinConditions } from '../../domain/index.ts';

/** Conditions that hold together. */
export type Conjunction = readonly Condition[];

/** When something holds: under any of these, no two of which hold at once. */
export type Guards = readonly Conjunction[];

export const ALWAYS: Guards = [[]];

/** True where the conjunction leaves no way for the condition not to hold. */
function implies(given: Conjunction, condition: Condition): boolean {
  const known = given.find(({ subject }) => subject === condition.subject);
  if (known === undefined) return false;
  if ('equals' in condition) return 'equals' in known && known.equals === condition.equals;
  if ('equals' in known) return !condition.except.includes(known.equals);
  return condition.except.every((value) => known.except.includes(value));
}

export function impliesAll(given: Conjunction, conditions: Conjunction): boolean {
  return conditions.every((condition) => implies(given, condition));
}

export function negate(condition: Condition): readonly Condition[] {
  const { subject } = condition;
  return 'equals' in condition
    ? [{ subject, except: [condition.equals] }]
    : condition.except.map((equals) => ({ subject, equals }));
}

/** What is left of `given` where `taken` does not hold. */
export function without(given: Conjunction, taken: Conjunction): Guards {
  if (!compatible(given, taken)) return [given];
  const rest: Conjunction[] = [];
  let met = given;
  for (const condition of taken) {
    if (implies(met, condition)) continue;
    for (const opposite of negate(condition)) {
      if (compatible(met, [opposite])) rest.push(joinConditions(met, [opposite]));
    }
    met = joinConditions(met, [condition]);
  }
  return rest;
}

/** What of `given` lies in any of `guards`, and what in none. */
export function divide(
  given: Conjunction,
  guards: Guards,
): { readonly inside: Guards; readonly outside: Guards } {
  const inside: Conjunction[] = [];
  let outside: Guards = [given];
  for (const guard of guards) {
    if (compatible(given, guard)) inside.push(joinConditions(given, guard));
    outside = outside.flatMap((rest) => without(rest, guard));
  }
  return { inside, outside };
}

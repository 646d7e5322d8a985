import type { Location } from '../../domain/index.ts';
import type { Definition, Environment, Written } from './environment.ts';
import { type Expander, NO_SCOPE } from './expand.ts';
import { ALWAYS, type Conjunction, type Guards } from './guards.ts';
import { type Choice, join, oneOf, openChoice, textChoice } from './pieces.ts';

/** An assignment as it is met, where the guard holds. */
export interface Assignment {
  readonly name: string;
  readonly guard: Conjunction;
  readonly operator: '=' | ':=' | '?=' | '+=' | '!=';
  readonly written: Written;
  readonly override?: boolean;
}

/** Sets a variable as make does: expanded now or at each use, kept where it is set, appended to. */
export function setVariable(variables: Environment, expander: Expander, assignment: Assignment): void {
  const { name, guard, operator, written } = assignment;
  const guards: Guards = guard.length === 0 ? ALWAYS : [guard];
  switch (operator) {
    case '=': {
      const definition: Definition = { flavor: 'recursive', written };
      variables.replace(name, guards, definition);
      break;
    }
    case '?=': {
      const definition: Definition = { flavor: 'recursive', written };
      variables.set(name, guards, (old) => old.definition ?? definition);
      break;
    }
    case ':=': {
      const definition: Definition = { flavor: 'simple', choice: expander.expand(written, guard, NO_SCOPE) };
      variables.replace(name, guards, definition);
      break;
    }
    case '!=': {
      const choice = openChoice(`shell output of ${name}`, 'computed', [written.at]);
      variables.replace(name, guards, { flavor: 'simple', choice });
      break;
    }
    case '+=':
      variables.set(name, guards, ({ when, definition }) =>
        appendedTo(definition, written, () => expander.expand(written, when, NO_SCOPE)),
      );
      break;
    default:
      operator satisfies never;
  }
}

/** What `+=` makes of a variable. */
export function appendedTo(old: Definition | null, more: Written, expanded: () => Choice): Definition {
  if (old === null) return { flavor: 'recursive', written: more };
  if (old.flavor === 'simple') return { flavor: 'simple', choice: appended(old.choice, expanded(), more.at) };
  if (more.text === '') return old;
  const isNothing = old.written.text === '' && old.before === undefined;
  return { flavor: 'recursive', written: more, ...(isNothing ? {} : { before: old }) };
}

/** Two texts with a blank between them, where neither is empty (GNU make 4). */
function appended(old: Choice, more: Choice, at: Location): Choice {
  const blank = textChoice(' ', [at]);
  const ways = old.options.flatMap((a) =>
    more.options.map((b) => {
      const first = { options: [a] };
      const second = { options: [b] };
      return a.pieces.length === 0 || b.pieces.length === 0
        ? join([first, second])
        : join([first, blank, second]);
    }),
  );
  return oneOf(ways, old.beyond ?? more.beyond);
}

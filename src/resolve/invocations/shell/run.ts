import type { Conjunction } from '../../../formats/make/guards.ts';
import type { Choice } from '../../../formats/make/pieces.ts';
import { ShellRun } from './shell-run.ts';
import type { ShellText, ShellWorld } from './world.ts';

export { TOO_LONG, UNPARSED } from './shell-run.ts';
export type { ShellText, ShellWorld } from './world.ts';

/** Runs a text, then each function that nothing in it calls, as somebody might; says which bound cut it. */
export function runShell(
  world: ShellWorld,
  text: ShellText,
  start: { readonly positional: Choice | null; readonly when: Conjunction },
): string | null {
  const run = new ShellRun(world, start.positional);
  const beyond = run.all(text, start.when);
  world.spend?.(run.steps);
  return beyond;
}

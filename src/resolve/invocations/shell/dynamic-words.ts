import type { Binding } from '../../../formats/make/environment.ts';
import { shown } from '../../../formats/make/pieces.ts';
import { joinedBy } from './fields.ts';

/** What stands in front of a command. */
const START =
  '(?:^|[\\n;&|(!)`]|(?<!\\$)\\{|\\b(?:then|do|else|if|elif|while|until|exec|time|command|nohup|sudo|env)\\b)[ \\t]*(?:[A-Za-z_]\\w*=[^\\s()`]*[ \\t]+)*';
/** A command whose name is put together: `"build_$1"`, `"${kind}_build"`. */
const JOINED =
  '["\']?[\\w:.-]+["\']?\\$(?:\\{\\w|[\\w@*#])|["\']?\\$(?:\\{\\w+\\}["\']?[\\w:.-]|\\w+["\']?[:.-])[\\w:.-]*';
/** A text that is run, and does not only set a variable: `eval "image_$KIND"`, `sh -c "$1"`. */
const RUN = `${START}eval[ \\t]+(?!["']?\\w+\\+?=)[^\\n]{0,200}\\$|\\b(?:ba|da|k|z)?sh[ \\t]+-\\w*c[ \\t]+["']?\\$`;
const MADE = new RegExp(`${START}(?:${JOINED})|${RUN}`, 'm');
/** A command that is what somebody gives: `"$@"`, `"$1"`. */
const GIVEN = new RegExp(`${START}["']?\\$\\{?[\\d@*]`, 'm');
/** A command that is what a variable holds: `$CMD`, `"\${CMD[@]}"`. */
const HELD = new RegExp(`${START}["']?\\$\\{?([A-Za-z_]\\w*)`, 'gm');

/** True for a text that runs commands whose names only a run knows. */
export function makesCommands(code: string): boolean {
  return MADE.test(code);
}

/** True for a text that runs what it is given, or commands whose names only a run knows. */
export function dispatches(code: string): boolean {
  return GIVEN.test(code) || MADE.test(code);
}

/** Variables that a text runs. */
export function variablesRun(code: string): readonly string[] {
  return [...code.matchAll(HELD)].map((match) => match[1] ?? '');
}

/** What a variable may hold, each as one text. */
export function textsHeld({ held }: Binding): readonly string[] {
  return held.flatMap(({ definition }) =>
    definition?.flavor === 'simple'
      ? definition.choice.options.map(({ pieces }) => shown(joinedBy(pieces, ' ')))
      : [],
  );
}

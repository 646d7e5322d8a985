import type { ParsedScript, Statement } from 'unbash';
import { toldIn } from './effects.ts';
import { withoutComments, withoutPlaces } from './places.ts';

/** A text that a shell was told to run. */
export interface SourceText {
  readonly script: ParsedScript;
  readonly text: string;
}

/** What stands in front of a command that sources a file. */
const BEFORE =
  '(?:^|[\\n;&|(){!]|\\b(?:then|do|else|if|elif|while|until|command|builtin)\\b)[ \\t]*(?:[A-Za-z_]\\w*=[^\\s()`]*[ \\t]+)*';
/** Commands that source a file, with its name. */
export const SOURCING = new RegExp(`${BEFORE}(?:source|\\.)[ \\t]+[^\\n;&|)]{1,400}`, 'g');
/** The same for a file that is not the machine's: one that is named from the root on, or lies at somebody's home, is. */
export const SOURCES_OWN = new RegExp(`${BEFORE}(?:source|\\.)[ \\t]+["']?(?!\\/|~|\\$\\{?HOME\\b)`);

/** What a text does outside its functions. */
export interface TopLevel {
  /** All but what follows, and but what only people are told. */
  readonly code: string;
  /** Statements that only set a variable, by its name: they do nothing by themselves. */
  readonly values: ReadonlyMap<string, string>;
}

/** A text without its functions, from an offset on. */
export function withoutFunctions({ script, text }: SourceText, from = 0): string {
  return without(
    text,
    from,
    script.commands.filter(({ command }) => command.type === 'Function'),
  );
}

const known = new WeakMap<ParsedScript, TopLevel>();

const codes = new WeakMap<ParsedScript, string>();

/** A text without comments, and without what only people are told. */
export function codeOf({ script, text }: SourceText): string {
  const before = codes.get(script);
  if (before !== undefined) return before;
  const code = withoutComments(withoutPlaces(text, 0, text.length, toldIn(script.commands)));
  codes.set(script, code);
  return code;
}

/** What a text does outside its functions, and what it only sets; libraries are sourced by many scripts, and looked through once. */
export function topLevelOf(source: SourceText): TopLevel {
  const before = known.get(source.script);
  if (before !== undefined) return before;
  const { script } = source;
  const text = codeOf(source);
  const values = new Map<string, string>();
  const apart = script.commands.filter((statement) => {
    const written = text.slice(statement.command.pos, statement.command.end);
    const names = namesSetBy(statement, written);
    for (const name of names) values.set(name, `${values.get(name) ?? ''}\n${written}`);
    return names.length > 0 || statement.command.type === 'Function';
  });
  const found = { code: without(text, 0, apart), values };
  known.set(script, found);
  return found;
}

/** `NAME=value`, `NAME=(…)`, `readonly NAME=value`; what its value runs (`$(…)`) is done at once. */
function namesSetBy({ command }: Statement, written: string): readonly string[] {
  if (command.type !== 'Command' || command.redirects.length > 0 || /\$\(|`|<\(/.test(written)) return [];
  const name = command.name?.text;
  if (name === undefined)
    return command.prefix.flatMap((one) => (one.type === 'Assignment' ? [one.name] : []));
  if (!/^(?:readonly|declare|typeset|export)$/.test(name)) return [];
  return command.args.flatMap(({ text }) => /^([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=/.exec(text)?.[1] ?? []);
}

function without(text: string, from: number, statements: readonly Statement[]): string {
  let left = '';
  let at = from;
  for (const { command } of statements) {
    if (command.pos < at) continue;
    left += text.slice(at, command.pos);
    at = command.end;
  }
  return left + text.slice(at);
}

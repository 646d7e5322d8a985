import type { Location, SimpleCommand, Span } from '../../domain/index.ts';
import type { RecipeText } from '../../formats/make/evaluate.ts';
import { placeIn, readShell } from '../../formats/shell/index.ts';
import { type BuildCommand, type CommandWord, withShellVariables, wordOf } from './words.ts';

/** The commands of one line of a recipe, the shell's own variables put in as far as the line sets them. */
export function commandsOf(line: RecipeText, at: Location, beyond?: string): readonly BuildCommand[] {
  const script = readShell(line.text, placeIn(line.text));
  const known = new Map<string, string>();
  return script.commands.map((command) => {
    const built = buildCommand(command, line, at, known);
    // A prefix holds for its command alone; a bare assignment from there on.
    for (const { name, value } of command.assignments) {
      if (command.words.length === 0) known.set(name, withShellVariables(value, known, line.marks));
    }
    return beyond === undefined ? built : { ...built, beyond };
  });
}

function buildCommand(
  command: SimpleCommand,
  line: RecipeText,
  at: Location,
  known: ReadonlyMap<string, string>,
): BuildCommand {
  const toWord = (text: string, lineOffset: number): CommandWord => {
    const place = lineAt(at, lineOffset);
    const marked = withShellVariables(text, known, line.marks);
    return wordOf(line.marks.read(marked, [place]), place);
  };
  const lineOf = ({ start }: Span): number => start.line - 1;
  const place = { at: lineAt(at, lineOf(command.span)), when: line.when };
  return buildCommandOf(command, place, (text, span) => toWord(text, lineOf(span)));
}

/** A simple command as builds see it, its words as `toWord` fills them in. */
export function buildCommandOf(
  command: SimpleCommand,
  place: Pick<BuildCommand, 'at' | 'when'>,
  toWord: (text: string, span: Span) => CommandWord,
): BuildCommand {
  const { assignments, redirections, span, piped, substituted } = command;
  const writes = redirections.find(
    ({ operator, descriptor }) => /^(>|>>|>\||&>|&>>)$/.test(operator) && (descriptor ?? 1) === 1,
  );
  const readsFrom = redirections.find(({ operator }) => operator === '<');
  const given = assignments.map(({ name, value }) => [name, toWord(value, span)] as const);
  return {
    ...place,
    words: command.words.map((word) => toWord(word.text, word.span)),
    ...(given.length === 0 ? {} : { assignments: new Map(given) }),
    writes: writes === undefined ? null : toWord(writes.target, writes.span),
    ...(writes?.operator.endsWith('>>') === true ? { appends: true } : {}),
    readsFrom: readsFrom === undefined ? null : toWord(readsFrom.target, readsFrom.span),
    piped,
    substituted,
  };
}

/** A physical line of a recipe line that goes over several. */
export function lineAt(at: Location, offset: number): Location {
  const last = at.end.line - at.start.line;
  if (last === 0) return at;
  const line = at.start.line + Math.min(offset, last);
  const start = { line, column: offset === 0 ? at.start.column : 1 };
  const end = line === at.end.line ? at.end : { line, column: start.column + 1 };
  return { path: at.path, start, end };
}

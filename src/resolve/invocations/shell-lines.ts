import type { Location, SimpleCommand } from '../../domain/index.ts';
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
  const writes = command.redirections.find(
    ({ operator, descriptor }) => /^(>|>>|>\||&>|&>>)$/.test(operator) && (descriptor ?? 1) === 1,
  );
  const readsFrom = command.redirections.find(({ operator }) => operator === '<');
  return {
    words: command.words.map((word) => toWord(word.text, word.span.start.line - 1)),
    ...(command.assignments.length === 0
      ? {}
      : {
          assignments: new Map(
            command.assignments.map(({ name, value }) => [name, toWord(value, command.span.start.line - 1)]),
          ),
        }),
    at: lineAt(at, command.span.start.line - 1),
    when: line.when,
    writes: writes === undefined ? null : toWord(writes.target, writes.span.start.line - 1),
    readsFrom: readsFrom === undefined ? null : toWord(readsFrom.target, readsFrom.span.start.line - 1),
    piped: command.piped,
    substituted: command.substituted,
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

// What commands print, and what is told of them.
import type { Command, ParsedScript, Redirection } from 'unbash';
import type { Location } from '../../../domain/index.ts';
import { ALWAYS, type Conjunction } from '../../../formats/make/guards.ts';
import { type Choice, EMPTY, join, type Piece, shown, under } from '../../../formats/make/pieces.ts';
import { type CommandWord, wordOf } from '../words.ts';
import { goesElsewhere, isOutput, openChoiceOf } from './emitted.ts';
import { textOfWord } from './expansion.ts';
import { mapPieces } from './fields.ts';
import { printedBy } from './printing.ts';
import type { ShellRun } from './shell-run.ts';
import { placeAt, type Site } from './state.ts';
import { TREE, variableOf } from './variables.ts';

/** Names under which a shell keeps what is printed; no variable is called so. */
export const OUTPUT = '\u0002';

/** Keeps what is printed, and tells of commands. */
export class Output {
  readonly #shell: ShellRun;
  /** Levels of substitutions whose output is kept. */
  #capture = 0;
  /** The innermost of them goes into a file as a whole. */
  isForFile = false;

  constructor(shell: ShellRun) {
    this.#shell = shell;
  }

  captured(script: ParsedScript, text: string, site: Site): Choice {
    let printed: Choice = EMPTY;
    this.#shell.flow.apart(() => {
      printed = this.of(() => this.#shell.flow.statements(script.commands, site), site);
    }, site);
    return settledOutput(mapPieces(printed, withoutLastFeeds), text, placeAt(site, 0));
  }

  get isCaptured(): boolean {
    return this.#capture > 0;
  }

  /** What is printed while something is done. */
  of(act: () => void, site?: Site): Choice {
    const [piped, input] = [this.#shell.piped, this.#shell.input];
    const isForFile = this.isForFile;
    this.isForFile = false;
    this.#shell.piped = false;
    this.#shell.input = null;
    this.#capture++;
    const name = `${OUTPUT}${this.#capture}`;
    this.#shell.state.variables.replace(name, ALWAYS, { flavor: 'simple', choice: EMPTY });
    act();
    const at: Location = { path: '', start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
    const printed = variableOf(this.#shell, name, at, site?.when ?? []);
    this.#capture--;
    [this.#shell.piped, this.#shell.input] = [piped, input];
    this.isForFile = isForFile;
    return printed;
  }

  /** What is printed into a file while something is done. */
  ofFile(act: () => void): Choice {
    return this.of(() => {
      this.isForFile = true;
      act();
    });
  }

  /** What is printed is not known from here on. */
  printOpen(name: string, site: Site): void {
    this.#print(under(openChoiceOf(name, placeAt(site, 0)), site.when), site.when);
  }

  #print(choice: Choice, when: Conjunction): void {
    const name = `${OUTPUT}${this.#capture}`;
    this.#shell.state.variables.set(name, when.length === 0 ? ALWAYS : [when], ({ definition }) => {
      const before = definition?.flavor === 'simple' ? definition.choice : EMPTY;
      return { flavor: 'simple', choice: join([before, choice]) };
    });
  }

  /** Tells of a command, and keeps what it prints where that is captured. */
  emit(
    fields: readonly (readonly Piece[])[],
    node: Command,
    site: Site,
    { input, beyond }: { readonly input: Choice | null; readonly beyond?: string },
  ): void {
    const at = placeAt(site, node.pos);
    const words = fields.map((field) => wordOf(field, field[0]?.chain[0] ?? at));
    const writes = node.redirects.find((one) => one.type === 'Redirect' && isOutput(one));
    const reads = node.redirects.find((one) => one.type === 'Redirect' && one.operator === '<');
    const target = (one: Redirection | undefined): CommandWord | null =>
      one?.type !== 'Redirect' || one.target === undefined
        ? null
        : this.#shell.single(textOfWord(this.#shell, one.target, site), placeAt(site, one.target.pos));
    const prints = printedBy(fields, input, { root: TREE, folder: this.#shell.world.folder(), at });
    const isCaptured =
      this.#capture > 0 && writes === undefined && !this.#shell.piped && !goesElsewhere(node.redirects);
    if (isCaptured && prints !== null) this.#print(under(prints, site.when), site.when);
    const because = beyond ?? this.#shell.beyond ?? undefined;
    const assignments = node.prefix.filter((one) => one.type === 'Assignment');
    const prefixed = new Map(
      assignments.map(
        (one) => [one.name, this.#shell.single(this.#shell.assignments.assignedTo(one, site), at)] as const,
      ),
    );
    this.#shell.world.emit({
      words,
      at,
      written: node,
      when: site.when,
      writes: target(writes),
      ...(writes?.type === 'Redirect' && writes.operator === '>>' ? { appends: true } : {}),
      readsFrom: target(reads),
      piped: this.#shell.piped,
      substituted: this.#capture > 0,
      ...(prefixed.size === 0 ? {} : { assignments: prefixed }),
      ...(because === undefined ? {} : { beyond: because }),
      ...(prints === null ? {} : { prints }),
      ...(input === null ? {} : { input }),
      environment: () => this.#exportedTo(prefixed, site, at),
    });
  }

  #exportedTo(
    prefixed: ReadonlyMap<string, CommandWord>,
    site: Site,
    at: Location,
  ): ReadonlyMap<string, Choice> {
    const found = new Map<string, Choice>();
    for (const name of this.#shell.state.exported) {
      const value = variableOf(this.#shell, name, at, site.when);
      const isSet = value.options.some(({ pieces }) => pieces.every((piece) => piece.open !== 'unset'));
      if (isSet) found.set(name, value);
    }
    for (const [name, { pieces }] of prefixed) found.set(name, { options: [{ when: [], pieces }] });
    return found;
  }
}

/** What a substitution can print; more than a few texts are none that somebody chose between. */
const MOST_OUTPUTS = 16;

function settledOutput(printed: Choice, text: string, at: Location): Choice {
  const texts = new Set(printed.options.map((option) => shown(option.pieces)));
  const [first] = printed.options;
  if (texts.size === 1 && first !== undefined)
    return { ...printed, options: [{ when: [], pieces: first.pieces }] };
  return texts.size > MOST_OUTPUTS ? openChoiceOf(text.slice(0, 80), at) : printed;
}

function withoutLastFeeds(pieces: readonly Piece[]): readonly Piece[] {
  const kept = [...pieces];
  for (let last = kept.at(-1); last !== undefined; last = kept.at(-1)) {
    if (last.open !== undefined) break;
    const text = withoutLineEnds(last.text);
    kept.pop();
    if (text === '') continue;
    kept.push({ ...last, text });
    break;
  }
  return kept;
}

/** What a substitution leaves of its output: line ends at the end go. */
function withoutLineEnds(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end--;
  return text.slice(0, end);
}

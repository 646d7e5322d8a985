import type {
  ContainerFact,
  ExecCommand,
  HookFact,
  Location,
  Position,
  Span,
  Word,
} from '../../domain/index.ts';
import { shellTextIndex } from '../../domain/index.ts';
import type { Evaluator, Scope } from '../../formats/helm/evaluate.ts';
import {
  closedText,
  fieldOf,
  joined,
  piecesOf,
  type TemplateValue,
  type TextPiece,
} from '../../formats/helm/template-value.ts';
import { readShell } from '../../formats/shell/index.ts';
import type { FilledContainer, ImageChoice, PlacedWorkload } from '../filled.ts';
import { nameIn } from '../templates.ts';
import type { ChartTemplate, HelmCharts } from './charts.ts';

/** Workloads of templates with the values of their charts put in; the others as they are. */
export function withChartValues(
  workloads: readonly PlacedWorkload[],
  charts: HelmCharts,
): readonly PlacedWorkload[] {
  const fillers = new Map<string, Filler | null>();
  return workloads.map((one) => {
    if (!/(^|\/)templates\//.test(one.path)) return one;
    let filler = fillers.get(one.path);
    if (filler === undefined) {
      const template = charts.template(one.path);
      filler = template === null ? null : new Filler(template);
      fillers.set(one.path, filler);
    }
    if (filler === null) return one;
    const containers = withoutRepeats(one.fact.containers.map((each) => filler.container(each)));
    return { ...one, fact: { ...one.fact, containers } };
  });
}

/** The branches of a condition may come to the same image: that is one container, not two. */
function withoutRepeats(containers: readonly FilledContainer[]): readonly FilledContainer[] {
  const seen = new Set<string>();
  return containers.filter(({ images, image, span, start }) => {
    if (images === undefined) return true;
    const key = JSON.stringify([span, image?.text, start]);
    return !seen.has(key) && seen.add(key);
  });
}

class Filler {
  readonly #evaluator: Evaluator;
  readonly #template: ChartTemplate;
  readonly #starts: readonly number[];

  constructor(template: ChartTemplate) {
    this.#template = template;
    this.#evaluator = template.evaluator;
    const starts = [0];
    const { text } = template;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  container(written: ContainerFact): FilledContainer {
    const fact = this.#withLines(written);
    const image = fact.image === undefined ? null : this.#image(fact.image);
    const hooks = [...fact.hooks.map((hook) => this.#hook(hook)), ...this.#brought(fact)];
    return {
      ...this.#started(fact),
      hooks: hooks.filter(({ command }) => command.words.length > 0),
      ...(image === null ? {} : { image: image.word, images: [image] }),
    };
  }

  // ---- images --------------------------------------------------------------------------------------------

  #image(word: Word): ImageChoice | null {
    const values = this.#valuesOf(word);
    const [pieces, ...others] = values.map((value) => trimmed(piecesOf(value) ?? []));
    if (pieces === undefined || pieces.every(({ open }) => open === true)) return null;
    const text = plainName(joined(pieces));
    if (text === '' || others.some((other) => plainName(joined(other)) !== text)) return null;
    const end = nameIn(text).length;
    const nameAt = placeOf(pieces, end - 1);
    const tagAt = end < text.length ? placeOf(pieces, text.length - 1) : undefined;
    return {
      word: { text, span: word.span },
      ...(nameAt === undefined ? {} : { nameAt }),
      ...(tagAt === undefined ? {} : { tagAt }),
    };
  }

  // ---- starts --------------------------------------------------------------------------------------------

  #started(fact: ContainerFact): ContainerFact {
    const { start, ...rest } = fact;
    if (start === undefined) return fact;
    const words = (list: readonly Word[] | undefined) => list?.flatMap((word) => this.#words(word));
    const command = words(fact.command);
    const args = words(fact.args);
    if (isSame(command, fact.command) && isSame(args, fact.args)) return fact;
    const { command: _, args: __, ...bare } = rest;
    const all = [...(command ?? []), ...(args ?? [])];
    return {
      ...bare,
      ...(command === undefined || command.length === 0 ? {} : { command }),
      ...(args === undefined || args.length === 0 ? {} : { args }),
      ...(all.length === 0 ? {} : { start: withWords(start, all) }),
    };
  }

  #hook({ role, command }: HookFact): HookFact {
    const words = command.words.flatMap((word) => this.#words(word));
    return isSame(words, command.words) ? { role, command } : { role, command: withWords(command, words) };
  }

  /** The container with what values write into it under the keys that decide what it starts. */
  #withLines(fact: ContainerFact): ContainerFact {
    const { broughtLines = [] } = fact;
    let filled = fact;
    for (const action of broughtLines)
      for (const value of this.#valuesOf(action))
        if (value.kind === 'map') filled = withFields(filled, value, action);
    return filled;
  }

  #brought({ broughtHooks = [] }: ContainerFact): readonly HookFact[] {
    return broughtHooks.flatMap(({ key, action }) =>
      this.#valuesOf(action).flatMap((value) =>
        handlersOf(key, value).flatMap(({ role, handler }): readonly HookFact[] => {
          const words = wordsOf(fieldOf(handler, ['exec', 'command'], ''), action.span);
          if (words === null || words.length === 0) return [];
          return [{ role, command: withWords({ form: 'exec', words: [], span: action.span }, words) }];
        }),
      ),
    );
  }

  /** The words that a word becomes: itself where values do not decide all of it. */
  #words(word: Word): readonly Word[] {
    const values = this.#valuesOf(word);
    const words = values.map((value) => wordsOf(value, word.span));
    if (words.length === 0 || words.includes(null) || this.#evaluator.passedShell) return [word];
    const decided = words.flatMap((list) => list ?? []);
    // A text of the template with values in it: its own places say more.
    return decided.some(({ text, path }) => path === undefined && /\s/.test(text)) ? [word] : decided;
  }

  #valuesOf(word: Word): readonly TemplateValue[] {
    if (!word.text.includes('{{')) return [];
    const from = this.#offsetOf(word.span.start);
    const scopes = this.#evaluator.scopesAt(this.#template.body, from);
    const text = this.#written(word, from);
    return scopes.map((scope: Scope) => this.#evaluator.valueOf(text, scope));
  }

  /** The word as the template has it, conditions included that are left out where it is read as YAML. */
  #written(word: Word, from: number): string {
    const raw = this.#template.text.slice(from, this.#offsetOf(word.span.end));
    const quote = raw[0] ?? '';
    const inside = `"'`.includes(quote) && raw.endsWith(quote) ? raw.slice(1, -1) : raw;
    return /[\n\\]|^[|>&!*]/.test(inside) || !inside.includes('{{') ? word.text : inside;
  }

  #offsetOf({ line, column }: Position): number {
    return (this.#starts[line - 1] ?? 0) + column - 1;
  }
}

/** A mapping's fields take the place of those that the container has: YAML takes the last of repeated keys, and the worst counts. */
function withFields(fact: ContainerFact, value: TemplateValue, { span }: Word): ContainerFact {
  const wordsAt = (path: readonly string[]) => wordsOf(fieldOf(value, path, ''), span) ?? [];
  const command = wordsAt(['command']);
  const args = wordsAt(['args']);
  const hooks = [...PROBES.keys(), 'lifecycle'].flatMap((key) =>
    handlersOf(key, fieldOf(value, [key], '')).flatMap(({ role, handler }): readonly HookFact[] => {
      const words = wordsOf(fieldOf(handler, ['exec', 'command'], ''), span) ?? [];
      return words.length === 0
        ? []
        : [{ role, command: withWords({ form: 'exec', words: [], span }, words) }];
    }),
  );
  const next = {
    ...fact,
    ...(command.length === 0 ? {} : { command }),
    ...(args.length === 0 ? {} : { args }),
    hooks: [...fact.hooks, ...hooks],
  };
  const all = [...(next.command ?? []), ...(next.args ?? [])];
  if (command.length + args.length === 0) return next;
  return {
    ...next,
    startSpan: fact.startSpan ?? span,
    start: withWords(fact.start ?? { form: 'exec', words: [], span }, all),
  };
}

const PROBES: ReadonlyMap<string, HookFact['role']> = new Map([
  ['livenessProbe', 'liveness'],
  ['readinessProbe', 'readiness'],
  ['startupProbe', 'startup'],
]);

function handlersOf(
  key: string,
  value: TemplateValue,
): readonly { readonly role: HookFact['role']; readonly handler: TemplateValue }[] {
  const role = PROBES.get(key);
  if (role !== undefined) return [{ role, handler: value }];
  return [
    { role: 'post-start', handler: fieldOf(value, ['postStart'], '') },
    { role: 'pre-stop', handler: fieldOf(value, ['preStop'], '') },
  ];
}

/** A value as words; null where not all of it is known, or a word would be empty. */
function wordsOf(value: TemplateValue, span: Span): readonly Word[] | null {
  if (value.kind === 'nil') return [];
  if (value.kind === 'map') return value.entries.size === 0 ? [] : null;
  if (value.kind === 'list') {
    const words = value.items.map((item) => (item.kind === 'text' ? wordsOf(item, span) : null));
    return words.includes(null) ? null : words.flatMap((list) => list ?? []);
  }
  const text = closedText(value);
  if (text === undefined || text === '') return null;
  const pieces = (piecesOf(value) ?? []).filter((piece) => piece.text.trim() !== '');
  const at = pieces.length === 1 ? pieces[0]?.at : undefined;
  return [
    at === undefined ? { text, span } : { text, span: { start: at.start, end: at.end }, path: at.path },
  ];
}

function isSame(a: readonly Word[] | undefined, b: readonly Word[] | undefined): boolean {
  return a === b || (a !== undefined && a.length === b?.length && a.every((word, at) => word === b[at]));
}

/** The command with other words; what its shell is told is read again where that is another text. */
export function withWords(command: ExecCommand, words: readonly Word[]): ExecCommand {
  const index = shellTextIndex(words.map(({ text }) => text));
  const told = index === null ? undefined : words[index];
  const { script, ...rest } = command;
  if (told === undefined) return { ...rest, words };
  if (script !== undefined && command.words.includes(told)) return { ...rest, words, script };
  return { ...rest, words, script: readShell(told.text, placeIn(told)) };
}

/** The place of an offset in a word, exact where the file has the text as it is; else where the word begins. */
function placeIn({ text, span }: Word): (offset: number) => Position {
  const { start, end } = span;
  const isPlain = start.line === end.line && end.column - start.column === text.length;
  return (offset) => (isPlain ? { line: start.line, column: start.column + offset } : start);
}

function trimmed(pieces: readonly TextPiece[]): readonly TextPiece[] {
  return pieces.map((piece, at) => {
    const start = at === 0 ? piece.text.trimStart() : piece.text;
    return { ...piece, text: at === pieces.length - 1 ? start.trimEnd() : start };
  });
}

/** Without marks around a registry, tag or digest that the values leave empty: the template writes another line then, which is one more image. */
function plainName(text: string): string {
  return text.replace(/^\//, '').replace(/(?::|@(?:sha256:)?)$/, '');
}

function placeOf(pieces: readonly TextPiece[], offset: number): Location | undefined {
  let end = 0;
  for (const piece of pieces) {
    end += piece.text.length;
    if (offset < end) return piece.at;
  }
  return undefined;
}

import type {
  Assignment,
  Redirection as BashRedirection,
  Command,
  CommandArgument,
  ParsedScript,
  Pipeline,
  SyntaxNode,
} from 'unbash';
import { forEachChild, parse } from 'unbash';
import type { Position, Redirection, ShellWord, SimpleCommand, Span } from '../../domain/index.ts';
import type { TemplateMask } from './templates.ts';
import { isLiteral } from './words.ts';

export type Place = (offset: number) => Position;

/** A comment between the lines of one command (`apt-get install \`# for x\` curl`): a substitution of nothing, no word. */
const EMPTY_WORD = /^`\s*#[^`\n]*`$|^\$\(\s*#[^\n)]*\n\s*\)$/;

/** What is known of the place where a node stands. */
interface Surroundings {
  readonly inFunction: boolean;
  readonly substituted: boolean;
  readonly piped: boolean;
  readonly redirections: readonly Redirection[];
  /** Set inside backquotes with escapes, whose own offsets mean nothing in the text: the whole substitution. */
  readonly whole: { readonly pos: number; readonly end: number } | null;
}

interface Visit {
  readonly node: SyntaxNode;
  readonly around: Surroundings;
}

interface Found {
  readonly command: SimpleCommand;
  readonly offset: number;
  /** The offset in its own source; orders the commands of one escaped substitution. */
  readonly inner: number;
}

export interface CommandList {
  readonly commands: readonly SimpleCommand[];
  /** The first thing that the parser could not read. */
  readonly error?: { readonly message: string; readonly offset: number };
}

const MOST_COMMANDS = 20_000;
const MOST_INHERITED = 8;

/** Parses shell text and lists its simple commands in text order. May throw RangeError on text that nests without end. */
export function listCommands(mask: TemplateMask, place: Place): CommandList {
  return new Walk(mask, place).run(parse(mask.text));
}

class Walk {
  readonly #mask: TemplateMask;
  readonly #place: Place;
  readonly #found: Found[] = [];
  readonly #visits: Visit[] = [];
  /**
   * Characters that may still be read again: the parser reads a substitution once per level that encloses it, so nesting costs
   * depth times length.
   */
  #budget: number;
  /** Characters that may still be written: each level of substitutions repeats the text of those inside it. */
  #output: number;
  #error: { message: string; offset: number } | undefined;

  constructor(mask: TemplateMask, place: Place) {
    this.#mask = mask;
    this.#place = place;
    this.#budget = 6 * mask.text.length + 1_000_000;
    this.#output = 3 * mask.text.length + 100_000;
  }

  run(script: ParsedScript): CommandList {
    const around = { inFunction: false, substituted: false, piped: false, redirections: [], whole: null };
    this.#visits.push({ node: script, around });
    for (let visit = this.#visits.pop(); visit !== undefined; visit = this.#visits.pop()) {
      if (this.#found.length >= MOST_COMMANDS) this.#fail(`more than ${MOST_COMMANDS} commands`, visit);
      else if (this.#output < 0) this.#fail('nested too deeply', visit);
      else {
        this.#enter(visit);
        continue;
      }
      break;
    }
    this.#found.sort((a, b) => a.offset - b.offset || a.inner - b.inner);
    const commands = this.#found.map(({ command }) => command);
    return this.#error === undefined ? { commands } : { commands, error: this.#error };
  }

  #enter({ node, around }: Visit): void {
    switch (node.type) {
      case 'Script':
        this.#enterScript(node, around);
        break;
      case 'Command':
        this.#record(node, around);
        this.#push(node, around);
        break;
      case 'Pipeline':
        this.#enterPipeline(node, around);
        break;
      case 'Redirected': {
        const redirections = inherit(around.redirections, this.#redirections(node.redirects, around));
        this.#push(node, { ...around, redirections });
        break;
      }
      case 'Function':
        this.#push(node, { ...around, inFunction: true });
        break;
      case 'CommandExpansion':
      case 'ProcessSubstitution':
        this.#enterSubstitution(node, around);
        break;
      case 'Word':
      case 'HereDocBody':
      case 'ParameterExpansion':
      case 'ArithmeticExpansion':
      case 'ArithmeticCommand':
        if (mayRunCommands(node.type === 'ArithmeticCommand' ? node.body : node.text)) {
          if (this.#afford(node, around)) this.#push(node, around);
        }
        break;
      default:
        this.#push(node, around);
    }
  }

  #enterPipeline(node: Pipeline, around: Surroundings): void {
    const last = node.commands.length - 1;
    for (let index = last; index >= 0; index--) {
      const command = node.commands[index];
      const piped = around.piped || index < last;
      if (command !== undefined) this.#visits.push({ node: command, around: { ...around, piped } });
    }
  }

  /** Last child first, so that the visits go in text order. */
  #push(node: SyntaxNode, around: Surroundings): void {
    const children: SyntaxNode[] = [];
    forEachChild(node, (child) => {
      children.push(child);
    });
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child !== undefined) this.#visits.push({ node: child, around });
    }
  }

  #enterScript(node: ParsedScript, around: Surroundings): void {
    const error = node.errors?.[0];
    if (error !== undefined) this.#fail(error.message, { node: { ...node, pos: error.pos }, around });
    this.#push(node, around);
  }

  #enterSubstitution(
    node: SyntaxNode & { type: 'CommandExpansion' | 'ProcessSubstitution' },
    around: Surroundings,
  ): void {
    if (isVariableOfManifest(node.text) || !this.#afford(node, around)) return;
    const captured = node.type === 'CommandExpansion' || node.operator === '<';
    const inner = { ...around, substituted: around.substituted || captured, piped: false, redirections: [] };
    const escaped = node.script?.source !== undefined;
    this.#push(node, escaped ? { ...inner, whole: around.whole ?? { pos: node.pos, end: node.end } } : inner);
  }

  #afford(node: SyntaxNode, around: Surroundings): boolean {
    this.#budget -= node.end - node.pos;
    if (this.#budget >= 0) return true;
    this.#fail('nested too deeply', { node, around });
    return false;
  }

  #fail(message: string, { node, around }: Visit): void {
    const offset = around.whole?.pos ?? node.pos;
    if (this.#error === undefined || offset < this.#error.offset) this.#error = { message, offset };
  }

  #record(node: Command, around: Surroundings): void {
    const words: ShellWord[] = [];
    if (node.name !== undefined) words.push(this.#word(node.name, around));
    for (const argument of node.args) words.push(this.#word(argument, around));
    const kept = words.filter(({ text }) => !EMPTY_WORD.test(text));
    const own = this.#redirections(node.redirects, around);
    const assignments = node.prefix.filter((item) => item.type === 'Assignment');
    const command = {
      words: kept,
      assignments: assignments.map((item) => ({
        name: item.name,
        value: this.#restore(assignedText(item), item, around),
      })),
      redirections: own.length === 0 ? around.redirections : [...own, ...around.redirections],
      span: this.#span(node, around),
      inFunction: around.inFunction,
      substituted: around.substituted,
      piped: around.piped,
    };
    this.#found.push({ command, offset: around.whole?.pos ?? node.pos, inner: node.pos });
  }

  #word(argument: CommandArgument, around: Surroundings): ShellWord {
    const value = argument.type === 'Word' ? argument : argument.value;
    const text = argument.type === 'Word' ? argument.value : assignmentText(argument);
    const literal = value.type === 'Word' && isLiteral(value) && !this.#mask.holdsAction(text);
    return { text: this.#restore(text, argument, around), literal, span: this.#span(argument, around) };
  }

  #restore(text: string, { pos }: { readonly pos: number }, { whole }: Surroundings): string {
    this.#output -= text.length;
    return this.#mask.restore(text, whole?.pos ?? pos);
  }

  #redirections(redirects: readonly BashRedirection[], around: Surroundings): readonly Redirection[] {
    return redirects.map((redirect) => ({
      operator: redirect.operator === '<<-' ? '<<' : redirect.operator,
      descriptor: redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : null,
      target: this.#restore(targetOf(redirect), redirect, around),
      span: this.#span(redirect, around),
    }));
  }

  #span(node: { readonly pos: number; readonly end: number }, { whole }: Surroundings): Span {
    const { pos, end } = whole ?? node;
    // Behind a lone backslash at the end of an open expansion, the parser's offsets lie beyond the text.
    const last = this.#mask.text.length;
    return { start: this.#place(Math.min(pos, last)), end: this.#place(Math.min(end, last)) };
  }
}

/** The nearest first, and only the nearest, so that nesting cannot multiply the output. */
function inherit(around: readonly Redirection[], own: readonly Redirection[]): readonly Redirection[] {
  return own.length === 0 ? around : [...own, ...around].slice(0, MOST_INHERITED);
}

function targetOf(redirect: BashRedirection): string {
  return (redirect.type === 'HereDoc' ? redirect.delimiter?.value : redirect.target?.value) ?? '';
}

/** An argument that looks like an assignment: `export A=b`. */
function assignmentText(assignment: Assignment): string {
  return `${assignment.name}${assignment.append === true ? '+=' : '='}${assignedText(assignment)}`;
}

function assignedText({ value, text }: Assignment): string {
  return value.type === 'Word' ? value.value : text.slice(text.indexOf('=') + 1);
}

/** A cheap look: only these signs begin a command inside a word. */
function mayRunCommands(text: string): boolean {
  return /[$<>]\(|`|\$\{[ \t\n|]|\$\\\n/.test(text);
}

/** `$(NAME)`: Kubernetes or make puts a variable there before a shell sees it. */
function isVariableOfManifest(text: string): boolean {
  return /^\$\([A-Z_][A-Z0-9_]*\)$/.test(text);
}

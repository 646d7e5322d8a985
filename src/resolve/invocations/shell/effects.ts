// What a call of a function can change outside it, by its text alone: a call that changes nothing need not be followed.
import type { AndOr, Command, PipelineNode, Redirection, Statement } from 'unbash';
import { hasMark } from '../../../formats/make/marks.ts';
import { isBuildScript, mayStartBuilds } from '../../../formats/shell/index.ts';
import { type Place, withoutComments, withoutPlaces } from './places.ts';
import { plainProgram } from './programs.ts';
import type { ShellFunction } from './state.ts';

/** What one function does by itself, whatever it calls left out. */
export interface Effects {
  /** It runs, writes, leaves or reads something that matters whoever calls it. */
  readonly acts: boolean;
  /** Its text, of the same length, without here-documents that are no part of any image and without what it tells people. */
  readonly code: string;
  /** Commands that may print, by name; functions are among them. */
  readonly runs: ReadonlySet<string>;
  /** Variables that it looks at. */
  readonly reads: readonly string[];
  /** Variables that it looks at where they are its own, or a loop's: only what it calls there can have set them. */
  readonly ownReads: readonly string[];
  /** Variables that it sets, but for those that it has declared as its own by then. */
  readonly sets: readonly string[];
  /** Variables that it declares before it runs anything: what it calls sets those, and no others of the name. */
  readonly shields: ReadonlySet<string>;
}

/** Programs that change where commands stand, which files there are, or what runs next; whoever starts them names them in a word. */
const ACTING: ReadonlySet<string> = new Set(
  (
    'cd pushd popd source . exit eval exec set unset getopts mapfile readarray alias readonly let ' +
    'cp mv ln install tee sed gsed perl make gmake xargs rsync tar dd awk sh bash dash ksh zsh'
  ).split(' '),
);
/** Commands that print nothing. */
const SILENT: ReadonlySet<string> = new Set([
  'return',
  'true',
  'false',
  ':',
  '[',
  'test',
  'break',
  'continue',
  'wait',
  'read',
]);
const DECLARING: ReadonlySet<string> = new Set(['local', 'declare', 'typeset', 'export']);
/** An assignment inside an expansion: `${NAME:=value}`, `$((NAME = 1))`, `((NAME++))`; what is too long to look through counts as one. */
const ASSIGNS_INSIDE = /\$\{\w+:?=|\(\([^)]{0,200}(?:[^=!<>]=(?!=)|\+\+|--)|\(\([^)]{200}/;

/** A program inside a substitution that changes files: `error=$(cp a b 2>&1)`. */
const CHANGES_INSIDE =
  /(?:\$\(|`|[|;&{(!]|\b(?:then|do|else|if|sudo))[ \t]*(?:cp|mv|ln|install|rsync|tee|dd|g?make)[ \t]|\bg?sed[ \t]+(?:-\S+[ \t]+)*(?:-\w*i|--in-place)|\bperl[ \t]+-\w*i|(?:\$\(|`)[^()`]*[^\d&>`(]>>?[ \t]*["']?(?![&>(]|["']?\/dev\/)/;

const known = new WeakMap<readonly Statement[], Effects>();

/** What a function does; libraries are sourced by many scripts, and looked through once. */
export function effectsOf({ body, site }: ShellFunction): Effects {
  const before = known.get(body);
  if (before !== undefined) return before;
  const effects = lookedThrough(body, site.source.text);
  known.set(body, effects);
  return effects;
}

/** Places of statements that are no part of any image, nor told to anything but people. */
export function toldIn(statements: readonly Statement[]): readonly Place[] {
  return seenIn(statements).told;
}

function seenIn(statements: readonly Statement[]): Seen {
  const seen = new Seen();
  for (const statement of statements) seen.statement(statement);
  return seen;
}

function lookedThrough(body: readonly Statement[], source: string): Effects {
  const from = body[0]?.pos ?? 0;
  const seen = new Seen();
  for (const statement of body) seen.first(statement);
  const whole = source.slice(from, body.at(-1)?.end ?? 0);
  const text = withoutPlaces(source, from, from + whole.length, seen.told);
  const own: string[] = [];
  const reads: string[] = [];
  for (const { name, at } of readsIn(text)) (seen.isOwnAt(name, from + at) ? own : reads).push(name);
  return {
    acts:
      seen.acts ||
      hasMark(whole) ||
      ASSIGNS_INSIDE.test(text) ||
      CHANGES_INSIDE.test(text) ||
      mayChangeImages(text),
    code: text,
    runs: seen.runs,
    reads: [...new Set(reads)],
    ownReads: [...new Set(own)],
    sets: seen.sets,
    shields: seen.shields,
  };
}

const MENTIONED =
  /\$\{?[#!]?([A-Za-z_]\w*)(?:\[([^\]$\n]+)\])?(?::([\w :]+)\})?|-v\s+["']?([A-Za-z_]\w*)|(?:\(\(([^)]*))|\blet\s+([^\n;&|]*)|\b(?:export|declare\s+-\w*x|typeset\s+-\w*x)\s+([^\n;&|]*)|\[\[\s*([A-Za-z_]\w*)\s+-[a-z]{2}\s/gm;
/** What looks at a variable whose name is only known while it runs. */
const INDIRECT = /\$\{!\w+[}:#%/^,]|\beval\b|\b(?:declare|local|typeset)\s+-\w*n|\bset\s+-\w*a/;

/** True for a text that looks at variables by names which only a run knows. */
export function isIndirect(text: string): boolean {
  return INDIRECT.test(text);
}

/** Variables that a text looks at, each time with its offset; comments say nothing. */
export function readsIn(text: string): readonly { readonly name: string; readonly at: number }[] {
  const code = withoutComments(text);
  const pattern = INDIRECT.test(code) ? /([A-Za-z_]\w*)/g : MENTIONED;
  return [...code.matchAll(pattern)].flatMap((match) => {
    const names = match.slice(1).flatMap((found: string | undefined) => found?.match(/[A-Za-z_]\w*/g) ?? []);
    return names.map((name) => ({ name, at: match.index }));
  });
}

class Seen {
  acts = false;
  readonly sets: string[] = [];
  readonly runs = new Set<string>();
  #hasRun = false;
  #isToErrors = false;
  readonly #ownFrom: { readonly name: string; readonly from: number; readonly to: number }[] = [];
  /** Here-documents that are no part of any image, and what people are told. */
  readonly told: Place[] = [];
  readonly shields = new Set<string>();
  readonly #owns = new Set<string>();

  /** One that runs whatever else does: what it sets is set for those behind it. */
  first(statement: Statement): void {
    const { command } = statement;
    if (command.type === 'BraceGroup') {
      for (const inner of command.body.commands) this.first(inner);
      return;
    }
    this.statement(statement);
    if (command.type !== 'Command' || command.name !== undefined || command.args.length > 0) return;
    for (const one of command.prefix)
      if (one.type === 'Assignment' && one.append !== true)
        this.#ownFrom.push({ name: one.name, from: command.end, to: Number.POSITIVE_INFINITY });
  }

  statement({ command }: Statement): void {
    this.#node(command);
  }

  isOwnAt(name: string, at: number): boolean {
    return this.#ownFrom.some((one) => one.name === name && one.from <= at && at < one.to);
  }

  #list(statements: readonly Statement[]): void {
    for (const one of statements) this.statement(one);
  }

  #node(node: PipelineNode | AndOr): void {
    switch (node.type) {
      case 'Command':
        this.#command(node);
        break;
      case 'AndOr':
      case 'Pipeline':
        for (const one of node.commands) this.#node(one);
        break;
      case 'Redirected': {
        this.#redirects(node.redirects);
        const before = this.#isToErrors;
        this.#isToErrors ||= node.redirects.some(isToErrors);
        this.#node(node.command);
        this.#isToErrors = before;
        break;
      }
      case 'If':
        // biome-ignore lint/suspicious/noThenProperty: the parser's own name for the branch.
        for (const arm of [{ clause: node.clause, then: node.then }, ...node.elif]) {
          this.#list(arm.clause.commands);
          this.#list(arm.then.commands);
        }
        this.#list(node.else?.commands ?? []);
        break;
      case 'Case':
        for (const { body } of node.items) this.#list(body.commands);
        break;
      case 'For':
      case 'Select':
        this.#set(node.name.value);
        this.#ownFrom.push({ name: node.name.value, from: node.body.pos, to: node.body.end });
        this.#list(node.body.commands);
        break;
      case 'While':
        this.#list([...node.clause.commands, ...node.body.commands]);
        break;
      case 'Subshell':
      case 'BraceGroup':
        this.#list(node.body.commands);
        break;
      case 'TestCommand':
        break;
      case 'Function':
        this.acts = true;
        if (node.body.type === 'CompoundList') this.#list(node.body.commands);
        else this.#node(node.body);
        break;
      default:
        this.acts = true;
    }
  }

  #command(node: Command): void {
    this.#redirects(node.redirects);
    const name = node.name?.text;
    if (name === undefined && node.args.length === 0) {
      for (const one of node.prefix) if (one.type === 'Assignment') this.#set(one.name);
      return;
    }
    const words = node.args.map(({ text }) => text);
    if (name === undefined || startsOther([name, ...words])) {
      this.acts = true;
      return;
    }
    if (this.#isTold(name, node)) this.told.push(...node.args.filter(({ text }) => !/\$\(|`/.test(text)));
    if (!SILENT.has(name) && !DECLARING.has(name) && !this.#isTold(name, node)) this.runs.add(name);
    if (!DECLARING.has(name)) this.#hasRun = true;
    if (DECLARING.has(name)) this.#declare(name, words, node.end);
    else if (name === 'read') for (const word of words) this.#set(word);
    else if (name === 'printf' && words[0] === '-v') this.#set(words[1] ?? '');
  }

  /** Written where only people read it. */
  #isTold(name: string, { redirects }: Command): boolean {
    if (!/^(?:echo|printf)$/.test(name)) return false;
    if (redirects.some((one) => one.type === 'Redirect' && writesToFile(one))) return false;
    return this.#isToErrors || redirects.some(isToErrors);
  }

  #declare(name: string, words: readonly string[], end: number): void {
    // Behind `declare -n` what is set is another variable.
    if (name === 'export' || words.some((word) => /^-\w*n/.test(word))) this.acts = true;
    const isOwn = !words.some((word) => /^-\w*[gxn]/.test(word));
    for (const word of words) {
      const declared = /^[A-Za-z_]\w*/.exec(word)?.[0];
      if (declared === undefined) this.acts ||= !word.startsWith('-');
      else if (isOwn) {
        this.#owns.add(declared);
        if (!this.#hasRun) this.shields.add(declared);
        this.#ownFrom.push({ name: declared, from: end, to: Number.POSITIVE_INFINITY });
      } else this.#set(declared);
    }
  }

  #set(name: string): void {
    if (/^-/.test(name) || this.#owns.has(name)) return;
    if (/^[A-Za-z_]\w*$/.test(name)) this.sets.push(name);
    else this.acts = true;
  }

  #redirects(redirects: readonly Redirection[]): void {
    const here = redirects.find((one) => one.type === 'HereDoc');
    if (here?.type === 'HereDoc' && isOtherText(here.body.text)) {
      this.told.push({ pos: here.body.pos, end: here.body.pos + here.body.text.length });
      return;
    }
    for (const one of redirects) {
      if (one.type === 'Redirect' && writesToFile(one)) this.acts = true;
    }
  }
}

function writesToFile({ operator, target }: Extract<Redirection, { type: 'Redirect' }>): boolean {
  const file = target?.text ?? '';
  return (
    !operator.startsWith('<') && file !== '/dev/null' && file !== '/dev/stderr' && !/^\d$|^-$/.test(file)
  );
}

/** True where what is started, wrappers passed, is a script, text, a program that acts, or one that only a run can tell. */
function startsOther(words: readonly string[]): boolean {
  const { index, textIndex, scriptIndex } = plainProgram(words);
  const program = words[index] ?? '';
  return (
    textIndex !== null ||
    scriptIndex !== null ||
    /[$`*?/]|\.(?:sh|bash)$/.test(program) ||
    ACTING.has(program) ||
    (program === 'go' && words[index + 1] === 'build')
  );
}

function isToErrors(one: Redirection): boolean {
  return one.type === 'Redirect' && one.operator === '>&' && one.target?.text === '2';
}

const INSTRUCTION =
  /^[ \t]*(?:from|run|cmd|label|maintainer|expose|env|add|copy|entrypoint|volume|user|workdir|arg|onbuild|stopsignal|healthcheck|shell)[ \t]|^[ \t]*\$\{?\w+\}?[ \t]*$/im;

/** A here-document that is neither a value nor a part of a Dockerfile, and no script that builds: several lines, no instruction among them. */
function isOtherText(text: string): boolean {
  return text.trim().includes('\n') && !INSTRUCTION.test(text) && !isBuildScript(text);
}

const IMAGES = /docker|podman|buildah|nerdctl|\bimg\b|\bko\b|kaniko|\bkind\b|skopeo|crane|buildctl/;

/** Signs of what a command does to images, or to what goes into them; comments say nothing. */
function mayChangeImages(text: string): boolean {
  const code = withoutComments(text);
  return mayStartBuilds(code) || IMAGES.test(code);
}

// What commands start: functions, scripts of the tree, text that a shell is given.
import type { Command, Statement } from 'unbash';
import { type Condition, compatible, joinConditions } from '../../../domain/index.ts';
import { closed, type Piece, shown } from '../../../formats/make/pieces.ts';
import { buildScript } from '../../../formats/shell/index.ts';
import { listOf } from './fields.ts';
import type { ShellRun } from './shell-run.ts';
import { DEEPEST_CALLS, placeAt, type ShellFunction, type Site } from './state.ts';
import type { SourceText } from './top-levels.ts';
import { TREE } from './variables.ts';
import type { ShellText } from './world.ts';

/** Wrappers such as `run` and `in_folder` stand in each other's arguments three deep; beyond that a function goes on calling itself. */
const MOST_ACTIVE = 4;

/** A script of the tree that runs in a shell of its own. */
interface StartedScript {
  readonly source: SourceText;
  readonly sourced: SourceText[];
  /** Its arguments as one text. */
  readonly given: string;
  /** Somebody keeps what it prints. */
  readonly isKept: boolean;
  /** How many functions there were when it was looked at. */
  functions: number;
  builds: boolean;
}

/** Follows into what is called. */
export class Calls {
  readonly #shell: ShellRun;
  #started: StartedScript | null = null;

  constructor(shell: ShellRun) {
    this.#shell = shell;
  }

  /** A script that is told nothing does what it does by itself, which is found where it is read by itself. */
  isTold(script: ShellText, given: readonly (readonly Piece[])[], node: Command): boolean {
    const isReadByItself =
      buildScript.profileOf(script.path) !== null && buildScript.mayMatter(script.text, buildScript.id);
    if (given.length > 0 || !isReadByItself) return true;
    const names = [
      ...this.#shell.state.exported,
      ...node.prefix.flatMap((one) => (one.type === 'Assignment' ? [one.name] : [])),
    ];
    return names.some((name) => script.text.includes(name));
  }

  call(called: ShellFunction, given: readonly (readonly Piece[])[], node: Command, site: Site): void {
    called.called = true;
    if (this.#shell.isPending || !this.#decides()) return;
    if (called.active >= MOST_ACTIVE) {
      this.#shell.cut('a function that calls itself');
      return;
    }
    called.active++;
    this.withPrefix(node, site, () =>
      this.body(called.body, { ...called.site, when: site.when, depth: site.depth + 1 }, given),
    );
    called.active--;
  }

  /** What a script does of which nobody keeps what it prints only matters where something in it builds. */
  #decides(): boolean {
    const started = this.#started;
    if (started === null || started.isKept) return true;
    const { size } = this.#shell.state.functions;
    if (started.functions !== size) {
      started.functions = size;
      started.builds = this.#shell.signs.startsBuilds(started.source, started.sourced, started.given);
    }
    return started.builds;
  }

  /** Variables in front of a command hold for it alone. */
  withPrefix(node: Command, site: Site, act: () => void): void {
    const assigned = node.prefix.filter((one) => one.type === 'Assignment');
    const before = assigned.map(({ name }) => ({
      name,
      binding: this.#shell.state.variables.get(name),
      was: this.#shell.state.exported.has(name),
    }));
    for (const one of assigned) this.#shell.assignments.assign(one, site, { exports: true });
    act();
    for (const { name, binding, was } of before) {
      this.#shell.state.variables.restore(name, binding);
      if (!was) this.#shell.state.exported.delete(name);
    }
  }

  withArguments(fields: readonly (readonly Piece[])[], act: () => void): void {
    const { positional } = this.#shell.state;
    this.#shell.state.positional = { options: [{ when: [], pieces: listOf(fields) }] };
    act();
    this.#shell.state.positional = positional;
  }

  /** A function's body: its arguments, and what it declares local, are gone behind it. */
  body(body: readonly Statement[], site: Site, fields: readonly (readonly Piece[])[] | null): void {
    const act = (): void =>
      this.#shell.exits.within(() =>
        this.#shell.assignments.frame(() => this.#shell.flow.statements(body, site)),
      );
    if (fields !== null) this.withArguments(fields, act);
    else {
      const { positional } = this.#shell.state;
      this.#shell.state.positional = null;
      act();
      this.#shell.state.positional = positional;
    }
  }

  runPieces(pieces: readonly Piece[], site: Site, node: { readonly pos: number }): void {
    const at = placeAt(site, node.pos);
    const parsed = this.#shell.parsed({
      path: site.source.path,
      text: this.#shell.marks.write(withWholeNames(pieces)),
      place: () => at,
    });
    if (parsed === null) this.#shell.cut('text that a shell is given and that could not be read');
    else
      this.#shell.flow.statements(parsed.script.commands, {
        source: parsed.source,
        when: site.when,
        depth: site.depth + 1,
      });
  }

  source([file, ...given]: readonly (readonly Piece[])[], site: Site): void {
    if (file === undefined) return;
    if (mayBeOfTree(file)) {
      const fitting = this.#fitting(file);
      if (fitting === null)
        this.#shell.cut(`it sources ${shown(file).replaceAll(TREE, '').slice(0, 80)}, which is not decided`);
      for (const { path, condition } of fitting ?? []) {
        if (!compatible(site.when, [condition])) continue;
        const here = { ...site, when: joinConditions(site.when, [condition]) };
        this.#sourceFile(this.#shell.world.script(path), given, here);
      }
      return;
    }
    this.#sourceFile(this.scriptOf(file, true), given, site);
  }

  /** Files of the tree that a name with one gap can be, each with what fills the gap; null where they are too many, or not listed. */
  #fitting(
    file: readonly Piece[],
  ): readonly { readonly path: string; readonly condition: Condition }[] | null {
    if (!this.#mayHold(file)) return [];
    const gap = file.findIndex(({ open }) => open !== undefined);
    const before = shown(file.slice(0, gap));
    const behind = closed(file.slice(gap + 1));
    const filled = file[gap];
    if (filled === undefined || behind === undefined || !before.includes('/')) return null;
    const folder = before.slice(0, before.lastIndexOf('/') + 1);
    const start = before.slice(folder.length);
    const names = this.#shell.world.below?.(folder);
    if (names === null || names === undefined) return null;
    const found = names
      .filter(
        (name) =>
          name.length > start.length + behind.length && name.startsWith(start) && name.endsWith(behind),
      )
      .map((name) => ({ name, between: name.slice(start.length, name.length - behind.length) }));
    // A gap that is several folders deep may be anything.
    if (found.length > MOST_FITTING || found.some(({ between }) => between.includes('/'))) return null;
    return found.map(({ name, between }) => ({
      path: folder + name,
      condition: { subject: shown([filled]), equals: between },
    }));
  }

  /** The last part of a name may be whole where its folder is open: a file that the tree has nowhere is the machine's. */
  #mayHold(file: readonly Piece[]): boolean {
    const end = closed(file.slice(file.findLastIndex(({ open }) => open !== undefined) + 1)) ?? '';
    const slash = end.lastIndexOf('/');
    const name = end.slice(slash + 1);
    return slash < 0 || name === '' || this.#shell.world.holdsName?.(name) !== false;
  }

  #sourceFile(script: ShellText | undefined, given: readonly (readonly Piece[])[], site: Site): void {
    if (script === undefined || site.depth >= DEEPEST_CALLS) return;
    const parsed = this.#shell.parsed(script);
    if (parsed === null) return;
    this.#shell.version++;
    if (this.#started !== null) {
      this.#started.sourced.push({ script: parsed.script, text: parsed.source.text });
      this.#started.functions = -1;
    }
    const act = (): void =>
      this.#shell.flow.statements(parsed.script.commands, {
        source: parsed.source,
        when: site.when,
        depth: site.depth + 1,
      });
    this.#shell.exits.within(() => {
      if (given.length > 0) this.withArguments(given, act);
      else act();
    });
  }

  script(script: ShellText, given: readonly (readonly Piece[])[], site: Site): void {
    const isKept = this.#shell.output.isCaptured || this.#shell.piped;
    const parsed = this.#shell.parsed(script);
    if (parsed === null) return;
    this.#shell.version++;
    const functions = [...this.#shell.state.functions.keys()];
    for (const name of functions) this.#shell.state.functions.delete(name);
    const here = { source: parsed.source, when: site.when, depth: site.depth + 1 };
    const before = this.#started;
    const source = { script: parsed.script, text: parsed.source.text };
    const told = given.map((field) => shown(field)).join(' ');
    this.#started = { source, sourced: [], given: told, isKept, functions: -1, builds: true };
    this.withArguments(given, () => this.#shell.flow.statements(parsed.script.commands, here));
    this.#started = before;
  }

  scriptOf(field: readonly Piece[], isSourced = false): ShellText | undefined {
    const path = closed(field);
    if (path === undefined || (!isSourced && !/\/|\.(sh|bash)$/.test(path))) return undefined;
    const script = this.#shell.world.script(path);
    return script === undefined || isSourced || mayBuild(script.text) ? script : undefined;
  }
}

/** Of more files, none is followed. */
const MOST_FITTING = 4;

/** `eval "$name=x"`: a name that is set is read as one, whatever it was made of. */
function withWholeNames(pieces: readonly Piece[]): readonly Piece[] {
  const whole: Piece[] = [];
  for (const piece of pieces) {
    const last = whole.at(-1);
    const isSet = piece.open === undefined && /^\w*\+?=/.test(piece.text);
    const name =
      isSet && last?.open === undefined ? /(?<!\w)\w{1,256}$/.exec(last?.text ?? '')?.[0] : undefined;
    if (last === undefined || name === undefined) {
      whole.push(piece);
      continue;
    }
    whole.splice(-1, 1, { ...last, text: last.text.slice(0, -name.length) });
    whole.push({ ...piece, text: name + piece.text });
  }
  return whole;
}

/** One of several files of a folder, which may set any variable; a name that is given as a whole is the machine's own business. */
function mayBeOfTree(file: readonly Piece[]): boolean {
  if (closed(file) !== undefined) return false;
  return file.some(({ text, open }) => (open === undefined ? text.includes('/') : text.startsWith('each ')));
}

/** A longer script that only starts others is not followed into them: each is followed by itself. */
const SHORT_SCRIPT = 4096;

const ENGINE =
  '(?:docker|podman|buildah|nerdctl|buildx|\\$\\{?\\w{0,40}(?:DOCKER|CONTAINER|ENGINE|OCI)\\w{0,40}\\}?)["\')}]?';
const BUILDING = new RegExp(
  `(?:^|[\\s"'({@;&|])${ENGINE}[ \\t]+(?:\\S{1,80}[ \\t]+){0,3}["']?(?:build|buildx|bud|push|tag|save|load|commit|\\$|-)|kaniko|/executor|\\bexec\\s+"\\$@"`,
  'm',
);

/** True for a script that may build, that runs what it is given, or that hands values on to others. */
function mayBuild(text: string): boolean {
  return BUILDING.test(text) || (text.length < SHORT_SCRIPT && /\.sh\b|\bmake\b/.test(text));
}

import type { StarlarkFact, StarlarkStatement, UnreadPart } from '../../domain/index.ts';
import { starlarkLocation } from '../../domain/index.ts';
import { bazel } from '../../formats/bazel/index.ts';
import type { FileReader } from '../files.ts';
import { BeyondBounds, Budget, Failed } from './budget.ts';
import type { Frame, Modules, Recorder } from './frame.ts';
import type { Workspaces } from './labels.ts';
import { Machine } from './machine.ts';
import { Scope } from './scope.ts';
import { runStatement } from './statements.ts';
import { type StarlarkValue, unknown } from './values.ts';

/** Evaluates the Bazel files of a tree, each extension once. */
export class Loader implements Modules {
  /** What stopped: the file, and why. */
  readonly unread: UnreadPart[] = [];
  readonly machine: Machine;
  readonly #reader: FileReader;
  readonly #workspaces: Workspaces;
  readonly #loaded = new Map<string, ReadonlyMap<string, StarlarkValue>>();
  readonly #loading = new Set<string>();

  constructor(reader: FileReader, workspaces: Workspaces) {
    this.#reader = reader;
    this.#workspaces = workspaces;
    this.machine = new Machine(this, new Budget());
  }

  load(
    label: string,
    from: string,
  ): ReadonlyMap<string, StarlarkValue> | { readonly because: string } | null {
    const files = this.#workspaces.filesOf(label, from);
    if (files === null) return null;
    const [path] = files;
    if (path === undefined || !this.#reader.has(path)) return { because: `no file of the tree is ${label}` };
    if (this.#loading.has(path)) return { because: `the files that load ${label} are loaded by it` };
    return this.#loaded.get(path) ?? this.#extension(path);
  }

  #extension(path: string): ReadonlyMap<string, StarlarkValue> {
    this.#loading.add(path);
    const names = new Map<string, StarlarkValue>();
    this.#loaded.set(path, names);
    for (const fact of this.#reader.read(path, bazel.id))
      if (fact.kind === 'starlark') this.#guarded(path, () => this.#run(path, fact, names, null));
    this.#loading.delete(path);
    return names;
  }

  /** Evaluates a build file; each statement that fails costs itself. */
  build(path: string, fact: StarlarkFact, recorder: Recorder): void {
    this.machine.budget.begin();
    this.#guarded(path, () => this.#run(path, fact, new Map(), recorder));
  }

  #run(path: string, fact: StarlarkFact, names: Map<string, StarlarkValue>, recorder: Recorder | null): void {
    const frame: Frame = {
      path,
      scope: new Scope(null, names),
      recorder,
      sites: [],
      running: [],
      returns: [],
    };
    for (const statement of fact.statements) {
      if (statement.kind === 'load') this.#bind(statement, frame);
      else this.#statement(statement, frame);
    }
  }

  #statement(statement: StarlarkStatement, frame: Frame): void {
    try {
      runStatement(this.machine, statement, frame);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      const at = starlarkLocation(frame.path, statement.at);
      this.unread.push({ path: frame.path, at, because: `${error.message} ends what is declared here` });
    }
  }

  #bind({ from, names }: Extract<StarlarkStatement, { kind: 'load' }>, frame: Frame): void {
    const loaded = this.load(from, frame.path);
    for (const { local, original } of names) {
      if (loaded === null) frame.scope.set(local, { kind: 'foreign', name: original, from });
      else if ('because' in loaded) frame.scope.set(local, { kind: 'foreign', name: original, from });
      else
        frame.scope.set(
          local,
          loaded.get(original) ?? unknown(original, `${from} does not define ${original}`),
        );
    }
  }

  #guarded(path: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      const isTooMuch = error instanceof BeyondBounds || error instanceof RangeError;
      if (!isTooMuch) throw error;
      this.unread.push({ path, because: error.message });
    }
  }
}

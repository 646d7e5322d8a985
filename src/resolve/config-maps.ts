import type { ConfigMapFact, ScriptFact, StartedScript } from '../domain/index.ts';
import { folderOf, isShell, joinPath, locate } from '../domain/index.ts';
import { looksLikeScript } from './scripts.ts';

export type ConfigMapKind = 'config-map' | 'secret';

/** A file that a ConfigMap or Secret gives, or `other` where it is no shell script. */
export type GivenFile = StartedScript | 'other';

type Entry =
  | { readonly path: string; readonly script: ConfigMapFact['scripts'][number] }
  | { readonly path: string; readonly file: string };

/**
 * The ConfigMaps and Secrets of a tree by name, those that kustomize generates among them. Several may have one name: which one a cluster
 * has is not known, so each of them counts.
 */
export class ConfigMaps {
  readonly #entries = new Map<string, Entry[]>();
  readonly #shells = new Map<string, string>();
  readonly #readScript: (path: string) => ScriptFact | undefined;

  /** `readScript` gives a file of the tree as a script; undefined where it is none, or was not read yet. */
  constructor(
    found: readonly { readonly path: string; readonly fact: ConfigMapFact }[],
    readScript: (path: string) => ScriptFact | undefined,
  ) {
    this.#readScript = readScript;
    for (const { path, fact } of found) {
      const kind = fact.secret === true ? 'secret' : 'config-map';
      for (const script of fact.scripts) this.#add(keyOf(kind, fact.name, script.key), { path, script });
      for (const { key, path: file } of fact.files ?? [])
        this.#add(keyOf(kind, fact.name, key), { path, file: joinPath(folderOf(path), file) });
      for (const { key, value } of fact.shells ?? []) this.#shells.set(keyOf(kind, fact.name, key), value);
    }
  }

  /** What the entry is as a started program. */
  files(kind: ConfigMapKind, name: string, key: string, program: string): readonly GivenFile[] {
    return (this.#entries.get(keyOf(kind, name, key)) ?? []).flatMap((entry) =>
      'file' in entry ? this.#ofFile(entry.file, program) : [ofScript(entry.path, entry.script, program)],
    );
  }

  /** The entry's value where it names a shell; undefined for every other one. */
  shell(kind: ConfigMapKind, name: string, key: string): string | undefined {
    return this.#shells.get(keyOf(kind, name, key));
  }

  #ofFile(path: string, program: string): readonly GivenFile[] {
    const fact = this.#readScript(path);
    if (fact === undefined) return [];
    if (fact.interpreter === null ? !looksLikeScript(program) : !isShell(fact.interpreter)) return ['other'];
    const origin = { line: 1, column: 1 };
    return [{ program, at: locate(path, { start: origin, end: origin }), fact }];
  }

  #add(key: string, entry: Entry): void {
    const list = this.#entries.get(key);
    if (list === undefined) this.#entries.set(key, [entry]);
    else list.push(entry);
  }
}

function ofScript(path: string, given: ConfigMapFact['scripts'][number], program: string): GivenFile {
  if (given.interpreter !== null && !isShell(given.interpreter)) return 'other';
  const fact = { kind: 'script', interpreter: given.interpreter, script: given.script } as const;
  return { program, at: locate(path, given.span), fact };
}

function keyOf(kind: ConfigMapKind, name: string, key: string): string {
  return `${kind}\0${name}\0${key}`;
}

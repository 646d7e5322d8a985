import type { BuildNotation, Location, Word } from '../../domain/index.ts';
import { locate } from '../../domain/index.ts';
import { isArchitectureName } from '../../domain/placeholder.ts';
import type { Marks } from '../../formats/make/marks.ts';

/** A value of a build file, with the file that it stands in. */
export interface PlacedWord {
  readonly path: string;
  /** Null where the file leaves it to the environment. */
  readonly word: Word | null;
}

export type Names = ReadonlyMap<string, PlacedWord>;

const DEEPEST = 8;
/** A value that its own text makes longer is not spelled out. */
const LONGEST = 100_000;

const CLOUDBUILD = /\$\$|\$\{(\w{1,128})\}|\$(\w{1,128})/g;
const ACTIONS = /\$\{\{([^{}]{0,512})\}\}/g;
const COMPOSE = /\$\$|\$\{(\w{1,128})(?:(:?[-?+])([^{}$]{0,1024}))?\}|\$(\w{1,128})/g;

/** Puts in what a build file's own notation names (`$_X`, `${{ env.X }}`, `${X:-d}`); what nothing sets stays open. */
export class NotationExpander {
  readonly #notation: BuildNotation;
  readonly #marks: Marks;
  #length = 0;

  constructor(notation: BuildNotation, marks: Marks) {
    this.#notation = notation;
    this.#marks = marks;
  }

  /** A word of a command as marked text. */
  word(text: string, names: Names, at: Location): string {
    return this.#expand(text, names, [at], { depth: 0, isShell: false });
  }

  /** Text that a shell reads afterwards: what only the shell can know is left to it. */
  shellText(text: string, names: Names, at: Location): string {
    return this.#expand(text, names, [at], { depth: 0, isShell: true });
  }

  /** A value as marked text. */
  value({ path, word }: PlacedWord, name: string, names: Names, chain: readonly Location[]): string {
    if (word === null) return this.#open(name, chain);
    return this.#expand(word.text, names, [...chain, locate(path, word.span)], { depth: 1, isShell: false });
  }

  #expand(
    text: string,
    names: Names,
    chain: readonly Location[],
    given: { readonly depth: number; readonly isShell: boolean },
  ): string {
    this.#length += text.length;
    if (given.depth > DEEPEST || this.#length > LONGEST) return this.#open('?', chain);
    const put = (name: string, otherwise?: string): string => {
      const found = names.get(name);
      const deeper = { depth: given.depth + 1, isShell: false };
      if (found?.word != null) {
        const next = [...chain, locate(found.path, found.word.span)];
        return this.#expand(found.word.text, names, next, deeper);
      }
      return otherwise === undefined ? this.#open(name, chain) : this.#plain(otherwise, chain, given.depth);
    };
    let result = '';
    let from = 0;
    for (const { index, length, as } of this.#references(text, given.isShell, names)) {
      result += this.#plain(text.slice(from, index), chain, given.depth);
      result += typeof as === 'string' ? as : put(as.name, as.otherwise);
      from = index + length;
    }
    return result + this.#plain(text.slice(from), chain, given.depth);
  }

  /** Text of the command itself stays plain: a shell may still have to read it. */
  #plain(text: string, chain: readonly Location[], depth: number): string {
    return depth === 0 || text === '' ? text : this.#marks.writePiece({ text, chain });
  }

  #open(name: string, chain: readonly Location[]): string {
    const text = name
      .replace(/[$(){}\s]+/g, ' ')
      .trim()
      .slice(0, 80);
    return this.#marks.writePiece({
      text,
      open: isArchitectureName(text) ? 'architecture' : 'computed',
      chain,
    });
  }

  *#references(text: string, isShell: boolean, names: Names): Iterable<Reference> {
    switch (this.#notation) {
      case 'cloudbuild':
        for (const match of text.matchAll(CLOUDBUILD)) {
          const name = match[1] ?? match[2];
          if (name === undefined && isShell) continue;
          if (name !== undefined && isShell && !isSubstitution(name, names)) continue;
          yield reference(match, name === undefined ? '$' : { name });
        }
        break;
      case 'actions':
        for (const match of text.matchAll(ACTIONS)) yield reference(match, { name: (match[1] ?? '').trim() });
        break;
      case 'compose':
        for (const match of text.matchAll(COMPOSE)) yield reference(match, composeName(match));
        break;
      default:
    }
  }
}

interface Reference {
  readonly index: number;
  readonly length: number;
  readonly as: string | { readonly name: string; readonly otherwise?: string };
}

function reference(match: RegExpExecArray, as: Reference['as']): Reference {
  return { index: match.index, length: match[0].length, as };
}

function composeName(match: RegExpExecArray): Reference['as'] {
  const name = match[1] ?? match[4];
  if (name === undefined) return '$';
  const isDefault = match[2] === '-' || match[2] === ':-';
  return isDefault ? { name, otherwise: match[3] ?? '' } : { name };
}

/** Names that Cloud Build sets itself, and those that begin with an underscore. */
function isSubstitution(name: string, names: Names): boolean {
  return (
    names.has(name) ||
    /^(_|PROJECT_|BUILD_ID$|LOCATION$|TRIGGER_|COMMIT_SHA$|SHORT_SHA$|REVISION_ID$|REPO_|BRANCH_NAME$|TAG_NAME$|REF_NAME$)/.test(
      name,
    )
  );
}

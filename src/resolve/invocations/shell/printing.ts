import type { Location } from '../../../domain/index.ts';
import { fileName, folderOf, joinPath, programName } from '../../../domain/index.ts';
import { type Choice, closed, derived, openName, type Piece, shown } from '../../../formats/make/pieces.ts';

/** Programs that print nothing, or nothing that is kept. */
const SILENT: ReadonlySet<string> = new Set(
  (
    'cd pushd popd export local readonly declare typeset set unset shift trap umask ulimit wait mkdir rm rmdir touch chmod chown cp mv ln ' +
    'true false : test [ [[ sleep exit return source . kill pkill'
  ).split(' '),
);

const MOST_ROUNDS = 256;

/** What a command prints: known texts, nothing, or an open one; null for a build command, whose output nobody keeps. */
export function printedBy(
  fields: readonly (readonly Piece[])[],
  input: Choice | null,
  here: { readonly root: string; readonly folder: string; readonly at: Location },
): Choice | null {
  const [first, ...rest] = fields;
  if (first === undefined) return null;
  const { at } = here;
  const words = rest.map(shown);
  switch (programName(shown(first))) {
    case 'echo':
      return of(echoed(rest, at));
    case 'printf':
      return of(formatted(rest, at));
    case 'cat':
      return words.every((word) => word === '-') ? (input ?? open(fields, at)) : open(fields, at);
    case 'pwd':
      return of([{ text: `${joinPath(here.root, here.folder)}\n`, chain: [at] }]);
    case 'git':
      return words.join(' ') === 'rev-parse --show-toplevel'
        ? of([{ text: `${joinPath(here.root)}\n`, chain: [at] }])
        : open(fields, at);
    case 'dirname':
      return onPath(rest, (path) => (path.includes('/') ? folderOf(path) || '/' : '.'), fields, at);
    case 'basename':
      return onPath(rest.slice(0, 1), (path) => cut(fileName(path), words[1]), fields, at);
    // GNU's own have a `g` in front where the system has others of the name.
    case 'realpath':
    case 'grealpath':
    case 'readlink':
    case 'greadlink':
      return onPath(
        rest.filter((_, index) => !words[index]?.startsWith('-')),
        (path) => (path.startsWith('/') ? path : joinPath(here.root, here.folder, path)),
        fields,
        at,
      );
    default:
      return SILENT.has(shown(first)) ? null : open(fields, at);
  }
}

function cut(name: string, suffix: string | undefined): string {
  return suffix !== undefined && suffix !== name && name.endsWith(suffix)
    ? name.slice(0, -suffix.length)
    : name;
}

function of(pieces: readonly Piece[]): Choice {
  return { options: [{ when: [], pieces }] };
}

function open(fields: readonly (readonly Piece[])[], at: Location): Choice {
  const text = openName(fields.map(shown).join(' '));
  return of([{ text, open: 'computed', chain: [at] }]);
}

function onPath(
  fields: readonly (readonly Piece[])[],
  change: (path: string) => string,
  all: readonly (readonly Piece[])[],
  at: Location,
): Choice {
  const named = fields.filter((field) => shown(field) !== '--');
  const path = named.length === 1 ? closed(named[0] ?? []) : undefined;
  return path === undefined ? open(all, at) : of(derived(`${change(path)}\n`, named[0] ?? []));
}

function echoed(fields: readonly (readonly Piece[])[], at: Location): readonly Piece[] {
  let from = 0;
  let escapes = false;
  let feed = true;
  for (; /^-[neE]+$/.test(shown(fields[from] ?? [])); from++) {
    const options = shown(fields[from] ?? []);
    if (options.includes('n')) feed = false;
    if (options.includes('e')) escapes = true;
  }
  const pieces = fields
    .slice(from)
    .flatMap((field, index) => [...(index === 0 ? [] : [{ text: ' ', chain: [at] }]), ...field]);
  const plain = escapes ? pieces.map(unescapedPiece) : pieces;
  return feed ? [...plain, { text: '\n', chain: [at] }] : plain;
}

function unescapedPiece(piece: Piece): Piece {
  return piece.open === undefined ? { ...piece, text: unescaped(piece.text) } : piece;
}

function unescaped(text: string): string {
  return text.replace(/\\([ntr\\"'])/g, (_, sign: string) => ESCAPES[sign] ?? sign);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** `printf FORMAT ARGS…`: the format again as long as there are arguments. */
function formatted(fields: readonly (readonly Piece[])[], at: Location): readonly Piece[] {
  const own = shown(fields[0] ?? []) === '--' ? fields.slice(1) : fields;
  const [format = [], ...given] = own;
  if (shown(format).startsWith('-v')) return [];
  const result: Piece[] = [];
  let next = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = next;
    const argument = (): readonly Piece[] => given[next++] ?? [{ text: '', chain: [at] }];
    for (const piece of format) result.push(...filled(piece, argument));
    if (next === before || next >= given.length) break;
  }
  return result.filter((piece) => piece.text !== '');
}

/** A piece of a format, each sign in it replaced by the next argument. */
function filled(piece: Piece, argument: () => readonly Piece[]): readonly Piece[] {
  if (piece.open !== undefined) return [piece];
  return piece.text.split(/(%%|%-?\d{0,3}(?:\.\d{1,3})?[sdqbiu])/).flatMap((part): readonly Piece[] => {
    if (part === '%%') return [{ ...piece, text: '%' }];
    if (part.startsWith('%')) return argument();
    return part === '' ? [] : [{ ...piece, text: unescaped(part) }];
  });
}

// Makefiles: text in, one program of statements in reading order out, and what could not be read.
// In: a blob's text. Out: facts; and, in evaluate.ts, the values of variables and the text of recipes.
// Not here: what a recipe's commands build (resolve/invocations).
import type { Fact } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { placeIn } from '../shell/index.ts';
import { MARKS } from './marks.ts';
import { parseMake } from './parse.ts';

const PROFILE = 'make';
const NAMES: ReadonlySet<string> = new Set(['Makefile', 'makefile', 'GNUmakefile']);
const LONGEST_TEXT = 2_000_000;

function profileOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (NAMES.has(name) || /\.(mk|mak)$/.test(name)) return PROFILE;
  return /^(GNU)?[Mm]akefile\./.test(name) &&
    !/\.(md|in|am|ac|bak|orig|rej|go|py|sh|html?|win|msvc)$/.test(name)
    ? PROFILE
    : null;
}

function facts(source: string): readonly Fact[] {
  if (source.includes('\0')) return [{ kind: 'unreadable', because: 'it holds NUL bytes: not a text file' }];
  if (source.length > LONGEST_TEXT)
    return [{ kind: 'unreadable', because: `longer than ${LONGEST_TEXT} characters` }];
  if (!source.includes('\n') && source.includes('\r'))
    return [
      {
        kind: 'unreadable',
        because: 'its lines end in carriage returns alone, which make does not read as lines',
      },
    ];
  // A carriage return stands at the end of its line, so that places stay without it.
  const text = source.replaceAll('\r\n', '\n').replace(MARKS, '\ufffd');
  const { statements, unread } = parseMake(text, placeIn(text));
  return statements.length === 0 ? unread : [{ kind: 'program', language: 'make', statements }, ...unread];
}

export const make: Format = {
  id: 'make',
  isPlaced: true,
  version: 3,
  covers:
    'Makefiles (`Makefile`, `GNUmakefile`, `*.mk` and what they include): variables of every flavour, conditionals in reading order, rules and recipes, text functions, `define`, `call`, `eval`, `foreach`. Not read: what `$(shell …)` prints, `.RECIPEPREFIX`, built-in rules.',
  profileOf,
  mayMatter: (text) => /[=:$]|^ *[-s]?include\b/m.test(text),
  facts: (text) => facts(text),
};

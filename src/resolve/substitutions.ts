import type { Location, Substitution, Value } from '../domain/index.ts';
import { expand, type Lookup } from '../formats/dockerfile/evaluate.ts';

/** A name that no Dockerfile has, for what stands in the place of a replaced word. */
const MARK = 'ꙮ';

/** Docker's expansion of a word of a definition, the words that its build rule replaces in it replaced first. */
export function expandSubstituted(
  text: string,
  context: { readonly scope: Lookup; readonly substitutions: readonly Substitution[] },
  at: Location,
): Value {
  const { scope, substitutions } = context;
  const used = substitutions.filter(({ from }) => text.includes(from));
  if (used.length === 0) return expand(text, scope, at);
  let marked = text.replaceAll(MARK, '');
  used.forEach(({ from }, index) => {
    marked = marked.replaceAll(from, () => `\${${MARK}${index}}`);
  });
  const lookup: Lookup = (name) =>
    name.startsWith(MARK) ? used[Number(name.slice(MARK.length))]?.to : scope(name);
  return expand(marked, lookup, at);
}

import type { Alternative, Location, Substitution, Value } from '../domain/index.ts';
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
  const used = substitutions.filter(({ from, whole }) =>
    whole === true ? text === from : text.includes(from),
  );
  if (used.length === 0) return expand(text, scope, at);
  let marked = text.replaceAll(MARK, '');
  used.forEach(({ from }, index) => {
    marked = marked.replaceAll(from, () => `\${${MARK}${index}}`);
  });
  const lookup: Lookup = (name) =>
    name.startsWith(MARK) ? trimmed(used[Number(name.slice(MARK.length))]?.to) : scope(name);
  return expand(marked, lookup, at);
}

/** Blanks at the ends of a value mean nothing to Docker, where it takes the place of a word. */
function trimmed(value: Value | undefined): Value | undefined {
  if (value === undefined) return undefined;
  const [first, ...rest] = value.alternatives;
  return { ...value, alternatives: [trimmedAlternative(first), ...rest.map(trimmedAlternative)] };
}

function trimmedAlternative(one: Alternative): Alternative {
  const last = one.parts.length - 1;
  const parts = one.parts
    .map((part, index) => {
      if (typeof part !== 'string') return part;
      const begun = index === 0 ? part.trimStart() : part;
      return index === last ? begun.trimEnd() : begun;
    })
    .filter((part) => part !== '');
  return { ...one, parts };
}

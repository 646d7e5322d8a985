import type { MakeStatement, Value } from '../../../src/domain/index.ts';
import { type EvaluatedMake, evaluateMake } from '../../../src/formats/make/evaluate.ts';
import { make } from '../../../src/formats/make/index.ts';

export function statementsOf(text: string): readonly MakeStatement[] {
  for (const fact of make.facts(text, 'make')) if (fact.kind === 'program') return fact.statements;
  return [];
}

/** Evaluates the makefile `Makefile` among the given files. */
export function evaluated(files: string | Readonly<Record<string, string>>): EvaluatedMake {
  const all = typeof files === 'string' ? { Makefile: files } : files;
  const path = Object.keys(all)[0] ?? 'Makefile';
  return evaluateMake(
    {
      has: (name) => name in all,
      program: (name) => (all[name] === undefined ? undefined : statementsOf(all[name])),
      below: (folder) => (folder === '' ? Object.keys(all) : null),
    },
    { path },
  );
}

/** Each alternative as `text`, or `text if subject = value`; open parts as `<NAME>`. */
export function texts(value: Value): readonly string[] {
  return value.alternatives.map(({ when, parts }) => {
    const text = parts.map((part) => (typeof part === 'string' ? part : `<${part.open}>`)).join('');
    const conditions = when.map((one) =>
      'equals' in one ? `${one.subject} = ${one.equals}` : `${one.subject} not ${one.except.join(', ')}`,
    );
    return conditions.length === 0 ? text : `${text} if ${conditions.join(' and ')}`;
  });
}

/** The lines of a target's recipe as they are shown. */
export function recipeOf(made: EvaluatedMake, target: string): readonly string[] {
  const recipe = made.recipes().find((one) => one.target === target);
  return (recipe?.lines ?? []).flatMap(({ options, at }) =>
    options.map(({ text, marks }) =>
      marks
        .read(text, [at])
        .map((piece) => (piece.open === undefined ? piece.text : `<${piece.text}>`))
        .join(''),
    ),
  );
}

/** Every line that a target's recipe can be, over all ways to make it. */
export function recipeTexts(made: EvaluatedMake): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { target, lines } of made.recipes()) {
    const known = found.get(target) ?? new Set<string>();
    found.set(target, known);
    for (const { options, at } of lines)
      for (const { text, marks } of options)
        known.add(
          marks
            .read(text, [at])
            .map((piece) => (piece.open === undefined ? piece.text : `<${piece.text}>`))
            .join('')
            .trim(),
        );
  }
  return found;
}

import type { BuildChoice, NamedWord } from '../../domain/index.ts';
import { mapOf, nodeAt, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { wordOf } from '../yaml/words.ts';

/**
 * The axes of a job's matrix as far as their values are written down. `include` is one more axis: its entries set several names, and
 * without other axes each is a run of its own. Combinations that are excluded count too, rather one too many.
 */
export function choicesOf(job: YamlMap): readonly BuildChoice[] {
  const matrix = mapOf(mapOf(job, 'strategy'), 'matrix');
  if (matrix === undefined) return [];
  const choices: BuildChoice[] = [];
  for (const { key, value } of matrix.entries) {
    if (key.kind !== 'scalar' || key.text === 'exclude' || value.kind !== 'list') continue;
    const values = value.items.map((item) => namesOf(key.text, item)).filter((names) => names.length > 0);
    if (values.length > 0) choices.push({ axis: `matrix.${key.text}`, values });
  }
  return choices;
}

function namesOf(axis: string, item: YamlNode): readonly NamedWord[] {
  const prefix = axis === 'include' ? 'matrix' : `matrix.${axis}`;
  if (item.kind === 'map') return fieldsOf(prefix, item);
  const value = axis === 'include' ? undefined : wordOf(item);
  return value === undefined ? [] : [{ name: prefix, value }];
}

function fieldsOf(prefix: string, map: YamlMap): readonly NamedWord[] {
  return map.entries.flatMap(({ key }) => {
    if (key.kind !== 'scalar') return [];
    const value = wordOf(nodeAt(map, key.text));
    return value === undefined ? [] : [{ name: `${prefix}.${key.text}`, value }];
  });
}

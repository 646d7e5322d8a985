import { type ConfigMapFact, isShell } from '../../domain/index.ts';
import { interpreterOf } from '../shell/index.ts';
import { entriesOf, mapOf, textOf, type YamlMap } from '../yaml/index.ts';
import { SCRIPT_ENDINGS } from './prefilter.ts';
import { type Source, scriptOf } from './words.ts';

/** The scripts that a ConfigMap holds; null where it holds only other text. */
export function configMapFact(map: YamlMap, source: Source): ConfigMapFact | null {
  const scripts: ConfigMapFact['scripts'][number][] = [];
  for (const data of entriesOf(map, 'data')) {
    if (data.value.kind !== 'map') continue;
    for (const { key, value } of data.value.entries) {
      if (key.kind !== 'scalar' || value.kind !== 'scalar') continue;
      const named = SCRIPT_ENDINGS.some((ending) => key.text.endsWith(ending));
      if (!named && !value.text.startsWith('#!')) continue;
      const interpreter = interpreterOf(value.text);
      const script =
        interpreter === null || isShell(interpreter) ? scriptOf(value, source) : { commands: [] };
      scripts.push({ key: source.masked.restore(key.text), interpreter, script, span: value.span });
    }
  }
  if (scripts.length === 0) return null;
  const name = textOf(mapOf(map, 'metadata'), 'name') ?? '';
  return { kind: 'config-map', span: map.span, name: source.masked.restore(name), scripts };
}

import { type ConfigMapFact, isShell } from '../../domain/index.ts';
import { interpreterOf, readShell } from '../shell/index.ts';
import {
  decodeBase64,
  entriesOf,
  listOf,
  mapOf,
  textOf,
  type YamlMap,
  type YamlScalar,
} from '../yaml/index.ts';
import { SCRIPT_ENDINGS } from './prefilter.ts';
import { type Source, scriptOf } from './words.ts';

type Script = ConfigMapFact['scripts'][number];

/** Longer values are no program's name. */
const LONGEST_VALUE = 256;

/** Keys under which entries stand; in base64 where the object is of this kind. */
const HOLDERS = [
  ['data', 'Secret'],
  ['stringData', null],
  ['binaryData', 'ConfigMap'],
] as const;

/** What a ConfigMap or Secret holds that a container may start: scripts, and names of shells; null where it holds only other text. */
export function configMapFact(
  map: YamlMap,
  kind: 'ConfigMap' | 'Secret',
  source: Source,
): ConfigMapFact | null {
  const scripts: Script[] = [];
  const shells: { key: string; value: string }[] = [];
  for (const [holder, encodedIn] of HOLDERS) {
    for (const { key, value } of scalarsUnder(map, holder)) {
      const name = source.masked.restore(key.text);
      const encoded = encodedIn === kind;
      const text = encoded ? decodeBase64(value.text) : value.text;
      const script = scriptEntry(name, { text, value, encoded }, source);
      if (script !== null) scripts.push({ ...script, span: value.span });
      else if (isShellName(text)) shells.push({ key: name, value: text.trim() });
    }
  }
  if (scripts.length === 0 && shells.length === 0) return null;
  const name = textOf(mapOf(map, 'metadata'), 'name') ?? '';
  return {
    kind: 'config-map',
    span: map.span,
    name: source.masked.restore(name),
    ...(kind === 'Secret' ? { secret: true } : {}),
    ...(shells.length === 0 ? {} : { shells }),
    scripts,
  };
}

function* scalarsUnder(
  map: YamlMap,
  holder: string,
): Iterable<{ readonly key: YamlScalar; readonly value: YamlScalar }> {
  for (const data of entriesOf(map, holder)) {
    if (data.value.kind !== 'map') continue;
    for (const { key, value } of data.value.entries)
      if (key.kind === 'scalar' && value.kind === 'scalar') yield { key, value };
  }
}

/** Text in base64 has no places of its own: all of it stands where the entry does. */
function scriptEntry(
  key: string,
  { text, value, encoded }: { readonly text: string; readonly value: YamlScalar; readonly encoded: boolean },
  source: Source,
): Omit<Script, 'span'> | null {
  const named = SCRIPT_ENDINGS.some((ending) => key.endsWith(ending));
  if (!named && !text.startsWith('#!')) return null;
  const interpreter = interpreterOf(text);
  if (interpreter !== null && !isShell(interpreter)) return { key, interpreter, script: { commands: [] } };
  const script = encoded ? readShell(text, () => value.span.start) : scriptOf(value, source);
  return { key, interpreter, script };
}

function isShellName(text: string): boolean {
  return text.length <= LONGEST_VALUE && isShell(text.trim());
}

/** ConfigMaps and Secrets that kustomize makes of files and of literals. */
export function generatedFacts(root: YamlMap, source: Source): readonly ConfigMapFact[] {
  const { restore } = source.masked;
  const facts: ConfigMapFact[] = [];
  for (const generator of ['configMapGenerator', 'secretGenerator']) {
    for (const item of listOf(root, generator)?.items ?? []) {
      const name = textOf(item, 'name');
      if (item.kind !== 'map' || name === undefined) continue;
      const files = textsOf(item, 'files').map(fileEntry);
      const shells = textsOf(item, 'literals').flatMap(literalEntry);
      if (files.length + shells.length === 0) continue;
      facts.push({
        kind: 'config-map',
        span: item.span,
        name: restore(name),
        ...(generator === 'secretGenerator' ? { secret: true } : {}),
        ...(shells.length === 0 ? {} : { shells }),
        files,
        scripts: [],
      });
    }
  }
  return facts;
}

function textsOf(map: YamlMap, key: string): readonly string[] {
  return (listOf(map, key)?.items ?? []).flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
}

/** `key=path`, or a path whose last part is the key. */
function fileEntry(text: string): { readonly key: string; readonly path: string } {
  const equals = text.indexOf('=');
  if (equals >= 0) return { key: text.slice(0, equals), path: text.slice(equals + 1) };
  return { key: text.slice(text.lastIndexOf('/') + 1), path: text };
}

function literalEntry(text: string): readonly { readonly key: string; readonly value: string }[] {
  const equals = text.indexOf('=');
  const value = text.slice(equals + 1).replace(/^(["'])(.{0,300})\1$/, '$2');
  return equals > 0 && isShellName(value) ? [{ key: text.slice(0, equals), value }] : [];
}

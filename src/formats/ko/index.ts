// ko's settings: which base each Go program's image sits on.
// In: a blob's text. Out: one fact with the default base, the bases by import path, the programs with settings of their own.
// Not here: which programs are built, and ko's own default (resolve).
import type { Fact, KoFact } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { entryOf, listOf, mapOf, textOf, type YamlMap } from '../yaml/index.ts';
import { readMaps, wordOf } from '../yaml/words.ts';

function facts(text: string): readonly Fact[] {
  const { maps, unread } = readMaps(text);
  return [...maps.map(koFact), ...unread];
}

function koFact(map: YamlMap): KoFact {
  const defaultBase = wordOf(entryOf(map, 'defaultBaseImage')?.value);
  const builds = listOf(map, 'builds')?.items ?? [];
  return {
    kind: 'ko',
    ...(defaultBase === undefined ? {} : { defaultBase }),
    overrides: overridesOf(map),
    builds: builds.flatMap((build) =>
      build.kind === 'map'
        ? [{ folder: textOf(build, 'dir') ?? '.', main: textOf(build, 'main') ?? '.', span: build.span }]
        : [],
    ),
  };
}

/** The last entry of an import path counts. */
function overridesOf(map: YamlMap): KoFact['overrides'] {
  const found = new Map<string, KoFact['overrides'][number]>();
  for (const { key, value, span } of mapOf(map, 'baseImageOverrides')?.entries ?? []) {
    const image = wordOf(value);
    if (key.kind === 'scalar' && image !== undefined)
      found.set(key.text, { importPath: key.text, image, span });
  }
  return [...found.values()];
}

export const ko: Format = {
  id: 'ko',
  version: 1,
  covers:
    'Settings of ko (`.ko.yaml`): the default base image, the base image of each import path, the programs with build settings.',
  profileOf: (path) => (/(^|\/)\.ko\.ya?ml$/.test(path) ? 'ko' : null),
  mayMatter: (text) => text.trim() !== '',
  facts: (text) => facts(text),
};

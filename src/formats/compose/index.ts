// compose files: services that are built from the tree.
// In: a blob's text. Out: one fact of build steps, one for each service with a build.
// Not here: services that only run an image; files that others extend or include.
import type { BuildAction, BuildStep, Fact, Word } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { entryOf, mapOf, nodeAt, textOf, type YamlMap, type YamlNode } from '../yaml/index.ts';
import { childrenOf, namedWordsOf, readMaps, wordOf, wordsOf } from '../yaml/words.ts';

function facts(text: string): readonly Fact[] {
  const { maps, unread } = readMaps(text);
  const built = maps.flatMap((map): readonly Fact[] => {
    const steps = childrenOf(map, 'services').flatMap(({ name, node }) => serviceOf(map, name, node) ?? []);
    if (steps.length === 0) return [];
    return [
      {
        kind: 'build-steps',
        notation: 'compose',
        jobs: [{ name: '', variables: [], choices: [], steps }],
        pushes: [],
      },
    ];
  });
  return [...built, ...unread];
}

function serviceOf(file: YamlMap, name: string, service: YamlNode): BuildStep | undefined {
  if (service.kind !== 'map') return undefined;
  const builds = buildsOf(file, service, 0);
  const [own] = builds;
  if (own === undefined) return undefined;
  return { name, span: own.span, environment: [], does: actionOf(name, service, builds) };
}

const DEEPEST = 8;

/** A service's own build, then those of the services of this file that it extends. */
function buildsOf(file: YamlMap, service: YamlMap, depth: number): readonly YamlNode[] {
  const own = nodeAt(service, 'build');
  const extended = nodeAt(service, 'extends');
  const other = extended?.kind === 'scalar' ? extended.text : textOf(extended, 'service');
  const isHere = other !== undefined && textOf(extended, 'file') === undefined && depth < DEEPEST;
  const below = isHere ? mapOf(mapOf(file, 'services'), other) : undefined;
  const inherited = below === undefined ? [] : buildsOf(file, below, depth + 1);
  return own === undefined ? inherited : [own, ...inherited];
}

function actionOf(name: string, service: YamlMap, builds: readonly YamlNode[]): BuildAction {
  const given = (key: string): YamlNode | undefined => {
    for (const build of builds) {
      const value = build.kind === 'map' ? entryOf(build, key)?.value : undefined;
      if (value !== undefined) return value;
    }
    return undefined;
  };
  if (given('dockerfile_inline') !== undefined)
    return {
      kind: 'unknown',
      what: `the service ${name} is built from a Dockerfile inside this file, which is not followed; put it in a file of its own`,
    };
  const [own] = builds;
  const span = (own ?? service).span;
  const say = (text: string): Word => ({ text, span });
  const short = builds.flatMap((build) => wordOf(build) ?? []);
  const names = new Map(builds.toReversed().flatMap(argumentsOf));
  const options = (option: string, words: readonly Word[]) => words.flatMap((word) => [say(option), word]);
  return {
    kind: 'words',
    words: [
      say('docker'),
      say('build'),
      ...options('--file', fileOf(given('dockerfile'), given('context') ?? short[0])),
      ...options('--target', wordsOf(given('target'))),
      ...[...names].flatMap(([key, word]) => [say('--build-arg'), joined(key, word)]),
      ...namedWordsOf(given('additional_contexts')).flatMap(({ name: key, value }) =>
        value === null ? [] : [say('--build-context'), joined(key, value)],
      ),
      ...options('--tag', [...wordsOf(entryOf(service, 'image')?.value), ...wordsOf(given('tags'))]),
      wordOf(given('context')) ?? short[0] ?? say('.'),
    ],
  };
}

/** Arguments of one build; those without a value come from the environment. */
function argumentsOf(build: YamlNode): readonly (readonly [string, Word])[] {
  return namedWordsOf(nodeAt(build, 'args')).map(({ name, value }) => [
    name,
    value ?? { text: `\${${name}}`, span: build.span },
  ]);
}

/** The Dockerfile is seen from the context. */
function fileOf(node: YamlNode | undefined, context: YamlNode | Word | undefined): readonly Word[] {
  const file = wordOf(node);
  if (file === undefined || file.text.startsWith('/')) return file === undefined ? [] : [file];
  const folder = context !== undefined && 'text' in context ? context.text : undefined;
  return [folder === undefined ? file : { ...file, text: `${folder}/${file.text}` }];
}

/** `NAME=value`, standing where the value does. */
function joined(name: string, value: Word): Word {
  return { text: `${name}=${value.text}`, span: value.span };
}

export const compose: Format = {
  id: 'compose',
  version: 1,
  covers:
    'compose files (`compose*.yaml`, `docker-compose*.yml`): the context, Dockerfile, arguments, target, contexts and name of each service that is built, with what it extends in the same file. A Dockerfile inside the file is said to be not followed.',
  profileOf: (path) => (/(^|\/)(docker-)?compose([.-][^/]*)?\.ya?ml$/.test(path) ? 'compose' : null),
  mayMatter: (text) => text.includes('services') && text.includes('build'),
  facts: (text) => facts(text),
};

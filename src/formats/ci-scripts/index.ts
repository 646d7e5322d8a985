// Files of other CI systems and runners that keep shell lines in YAML (GitLab, Travis, CircleCI, Azure, Bitbucket, Drone, Woodpecker, Buildkite, Taskfiles) or
// in a package.json, and Jenkins' pipelines.
// In: a blob's text. Out: one fact of build steps.
// Not here: files that others include, templates and parameters, what plugins and tasks do.
import {
  type BuildAction,
  type BuildJob,
  type BuildStep,
  type Fact,
  type NamedWord,
  type Position,
  plainBuilds,
} from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { readShell } from '../shell/index.ts';
import {
  entryOf,
  mapOf,
  textOf,
  type YamlEntry,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../yaml/index.ts';
import {
  childrenOf,
  linePlacesOf,
  mergedNames,
  namedWordsOf,
  readMaps,
  wordIn,
  wordOf,
  wordsOf,
} from '../yaml/words.ts';
import { jenkinsFacts } from './jenkins.ts';

/** Keys under which shell lines stand, in the order in which they run. */
const SCRIPTS = [
  'before_install',
  'install',
  'before_script',
  'script',
  'bash',
  'pwsh',
  'run',
  'command',
  'commands',
  'cmd',
  'cmds',
  'after_success',
  'before_deploy',
  'after_script',
] as const;
const ENVIRONMENTS = ['variables', 'vars', 'env', 'environment'] as const;
const DEEPEST = 12;

function facts(text: string, profile: string): readonly Fact[] {
  if (profile === JENKINS) return jenkinsFacts(text);
  const { maps, unread } = readMaps(text);
  if (profile === PACKAGE) return maps.flatMap(packageFacts);
  const all = maps.flatMap((map) => jobsIn(withExtended(map), { name: '', environment: [] }, 0));
  return [...plainBuilds(withoutTemplates(all)), ...unread];
}

/** Scripts of a package (npm, yarn, pnpm), each a line for a shell. */
function packageFacts(map: YamlMap): readonly Fact[] {
  const jobs = childrenOf(map, 'scripts').flatMap(({ name, node }) =>
    node.kind === 'scalar' ? [jobOf(name, map, [node], [])] : [],
  );
  return plainBuilds(jobs);
}

/** GitLab's `extends`: a job has what the jobs of the same file have that it names, where it does not say otherwise. */
function withExtended(map: YamlMap): YamlMap {
  const entries = map.entries.map((entry) =>
    entry.value.kind === 'map' ? withValue(entry, extended(map, entry.value, 0)) : entry,
  );
  return withEntries(map, entries);
}

function withEntries({ start, end, span }: YamlMap, entries: readonly YamlEntry[]): YamlMap {
  return { kind: 'map', start, end, span, entries };
}

function withValue({ key, start, end, span, merged }: YamlEntry, value: YamlNode): YamlEntry {
  return { key, value, start, end, span, merged };
}

const MOST_EXTENDED = 11;

function extended(file: YamlMap, job: YamlMap, depth: number): YamlMap {
  const names = depth > MOST_EXTENDED ? [] : wordsOf(entryOf(job, 'extends')?.value).map(({ text }) => text);
  const parents = names.toReversed().flatMap((name): readonly YamlMap[] => {
    const parent = mapOf(file, name);
    return parent === undefined ? [] : [extended(file, parent, depth + 1)];
  });
  return parents.reduce((one, parent) => withDefaults(one, parent), job);
}

/** Variables are put together, other keys are taken over. */
function withDefaults(job: YamlMap, parent: YamlMap): YamlMap {
  const own = new Set(job.entries.map(({ key }) => (key.kind === 'scalar' ? key.text : '')));
  const inherited = parent.entries.filter(({ key }) => key.kind === 'scalar' && !own.has(key.text));
  const entries = job.entries.map((entry) => {
    const isVariables = entry.key.kind === 'scalar' && entry.key.text === 'variables';
    const before = isVariables ? mapOf(parent, 'variables') : undefined;
    return before === undefined || entry.value.kind !== 'map'
      ? entry
      : withValue(entry, withDefaults(entry.value, before));
  });
  return withEntries(job, [...entries, ...inherited]);
}

/** A hidden job of GitLab only runs as those that have its lines, by `extends` or an anchor. */
function withoutTemplates(jobs: readonly BuildJob[]): readonly BuildJob[] {
  const placeOf = ({ steps }: BuildJob) =>
    steps.map(({ does }) => (does.kind === 'script' ? JSON.stringify(does.lines) : '')).join();
  const run = new Set(jobs.filter(({ name }) => !name.startsWith('.')).map(placeOf));
  return jobs.filter((job) => !job.name.startsWith('.') || !run.has(placeOf(job)));
}

interface Around {
  readonly name: string;
  readonly environment: readonly NamedWord[];
}

/** Each mapping that holds shell lines is a job of its own, with the environment of all around it. */
function jobsIn(node: YamlNode, around: Around, depth: number): readonly BuildJob[] {
  if (depth > DEEPEST || node.kind === 'scalar') return [];
  if (node.kind === 'list') return node.items.flatMap((item) => jobsIn(item, around, depth + 1));
  const environment = mergedNames(around.environment, environmentOf(node));
  const scalars = SCRIPTS.flatMap((key) => scalarsOf(entryOf(node, key)?.value));
  const name = textOf(node, 'name') ?? around.name;
  const own = scalars.length === 0 ? [] : [jobOf(name, node, scalars, environment)];
  const inner = node.entries.flatMap(({ key, value }) =>
    jobsIn(value, { name: key.kind === 'scalar' ? key.text : name, environment }, depth + 1),
  );
  return [...own, ...inner];
}

/** `NAME: value`, `NAME: {value: …}`, `NAME=value NAME=value`, lists of either; Travis groups them once more. */
function environmentOf(map: YamlMap): readonly NamedWord[] {
  return ENVIRONMENTS.flatMap((key) => namesIn(entryOf(map, key)?.value, 0));
}

function namesIn(node: YamlNode | undefined, depth: number): readonly NamedWord[] {
  if (node === undefined || depth > 2) return [];
  if (node.kind === 'list') return node.items.flatMap((item) => namesIn(item, depth + 1));
  if (node.kind === 'scalar') return assignmentsIn(node);
  const name = textOf(node, 'name');
  const value = wordOf(entryOf(node, 'value')?.value);
  if (name !== undefined && value !== undefined) return [{ name, value }];
  const nested = node.entries.flatMap(({ key, value: inner }): readonly NamedWord[] => {
    if (key.kind !== 'scalar' || inner.kind === 'scalar') return [];
    const described = inner.kind === 'map' ? wordOf(entryOf(inner, 'value')?.value) : undefined;
    return described === undefined ? namesIn(inner, depth + 1) : [{ name: key.text, value: described }];
  });
  return [...namedWordsOf(node).filter(({ value: one }) => one !== null), ...nested];
}

function assignmentsIn(node: YamlScalar): readonly NamedWord[] {
  return [...node.text.matchAll(/(?:^|\s)([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|(\S*))/g)].flatMap((match) => {
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    const from = match.index + match[0].length - value.length - (match[4] === undefined ? 1 : 0);
    return match[1] === undefined ? [] : [{ name: match[1], value: wordIn(node, from, from + value.length) }];
  });
}

function scalarsOf(node: YamlNode | undefined): readonly YamlScalar[] {
  if (node?.kind === 'scalar') return [node];
  return node?.kind === 'list' ? node.items.flatMap(scalarsOf) : [];
}

/** Its lines are one shell's, whatever keys they stand under. */
function jobOf(
  name: string,
  map: YamlMap,
  scalars: readonly YamlScalar[],
  environment: readonly NamedWord[],
): BuildJob {
  const step: BuildStep = {
    name: name === '' ? 'script' : name,
    span: map.span,
    environment,
    does: scriptOf(scalars),
  };
  return { name, variables: [], choices: [], steps: [step] };
}

function scriptOf(scalars: readonly YamlScalar[]): BuildAction {
  const starts: number[] = [];
  const lines: Position[] = [];
  let text = '';
  for (const scalar of scalars) {
    starts.push(text.length);
    text += scalar.text.endsWith('\n') ? scalar.text : `${scalar.text}\n`;
    const own = linePlacesOf(scalar);
    lines.push(...(scalar.text.endsWith('\n') ? own.slice(0, -1) : own));
  }
  const place = (offset: number): Position => {
    const index = starts.findLastIndex((start) => start <= offset);
    const scalar = scalars[Math.max(0, index)];
    const start = starts[Math.max(0, index)] ?? 0;
    return scalar?.placeOf(Math.min(offset - start, scalar.text.length)) ?? { line: 1, column: 1 };
  };
  return { kind: 'script', script: readShell(text, place), text, lines };
}

const YAML = 'yaml';
const JENKINS = 'jenkins';
const PACKAGE = 'package';

export const ciScripts: Format = {
  id: 'ci-scripts',
  version: 2,
  covers:
    'Shell lines in the files of GitLab CI, Travis, CircleCI, Azure Pipelines, Bitbucket, Drone, Woodpecker and Buildkite, with the variables around them, of `sh` in a Jenkinsfile, of a Taskfile, and of the scripts in a `package.json`. Not read: what they include, templates and parameters, plugins, orbs and tasks, other Groovy.',
  profileOf(path) {
    if (/(^|\/)Jenkinsfile[^/]*$|\.jenkinsfile$/i.test(path)) return JENKINS;
    if (/(^|\/)package\.json$/.test(path)) return PACKAGE;
    return /(^|\/)(Taskfile(\.dist)?|\.gitlab-ci|\.travis|\.drone|\.woodpecker|azure-pipelines[^/]*|bitbucket-pipelines)\.ya?ml$|(^|\/)\.(circleci|gitlab-ci|gitlab\/ci|buildkite|azure-pipelines|woodpecker)\/[^\n]*\.ya?ml$/.test(
      path,
    )
      ? YAML
      : null;
  },
  mayMatter: (text) =>
    /docker|podman|buildah|nerdctl|kaniko|buildctl|\bko\b|\bmake\b|\.sh\b|gcloud|crane/i.test(text),
  facts,
};

// Jobs of Prow: what they run in the tree that holds them, and the environment that they give a build.
// In: a blob's text. Out: one fact of build steps.
// Not here: the images of their containers, which build and are not shipped.
import type { BuildAction, BuildJob, BuildStep, Fact, NamedWord } from '../../domain/index.ts';
import { isShell } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { readShell } from '../shell/index.ts';
import {
  entryOf,
  isNull,
  listOf,
  mapOf,
  nodeAt,
  textOf,
  type YamlMap,
  type YamlNode,
} from '../yaml/index.ts';
import { linePlacesOf, readMaps, wordOf, wordsOf } from '../yaml/words.ts';

/** Jobs that stand in the repository that they are for; elsewhere they may be for any. */
const OWN = 'own';
const ANY = 'any';

function facts(text: string, profile: string): readonly Fact[] {
  const { maps } = readMaps(text);
  return maps.flatMap((map): readonly Fact[] => {
    const jobs = jobsOf(map).flatMap((job) => jobOf(job, profile === OWN) ?? []);
    return jobs.length === 0 ? [] : [{ kind: 'build-steps', notation: 'plain', jobs, pushes: [] }];
  });
}

/** Lists of jobs, and lists by repository. */
function jobsOf(map: YamlMap): readonly YamlMap[] {
  return ['presubmits', 'postsubmits', 'periodics', 'presets'].flatMap((key) => {
    const node = entryOf(map, key)?.value;
    const lists = node?.kind === 'map' ? node.entries.map(({ value }) => value) : [node];
    return lists.flatMap((list) =>
      list?.kind === 'list' ? list.items.filter((item): item is YamlMap => item.kind === 'map') : [],
    );
  });
}

function jobOf(job: YamlMap, isOwn: boolean): BuildJob | undefined {
  const preset = environmentOf(nodeAt(job, 'env'));
  const containers = (listOf(mapOf(job, 'spec'), 'containers')?.items ?? []).filter(
    (item): item is YamlMap => item.kind === 'map',
  );
  const name = textOf(job, 'name') ?? 'preset';
  const steps = containers.map(
    (container): BuildStep => ({
      name: textOf(container, 'name') ?? name,
      span: container.span,
      environment: environmentOf(nodeAt(container, 'env')),
      does: isOwn ? startOf(container) : { kind: 'words', words: [] },
    }),
  );
  const all =
    preset.length === 0
      ? steps
      : [
          { name, span: job.span, environment: preset, does: { kind: 'words', words: [] } } as const,
          ...steps,
        ];
  return all.length === 0 ? undefined : { name, variables: [], choices: [], steps: all };
}

function startOf(container: YamlMap): BuildAction {
  const nodes = [...itemsOf(nodeAt(container, 'command')), ...itemsOf(nodeAt(container, 'args'))];
  const words = nodes.flatMap((node) => wordOf(node) ?? []);
  const shell = words.findIndex(({ text }) => isShell(text));
  const option = words.findIndex(({ text }, at) => shell >= 0 && at > shell && /^-[a-z]*c$/.test(text));
  const script = option < 0 ? undefined : nodes[option + 1];
  if (script?.kind === 'scalar')
    return {
      kind: 'script',
      script: readShell(script.text, (offset) => script.placeOf(offset)),
      text: script.text,
      lines: linePlacesOf(script),
    };
  // Images of CI start a wrapper that runs the rest.
  const program = words.findIndex(({ text }) => !/(^|\/)(runner|wrapper|entrypoint)(\.sh)?$/.test(text));
  return { kind: 'words', words: program < 0 ? [] : words.slice(program) };
}

function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items.filter((item) => !isNull(item)) : [];
}

function environmentOf(node: YamlNode | undefined): readonly NamedWord[] {
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => {
    const name = textOf(item, 'name');
    const value = wordsOf(nodeAt(item, 'value'))[0];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });
}

const JOBS = /^(presubmits|postsubmits|periodics|presets):/m;

export const ciJobs: Format = {
  id: 'ci-jobs',
  version: 2,
  covers:
    'Jobs of Prow: commands of jobs in the repository itself (`.prow.yaml`, `.prow/`), and everywhere the environment that overrides the bases of Kubernetes (`KUBE_*_BASE_IMAGE`, `KUBE_GORUNNER_IMAGE`).',
  profileOf(path) {
    if (!/\.ya?ml$/.test(path)) return null;
    if (/(^|\/)\.prow(\.ya?ml$|\/)/.test(path)) return OWN;
    return /(^|\/)(jobs|[^/]*prow[^/]*)\/|prow[^/]*$/.test(path) ? ANY : null;
  },
  mayMatter: (text, profile) =>
    (profile === OWN || text.includes('_BASE_IMAGE') || text.includes('KUBE_GORUNNER_IMAGE')) &&
    JOBS.test(text),
  facts,
};

// Helm charts: what a chart says of itself, its values, its templates as programs.
// In: a blob's text. Out: one fact each.
// Not here: workloads in templates (kubernetes), which chart a template belongs to, what a template's expression comes to with the values of
// its chart (resolve).
import type { Fact, HelmChartFact } from '../../domain/index.ts';
import type { Format } from '../format.ts';
import { listOf, nodeAt, readYaml, textOf, type YamlMap } from '../yaml/index.ts';
import { readMaps, wordOf } from '../yaml/words.ts';
import { valuesOf } from './values.ts';

/** `Chart.yaml`. */
export const helmChart: Format = {
  id: 'helm-chart',
  version: 1,
  covers: 'Helm charts (`Chart.yaml`): name, versions, dependencies with their aliases.',
  profileOf: (path) => (/(^|\/)Chart\.ya?ml$/.test(path) ? 'helm-chart' : null),
  mayMatter: (text) => text.includes('name'),
  facts: (text) => chartFacts(text),
};

/** Read where a template of the chart asks for them. */
export const helmValues: Format = {
  id: 'helm-values',
  version: 1,
  covers:
    'Values of a Helm chart (`values.yaml` beside a `Chart.yaml`), where a workload in its templates is decided by them. Not read: other files of values.',
  profileOf: (path) => (/(^|\/)values\.ya?ml$/.test(path) ? 'helm-values' : null),
  mayMatter: () => true,
  facts(text) {
    const found = readYaml(text).find(({ root }) => root !== null);
    return found?.root?.kind === 'map' ? [{ kind: 'helm-values', values: valuesOf(found.root) }] : [];
  },
};

/** Longer templates hold generated data. */
const LONGEST_TEMPLATE = 1024 * 1024;

/** Read where a workload that it holds, or that another template of its chart holds, depends on it. */
export const helmTemplate: Format = {
  id: 'helm-template',
  version: 1,
  covers:
    'Templates of a Helm chart as programs (`templates/**`): variables, conditions, `define`, `include`, `tpl` and functions that put texts together, evaluated with the values of the chart. Not evaluated: functions that ask a cluster, the release or files, which stay open.',
  profileOf: (path) => (/(^|\/)templates\/.*\.(ya?ml|tpl|json)$/.test(path) ? 'helm-template' : null),
  mayMatter: (text) => text.length <= LONGEST_TEMPLATE && text.includes('{{'),
  facts: (text) => [{ kind: 'helm-template', text }],
};

function chartFacts(text: string): readonly Fact[] {
  return readMaps(text).maps.slice(0, 1).map(chartFact);
}

function chartFact(map: YamlMap): HelmChartFact {
  const version = wordOf(nodeAt(map, 'version'));
  const appVersion = wordOf(nodeAt(map, 'appVersion'));
  return {
    kind: 'helm-chart',
    name: textOf(map, 'name') ?? '',
    ...(version === undefined ? {} : { version }),
    ...(appVersion === undefined ? {} : { appVersion }),
    dependencies: (listOf(map, 'dependencies')?.items ?? []).flatMap((item) => {
      const name = textOf(item, 'name');
      const alias = textOf(item, 'alias');
      if (name === undefined) return [];
      return [alias === undefined ? { name } : { name, alias }];
    }),
  };
}

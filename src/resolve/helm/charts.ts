import type { HelmChartFact, HelmTemplateFact, HelmValuesFact, Word } from '../../domain/index.ts';
import { fileName, folderOf, locate } from '../../domain/index.ts';
import { Evaluator } from '../../formats/helm/evaluate.ts';
import { parseTemplate, type TemplateBody } from '../../formats/helm/parse.ts';
import {
  fieldOf,
  mergedOver,
  openValue,
  type TemplateValue,
  textValue,
  valueFrom,
} from '../../formats/helm/template-value.ts';
import type { FileReader } from '../files.ts';

/** Charts in each other that are followed. */
const MOST_PARENTS = 8;
/** Files of helpers that are read for one chart. */
const MOST_HELPERS = 200;

const NO_VALUES: TemplateValue = { kind: 'map', entries: new Map() };

/** A chart of the tree. */
interface Chart {
  readonly folder: string;
  readonly path: string;
  readonly fact: HelmChartFact;
}

/** A template with what it takes to evaluate its parts. */
export interface ChartTemplate {
  readonly text: string;
  readonly body: TemplateBody;
  readonly evaluator: Evaluator;
}

/** The Helm charts of a tree: which template belongs to which, and what its values and helpers are. */
export class HelmCharts {
  readonly #charts = new Map<string, Chart>();
  readonly #reader: FileReader;
  readonly #values = new Map<string, TemplateValue>();
  readonly #helpers = new Map<string, ReadonlyMap<string, TemplateBody>>();
  readonly #templates = new Map<string, ChartTemplate | null>();

  constructor(
    charts: readonly { readonly path: string; readonly fact: HelmChartFact }[],
    reader: FileReader,
  ) {
    this.#reader = reader;
    for (const { path, fact } of charts)
      this.#charts.set(folderOf(path), { folder: folderOf(path), path, fact });
  }

  /** The template of a path; null where it belongs to no chart or was not read yet. */
  template(path: string): ChartTemplate | null {
    const known = this.#templates.get(path);
    if (known !== undefined) return known;
    const template = this.#read(path);
    this.#templates.set(path, template);
    return template;
  }

  #read(path: string): ChartTemplate | null {
    const chart = this.#chartOf(path);
    const text = chart === null ? undefined : this.#textOf(path);
    if (chart === null || text === undefined) return null;
    const body = bodyOf(text);
    const own = definesIn([body]);
    const helpers = this.#helpersOf(chart.folder);
    const evaluator = new Evaluator({
      root: this.#rootOf(chart),
      define: (name) => own.get(name) ?? helpers.get(name),
    });
    return { text: text.text, body, evaluator };
  }

  #chartOf(path: string): Chart | null {
    for (
      let at = path.lastIndexOf('templates/');
      at >= 0;
      at = at === 0 ? -1 : path.lastIndexOf('templates/', at - 1)
    ) {
      if (at > 0 && path[at - 1] !== '/') continue;
      const chart = this.#charts.get(at === 0 ? '' : path.slice(0, at - 1));
      if (chart !== undefined) return chart;
    }
    return null;
  }

  #textOf(path: string): HelmTemplateFact | undefined {
    return this.#reader
      .read(path, 'helm-template')
      .find((fact): fact is HelmTemplateFact => fact.kind === 'helm-template');
  }

  // ---- values --------------------------------------------------------------------------------------------

  #rootOf(chart: Chart): TemplateValue {
    const { fact, path } = chart;
    const about = new Map<string, TemplateValue>([['Name', textValue(fact.name)]]);
    const add = (name: string, word: Word | undefined) => {
      if (word !== undefined) about.set(name, textValue(word.text, locate(path, word.span)));
    };
    add('Version', fact.version);
    add('AppVersion', fact.appVersion);
    const entries = new Map<string, TemplateValue>([
      ['Values', this.#valuesOf(chart, 0)],
      ['Chart', { kind: 'map', entries: about }],
    ]);
    for (const name of ['Release', 'Capabilities', 'Template', 'Files', 'Subcharts'])
      entries.set(name, openValue(`{{ .${name} }}`));
    return { kind: 'map', entries };
  }

  #valuesOf(chart: Chart, level: number): TemplateValue {
    const known = this.#values.get(chart.folder);
    if (known !== undefined) return known;
    const own = this.#ownValues(chart);
    const parent = level < MOST_PARENTS ? this.#parentOf(chart) : null;
    const values =
      parent === null ? own : overridden(own, this.#valuesOf(parent, level + 1), calledIn(parent, chart));
    this.#values.set(chart.folder, values);
    return values;
  }

  /** A chart without the file has no values; where it could not be read, all of them are open. */
  #ownValues({ folder }: Chart): TemplateValue {
    const path = within(folder, 'values.yaml');
    if (!this.#reader.has(path)) return NO_VALUES;
    const fact = this.#reader
      .read(path, 'helm-values')
      .find((one): one is HelmValuesFact => one.kind === 'helm-values');
    return fact === undefined ? openValue('{{ .Values }}') : valueFrom(path, fact.values);
  }

  #parentOf({ folder }: Chart): Chart | null {
    const holder = folderOf(folder);
    return fileName(holder) === 'charts' ? (this.#charts.get(folderOf(holder)) ?? null) : null;
  }

  // ---- helpers -------------------------------------------------------------------------------------------

  /** Names are shared by a chart and those in it, so helpers of all of them count, the chart's own before others. */
  #helpersOf(folder: string): ReadonlyMap<string, TemplateBody> {
    const known = this.#helpers.get(folder);
    if (known !== undefined) return known;
    const chart = this.#charts.get(folder);
    const parent = chart === undefined ? null : this.#parentOf(chart);
    const own = [
      ...this.#helperFiles(within(folder, 'templates')),
      ...this.#helperFiles(within(folder, 'charts')),
    ];
    const bodies = own.slice(0, MOST_HELPERS).flatMap((path) => {
      const text = this.#textOf(path);
      return text === undefined ? [] : [bodyOf(text)];
    });
    const defined = new Map(definesIn(bodies));
    this.#helpers.set(folder, defined);
    if (parent !== null)
      for (const [name, body] of this.#helpersOf(parent.folder))
        if (!defined.has(name)) defined.set(name, body);
    return defined;
  }

  #helperFiles(folder: string): readonly string[] {
    return (this.#reader.below(folder) ?? [])
      .filter((path) => path.endsWith('.tpl'))
      .map((path) => `${folder}/${path}`)
      .filter((path) => /(^|\/)templates\//.test(path));
  }
}

function within(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

/** What the values of a parent call the chart. */
function calledIn(parent: Chart, { fact }: Chart): string {
  return parent.fact.dependencies.find(({ name }) => name === fact.name)?.alias ?? fact.name;
}

/** A parent's values under the chart's name, and its `global`, go over the chart's own. */
function overridden(own: TemplateValue, parent: TemplateValue, name: string): TemplateValue {
  const [under, global] = [name, 'global'].map((key) => fieldOf(parent, [key], ''));
  const entries = new Map<string, TemplateValue>();
  if (global?.kind === 'map') entries.set('global', global);
  const named = under?.kind === 'map' ? mergedOver(own, under) : own;
  return mergedOver(named, { kind: 'map', entries });
}

const BODIES = new WeakMap<HelmTemplateFact, TemplateBody>();

/** A file's tree is read once for as long as its fact is kept. */
function bodyOf(fact: HelmTemplateFact): TemplateBody {
  const known = BODIES.get(fact);
  if (known !== undefined) return known;
  const body = parseTemplate(fact.text);
  BODIES.set(fact, body);
  return body;
}

function definesIn(bodies: readonly TemplateBody[]): ReadonlyMap<string, TemplateBody> {
  const defined = new Map<string, TemplateBody>();
  for (const { nodes } of bodies)
    for (const node of nodes)
      if (node.kind === 'define' && !defined.has(node.name)) defined.set(node.name, node.body);
  return defined;
}

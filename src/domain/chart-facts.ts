import type { Span, Word } from './location.ts';

/** What a Helm chart says of itself (`Chart.yaml`), and how it calls the charts that it brings. */
export interface HelmChartFact {
  readonly kind: 'helm-chart';
  readonly name: string;
  readonly version?: Word;
  readonly appVersion?: Word;
  /** Charts that it depends on; `alias` is what its values call them. */
  readonly dependencies: readonly { readonly name: string; readonly alias?: string }[];
}

/** The values that a chart gives its templates (`values.yaml`). */
export interface HelmValuesFact {
  readonly kind: 'helm-values';
  readonly values: HelmValue;
}

/** A value of a chart; mappings keep the order of the file, a later entry of one name wins. */
export type HelmValue =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly span: Span;
      /** Set where templates take it for nothing: `""`, `0`, `false`. */
      readonly empty?: true;
    }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly HelmValue[] }
  | { readonly kind: 'map'; readonly entries: readonly HelmEntry[] };

/** A value under its name. */
export interface HelmEntry {
  readonly name: string;
  readonly value: HelmValue;
}

/** A template of a chart, kept as text: what its expressions come to depends on values of other files. */
export interface HelmTemplateFact {
  readonly kind: 'helm-template';
  readonly text: string;
}

import type { Inventory, Standing } from '../../domain/index.ts';
import { visible } from '../visible.ts';
import { labelOf } from './rows.ts';

const LONGEST_LABEL = 120;

/** The tree of FROM relations as Mermaid: bases, images of the tree that stand between, images. */
export function inventoryGraph(inventory: Inventory): string {
  const nodes = new Nodes();
  const labels = new Map(inventory.images.map((image) => [image.id, labelOf(image)]));
  const edges = new Set<string>();
  for (const image of inventory.images) {
    const own = nodes.of(`image ${image.id}`, labelOf(image), image.standing);
    for (const base of image.bases) {
      const from = nodes.of(
        `base ${base.reference}`,
        base.reference === '' ? '(empty)' : base.reference,
        null,
      );
      const between = base.through.map((id) => nodes.of(`image ${id}`, labels.get(id) ?? id, null));
      const path = [from, ...between.toReversed(), own];
      for (let at = 1; at < path.length; at++) edges.add(`  ${path[at - 1]} --> ${path[at]}`);
    }
  }
  return `${['graph LR', ...nodes.lines, ...edges, ...CLASSES].join('\n')}\n`;
}

const CLASSES = [
  '  classDef allowed stroke:#1a7f37',
  '  classDef exception stroke:#9a6700',
  '  classDef forbidden stroke:#cf222e',
  '  classDef unresolved stroke:#6e7781,stroke-dasharray:4',
];

const CLASS_OF: Readonly<Record<Standing, string>> = {
  allowed: 'allowed',
  'needs-exception': 'exception',
  'not-allowed': 'forbidden',
  unresolved: 'unresolved',
};

class Nodes {
  readonly #names = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  /** The node's name in the graph; what has a standing of its own is an image. */
  of(key: string, label: string, standing: Standing | null): string {
    const name = this.#names.get(key) ?? `n${this.#names.size + 1}`;
    this.#names.set(key, name);
    if (standing !== null) this.#texts.set(name, `  ${name}["${quoted(label)}"]:::${CLASS_OF[standing]}`);
    else if (!this.#texts.has(name)) this.#texts.set(name, `  ${name}(["${quoted(label)}"])`);
    return name;
  }

  get lines(): readonly string[] {
    return [...this.#texts.values()];
  }
}

/** Mermaid knows no escape but entities. */
function quoted(label: string): string {
  return [...visible(label).slice(0, LONGEST_LABEL)]
    .map((sign) => (/[A-Za-z0-9 ._\-/:@(){}$,]/.test(sign) ? sign : `#${sign.codePointAt(0)};`))
    .join('');
}

import type { Report, ReportImage } from '../domain/index.ts';

/** What the label of a changed image says of its base. */
export interface LabelledImage {
  readonly path: string;
  /** References, `$(ARCH)` for an open architecture; behind one, a remark in brackets. Null where there is none any more. */
  readonly baseAfter: readonly string[] | string | null;
}

/** How the bases of a labelled change compare with its labels. */
export interface BaseScore {
  readonly exact: number;
  /** Each image that came out otherwise, with what was wanted and what was found. */
  readonly wrong: readonly string[];
}

/**
 * An image is resolved exactly where each base of its label is found, and, for the only image of its file, no other. Labels that name no definition's base
 * (none is left, a manifest runs it directly, words) are not counted.
 */
export function scoreBases(labels: readonly LabelledImage[], report: Report): BaseScore {
  const wrong: string[] = [];
  let exact = 0;
  for (const label of labels) {
    const wanted = referencesOf(label);
    if (wanted === null) continue;
    const { own, decided } = imagesAt(label.path, report);
    const found = shownBases([...own, ...decided]);
    const isWhole = own.length === 1;
    const isExact =
      wanted.every((one) => found.some((other) => isSame(one, other))) &&
      (!isWhole || shownBases(own).every((other) => wanted.some((one) => isSame(one, other))));
    if (isExact) exact += 1;
    else wrong.push(`${label.path}: base ${found.join(', ') || 'none'}, wanted ${wanted.join(', ')}`);
  }
  return { exact, wrong };
}

/** Those that the file defines, and those whose base it decides. */
function imagesAt(
  path: string,
  { images }: Report,
): { readonly own: readonly ReportImage[]; readonly decided: readonly ReportImage[] } {
  const kept = images.filter(({ change }) => change !== 'removed');
  return {
    own: kept.filter((image) => image.path === path),
    decided: kept.filter(({ bases }) => bases.some(({ chain }) => chain.some((link) => link.path === path))),
  };
}

function shownBases(images: readonly ReportImage[]): readonly string[] {
  return [...new Set(images.flatMap(({ bases }) => bases.map(shownBase)))];
}

function shownBase({ reference, standing }: ReportImage['bases'][number]): string {
  return standing === 'unresolved' ? `unresolved ${reference}` : reference;
}

function referencesOf({ baseAfter }: LabelledImage): readonly string[] | null {
  const all = baseAfter === null ? [] : [baseAfter].flat();
  const isUse = all.some((text) => text.includes('(used directly)'));
  const references = all.map((text) =>
    text.replace(/ \([^()]*\)$/, '').replace(/\$\{(?:TARGET)?ARCH\}/i, '$(ARCH)'),
  );
  const isPlain = references.every((text) => text !== '-' && !/\s/.test(text));
  return isUse || !isPlain || references.length === 0 ? null : references;
}

/** Equal: an open architecture is any, and tag and digest count as far as the label writes them. */
function isSame(wanted: string, found: string): boolean {
  const [name = '', digest] = wanted.split('@');
  const isTagged = /:[^/]*$/.test(name);
  const escaped = name
    .replace(/-ARCH(?=[:/]|$)/, '-$(ARCH)')
    .replace(/[.*+?^{}()|[\]\\$]/g, '\\$&')
    .replaceAll('\\$\\(ARCH\\)', '(?:\\$\\(ARCH\\)|[a-z0-9]+)');
  const tag = isTagged ? '' : digest === undefined ? '(?::latest)?' : '(?::[\\w.-]+)?';
  const rest = digest === undefined ? '(?:@sha256:[0-9a-f]+)?' : `@${digest.replace(/\.\.\.$/, '[0-9a-f]+')}`;
  return new RegExp(`^${escaped}${tag}${rest}$`).test(found);
}

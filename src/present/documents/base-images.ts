import type { ExceptionEntry, Inventory, ListedBase, ListedImage, Scope } from '../../domain/index.ts';
import { compareText } from '../../domain/index.ts';
import { SCOPES } from '../../domain/project.ts';
import { code } from '../escape.ts';
import { STANDING_WORDS, summaryOf } from '../inventory/rows.ts';
import { alignedTable, codeCell } from '../markdown-table.ts';
import { ReferenceLinks } from './links.ts';

/** What the document is made of. */
export interface BaseImagesGiven {
  readonly inventory: Inventory;
  /** The entry that is for a base. */
  readonly exceptions: ReadonlyMap<ListedBase, ExceptionEntry>;
}

const HEADINGS: Readonly<Record<Scope, string>> = {
  release: 'Images',
  test: 'Images of tests',
  example: 'Images of examples',
  builder: 'Images that only build others',
  vendored: 'Images of others, copied into this repository',
  windows: 'Windows images',
  'third-party': 'Images of others',
};

/**
 * The list of base images as a document of the repository: each image, its bases, how they stand, the exception, and the definition. Nothing in it
 * depends on the day, nor on the line or digest of anything, so that it changes only where what it says does.
 */
export function baseImagesDocument({ inventory, exceptions }: BaseImagesGiven): string {
  const links = new ReferenceLinks();
  const sections = SCOPES.flatMap((scope) => {
    const images = inventory.images.filter((image) => image.scope === scope).toSorted(byName);
    if (images.length === 0) return [];
    const rows = images.flatMap((image) => rowsFor(image, exceptions, links));
    const [sum = ''] = summaryOf({ images });
    return ['', `## ${HEADINGS[scope]}`, '', `${sum}.`, '', ...alignedTable([HEAD, ...rows])];
  });
  const unread = [...new Set(inventory.unread.map(({ path }) => path))].sort(compareText);
  const definitions = links.definitions();
  return `${[
    '# Base images',
    '',
    'What each image of this repository is built on. Written by `plinth docs base-images`: do not edit.',
    ...(sections.length === 0 ? ['', 'No images.'] : sections),
    ...(unread.length === 0
      ? []
      : [
          '',
          '## Not read',
          '',
          'What these files define is missing above.',
          '',
          ...unread.map((path) => `- ${code(path)}`),
        ]),
    ...(definitions.length === 0 ? [] : ['', ...definitions]),
  ].join('\n')}\n`;
}

const HEAD = ['Image', 'Base', 'Standing', 'Exception', 'Definition'] as const;

/** Images that have a name before those that have none. */
function byName(a: ListedImage, b: ListedImage): number {
  return (
    Number(a.name === null) - Number(b.name === null) ||
    compareText(a.name ?? a.id, b.name ?? b.id) ||
    compareText(a.id, b.id)
  );
}

/** A row for all bases of an image that stand alike. */
function rowsFor(
  image: ListedImage,
  exceptions: BaseImagesGiven['exceptions'],
  links: ReferenceLinks,
): readonly (readonly string[])[] {
  const rows = new Map<string, { readonly bases: Set<string>; readonly standing: readonly string[] }>();
  for (const base of image.bases) {
    const standing = [STANDING_WORDS[base.standing], exceptionIn(exceptions.get(base))];
    const key = standing.join('\0');
    const row = rows.get(key) ?? { bases: new Set(), standing };
    row.bases.add(baseIn(base));
    rows.set(key, row);
  }
  return [...rows.values()].map(({ bases, standing }) => [
    image.name === null ? '–' : codeCell(image.name),
    [...bases].sort(compareText).join('<br>'),
    ...standing,
    links.toFile(image.id, image.path),
  ]);
}

function exceptionIn(entry: ExceptionEntry | undefined): string {
  if (entry === undefined) return '–';
  return entry.expires === null ? 'without an end' : `until ${entry.expires}`;
}

/** A digest changes with every build of the base; what stands beside it says what it is of. */
function baseIn({ reference, platform }: ListedBase): string {
  const named = reference.replace(/@sha\d+:[0-9a-f]+$/, '');
  return codeCell(named === '' ? '(empty)' : named) + (platform === null ? '' : ` on ${codeCell(platform)}`);
}
